package dev.heartbeat.cron;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/**
 * A rule that says at which instants something fires: a cron expression, a fixed period or one single instant.
 *
 * <p>This is an open port: a class of your own may implement it, though for another cron dialect or a business calendar
 * {@link #local} is the shorter way, since it knows what to do when the clocks change. An implementation must be
 * immutable, safe for use by several threads, and have {@code equals} and {@code hashCode} by value. It must be a pure
 * function of its arguments and must not read a clock. {@link #next} and {@link #previous} must see the same set of
 * instants. Instants count as they are, to the nanosecond; none is rounded.
 *
 * <p>No argument of a method here may be null; the timings made here answer null with a
 * {@link NullPointerException} that names the argument.
 */
public interface Timing {
    /**
     * Returns the first fire strictly after an instant.
     *
     * <p>A very far instant is never an error. Where fires are bounded (a cron expression fires only in the years
     * -999999 to 999999) an instant before the bound gets the first fire there is, one behind it gets none.
     *
     * @param after the instant that the fire must be later than
     * @param zone the zone whose wall clock the rule follows; a rule that is free of wall time ignores it
     * @param dst what happens where the zone's offset changes; ignored likewise
     * @return the fire, or empty if there is none
     */
    Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst);

    /**
     * Returns the last fire strictly before an instant; the mirror image of {@link #next}.
     *
     * @param before the instant that the fire must be earlier than
     * @param zone the zone whose wall clock the rule follows; a rule that is free of wall time ignores it
     * @param dst what happens where the zone's offset changes; ignored likewise
     * @return the fire, or empty if there is none
     */
    Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst);

    /**
     * Returns the canonical text of this rule. For a timing made here, other than by {@link #local}, {@link #cron(String)}
     * reads the text back as an equal timing; an implementation of your own should say who reads its text.
     */
    String text();

    /**
     * Reads a timing from text: a cron expression of five fields, one of the macros {@code @hourly @daily @midnight
     * @weekly @monthly @yearly @annually} (see {@link CronExpression#parse}), {@code @every} with an ISO-8601 duration
     * (see {@link #every}) or {@code @at} with an ISO-8601 instant (see {@link #at}).
     *
     * <p>Examples: {@code 0 9 * * MON-FRI}, {@code @daily}, {@code @every PT30M}, {@code @at 2026-03-01T09:00:00Z}.
     * Blanks, tabs and line breaks around the text are dropped. The text may have 256 characters in all.
     *
     * @throws InvalidCronException if the text is none of these; the message says what is wrong, where, and what is
     *     allowed
     */
    static Timing cron(String text) throws InvalidCronException {
        return TimingReader.read(Objects.requireNonNull(text, "text"));
    }

    /**
     * Returns a timing that fires once in every period: at the instants k times {@code period} after
     * 1970-01-01T00:00Z, for every whole number k. It has no starting point of its own, so a restart does not shift
     * it, and zone and daylight saving time do not matter to it. {@code PT24H} is therefore midnight in UTC and
     * nowhere else: for wall time use cron.
     *
     * <p>Its text is {@code @every} and the duration in the form of {@link Duration#toString}.
     *
     * @param period from 1 second to 366 days; a fraction of a second is allowed
     * @throws InvalidCronException if the period is outside these bounds
     */
    static Timing every(Duration period) throws InvalidCronException {
        return PeriodicTiming.of(Objects.requireNonNull(period, "period"));
    }

    /**
     * Returns a timing that fires once, at the given instant, in any zone and under any policy. Its text is {@code @at}
     * and the instant in UTC.
     */
    static Timing at(Instant instant) {
        return new OneOffTiming(Objects.requireNonNull(instant, "instant"));
    }

    /**
     * Returns a timing that fires at local times of your own making, such as a business calendar or another cron
     * dialect. Under each {@link DstPolicy} they become instants as those of a cron expression do, so gaps and overlaps
     * are not the calendar's concern. Like a cron expression it fires only in the years -999999 to 999999.
     *
     * <p>Two such timings are equal if their texts and their local times are. A document holds the text alone, and a
     * store that reads it back with {@link #cron} quarantines it: define such a schedule from Java, or give the store
     * a reader of your own.
     *
     * @param text the text of the timing; not blank, and not one that {@link #cron} reads, so that no document means
     *     two things
     * @param times the local times
     * @throws InvalidCronException if the text is not allowed
     */
    static Timing local(String text, LocalTimes times) throws InvalidCronException {
        return new LocalTiming(text, times);
    }
}
