package dev.heartbeat.insight;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that stands out, in words for the person who looks, and as data.
 *
 * @param kind what it is
 * @param about what it is about: the schedule, for {@link Kind#CADENCE} the source, for {@link Kind#CAPACITY} {@value
 *     #PULSES}
 * @param task the task of the schedule, or null
 * @param more how many further schedules show the same; the one named shows it most
 * @param usual what it was before, or ought to be; the kind says of what
 * @param now what it is
 * @param perWeek the change a week as a share, 0.12 for 12 % more; null for kinds that are no trend
 * @param cause what was seen, with figures
 * @param nextStep what to do about it
 */
public record Finding(
        Kind kind,
        String about,
        @Nullable String task,
        int more,
        double usual,
        double now,
        @Nullable Double perWeek,
        String cause,
        String nextStep) {
    /** What a finding of {@link Kind#CAPACITY} is about. */
    public static final String PULSES = "pulses";

    /** The kinds of findings, most serious first. */
    public enum Kind {
        /** Runs fail, or need another attempt, more often than they did; values are shares of runs. */
        FAILING_MORE,
        /** Pulses have no room, or will have none soon; values are milliseconds of a pulse. */
        CAPACITY,
        /** Runs take longer than they did; values are milliseconds. */
        TOO_LONG,
        /** Runs are over sooner than they were; values are milliseconds. */
        TOO_SHORT,
        /** A schedule runs less often than it did; values are milliseconds between two fires. */
        TOO_RARELY,
        /** A schedule runs more often than it did; values are milliseconds between two fires. */
        TOO_OFTEN,
        /** A source sends fewer pulses than it was asked for; values are milliseconds between two pulses. */
        CADENCE,
        /** Runs become slower from day to day; values are milliseconds, at the start of the trend and at its end. */
        SLOWER,
        /** Runs become faster from day to day; values as of {@link #SLOWER}. */
        FASTER;

        /** Returns the lower-case word used in JSON, such as {@code "failing-more"}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How far now and usual are apart, to compare findings of one kind. */
    double strength() {
        return Math.abs(Math.log((now + 1) / (usual + 1)));
    }

    /** Returns this finding, standing for further schedules too. */
    Finding standingFor(int others) {
        String also = " (and " + others + " more " + (others == 1 ? "schedule" : "schedules") + ")";
        return others == 0 ? this : new Finding(kind, about, task, others, usual, now, perWeek, cause + also, nextStep);
    }
}
