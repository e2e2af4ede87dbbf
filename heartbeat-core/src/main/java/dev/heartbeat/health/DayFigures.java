package dev.heartbeat.health;

import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one day of UTC was like, over all instances: a few numbers that pulses keep, so that nobody has to read a month of
 * history. They are for people; the ledger is the account. Immutable and thread-safe.
 *
 * @param day the day
 * @param hours the {@value #HOURS} hours of it, from midnight on
 * @param pulses pulses in the history
 * @param pulsesWithErrors how many of them left an error
 * @param pulsesFailed how many of them could not do their work
 * @param pulseMs how long all of them took, in milliseconds
 * @param beats intervals that had a pulse, counted from the second one ever seen
 * @param betweenMs the time from the first pulse of an interval to the first of the next one that had any, over all
 *     {@code beats}, in milliseconds
 * @param delayMs the time from the expected to the actual pulse, over all {@code beats}, in milliseconds
 * @param silences how often no pulse came until the heartbeat was stale
 * @param turnedRed how often a pulse found the heartbeat with errors that the one before it had not found
 * @param missed fires that passed without a run
 * @param browserExecuted how many of the executed fires were of queue {@code browser}
 * @param playbooksExecuted how many of the executed fires ran a playbook: those of schedules with the param {@code playbookId}
 * @param counts what tasks have counted, by name; at most {@value #MOST_NAMES} names, which have at most {@value
 *     #MOST_NAME_BYTES} bytes of UTF-8 in all
 */
public record DayFigures(
        LocalDate day,
        List<Hour> hours,
        long pulses,
        long pulsesWithErrors,
        long pulsesFailed,
        long pulseMs,
        long beats,
        long betweenMs,
        long delayMs,
        long silences,
        long turnedRed,
        long missed,
        long browserExecuted,
        long playbooksExecuted,
        Map<String, Long> counts) {
    /** How many days a store keeps figures of, the latest included. */
    public static final int DAYS_KEPT = 64;
    /** How many hours a day of UTC has. */
    public static final int HOURS = 24;
    /** How many names of counts a day keeps; further ones stand in the ledger alone. */
    public static final int MOST_NAMES = 50;
    /** How many bytes the names of counts of a day may have: a store may keep all days in one document. */
    public static final int MOST_NAME_BYTES = 4_096;

    /**
     * Fires by the hour of UTC in which they ended.
     *
     * @param executed executed
     * @param failed failed for good or timed out
     */
    public record Hour(long executed, long failed) {
        /** Nothing. */
        public static final Hour NONE = new Hour(0, 0);
    }

    /** Copies the collections. Throws {@code IllegalArgumentException} unless there are {@value #HOURS} hours. */
    public DayFigures {
        hours = List.copyOf(hours);
        counts = Collections.unmodifiableMap(new TreeMap<>(counts));
        if (hours.size() != HOURS) {
            throw new IllegalArgumentException("a day has " + HOURS + " hours, not " + hours.size());
        }
    }

    /** Returns a day on which nothing was seen. */
    public static DayFigures none(LocalDate day) {
        return new DayFigures(day, Collections.nCopies(HOURS, Hour.NONE), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());
    }

    /** Returns the fires executed on the day. */
    public long executed() {
        return hours.stream().mapToLong(Hour::executed).sum();
    }

    /** Returns the fires that failed for good or timed out on the day. */
    public long failed() {
        return hours.stream().mapToLong(Hour::failed).sum();
    }
}
