package dev.heartbeat.engine;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;

/** When the resident ticker looks at a schedule again; pure. */
final class WakeRule {
    private WakeRule() {}

    /**
     * Returns the earliest instant later than now at which the schedule falls due; {@link Instant#MAX} for never. What is
     * due already was left to the next pulse, and wakes nobody: only the next fire of the timing does. A backfill wakes
     * nobody either; it goes on with each pulse that comes.
     */
    static Instant after(StoredSchedule stored, Instant now) {
        StoredSchedule seen = stored.state().backfill() == null
                ? stored
                : stored.withState(stored.state().withBackfill(null));
        Instant wake = seen.wakeAt();
        if (wake.isAfter(now) || seen.state().pending() != null) {
            return wake.isAfter(now) ? wake : Instant.MAX;
        }
        try {
            return seen.schedule().nextFire(now).orElse(Instant.MAX);
        } catch (InvalidScheduleException e) {
            return Instant.MAX; // a timing of the user's own that throws; each pulse shows it
        }
    }
}
