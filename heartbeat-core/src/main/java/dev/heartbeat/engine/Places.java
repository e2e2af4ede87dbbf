package dev.heartbeat.engine;

import java.util.Collection;
import java.util.PriorityQueue;

/**
 * When the places of a pulse are expected to become free, and how much of its time is left then. Used by one thread.
 * Times are nanoseconds from now; a place with zero is idle.
 */
final class Places {
    private final PriorityQueue<Long> freeIn;
    private final long left;

    /**
     * Creates them.
     *
     * @param left how long tasks may be started
     * @param parallelism how many places there are
     * @param atWork what each run at work is expected to need yet, at least 1
     * @param waiting what each run that waits for a place is expected to take, in their order
     */
    Places(long left, int parallelism, Collection<Long> atWork, Collection<Long> waiting) {
        this.left = left;
        this.freeIn = new PriorityQueue<>(parallelism);
        freeIn.addAll(atWork);
        while (freeIn.size() < parallelism) {
            freeIn.add(0L);
        }
        for (long nanos : waiting) {
            take(nanos);
        }
    }

    /**
     * Returns what a run at work is expected to need yet. One that nobody knows, or that takes longer than was likely, is
     * expected to take as long again; to be wrong here costs nothing, for its place is of no use to others before it ends.
     */
    static long remaining(long likely, long elapsed) {
        return Math.max(1, elapsed < likely ? likely - elapsed : elapsed);
    }

    private long first() {
        return freeIn.element();
    }

    /** Returns how long the run that starts next may take. Zero or less: no place becomes free in time. */
    long left() {
        return left - first();
    }

    /** Tells whether a place has nothing to do, and nobody waits for it. */
    boolean isIdle() {
        return first() == 0 && left > 0;
    }

    /** Gives the place that becomes free first to a run. */
    void take(long nanos) {
        freeIn.add(freeIn.remove() + nanos);
    }
}
