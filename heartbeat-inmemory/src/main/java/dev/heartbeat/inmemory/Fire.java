package dev.heartbeat.inmemory;

import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one fire of a schedule went in a simulation. Immutable and thread-safe.
 *
 * @param scheduleId the schedule
 * @param at the instant that the schedule asked for
 * @param outcome how it ended
 * @param attempts how often the task was called or claimed for it; 0 for a fire that was passed over
 * @param reason why, for outcomes that need a reason, such as {@code coalesced}, {@code paused}, {@code lost}; or null
 * @param startedAt when the last attempt was started, or null if there was none
 * @param endedAt when it ended, or was found to have passed
 * @param error the error text of the last attempt, or null
 */
public record Fire(
        String scheduleId,
        Instant at,
        Outcome outcome,
        int attempts,
        @Nullable String reason,
        @Nullable Instant startedAt,
        Instant endedAt,
        @Nullable String error) {
    /** Tells whether a backfill has run it; then what became of it before is another fire here, of the same instant. */
    public boolean isBackfilled() {
        return RunRecord.isBackfilled(reason);
    }

    /** Returns how long after its instant the last attempt was started, or empty if there was none. */
    public Optional<Duration> delay() {
        return Optional.ofNullable(startedAt).map(start -> Duration.between(at, start));
    }
}
