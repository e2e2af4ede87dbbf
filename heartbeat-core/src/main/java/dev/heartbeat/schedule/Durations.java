package dev.heartbeat.schedule;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Durations as documents hold them: ISO-8601 text, or a number of seconds. For authors of stores and adapters. */
public final class Durations {
    /** What a message says is allowed. */
    public static final String ALLOWED = "a duration: ISO-8601 text such as PT30S, or a number of seconds";

    private static final double LONGEST_SECONDS = 1e12;

    private Durations() {}

    /** Returns the duration that the value stands for, or empty if it stands for none. */
    public static Optional<Duration> read(@Nullable Object value) {
        if (value instanceof Long seconds && seconds > -LONGEST_SECONDS && seconds < LONGEST_SECONDS) {
            return Optional.of(Duration.ofSeconds(seconds));
        }
        if (value instanceof Double seconds && Math.abs(seconds) < LONGEST_SECONDS) {
            return Optional.of(Duration.ofNanos(Math.round(seconds * 1e6) * 1_000));
        }
        if (value instanceof String text) {
            try {
                return Optional.of(Duration.parse(text.strip()));
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
