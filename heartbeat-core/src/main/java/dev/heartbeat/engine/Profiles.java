package dev.heartbeat.engine;

import dev.heartbeat.store.StateKey;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    private final Map<String, Sample> ended = new ConcurrentHashMap<>();
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
        ended.computeIfAbsent(task, name -> new Sample()).add(durationMs);
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

    /** Returns the nanoseconds that a run of the task will likely take, as last learned; 0 if nobody knows. */
    long likelyNanos(String task) {
        Long known = likely.get(task);
        if (known == null) {
            Profile profile = Profile.of(board.value(key(task)));
            Sample own = ended.get(task);
            Optional<Duration> learned = (own == null ? profile : profile.with(own.all())).likely();
            known = learned.isPresent() ? Math.max(1, learned.get().toNanos()) : 0L;
            likely.put(task, known);
        }
        return known;
    }

    /** Hands what was learned to the cells. */
    void handOver() {
        for (Map.Entry<String, Sample> each : ended.entrySet()) {
            List<Long> learned = each.getValue().take();
            if (!learned.isEmpty()) {
                board.change(
                        key(each.getKey()),
                        values -> Profile.of(values).with(learned).values());
            }
        }
        likely.clear();
    }

    /** Durations of runs, of which so many are kept that they stand for all. Thread-safe. */
    private static final class Sample {
        private long[] kept = new long[8];
        private int size;

        synchronized void add(long durationMs) {
            if (size == MOST_KEPT) {
                halve();
            }
            if (size == kept.length) {
                kept = Arrays.copyOf(kept, 2 * size);
            }
            kept[size++] = durationMs;
        }

        /** Lets every second one stand for two, from the shortest to the longest. */
        private void halve() {
            Arrays.sort(kept, 0, size);
            size /= 2;
            for (int i = 0; i < size; i++) {
                kept[i] = kept[2 * i];
            }
        }

        synchronized List<Long> all() {
            List<Long> all = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                all.add(kept[i]);
            }
            return all;
        }

        synchronized List<Long> take() {
            List<Long> all = all();
            size = 0;
            return all;
        }
    }
}
