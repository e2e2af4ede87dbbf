package dev.heartbeat.http;

import dev.heartbeat.health.DayFigures;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The playbook's success metrics over a span of days: what each means, what it should be, what it is. A target of "none" is
 * missed by the first one, and met only when the span that it is about has been seen. Pure.
 */
final class Metrics {
    /** Fewer are an anecdote. */
    private static final int FEWEST = 10;

    private static final double PULSE_SUCCESS = 0.99;
    private static final double ERROR_RATE = 0.01;
    private static final long EXECUTION_MS = 30_000;
    private static final long DELAY_MS = 60_000;
    private static final int INCIDENTS_A_WEEK = 5;
    private static final int WEEK = 7;
    private static final int MONTH = 30;

    private final List<DayFigures> days;
    private final Duration interval;
    private final Duration staleAfter;
    private final boolean silent;

    /** How a metric stands to its target. */
    enum State {
        MET,
        NOT_MET,
        NOT_ENOUGH_DATA,
        INFORMATIONAL;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One metric.
     *
     * @param value null without enough data
     * @param unit {@code ratio}, {@code ms} or {@code count}
     * @param text the value in words, null without one
     */
    record Metric(
            String id,
            String name,
            String definition,
            String target,
            @Nullable Double value,
            String unit,
            @Nullable String text,
            State state) {}

    /**
     * Takes the figures.
     *
     * @param days in order, the last one is under way
     * @param silent whether the heartbeat is stale now, which no pulse has noted yet
     */
    Metrics(List<DayFigures> days, Duration interval, Duration staleAfter, boolean silent) {
        this.days = List.copyOf(days);
        this.interval = interval;
        this.staleAfter = staleAfter;
        this.silent = silent;
    }

    /** Returns the first day with a pulse. */
    Optional<LocalDate> since() {
        return days.stream()
                .filter(day -> day.pulses() > 0)
                .map(DayFigures::day)
                .findFirst();
    }

    private long sum(ToLongFunction<DayFigures> figure) {
        return days.stream().mapToLong(figure).sum();
    }

    /** How many days there have been since the first pulse, today included. */
    private long seen() {
        return since().map(first ->
                        days.stream().filter(day -> !day.day().isBefore(first)).count())
                .orElse(0L);
    }

    List<Metric> all() {
        long pulses = sum(DayFigures::pulses);
        long executed = sum(DayFigures::executed);
        long ran = executed + sum(DayFigures::failed);
        long beats = sum(DayFigures::beats);
        return List.of(
                ratio(
                        "pulse-success-rate",
                        "Pulse success rate",
                        "Pulses that left no error, of all pulses",
                        "more than 99 %",
                        pulses - sum(DayFigures::pulsesWithErrors),
                        pulses,
                        rate -> rate > PULSE_SUCCESS),
                mean(
                        "average-execution-time",
                        "Average execution time",
                        "Mean time that a pulse took to answer",
                        "less than 30 s",
                        sum(DayFigures::pulseMs),
                        pulses,
                        ms -> ms < EXECUTION_MS),
                ratio(
                        "error-rate",
                        "Error rate",
                        "Fires that failed for good or timed out, of all that ran",
                        "less than 1 %",
                        ran - executed,
                        ran,
                        rate -> rate < ERROR_RATE),
                tasksPerPulse(executed, pulses),
                mean(
                        "time-between-pulses",
                        "Time between pulses",
                        "Mean time from the first pulse of an interval to the first of the next one that had any",
                        "about " + words(interval),
                        sum(DayFigures::betweenMs),
                        beats,
                        ms -> ms <= 1.1 * interval.toMillis()),
                mean(
                        "pulse-delay",
                        "Delay of pulses",
                        "Mean time from the expected to the actual pulse",
                        "less than 1 minute",
                        sum(DayFigures::delayMs),
                        beats,
                        ms -> ms < DELAY_MS),
                perWeek(
                        "stale-incidents",
                        "Stale heartbeats",
                        "Times that no pulse came for " + words(staleAfter) + " or longer, per week",
                        "none",
                        sum(DayFigures::silences) + (silent ? 1 : 0),
                        a -> a == 0),
                perWeek(
                        "error-incidents",
                        "Error incidents",
                        "Times that the heartbeat turned red, per week",
                        "fewer than 5 a week",
                        sum(DayFigures::turnedRed),
                        a -> a < INCIDENTS_A_WEEK),
                criticalErrors());
    }

    private interface Target {
        boolean isMet(double value);
    }

    private static Metric ratio(
            String id, String name, String definition, String target, long part, long whole, Target met) {
        if (whole < FEWEST) {
            return unknown(id, name, definition, target, "ratio");
        }
        double value = (double) part / whole;
        String text = String.format(Locale.ROOT, "%.2f %%", 100 * value);
        return new Metric(
                id, name, definition, target, FiguresApi.rounded(value), "ratio", text, state(met.isMet(value)));
    }

    private static Metric mean(
            String id, String name, String definition, String target, long sumMs, long count, Target met) {
        if (count < FEWEST) {
            return unknown(id, name, definition, target, "ms");
        }
        double value = Math.round((double) sumMs / count);
        return new Metric(
                id, name, definition, target, value, "ms", Words.duration((long) value), state(met.isMet(value)));
    }

    private static Metric tasksPerPulse(long executed, long pulses) {
        String id = "tasks-per-pulse";
        String name = "Tasks executed per pulse";
        String definition = "Executed fires, by pulses";
        if (pulses < FEWEST) {
            return unknown(id, name, definition, "varies", "count");
        }
        double value = Math.round(10.0 * executed / pulses) / 10.0;
        return new Metric(
                id,
                name,
                definition,
                "varies",
                value,
                "count",
                String.format(Locale.ROOT, "%.1f", value),
                State.INFORMATIONAL);
    }

    /** A part of a week counts as a whole one, lest the first morning is told as a bad week. */
    private Metric perWeek(String id, String name, String definition, String target, long count, Target met) {
        double value = Math.round(100.0 * count * WEEK / Math.max(WEEK, seen())) / 100.0;
        boolean isMet = met.isMet(value);
        if (isMet && seen() < WEEK) {
            return unknown(id, name, definition, target, "count");
        }
        String text = String.format(Locale.ROOT, "%.1f a week", value).replace(".0 ", " ");
        return new Metric(id, name, definition, target, value, "count", text, state(isMet));
    }

    private Metric criticalErrors() {
        String id = "critical-errors";
        String name = "Critical errors";
        String definition = "Pulses that could not do their work, per month (30 days)";
        long count = sum(DayFigures::pulsesFailed);
        if (count == 0 && seen() < MONTH) {
            return unknown(id, name, definition, "none", "count");
        }
        return new Metric(
                id, name, definition, "none", (double) count, "count", Long.toString(count), state(count == 0));
    }

    private static Metric unknown(String id, String name, String definition, String target, String unit) {
        return new Metric(id, name, definition, target, null, unit, null, State.NOT_ENOUGH_DATA);
    }

    private static State state(boolean met) {
        return met ? State.MET : State.NOT_MET;
    }

    private static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 3_600 == 0) {
            return Words.counted(seconds / 3_600, "hour");
        }
        return seconds % 60 == 0 ? Words.counted(seconds / 60, "minute") : Words.counted(seconds, "second");
    }
}
