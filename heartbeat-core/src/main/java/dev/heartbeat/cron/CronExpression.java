package dev.heartbeat.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/**
 * A cron expression of five fields, read as cronie reads it, and the instants at which it fires.
 *
 * <p>Fires fall on whole minutes of the local clock. They lie in the years -999999 to 999999 (UTC); the search stops
 * there, so no instant, however far, is an error. An expression may have no fire at all, such as {@code 0 0 31 2 *}:
 * it is legal to read, and {@link #next} and {@link #previous} are empty at once.
 *
 * <p>Immutable and safe for use by several threads. Two expressions are equal if their texts are; {@code 0 9 * * 1}
 * and {@code 0 9 * * MON} fire alike but are not equal.
 */
public final class CronExpression implements Timing {
    private final String text;
    private final CronCalendar calendar;

    CronExpression(String text, CronCalendar calendar) {
        this.text = text;
        this.calendar = calendar;
    }

    /**
     * Reads an expression of five fields, or a macro.
     *
     * <p>The fields are minute (0-59), hour (0-23), day-of-month (1-31), month (1-12 or JAN-DEC) and day-of-week (0-7,
     * where 0 and 7 are Sunday, or SUN-SAT), with blanks or tabs between them. A field is a list, with commas, of
     * {@code *}, a value, a range {@code 1-5}, or a step over all or over a range, {@code *}{@code /10} or
     * {@code 0-30/10}. The rest of the grammar:
     *
     * <ul>
     *   <li>Names have three letters, in upper or lower case, and may stand in lists and ranges. A range of days that
     *       is written with a name may end on Sunday: {@code SUN-THU}, {@code fri-0} and {@code sat-sun} are read. Any
     *       other range whose end lies before its start is refused; {@code fri-mon} is {@code fri-sun,mon}.
     *   <li>A number has one to four ASCII digits, so leading zeros are allowed: {@code 007} is 7. A step is 1 or more;
     *       one that is larger than the range leaves the first value only, so {@code *}{@code /60} is minute 0.
     *   <li>If both day fields are restricted, a day that matches either of them matches; otherwise it must match both.
     *       A field whose text starts with {@code *} does not count as restricted, also with a step: {@code 0 0
     *       *}{@code /2 * 1} means odd days that are Mondays.
     *   <li>The macros are {@code @hourly} ({@code 0 * * * *}), {@code @daily} and {@code @midnight} ({@code 0 0 * *
     *       *}), {@code @weekly} ({@code 0 0 * * 0}), {@code @monthly} ({@code 0 0 1 * *}), {@code @yearly} and
     *       {@code @annually} ({@code 0 0 1 1 *}), in lower case.
     *   <li>Blanks, tabs and line breaks around the text are dropped; a line break inside it is refused, as is a text
     *       of more than 256 characters.
     * </ul>
     *
     * <p>Everything else is refused, such as seconds, years, {@code ?}, {@code L}, {@code W}, {@code #}, a step after a
     * single value ({@code 5/15}), signs, and digits of other scripts. {@code @every} and {@code @at} are read by
     * {@link Timing#cron}.
     *
     * @throws InvalidCronException if the text is refused
     */
    public static CronExpression parse(String text) throws InvalidCronException {
        return CronParser.parse(TimingReader.trim(Objects.requireNonNull(text, "text")), text);
    }

    @Override
    public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
        return WallFires.next(calendar, after, zone, dst);
    }

    @Override
    public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
        return WallFires.previous(calendar, before, zone, dst);
    }

    /** Returns the text that was read, without the white space around it; a macro stays a macro. */
    @Override
    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronExpression that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns the same as {@link #text()}. */
    @Override
    public String toString() {
        return text;
    }
}
