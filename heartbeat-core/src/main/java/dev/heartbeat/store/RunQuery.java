package dev.heartbeat.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which ledger entries to read; newest end first.
 *
 * @param scheduleId only this schedule, or null for all
 * @param after where the page starts, as a {@link Page#next()} gave it, or null for the newest
 * @param limit how many at the most, 1 to 1,000
 */
public record RunQuery(
        @Nullable String scheduleId, @Nullable String after, int limit) {
    /** Checks the limit. Throws {@code IllegalArgumentException} unless it is 1 to 1,000. */
    public RunQuery {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("run query: limit is " + limit + "; allowed are 1 to 1000");
        }
    }

    /** Returns a query for the newest entries of all schedules. */
    public static RunQuery newest(int limit) {
        return new RunQuery(null, null, limit);
    }

    /** Returns a query for the newest entries of one schedule. */
    public static RunQuery of(String scheduleId, int limit) {
        return new RunQuery(scheduleId, null, limit);
    }

    /** Returns this query for the page after the given one, or empty when that was the last. */
    public Optional<RunQuery> after(Page<?> page) {
        return page.next().map(next -> new RunQuery(scheduleId, next, limit));
    }
}
