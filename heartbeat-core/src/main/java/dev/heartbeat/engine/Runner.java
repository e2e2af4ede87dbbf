package dev.heartbeat.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs claimed fires, at most so many at once. Workers take runs from one queue and end when it is empty, so an executor
 * is asked for a thread only while there is work. One sweep of the timer watches all timeouts. A run that ignores its
 * timeout, or that it was called off, gives its place back, but keeps its claim until its thread returns.
 */
final class Runner {
    private static final long STUCK_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed;
    private final Deque<LiveRun> queue = new ArrayDeque<>();
    private final Map<LiveRun, Slot> running = new LinkedHashMap<>();
    private final Set<Slot> expected = new HashSet<>();
    private final int parallelism;
    private final Executor executor;
    private final Pace pace;
    private final Timer timer;
    private final Hooks hooks;
    private int workers;
    private int waiting;
    private long freed;
    private boolean closed;
    private long sweepAt;
    private Timer.@Nullable Call sweep;

    /** What the runner asks of the rest of the engine. */
    interface Hooks {
        /** May the task be called now? Renews the lease if too much of it has passed; refused means the claim is lost. */
        boolean mayStart(LiveRun run);

        /** The run has ended; it is to be recorded. */
        void ended(LiveRun run);

        /** The claim was lost before the start. */
        void dropped(LiveRun run);

        /** Is it held back by what has come to light since its claim? */
        boolean isHeldBack(LiveRun run);

        /** The process has shut down before the start, or the run is held back: its claim is to be given back. */
        void unstarted(LiveRun run);

        /** Something of ours threw: nobody will record the run. */
        void broken(LiveRun run);

        /** The run ignores its timeout, or that it was called off. */
        void stuck(LiveRun run);
    }

    /**
     * What has a place, and what waits for one.
     *
     * @param atWork the runs that hold a place
     * @param waiting the runs that no worker has taken, in their order
     * @param freed how many places have become free so far
     */
    record Load(List<LiveRun> atWork, List<LiveRun> waiting, long freed) {}

    /** The place of one worker; given back, it is no longer its worker's. */
    private static final class Slot {
        private boolean givenBack;
    }

    Runner(int parallelism, Executor executor, Pace pace, Timer timer, Hooks hooks) {
        this.parallelism = parallelism;
        this.executor = executor;
        this.pace = pace;
        this.changed = pace.condition(lock);
        this.timer = timer;
        this.hooks = hooks;
    }

    /** Queues runs and makes sure that workers come for them. Returns false if the executor refuses to give any thread. */
    boolean submit(Collection<LiveRun> runs) {
        lock.lock();
        try {
            queue.addAll(runs);
            if (closed) {
                return false; // closed meanwhile: the pulse gives them back
            }
        } finally {
            lock.unlock();
        }
        return hire();
    }

    private boolean hire() {
        while (true) {
            Slot slot = new Slot();
            lock.lock();
            try {
                if (workers >= parallelism || workers >= queue.size() + running.size() || queue.isEmpty()) {
                    return true;
                }
                workers++;
                expected.add(slot);
            } finally {
                lock.unlock();
            }
            try {
                executor.execute(() -> work(slot));
            } catch (Throwable e) { // refused, or out of threads: the claims are given back
                boolean served;
                lock.lock();
                try {
                    giveUp(slot);
                    served = workers > 0 || queue.isEmpty();
                } finally {
                    lock.unlock();
                }
                if (!served
                        || !(e instanceof RejectedExecutionException)) { // a small pool may well refuse more threads
                    Log.failed("asking the executor for a thread", e);
                }
                return served;
            }
        }
    }

    /** Nobody comes for the place any more: whoever was asked to finds it given back. Called under the lock. */
    private void giveUp(Slot slot) {
        if (expected.remove(slot)) {
            slot.givenBack = true;
            workers--;
        }
    }

    /** With nothing left to do, workers that have not come are not waited for; one that was lost holds no place. */
    private void giveUpExpected() {
        if (queue.isEmpty() && !expected.isEmpty()) {
            List.copyOf(expected).forEach(this::giveUp);
        }
    }

    private void work(Slot slot) {
        LiveRun done = null;
        for (LiveRun run; (run = next(slot, done)) != null; done = run) {
            try {
                if (hooks.isHeldBack(run)) {
                    hooks.unstarted(run);
                } else if (!hooks.mayStart(run)) {
                    hooks.dropped(run);
                } else if (run.execute(pace)) {
                    hooks.ended(run);
                } else {
                    hooks.unstarted(run);
                }
            } catch (Throwable e) { // a worker must outlive a defect of ours; the lease recovers the run
                Log.failed("the run of schedule " + run.scheduleId(), e);
                hooks.broken(run);
            }
        }
    }

    private @Nullable LiveRun next(Slot slot, @Nullable LiveRun done) {
        lock.lock();
        try {
            expected.remove(slot);
            if (done != null && running.remove(done) != null) {
                freed++;
            }
            if (slot.givenBack) {
                changed.signalAll();
                return null; // somebody else has this place now
            }
            LiveRun run = closed ? null : queue.pollFirst();
            if (run == null) {
                workers--;
            } else {
                running.put(run, slot);
                watch(run.timeout().toNanos());
                giveUpExpected();
            }
            if (waiting > 0 && (closed || queue.size() < parallelism)) {
                changed.signalAll();
            }
            return run;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a run back that no worker has taken. Returns whether it was still waiting. */
    boolean withdraw(LiveRun run) {
        lock.lock();
        try {
            boolean waited = queue.remove(run);
            giveUpExpected();
            return waited;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells a run to stop. A task that ignores it is stuck a moment later, as one that ignores its timeout.
     *
     * @return whether no worker had taken it, so that its task is not called any more and its caller is to end it
     */
    boolean callOff(LiveRun run) {
        lock.lock();
        try {
            if (withdraw(run)) {
                return true;
            }
            if (run.callOff(pace.nanos())) {
                watch(STUCK_AFTER_NANOS);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until fewer runs wait than may run at once. Returns whether there is room. */
    boolean awaitRoom(long nanos) {
        return await(nanos, true);
    }

    /** Returns what is at work now. */
    Load load() {
        lock.lock();
        try {
            return new Load(List.copyOf(running.keySet()), List.copyOf(queue), freed);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a place has become free since the look. Returns false if none will, or not in time. */
    boolean awaitFreed(Load seen, long nanos) {
        long left = nanos;
        lock.lock();
        try {
            waiting++;
            while (!closed && freed == seen.freed() && !(running.isEmpty() && queue.isEmpty())) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return !closed && freed != seen.freed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    private boolean await(long nanos, boolean forRoom) {
        long left = nanos;
        lock.lock();
        try {
            waiting++;
            while (!closed || !forRoom) {
                if (forRoom ? queue.size() < parallelism : running.isEmpty()) {
                    return true;
                }
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /** Plans a sweep for a timeout that ends so many nanoseconds from now; called under the lock. */
    private void watch(long nanos) {
        long at = pace.nanos() + nanos;
        if (sweep == null || at - sweepAt < 0) {
            if (sweep != null) {
                sweep.cancel();
            }
            sweepAt = at;
            sweep = timer.after(nanos, this::sweep);
        }
    }

    private void sweep() {
        List<LiveRun> stuck = new ArrayList<>();
        lock.lock();
        try {
            sweep = null;
            long now = pace.nanos();
            long next = NEVER;
            for (LiveRun run : running.keySet()) {
                long left =
                        run.hasStarted() ? run.nanosLeft(now) : run.timeout().toNanos();
                if (left > 0) {
                    next = Math.min(next, left);
                } else if (!run.isToldToStop()) {
                    next = run.timeOut() ? Math.min(next, STUCK_AFTER_NANOS) : next;
                } else if (left > -STUCK_AFTER_NANOS) {
                    next = Math.min(next, STUCK_AFTER_NANOS + left);
                } else if (run.markStuck()) {
                    stuck.add(run);
                }
            }
            if (next != NEVER) {
                watch(next);
            }
            for (LiveRun run : stuck) {
                Slot slot = running.remove(run);
                if (slot != null) {
                    slot.givenBack = true;
                    workers--;
                    freed++;
                }
            }
            if (!stuck.isEmpty()) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        stuck.forEach(hooks::stuck);
        if (!stuck.isEmpty()) {
            timer.aside(this::hire); // an executor may run what it is given on the caller's thread
        }
    }

    /**
     * Takes no more work; waits for running tasks, then interrupts them and waits a little more.
     *
     * @return the runs that no worker had taken
     */
    List<LiveRun> close(Duration grace) {
        List<LiveRun> left;
        lock.lock();
        try {
            closed = true;
            left = new ArrayList<>(queue);
            queue.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (!await(grace.toNanos(), false)) {
            List<LiveRun> late;
            lock.lock();
            try {
                late = new ArrayList<>(running.keySet());
            } finally {
                lock.unlock();
            }
            late.forEach(LiveRun::shutDown);
            await(STUCK_AFTER_NANOS, false);
        }
        return left;
    }
}
