package dev.heartbeat;

import dev.heartbeat.engine.FireKey;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseStore;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the fires of a range that a backfill runs. */
final class BackfillPlanner {
    private static final Duration LONGEST_RANGE = Duration.ofDays(366);
    private static final int MOST_FIRES = 10_000;
    private static final int PAGE = 1_000;

    /** Entries that ended that much before the range cannot be of its fires, whatever the clocks have done. */
    private static final Duration TOLERATED_STEP = Duration.ofHours(1);

    private final PulseStore store;

    BackfillPlanner(PulseStore store) {
        this.store = store;
    }

    /** Checks a range. Throws {@code IllegalArgumentException} if it is not allowed. */
    static void check(String id, Instant from, Instant to, Instant now) {
        if (!from.isBefore(to) || to.isAfter(now) || Duration.between(from, to).compareTo(LONGEST_RANGE) > 0) {
            throw new IllegalArgumentException("backfill of schedule '" + id + "' from " + from + " to " + to
                    + " is not allowed; from before to, to not later than now (" + now + "), at most "
                    + LONGEST_RANGE.toDays() + " days");
        }
    }

    /** Returns what there is to run, not asked for yet. Throws {@code IllegalArgumentException} if it is too much. */
    BackfillPlan plan(StoredSchedule seen, Instant from, Instant to) {
        List<Instant> fires = fires(seen.schedule(), from, to);
        int all = fires.size();
        if (all > 0) {
            Set<String> settled = settled(seen, fires.get(0));
            fires.removeIf(fire -> settled.contains(FireKey.of(fire)));
        }
        List<Instant> listed = fires.subList(0, Math.min(fires.size(), BackfillPlan.MOST_LISTED));
        return new BackfillPlan(seen.id(), from, to, false, fires.size(), listed, all - fires.size());
    }

    private static List<Instant> fires(Schedule schedule, Instant from, Instant to) {
        List<Instant> fires = new ArrayList<>();
        Optional<Instant> fire = schedule.nextFire(from.minusNanos(1));
        while (fire.filter(to::isAfter).isPresent()) {
            if (fires.size() == MOST_FIRES) {
                throw new IllegalArgumentException("backfill of schedule '" + schedule.id() + "' from " + from + " to "
                        + to + " is not allowed; it has more than " + MOST_FIRES + " fires, ask for a shorter range");
            }
            fires.add(fire.get());
            fire = schedule.nextFire(fire.get());
        }
        return fires;
    }

    /** The keys that have an entry, of fires since the given one, and the key of the fire that is under way. */
    private Set<String> settled(StoredSchedule seen, Instant since) {
        Set<String> keys = new HashSet<>();
        PendingFire pending = seen.state().pending();
        if (pending != null) {
            keys.add(pending.key());
        }
        Instant end = since.minus(TOLERATED_STEP);
        Optional<RunQuery> query = Optional.of(RunQuery.of(seen.id(), PAGE));
        while (query.isPresent()) {
            Page<RunRecord> page = store.runs(query.get());
            page.items().forEach(entry -> keys.add(entry.key()));
            boolean older =
                    page.items().stream().anyMatch(entry -> entry.endedAt().isBefore(end));
            query = older ? Optional.empty() : query.get().after(page);
        }
        return keys;
    }
}
