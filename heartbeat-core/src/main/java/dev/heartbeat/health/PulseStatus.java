package dev.heartbeat.health;

import java.util.Locale;

/**
 * The public face of health: the value of {@code pulse} in JSON. (A <em>pulse</em> elsewhere is one pass of the engine;
 * this is what the passes tell of the platform.)
 */
public enum PulseStatus {
    /** The last heartbeat is fresh and has no errors: the green dot. */
    ALIVE,
    /** The last heartbeat is stale: the yellow dot. */
    WARNING,
    /** The last heartbeat has errors, or the pulse itself failed: the red dot. */
    ERROR,
    /** There has been no heartbeat: the gray dot. */
    UNKNOWN;

    /** Returns the lower-case word used in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
