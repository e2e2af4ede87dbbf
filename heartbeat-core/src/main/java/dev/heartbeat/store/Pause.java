package dev.heartbeat.store;

import java.time.Instant;
import java.util.Objects;

/**
 * A pause of a schedule: the fields {@code pausedUntil}, {@code pausedBy} and {@code pauseReason}. A pause whose end has
 * passed stays as a note; fires up to its end are not made up.
 *
 * @param until the end, exclusive; {@link #INDEFINITELY} for no end
 * @param by who paused it
 * @param reason why
 */
public record Pause(Instant until, String by, String reason) {
    /** The end of a pause without an end: the last second that every supported store can hold. */
    public static final Instant INDEFINITELY = Instant.parse("9999-12-31T23:59:59Z");

    /** Checks for null. */
    public Pause {
        Objects.requireNonNull(until, "until");
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(reason, "reason");
    }

    /** Tells whether the schedule is held back at the instant. */
    public boolean holds(Instant now) {
        return now.isBefore(until);
    }
}
