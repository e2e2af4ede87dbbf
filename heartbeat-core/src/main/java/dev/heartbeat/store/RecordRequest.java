package dev.heartbeat.store;

import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the record of one attempt writes, in one atomic step and only while its token is the claim in force.
 *
 * @param token the claim
 * @param state the state to write, by way of {@link #stateOver}: no pending fire when the fire has ended, a waiting one
 *     when it is tried again, an accepted one when the work goes on elsewhere
 * @param lastResult unmodifiable; the value of the document's lastResult; null leaves the field alone
 * @param run the run; it is a ledger entry when its outcome is an end. Its token is the answer's own: the claim's, or one
 *     made of it if the answer came by token
 * @param missed ledger entries of fires that passed without a run
 * @param completeWithin of an accepted run the time to its deadline, which the store counts from its own time; else null
 */
public record RecordRequest(
        RunToken token,
        ScheduleState state,
        @Nullable Map<String, @Nullable Object> lastResult,
        RunRecord run,
        List<RunRecord> missed,
        @Nullable Duration completeWithin) {
    /** Copies the list. */
    public RecordRequest {
        missed = List.copyOf(missed);
    }

    /** Makes the record of an attempt that does not go on elsewhere. */
    public RecordRequest(
            RunToken token,
            ScheduleState state,
            @Nullable Map<String, @Nullable Object> lastResult,
            RunRecord run,
            List<RunRecord> missed) {
        this(token, state, lastResult, run, missed, null);
    }

    /**
     * Returns the state to write over the one in the document: the deadline of an accepted run is by the store's time, and
     * what people have asked for meanwhile, a cancellation or a backfill, stays.
     *
     * @param stored the state in the document, whose pending fire is the one to be recorded
     * @param storeNow the store's time
     */
    public ScheduleState stateOver(ScheduleState stored, Instant storeNow) {
        ScheduleState written = state.withBackfill(stored.backfill());
        PendingFire next = state.pending();
        if (next == null) {
            return written;
        }
        PendingFire dated = completeWithin == null ? next : next.until(storeNow.plus(completeWithin));
        PendingFire held = stored.pending();
        return written.withPending(held != null && held.cancelRequested() ? dated.cancelling() : dated);
    }
}
