package dev.heartbeat.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the last pulses left in the store: one small document that anyone can read. It belongs to a beat, the interval of
 * the clock that its pulses started in; pulses of one beat merge into it.
 *
 * @param beat the start of the beat
 * @param timestamp the start of the latest pulse
 * @param schedulesProcessed fires looked at outside queue {@code browser}, the largest pulse of the beat
 * @param schedulesExecuted fires executed in this beat outside queue {@code browser}
 * @param browserTasksProcessed the same for queue {@code browser}
 * @param browserTasksExecuted the same for queue {@code browser}
 * @param errors one for each id, in the order in which they first came, at most {@value #MOST_ERRORS}
 * @param errorsTotal at least how many different ones there were, those not kept included; exact up to {@value #MOST_ERRORS}
 * @param nextPulseExpected the end of the beat
 * @param pulseId the latest pulse
 * @param source who sent it
 * @param durationMs how long it took, in milliseconds
 */
public record HeartbeatRecord(
        Instant beat,
        Instant timestamp,
        int schedulesProcessed,
        int schedulesExecuted,
        int browserTasksProcessed,
        int browserTasksExecuted,
        List<HeartbeatError> errors,
        int errorsTotal,
        Instant nextPulseExpected,
        String pulseId,
        String source,
        long durationMs) {
    /** How many errors are kept. */
    public static final int MOST_ERRORS = 100;

    /** Copies the list. */
    public HeartbeatRecord {
        errors = List.copyOf(errors);
    }

    /** Tells whether there is no error: the document's {@code status} is {@code healthy}, else {@code error}. */
    public boolean isHealthy() {
        return errors.isEmpty();
    }

    /** Returns the document's {@code status}. */
    public String status() {
        return isHealthy() ? "healthy" : "error";
    }

    /** Returns the document's {@code error}: the first error as short text, or empty when healthy. */
    public Optional<String> error() {
        return errors.stream().findFirst().map(first -> first.id() + ": " + first.error());
    }
}
