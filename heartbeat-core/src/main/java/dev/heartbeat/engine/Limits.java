package dev.heartbeat.engine;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How many runs of this process may be at work at once for a task and for a queue, and which are. A run holds its places
 * from its claim until it is recorded or its claim is given up, also while it ignores its timeout. Thread-safe.
 *
 * <p>The limits are this process's own. To count over all instances, each start and each end would have to be written to
 * one document that all share.
 */
final class Limits {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Set<LiveRun>> holders = new HashMap<>();
    private final Map<String, Integer> queues;
    private final Runnable placeWanted;
    private Set<String> wanted = Set.of();

    /**
     * One limit.
     *
     * @param what what it is of, in words, such as {@code task 'report'}
     * @param most how many runs may be at work
     */
    record Limit(String what, int most) {}

    /**
     * Creates limits.
     *
     * @param queues how many runs of a queue may be at work, by its name
     * @param placeWanted is called when a place gets free that a fire waits for
     */
    Limits(Map<String, Integer> queues, Runnable placeWanted) {
        this.queues = Map.copyOf(queues);
        this.placeWanted = placeWanted;
    }

    /** Returns the limits that a run of the schedule counts for. */
    List<Limit> of(Schedule schedule, @Nullable Task task) {
        List<Limit> limits = List.of();
        if (task != null && task.maxParallel().isPresent()) {
            limits = List.of(
                    new Limit("task '" + task.name() + "'", task.maxParallel().getAsInt()));
        }
        String queue = schedule.queue().orElse(null);
        Integer most = queue == null ? null : queues.get(queue);
        if (most != null) {
            limits = new ArrayList<>(limits);
            limits.add(new Limit("queue '" + queue + "'", most));
        }
        return limits;
    }

    private List<Limit> of(LiveRun run) {
        return run.isStart() ? of(run.claim().seen().schedule(), run.task()) : List.of();
    }

    void add(LiveRun run) {
        List<Limit> limits = of(run);
        if (limits.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            limits.forEach(limit -> holders.computeIfAbsent(limit.what(), key -> new LinkedHashSet<>())
                    .add(run));
        } finally {
            lock.unlock();
        }
    }

    void remove(LiveRun run) {
        List<Limit> limits = of(run);
        if (limits.isEmpty()) {
            return;
        }
        boolean isWanted = false;
        lock.lock();
        try {
            for (Limit limit : limits) {
                Set<LiveRun> runs = holders.get(limit.what());
                if (runs != null && runs.remove(run) && runs.isEmpty()) {
                    holders.remove(limit.what());
                }
                isWanted |= wanted.contains(limit.what());
            }
        } finally {
            lock.unlock();
        }
        if (isWanted) {
            placeWanted.run();
        }
    }

    /** Returns how many places are free. */
    int free(Limit limit) {
        lock.lock();
        try {
            Set<LiveRun> runs = holders.get(limit.what());
            return limit.most() - (runs == null ? 0 : runs.size());
        } finally {
            lock.unlock();
        }
    }

    /** Returns the run that has held a place for the longest time, or null. */
    @Nullable
    LiveRun oldestHolder(Limit limit) {
        lock.lock();
        try {
            Set<LiveRun> runs = holders.get(limit.what());
            return runs == null ? null : runs.iterator().next();
        } finally {
            lock.unlock();
        }
    }

    /** The pulse leaves fires behind that wait for these; until the next pulse says otherwise. */
    void want(Set<Limit> limits) {
        boolean isFree = false;
        Set<String> names = new HashSet<>();
        lock.lock();
        try {
            for (Limit limit : limits) {
                names.add(limit.what());
                isFree |= free(limit) > 0; // it got free after the pulse had looked
            }
            wanted = names;
        } finally {
            lock.unlock();
        }
        if (isFree) {
            placeWanted.run();
        }
    }
}
