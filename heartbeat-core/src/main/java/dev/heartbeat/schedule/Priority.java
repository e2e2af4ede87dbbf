package dev.heartbeat.schedule;

import java.util.Locale;

/**
 * How early a due fire starts when several are due; {@code NORMAL} unless a schedule says otherwise. A fire that waits rises
 * by one class for each interval, at most to {@code HIGH}.
 */
public enum Priority {
    /** Starts before everything else, however long it will take, and is never deferred behind others. */
    CRITICAL,
    /** Starts before normal work. */
    HIGH,
    /** The default. */
    NORMAL,
    /** Starts when nothing else is due, or when it has waited long enough to rise. */
    LOW;

    /** Returns the lower-case word used in documents and JSON, such as {@code "normal"}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
