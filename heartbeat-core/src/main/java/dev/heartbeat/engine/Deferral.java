package dev.heartbeat.engine;

import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;

/**
 * A schedule has had to wait for the budget: all its fires, from the first one that was deferred to the pulse that last
 * deferred one.
 *
 * @param from the time of the first fire that was deferred
 * @param until when a pulse last deferred the schedule; not before from
 */
record Deferral(Instant from, Instant until) {
    Deferral {
        if (until.isBefore(from)) {
            throw new IllegalArgumentException(
                    "a deferral from " + from + " until " + until + " ends before it begins");
        }
    }

    /** Tells whether the fire is one of those that had to wait. */
    boolean holds(Instant fireTime) {
        return !fireTime.isBefore(from) && !fireTime.isAfter(until);
    }

    /** Returns the deferral as it goes on until then; no clock that is behind takes back what another has seen. */
    Deferral until(Instant pulse) {
        return pulse.isAfter(until) ? new Deferral(from, pulse) : this;
    }

    /** Tells whether the schedule waits since then: the cursor tells of a start in between, unless nothing was started. */
    boolean isOf(StoredSchedule seen) {
        Instant cursor = seen.state().cursor();
        PendingFire pending = seen.state().pending();
        boolean givenBack = pending != null && pending.starts() == 0;
        return cursor == null || cursor.isBefore(from) || givenBack;
    }
}
