package dev.heartbeat.store;

import java.time.Duration;

/**
 * How long one store call may take. A store that waits for something gives up after it and throws
 * {@link StoreException}; one that never waits may ignore it.
 *
 * @param remaining the longest time, counted from the call; not negative
 */
public record CallLimit(Duration remaining) {
    /** Cuts a negative time to zero. */
    public CallLimit {
        if (remaining.isNegative()) {
            remaining = Duration.ZERO;
        }
    }

    /** Returns a limit. */
    public static CallLimit of(Duration remaining) {
        return new CallLimit(remaining);
    }
}
