package dev.heartbeat.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which schedules to find.
 *
 * @param now those whose {@link StoredSchedule#wakeAt()} is not later
 * @param after only those behind this place in the order; null from the start
 * @param limit how many at the most, 1 to 10,000
 * @param upcoming how many of the next not-due ones to list beside them, 0 or more
 * @param callLimit how long it may take
 */
public record DueQuery(Instant now, @Nullable DuePosition after, int limit, int upcoming, CallLimit callLimit) {
    /** Checks the numbers. Throws {@code IllegalArgumentException} if one is out of range. */
    public DueQuery {
        if (limit < 1 || limit > 10_000 || upcoming < 0) {
            throw new IllegalArgumentException("due query: limit is " + limit + " and upcoming is " + upcoming
                    + "; allowed are 1 to 10000, and 0 or more");
        }
    }
}
