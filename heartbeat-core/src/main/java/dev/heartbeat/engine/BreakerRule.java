package dev.heartbeat.engine;

import dev.heartbeat.engine.Circuit.Probe;
import dev.heartbeat.task.Breaker;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The circuit breaker; pure. Closed: all may start, and every run that ends is counted; after so many failures in a row it
 * opens. Open: nobody may start until the cool-down has passed. Half open: one run may, the probe; if it succeeds the
 * circuit closes, if it fails another cool-down begins, if it tells nothing or its place expires another one may.
 *
 * <p>While it is not closed only the probe is heard: what began before it opened says nothing new.
 */
final class BreakerRule {
    private BreakerRule() {}

    /** What the end of a run tells of its circuit. */
    enum Word {
        SUCCEEDED,
        FAILED,
        /** Neither: the run was skipped, was given back, or failed for a reason of its own. */
        NOTHING
    }

    /** Whether a run may start. */
    enum Gate {
        /** It may: the circuit is closed, or the run is its probe. */
        PASS,
        /** It may if it becomes the probe. */
        PROBE,
        /** It may not. */
        HOLD
    }

    static Gate gate(Circuit circuit, String scheduleId, String pulseId, Instant now) {
        Instant openUntil = circuit.openUntil();
        if (openUntil == null) {
            return Gate.PASS;
        }
        if (now.isBefore(openUntil)) {
            return Gate.HOLD;
        }
        Probe probe = circuit.probe();
        if (probe == null || !now.isBefore(probe.until())) {
            return Gate.PROBE;
        }
        return probe.isOf(scheduleId, pulseId) ? Gate.PASS : Gate.HOLD;
    }

    /** The circuit after a run took the place of the probe; the same if the place is not free. */
    static Circuit probing(Circuit circuit, String scheduleId, String pulseId, Instant now, Instant until) {
        return gate(circuit, scheduleId, pulseId, now) == Gate.PROBE
                ? circuit.withProbe(new Probe(scheduleId, pulseId, millis(until)))
                : circuit;
    }

    /** The circuit after its probe told that it is alive; the same if the place is another's now. */
    static Circuit renewed(Circuit circuit, String scheduleId, String pulseId, Instant until) {
        return isProbe(circuit, scheduleId, pulseId)
                ? circuit.withProbe(new Probe(scheduleId, pulseId, millis(until)))
                : circuit;
    }

    /** The circuit after its probe was given up before it could tell anything. */
    static Circuit givenBack(Circuit circuit, String scheduleId, String pulseId) {
        return isProbe(circuit, scheduleId, pulseId) ? circuit.withProbe(null) : circuit;
    }

    /** The circuit after a run has ended. */
    static Circuit after(Circuit circuit, Breaker breaker, Word word, String scheduleId, String pulseId, Instant now) {
        if (circuit.isClosed()) {
            return switch (word) {
                case SUCCEEDED -> Circuit.CLOSED;
                case FAILED -> failed(circuit, breaker, now);
                case NOTHING -> circuit;
            };
        }
        if (!isProbe(circuit, scheduleId, pulseId)) {
            return circuit;
        }
        return switch (word) {
            case SUCCEEDED -> Circuit.CLOSED;
            case FAILED -> failed(circuit, breaker, now);
            case NOTHING -> givenBack(circuit, scheduleId, pulseId);
        };
    }

    private static Circuit failed(Circuit circuit, Breaker breaker, Instant now) {
        int failures = circuit.failures() == Integer.MAX_VALUE ? Integer.MAX_VALUE : circuit.failures() + 1;
        if (circuit.isClosed() && failures < breaker.failuresInARow()) {
            return new Circuit(failures, null, null, null);
        }
        Instant openedAt = circuit.openedAt() == null ? millis(now) : circuit.openedAt();
        return new Circuit(failures, openedAt, millis(now.plus(breaker.coolDown())), null);
    }

    private static boolean isProbe(Circuit circuit, String scheduleId, String pulseId) {
        Probe probe = circuit.probe();
        return probe != null && probe.isOf(scheduleId, pulseId);
    }

    /** As every store keeps it. */
    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
