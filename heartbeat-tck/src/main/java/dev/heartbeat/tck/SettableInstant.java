package dev.heartbeat.tck;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** The clock that the kit hands to a store: it stands still until the kit moves it. Thread-safe. */
public final class SettableInstant implements InstantSource {
    private final AtomicReference<Instant> instant;

    /** Creates a clock that stands at the instant. */
    public SettableInstant(Instant start) {
        this.instant = new AtomicReference<>(Objects.requireNonNull(start, "start"));
    }

    @Override
    public Instant instant() {
        return Objects.requireNonNull(instant.get());
    }

    /** Moves the clock to the instant, which may be an earlier one. */
    public void set(Instant to) {
        instant.set(Objects.requireNonNull(to, "to"));
    }

    /** Moves the clock on; a negative step moves it back. */
    public void advance(Duration step) {
        instant.updateAndGet(now -> now.plus(step));
    }

    @Override
    public String toString() {
        return "SettableInstant[" + instant.get() + "]";
    }
}
