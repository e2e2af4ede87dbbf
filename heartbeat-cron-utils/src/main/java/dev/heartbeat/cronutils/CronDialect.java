package dev.heartbeat.cronutils;

import dev.heartbeat.cron.InvalidCronException;
import dev.heartbeat.cron.Timing;
import java.util.Objects;

/**
 * A dialect of cron other than the core's, and the timings that its expressions make.
 *
 * <pre>{@code
 * Schedule.builder("report", CronDialect.QUARTZ.timing("0 0 9 ? * 6L"), "report")
 * }</pre>
 *
 * <p>Fires are to the second and lie in the years 1970 to 2099. Gaps and overlaps of the zone are the core's matter, under
 * the {@link dev.heartbeat.cron.DstPolicy} of the schedule: an expression follows the wall clock under {@code VIXIE} if
 * its second, minute or hour field starts with {@code *} or with a step to the end of the range ({@code 0/10}); other
 * ones have fixed times. A date that never comes ({@code 0 0 0 30 2 ?}) is read, and never fires.
 *
 * <p>All dialects: fields have blanks or tabs between them and take numbers of one to four ASCII digits, {@code *},
 * lists, ranges {@code 1-5} and steps {@code *}{@code /10} or {@code 0-30/10}; months and days of the week also take
 * names of three letters in upper or lower case. A text has up to 256 characters. What is not named here or at a dialect
 * is refused. The timings are equal if dialect and text are.
 */
public enum CronDialect {
    /**
     * Quartz: second minute hour day-of-month month day-of-week, and a year if wanted (1970-2099). Days of the week are
     * 1-7 or SUN-SAT, 1 is Sunday. One of the two day fields, and only one, is {@code ?}. The day of the month may be
     * {@code L} (the last), {@code L-3} (three before it), {@code LW} (the last weekday) or {@code 15W} (the weekday
     * nearest to the 15th, 1 to 27); the day of the week {@code L} (Saturday), {@code 6L} (the last Friday) or {@code 6#3}
     * (the third Friday). A range may go over the end ({@code 22-2}, {@code FRI-MON}), and a step may follow a value
     * ({@code 5/15}: from 5 on).
     */
    QUARTZ(Grammar.QUARTZ),
    /**
     * Spring 5.3 and later: second minute hour day-of-month month day-of-week, or {@code @hourly}, {@code @daily},
     * {@code @midnight}, {@code @weekly}, {@code @monthly}, {@code @yearly}, {@code @annually}. Days of the week are 0-7 or
     * SUN-SAT, 0 and 7 are Sunday, and {@code *}{@code /2} counts from Monday. A day must match both day fields; {@code ?}
     * is {@code *}. {@code L}, {@code L-3}, {@code LW}, {@code 15W} (1 to 27), {@code 5L} and {@code 5#3} are read in the
     * place where Quartz has them, the latter two in lists too. A step may follow a value, and a range of days may end on
     * Sunday.
     */
    SPRING(Grammar.SPRING),
    /**
     * cron4j: minute hour day-of-month month day-of-week. Days of the week are 0-6 or SUN-SAT, 0 is Sunday. A day must
     * match both day fields. The day of the month may be {@code L}. Alternatives with {@code |} are refused: make two
     * schedules.
     */
    CRON4J(Grammar.CRON4J);

    private final Grammar grammar;

    CronDialect(Grammar grammar) {
        this.grammar = grammar;
    }

    /**
     * Reads an expression of this dialect.
     *
     * <p>The text of the timing is {@link #prefix()}, a blank and the expression, such as {@code @quartz 0 0 9 ? * MON}: a
     * few of these expressions mean something else to the core, and a document holds nothing but the text.
     *
     * @throws InvalidCronException if the expression is refused; the message names the dialect, the text, the field if it
     *     is one field's fault, what is allowed, and an example. {@link Timing#next} and {@link Timing#previous} throw it
     *     too, should cron-utils fail or answer out of order
     */
    public Timing timing(String expression) throws InvalidCronException {
        ReadCron read = ReadCron.read(grammar, Objects.requireNonNull(expression, "expression"));
        return Timing.local(prefix() + " " + read.text(), new CronUtilsTimes(read));
    }

    /** Returns what the text of its timings starts with: {@code @quartz}, {@code @spring} or {@code @cron4j}. */
    public String prefix() {
        return grammar.prefix();
    }

    /**
     * Reads the text of a timing: that of a dialect, by its prefix, or else one of the core. It is the counterpart of
     * {@link Timing#text()}, for those who read documents, such as {@code ScheduleDocument.read(id, fields,
     * CronDialect::read)}.
     *
     * @throws InvalidCronException if the text is refused
     */
    public static Timing read(String text) throws InvalidCronException {
        for (CronDialect dialect : values()) {
            if (dialect.grammar.isPrefixOf(text)) {
                return dialect.timing(text.substring(dialect.prefix().length()));
            }
        }
        return Timing.cron(text);
    }
}
