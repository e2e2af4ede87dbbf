package dev.heartbeat;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one pulse is asked for. Immutable and thread-safe.
 *
 * @param source who sends it, such as {@code github-actions}; 1 to 100 characters
 * @param ownBudget the time it may take, or null for the heartbeat's own
 * @param awaitRuns whether to answer only when all runs it started are done, however long that takes: for hosts that
 *     freeze a process after the response
 */
public record PulseRequest(String source, @Nullable Duration ownBudget, boolean awaitRuns) {
    /** Checks the values. Throws {@code IllegalArgumentException} if one is out of range. */
    public PulseRequest {
        Objects.requireNonNull(source, "source");
        if (source.isBlank() || source.length() > 100) {
            throw new IllegalArgumentException(
                    "pulse source '" + source + "' is not allowed; 1 to 100 characters, not blank");
        }
        if (ownBudget != null && (ownBudget.isNegative() || ownBudget.isZero())) {
            throw new IllegalArgumentException("pulse budget " + ownBudget + " is not allowed; more than zero");
        }
    }

    /** Returns a request from the source, with the heartbeat's own budget. */
    public static PulseRequest from(String source) {
        return new PulseRequest(source, null, false);
    }

    /** Returns this request with its own budget. Throws {@code IllegalArgumentException} unless it is positive. */
    public PulseRequest budget(Duration budget) {
        return new PulseRequest(source, budget, awaitRuns);
    }

    /** Returns this request such that the pulse answers only when all its runs are done. */
    public PulseRequest awaitingRuns() {
        return new PulseRequest(source, ownBudget, true);
    }

    /** Returns its own budget, or empty for the heartbeat's. */
    public Optional<Duration> budget() {
        return Optional.ofNullable(ownBudget);
    }
}
