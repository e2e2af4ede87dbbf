package dev.heartbeat.engine;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a backfill goes on after a claim; pure. */
final class BackfillRule {
    private BackfillRule() {}

    /** Returns the backfill as the claim of the candidate leaves it; null if there is none. */
    static @Nullable Backfill after(Candidate candidate) {
        StoredSchedule seen = candidate.seen();
        Backfill backfill = seen.state().backfill();
        if (backfill == null) {
            return null;
        }
        PendingFire pending = seen.state().pending();
        if (pending == null) {
            return candidate.backfilled() ? behind(candidate.fireTime(), backfill, seen.schedule()) : backfill;
        }
        boolean takesItsPlace = !candidate.key().equals(pending.key());
        return takesItsPlace && isGivenBack(pending) && backfill.holds(pending.fireTime())
                ? backfill.withNext(pending.fireTime())
                : backfill;
    }

    private static Backfill behind(Instant fire, Backfill backfill, Schedule schedule) {
        try {
            return backfill.withNext(
                    schedule.nextFire(fire).filter(backfill::holds).orElse(null));
        } catch (InvalidScheduleException e) {
            return backfill.withNext(
                    fire.plusMillis(1)); // a timing of the user's own that throws now: looked for later
        }
    }

    /**
     * A past fire whose claim was given back before its task was called: where another takes its place, it is not lost,
     * unless a person has called it off.
     */
    static boolean isGivenBack(PendingFire pending) {
        return pending.backfilled() && pending.starts() == 0 && !pending.cancelRequested();
    }
}
