package dev.heartbeat.engine;

import dev.heartbeat.store.StateKey;
import dev.heartbeat.task.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of how long tasks take: the profiles that all instances keep in state cells, and on top of them the runs
 * that have ended in this process since its last pulse closed. So what a pulse learns counts at once, and is written once.
 * Thread-safe.
 */
final class Profiles {
    private static final int MOST_KEPT = 512;

    private final StateBoard board;
    private final Map<String, List<Long>> ended = new ConcurrentHashMap<>();
    private final Map<String, Long> likely = new ConcurrentHashMap<>();
    private final Set<String> outdated = ConcurrentHashMap.newKeySet();

    Profiles(StateBoard board) {
        this.board = board;
    }

    /** Returns the cell of a task. */
    static StateKey key(String task) {
        return new StateKey("profile", task);
    }

    /** The cells have been read anew. */
    void read() {
        likely.clear();
    }

    /** A run has ended, however it went: its place was taken for so long. One that timed out would have taken longer. */
    void ended(LiveRun run) {
        if (!run.hasStarted()) {
            return; // called off before its task was called
        }
        Attempt went = Objects.requireNonNull(run.went(), "attempt");
        long atLeast = went.outcome() == Outcome.TIMED_OUT ? run.timeout().toMillis() : 0;
        ended(run.taskName(), Math.max(run.durationMs(), atLeast));
    }

    void ended(String task, long durationMs) {
        List<Long> kept = ended.computeIfAbsent(task, name -> new ArrayList<>());
        synchronized (kept) {
            if (kept.size() == MOST_KEPT) {
                halve(kept);
            }
            kept.add(durationMs);
        }
        outdated.add(task);
    }

    /** What has ended by now counts from now on; for many runs at once, since it costs more than to look one up. */
    void learn() {
        for (Iterator<String> tasks = outdated.iterator(); tasks.hasNext(); ) {
            String task = tasks.next();
            tasks.remove(); // first, so that what ends in between is learned next time
            likely.remove(task);
        }
    }

    /** Lets every second one stand for two, from the shortest to the longest. */
    private static void halve(List<Long> durations) {
        Collections.sort(durations);
        for (int i = 0; i < durations.size() / 2; i++) {
            durations.set(i, durations.get(2 * i));
        }
        durations.subList(durations.size() / 2, durations.size()).clear();
    }

    /** Returns the nanoseconds that a run of the task will likely take, as last learned; 0 if nobody knows. */
    long likelyNanos(String task) {
        return likely.computeIfAbsent(
                task,
                name -> Profile.of(board.value(key(name)))
                        .with(copy(ended.getOrDefault(name, List.of())))
                        .likely()
                        .map(duration -> Math.max(1, duration.toNanos()))
                        .orElse(0L));
    }

    /** Hands what was learned to the cells. */
    void handOver() {
        for (Map.Entry<String, List<Long>> each : ended.entrySet()) {
            List<Long> learned;
            synchronized (each.getValue()) {
                learned = List.copyOf(each.getValue());
                each.getValue().clear();
            }
            if (!learned.isEmpty()) {
                board.change(
                        key(each.getKey()),
                        values -> Profile.of(values).with(learned).values());
            }
        }
        likely.clear();
    }

    private static List<Long> copy(List<Long> durations) {
        synchronized (durations) {
            return List.copyOf(durations);
        }
    }
}
