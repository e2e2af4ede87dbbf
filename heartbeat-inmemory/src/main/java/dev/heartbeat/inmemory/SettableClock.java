package dev.heartbeat.inmemory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/**
 * A clock that stands still until it is moved. Hand the same one to the store and to the heartbeat, and time passes when
 * the test says so. Thread-safe; a move is seen by every later call of {@link #instant()} in any thread.
 */
public final class SettableClock implements InstantSource {
    private volatile Instant now;

    /** Creates a clock that stands at the instant. */
    public SettableClock(Instant start) {
        now = Objects.requireNonNull(start, "start");
    }

    @Override
    public Instant instant() {
        return now;
    }

    /**
     * Moves the clock forward; zero leaves it where it is.
     *
     * @throws IllegalArgumentException if the step is negative; {@link #set(Instant)} goes back
     */
    public synchronized void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException(
                    "advance: step " + step + " is not allowed; zero or more (set(Instant) goes back)");
        }
        now = now.plus(step);
    }

    /** Sets the clock to the instant, earlier ones included: that is how a test steps a clock back. */
    public synchronized void set(Instant instant) {
        now = Objects.requireNonNull(instant, "instant");
    }

    @Override
    public String toString() {
        return "SettableClock[" + now + "]";
    }
}
