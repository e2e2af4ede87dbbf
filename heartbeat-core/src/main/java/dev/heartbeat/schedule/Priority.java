package dev.heartbeat.schedule;

import java.util.Locale;

/** How early a due fire starts when several are due; {@code NORMAL} unless a schedule says otherwise. */
public enum Priority {
    /** Starts before everything else and is never deferred behind others. */
    CRITICAL,
    /** Starts before normal work. */
    HIGH,
    /** The default. */
    NORMAL,
    /** Starts when nothing else is due. */
    LOW;

    /** Returns the lower-case word used in documents and JSON, such as {@code "normal"}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
