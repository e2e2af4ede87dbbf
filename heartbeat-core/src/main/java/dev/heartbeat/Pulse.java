package dev.heartbeat;

import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one pulse did. Immutable and thread-safe.
 *
 * @param id its id, as in the history
 * @param source who sent it
 * @param startedAt when it started
 * @param durationMs how long it took to answer, in milliseconds
 * @param details the fires handled, in the order they were planned, then the next schedules that are not due
 * @param heartbeat the record as it stands after the pulse; empty only for a busy answer before the first pulse
 * @param status the public face after the pulse
 * @param busy whether another pulse of this heartbeat was under way: then this one did nothing
 */
public record Pulse(
        String id,
        String source,
        Instant startedAt,
        long durationMs,
        List<PulseDetail> details,
        Optional<HeartbeatRecord> heartbeat,
        PulseStatus status,
        boolean busy) {
    /** Copies the list. */
    public Pulse {
        details = List.copyOf(details);
    }

    /** Returns how many details have the outcome; those listed as not due count as skipped. */
    public int count(Outcome outcome) {
        return (int)
                details.stream().filter(detail -> detail.outcome() == outcome).count();
    }

    /**
     * Returns the detail of the schedule, or empty if the pulse says nothing of it; of its first fire if the pulse took
     * several.
     */
    public Optional<PulseDetail> detail(String scheduleId) {
        return details.stream().filter(detail -> detail.id().equals(scheduleId)).findFirst();
    }
}
