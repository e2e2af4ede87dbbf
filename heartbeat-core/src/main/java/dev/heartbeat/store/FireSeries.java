package dev.heartbeat.store;

import dev.heartbeat.task.Outcome;
import java.time.Instant;

/**
 * Fires that passed without a run, as one fact.
 *
 * @param outcome {@code MISSED} or {@code SKIPPED}
 * @param reason why, such as {@value #COALESCED} or {@code paused}
 * @param count how many; at least 1
 * @param exact false when counting stopped: then it means "at least"
 * @param first the earliest fire time
 * @param last the latest fire time
 */
public record FireSeries(Outcome outcome, String reason, int count, boolean exact, Instant first, Instant last) {
    /** The reason of fires that nobody looked at before a later one was due. */
    public static final String COALESCED = "coalesced";
    /** The reason of fires that had to wait for the budget until a later one was due. */
    public static final String OVERLOAD = "overload";
    /** Where counting stops. */
    public static final int COUNT_LIMIT = 10_000;
}
