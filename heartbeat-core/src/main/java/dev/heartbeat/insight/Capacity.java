package dev.heartbeat.insight;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How full pulses are. A pulse is as full as it takes long to answer; one that had no time for all that was due is full. One
 * that only left a run going when it answered tells nothing of the room for others, and does not count; nor does one that
 * failed.
 *
 * @param roomMs the budget less what is kept back for the heartbeat, in milliseconds: what work may take
 * @param days each day of UTC with pulses that count, in order; the first and the last are seldom whole
 * @param perWeekMs by how much the fullest pulse of a day grows each week, in milliseconds; negative if it shrinks; null
 *     unless the trend is clear
 * @param fullAt when the fullest pulse of a day will need all of the room, if it grows on; null unless it clearly grows, and
 *     never further ahead than the days behind
 */
public record Capacity(
        long roomMs,
        List<Day> days,
        @Nullable Double perWeekMs,
        @Nullable Instant fullAt) {
    /** Copies the list. */
    public Capacity {
        days = List.copyOf(days);
    }

    /**
     * The pulses of one day.
     *
     * @param day the day of UTC
     * @param pulses how many count
     * @param full how many of them had no time for all that was due
     * @param p95Ms what 95 of 100 of them did not exceed, in milliseconds, at most the room
     * @param fullestMs the fullest of them, in milliseconds, at most the room
     */
    public record Day(LocalDate day, int pulses, int full, long p95Ms, long fullestMs) {}
}
