package dev.heartbeat.health;

import java.time.Instant;
import java.util.Set;

/**
 * A named inner cause of a status, in words for the person who looks.
 *
 * @param name what it is, one of the constants here
 * @param cause what happened
 * @param since since when, as far as is known
 * @param nextStep what to do about it
 */
public record Condition(String name, String cause, Instant since, String nextStep) {
    /** No pulse has arrived for longer than the limit. */
    public static final String LATE = "late";
    /** A task failed for good. */
    public static final String DEGRADED = "degraded";
    /** A task ignores its timeout. */
    public static final String STUCK = "stuck";
    /** The pulse itself failed in this process. */
    public static final String PULSE_FAILED = "pulse-failed";
    /** The store did not answer. */
    public static final String STORE_UNREADABLE = "store-unreadable";
    /** This machine's clock and the store's differ. */
    public static final String CLOCK_SKEW = "clock-skew";
    /** Instances have different time zone data, and may see one fire at two instants. */
    public static final String TIME_ZONE_DATA = "time-zone-data";
    /** Nothing has been recorded yet. */
    public static final String NOT_STARTED = "not-started";
    /** A person has set lastRun into the future, which holds a schedule back. */
    public static final String HELD = "held";
    /** A queue is paused. */
    public static final String PAUSED = "paused";
    /** Everything is paused. */
    public static final String MAINTENANCE = "maintenance";
    /** A circuit is open after failures in a row, which holds its schedules back. */
    public static final String CIRCUIT_OPEN = "circuit-open";
    /** Fires wait for a place within the limit of their task or queue. */
    public static final String LIMITED = "limited";

    /** All of these names. */
    public static final Set<String> NAMES = Set.of(
            LATE,
            DEGRADED,
            STUCK,
            PULSE_FAILED,
            STORE_UNREADABLE,
            CLOCK_SKEW,
            TIME_ZONE_DATA,
            NOT_STARTED,
            HELD,
            PAUSED,
            MAINTENANCE,
            CIRCUIT_OPEN,
            LIMITED);
}
