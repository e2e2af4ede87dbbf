package dev.heartbeat.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/** Fires once, at an instant. */
record OneOffTiming(Instant instant) implements Timing {
    @Override
    public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(dst, "dst");
        return instant.isAfter(after) ? Optional.of(instant) : Optional.empty();
    }

    @Override
    public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(dst, "dst");
        return instant.isBefore(before) ? Optional.of(instant) : Optional.empty();
    }

    @Override
    public String text() {
        return TimingReader.AT + " " + instant;
    }

    @Override
    public String toString() {
        return text();
    }
}
