package dev.heartbeat.health;

import dev.heartbeat.store.HeartbeatRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the platform is at one instant. It answers three questions: does the pulse arrive, does the engine work, does the
 * work succeed.
 *
 * @param status the public face
 * @param conditions the causes, most serious first; empty when alive and nothing is odd
 * @param heartbeat the record that the answer rests on; empty if there is none or the store did not answer
 * @param storeReadable whether the store answered
 * @param at when it was asked
 */
public record Health(
        PulseStatus status,
        List<Condition> conditions,
        Optional<HeartbeatRecord> heartbeat,
        boolean storeReadable,
        Instant at) {
    /** Copies the list. */
    public Health {
        conditions = List.copyOf(conditions);
    }

    /** Tells whether the status is {@link PulseStatus#ALIVE}. */
    public boolean healthy() {
        return status == PulseStatus.ALIVE;
    }
}
