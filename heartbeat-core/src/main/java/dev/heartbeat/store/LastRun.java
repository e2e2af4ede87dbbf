package dev.heartbeat.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code lastRun} field of a schedule's document: an instant, null, or not there. It is for people: the start of the
 * latest attempt, in milliseconds, so that a round trip through JavaScript keeps it. Writing null asks for one start.
 *
 * @param kind which of the three
 * @param value the instant of kind {@code AT}, null otherwise
 */
public record LastRun(Kind kind, @Nullable Instant value) {
    /** The field is not there. */
    public static final LastRun MISSING = new LastRun(Kind.MISSING, null);
    /** The field is null: a person asks for one start. */
    public static final LastRun NULL = new LastRun(Kind.NULL, null);

    /** Returns the field with an instant, cut to milliseconds. */
    public static LastRun at(Instant instant) {
        return new LastRun(Kind.AT, instant.truncatedTo(ChronoUnit.MILLIS));
    }

    /** Returns the instant, or empty for the other two kinds. */
    public Optional<Instant> instant() {
        return Optional.ofNullable(value);
    }

    /** What the field holds. */
    public enum Kind {
        /** No such field. */
        MISSING,
        /** Null. */
        NULL,
        /** An instant. */
        AT
    }
}
