package dev.heartbeat.schedule;

/**
 * Something to know of a definition that is allowed, and that may not be meant. Immutable and thread-safe.
 *
 * @param name what it is, one of the constants here
 * @param words a sentence with the figures
 */
public record Hint(String name, String words) {
    /** It has no fire to come; a one-off of the past may still be made up. */
    public static final String NEVER_FIRES = "never-fires";
    /** This instance knows no executor for its task. */
    public static final String NO_EXECUTOR = "no-executor";
    /** It fires more often than pulses are expected. */
    public static final String FINER_THAN_PULSES = "finer-than-pulses";
    /** A fire may be too old by the time that a pulse finds it. */
    public static final String TOO_OLD_FOR_PULSES = "too-old-for-pulses";
    /** A run may take longer than the time between its fires. */
    public static final String LONGER_THAN_GAP = "longer-than-gap";
    /** The window is longer than the time between its fires, which ends it. */
    public static final String WINDOW_CUT = "window-cut";
}
