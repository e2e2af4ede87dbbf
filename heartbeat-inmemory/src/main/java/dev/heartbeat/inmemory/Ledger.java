package dev.heartbeat.inmemory;

import dev.heartbeat.store.Page;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How fires ended: the history of runs, of all schedules and of each. Not thread-safe. */
final class Ledger {
    private final History<Key, RunRecord> runs;
    private final Map<String, TreeSet<Item<RunRecord>>> bySchedule = new HashMap<>();
    private @Nullable Instant forgotten;

    Ledger(Duration age, int most, Consumer<? super RunRecord> listener) {
        runs = new History<>(age, most) {
            @Override
            void added(RunRecord run) {
                listener.accept(run);
            }

            @Override
            void listed(Item<RunRecord> item) {
                bySchedule
                        .computeIfAbsent(item.value().scheduleId(), id -> new TreeSet<>())
                        .add(item);
            }

            @Override
            void unlisted(Item<RunRecord> item) {
                forget(item);
            }
        };
    }

    /** Adds an entry unless one with its key stands there already. */
    void add(RunRecord run, Instant now) {
        runs.add(new Key(run.scheduleId(), run.key()), run.endedAt(), run, now);
    }

    void addAll(List<RunRecord> entries, Instant now) {
        for (RunRecord entry : entries) {
            add(entry, now);
        }
    }

    @Nullable
    RunRecord find(String scheduleId, String key) {
        return runs.get(new Key(scheduleId, key));
    }

    /**
     * Tells whether the fire has ended. Once the ledger has dropped entries, a timed fire that is as old as those counts
     * as ended if a later one of its schedule has: fires of one schedule end in their order, but for forced and backfilled
     * ones.
     */
    boolean hasEnded(Held document, PendingFire fire) {
        if (find(document.id(), fire.key()) != null) {
            return true;
        }
        Instant settled = document.settled();
        return forgotten != null
                && settled != null
                && !fire.forced()
                && !fire.backfilled()
                && !fire.fireTime().isAfter(forgotten)
                && !fire.fireTime().isAfter(settled);
    }

    void trim(Instant now) {
        runs.trim(now);
    }

    void append(List<RunRecord> entries, Instant now) {
        addAll(entries, now);
        trim(now);
    }

    Page<RunRecord> page(RunQuery query, Instant now) {
        trim(now);
        if (query.scheduleId() == null) {
            return runs.page(query.after(), query.limit());
        }
        runs.sort();
        TreeSet<Item<RunRecord>> own = bySchedule.get(query.scheduleId());
        return History.page(own == null ? new TreeSet<>() : own, query.after(), query.limit());
    }

    List<RunRecord> all(Instant now) {
        trim(now);
        return runs.all();
    }

    private void forget(Item<RunRecord> item) {
        RunRecord run = item.value();
        if (forgotten == null || run.fireTime().isAfter(forgotten)) {
            forgotten = run.fireTime();
        }
        TreeSet<Item<RunRecord>> own = bySchedule.get(run.scheduleId());
        if (own != null) {
            own.remove(item);
            if (own.isEmpty()) {
                bySchedule.remove(run.scheduleId());
            }
        }
    }

    /** The identity of an entry. Not a record: theirs is slow to start, and a cold burst goes through here. */
    private static final class Key {
        private final String scheduleId;
        private final String key;

        Key(String scheduleId, String key) {
            this.scheduleId = scheduleId;
            this.key = key;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && scheduleId.equals(that.scheduleId) && key.equals(that.key);
        }

        @Override
        public int hashCode() {
            return 31 * scheduleId.hashCode() + key.hashCode();
        }
    }
}
