package dev.heartbeat.store;

import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one claim writes, in one atomic step and only if the document still has the version that was read.
 *
 * @param seen the document as it was read
 * @param state the state to write; its pending fire carries a fresh token, and the store sets its {@code until} to its own
 *     time plus the lease
 * @param startedAt what to write as lastRun, in milliseconds; null leaves the field alone, when no task will be called
 * @param lease how long the claim holds without a renewal
 * @param superseded the ledger entry that ends the fire which this claim takes the place of, or null
 */
public record ClaimRequest(
        StoredSchedule seen,
        ScheduleState state,
        @Nullable Instant startedAt,
        Duration lease,
        @Nullable RunRecord superseded) {
    /** Returns the schedule's id. */
    public String scheduleId() {
        return seen.id();
    }

    /** Returns the fire that is claimed. */
    public PendingFire fire() {
        return Objects.requireNonNull(state.pending(), "pending fire of the claim");
    }

    /** Returns the token of the claim. */
    public RunToken token() {
        return Objects.requireNonNull(fire().token(), "token of the claim");
    }

    /**
     * Returns what to write in place of {@link #state} if the fire has ended already, because an old copy of the document
     * was put back: nothing is pending, and the cursor stands past the fire; that of a backfill has its own place. All else
     * is of the state that was seen: no start is written, so none is remembered.
     */
    public ScheduleState past() {
        ScheduleState held = seen.state();
        PendingFire ended = fire();
        Instant cursor = held.cursor();
        if (!ended.forced()
                && !ended.backfilled()
                && (cursor == null || ended.fireTime().isAfter(cursor))) {
            cursor = ended.fireTime();
        }
        return new ScheduleState(cursor, held.wrote(), held.rule(), null, held.failures(), state.backfill());
    }
}
