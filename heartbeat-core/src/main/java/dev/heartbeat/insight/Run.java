package dev.heartbeat.insight;

import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What insight keeps of a ledger entry.
 *
 * @param counts whether it ended well or failed, and so is a run; else it only says that time has passed
 * @param swallowed whether a pause has swallowed it
 * @param regular whether it is of a fire of the timing, in its own time: not forced, not backfilled
 * @param ms how long its last attempt took, if it was executed; else null
 * @param lateMs the time from the fire to the start, if it was regular and had one attempt; else null
 */
record Run(
        String schedule,
        String task,
        Instant fireTime,
        Instant endedAt,
        boolean counts,
        boolean swallowed,
        boolean regular,
        boolean failed,
        boolean retried,
        @Nullable Long ms,
        @Nullable Long lateMs) {

    /** Returns what is kept; of the note of a late answer nothing, since its fire has an entry of its own. */
    static @Nullable Run of(RunRecord entry) {
        if (!entry.isEnd() || RunRecord.FENCED.equals(entry.reason())) {
            return null;
        }
        Instant startedAt = entry.startedAt();
        boolean executed = entry.outcome() == Outcome.EXECUTED;
        boolean failed = entry.outcome().isFailure();
        boolean regular = !entry.isForced() && !entry.isBackfilled();
        return new Run(
                entry.scheduleId(),
                entry.task(),
                entry.fireTime(),
                entry.endedAt(),
                executed || failed,
                entry.outcome() == Outcome.SKIPPED && startedAt == null,
                regular,
                failed,
                executed && entry.attempt() > 1,
                executed && startedAt != null ? between(startedAt, entry.endedAt()) : null,
                regular && executed && entry.attempt() == 1 && startedAt != null
                        ? between(entry.fireTime(), startedAt)
                        : null);
    }

    /** Two clocks may disagree about what came first; nothing takes less than no time. */
    private static long between(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis());
    }

    boolean troubled() {
        return failed || retried;
    }

    /** Tells whether the task was called for a fire of the timing. */
    boolean isStart() {
        return counts && regular;
    }
}
