package dev.heartbeat.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of the heartbeat record and of history. Thread-safe; {@link StoreException} as in {@link ClaimStore}. How
 * long history is kept is the store's own setting; 30 days unless it says otherwise. Lists are newest first.
 */
public interface PulseStore {
    /** Returns the heartbeat record, or empty if there has been none. */
    Optional<StoredHeartbeat> heartbeat(CallLimit limit);

    /**
     * Writes the heartbeat record if the stored one still has the expected version. The record is written as it is:
     * merging is the engine's.
     *
     * @param expected the version that was read, or {@link Version#NONE}; {@link Version#ANY} is for schedules alone, and no
     *     version of the record
     * @return whether it was written
     */
    boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit);

    /** Adds a pulse to the history; one with the same id takes its place. */
    void savePulse(PulseRecord pulse, CallLimit limit);

    /** Returns a pulse of the history, or empty if it is not there (any more). */
    Optional<PulseRecord> pulse(String id);

    /**
     * Lists the history of pulses, latest start first.
     *
     * @param after where the page starts, as a {@link Page#next()} gave it, or null
     * @param limit how many at the most, 1 to 1,000
     */
    Page<PulseRecord> pulses(@Nullable String after, int limit);

    /** Lists ledger entries. */
    Page<RunRecord> runs(RunQuery query);

    /** Adds ledger entries that no claim stands behind, such as the note of a late answer; existing keys stay. */
    void appendRuns(List<RunRecord> entries, CallLimit limit);

    /** Adds an entry to the audit history. */
    void appendAudit(AuditEntry entry);

    /**
     * Lists the audit history, latest first.
     *
     * @param after where the page starts, as a {@link Page#next()} gave it, or null
     * @param limit how many at the most, 1 to 1,000
     */
    Page<AuditEntry> audit(@Nullable String after, int limit);
}
