package dev.heartbeat.store;

import dev.heartbeat.task.RunToken;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the record of one attempt writes, in one atomic step and only while its token is the claim in force.
 *
 * @param token the claim
 * @param state the state to write: no pending fire when the fire has ended, a waiting one when it is tried again
 * @param lastResult unmodifiable; the value of the document's lastResult; null leaves the field alone
 * @param run the run; it is a ledger entry when its outcome is an end
 * @param missed ledger entries of fires that passed without a run
 */
public record RecordRequest(
        RunToken token,
        ScheduleState state,
        @Nullable Map<String, @Nullable Object> lastResult,
        RunRecord run,
        List<RunRecord> missed) {
    /** Copies the list. */
    public RecordRequest {
        missed = List.copyOf(missed);
    }
}
