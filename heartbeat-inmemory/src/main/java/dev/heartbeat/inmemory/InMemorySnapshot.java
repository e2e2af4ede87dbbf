package dev.heartbeat.inmemory;

import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredSchedule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a store held at one instant, for tests. Immutable: later writes do not show in it.
 *
 * @param schedules the readable schedules by id, in the order of ids
 * @param runs the ledger, newest end first
 * @param pulses the history of pulses, latest start first
 * @param heartbeat the heartbeat record, or empty if there has been none
 * @param audit the audit history, latest first
 * @param cells the state cells by key, in the order of their first write
 */
public record InMemorySnapshot(
        Map<String, StoredSchedule> schedules,
        List<RunRecord> runs,
        List<PulseRecord> pulses,
        Optional<HeartbeatRecord> heartbeat,
        List<AuditEntry> audit,
        Map<StateKey, StateCell> cells) {
    /** Copies the collections. */
    public InMemorySnapshot {
        schedules = Collections.unmodifiableMap(new LinkedHashMap<>(schedules));
        runs = List.copyOf(runs);
        pulses = List.copyOf(pulses);
        audit = List.copyOf(audit);
        cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
    }
}
