package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.health.DayFigures;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The playbook's success metrics on figures made by hand. */
class MetricsTest {
    private static final LocalDate LAST = LocalDate.parse("2026-02-15");
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    /** Thirty days, of which the last so many had 144 pulses each. */
    private static List<DayFigures> days(int seen, DayFigures last) {
        List<DayFigures> days = new ArrayList<>();
        for (int i = 29; i > 0; i--) {
            LocalDate day = LAST.minusDays(i);
            days.add(i < seen ? day(day, 0, 0, 0, 0) : DayFigures.none(day));
        }
        days.add(last);
        return days;
    }

    private static DayFigures day(LocalDate day, long withErrors, long failed, long silences, long turnedRed) {
        return new DayFigures(
                day,
                Collections.nCopies(24, new DayFigures.Hour(6, 0)),
                144,
                withErrors,
                failed,
                144_000,
                144,
                144 * INTERVAL.toMillis(),
                144 * 5_000,
                silences,
                turnedRed,
                0,
                0,
                0,
                Map.of());
    }

    private static String metric(List<DayFigures> days, boolean silent, String id) {
        return new Metrics(days, INTERVAL, Duration.ofMinutes(15), silent)
                .all().stream()
                        .filter(metric -> metric.id().equals(id))
                        .map(metric -> metric.text() + " " + metric.state().text())
                        .findFirst()
                        .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "pulse-success-rate, 100.00 % met",
        "average-execution-time, 1.0 s met",
        "error-rate, 0.00 % met",
        "tasks-per-pulse, 1.0 informational",
        "time-between-pulses, 10 min 0 s met",
        "pulse-delay, 5.0 s met",
        "stale-incidents, 0 a week met",
        "error-incidents, 0 a week met",
        "critical-errors, 0 met"
    })
    void aGoodMonthMeetsAll(String id, String expected) {
        assertThat(metric(days(30, day(LAST, 0, 0, 0, 0)), false, id)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "pulse-success-rate, 98.96 % not-met",
        "stale-incidents, 0.5 a week not-met",
        "error-incidents, 5.1 a week not-met",
        "critical-errors, 3 not-met"
    })
    void aBadDayIsSeen(String id, String expected) {
        assertThat(metric(days(30, day(LAST, 45, 3, 2, 22)), false, id)).isEqualTo(expected);
    }

    @Test
    void ofThePastDayAloneATargetOfNoneIsNotMetYetAndMissedAtOnce() {
        assertThat(metric(days(1, day(LAST, 0, 0, 0, 0)), false, "stale-incidents"))
                .isEqualTo("null not-enough-data");
        assertThat(metric(days(1, day(LAST, 0, 0, 1, 0)), false, "stale-incidents"))
                .isEqualTo("1 a week not-met");
        assertThat(metric(days(7, day(LAST, 0, 0, 0, 0)), false, "stale-incidents"))
                .isEqualTo("0 a week met");
        assertThat(metric(days(7, day(LAST, 0, 0, 0, 0)), true, "stale-incidents"))
                .isEqualTo("1 a week not-met");
        assertThat(metric(days(29, day(LAST, 0, 0, 0, 0)), false, "critical-errors"))
                .isEqualTo("null not-enough-data");
        assertThat(metric(days(2, day(LAST, 0, 1, 0, 0)), false, "critical-errors"))
                .isEqualTo("1 not-met");
    }

    @Test
    void pulsesThatComeTooSeldomMissTheTarget() {
        List<DayFigures> hourly = List.of(new DayFigures(
                LAST,
                Collections.nCopies(24, DayFigures.Hour.NONE),
                24,
                0,
                0,
                24 * 31_000,
                24,
                24 * Duration.ofHours(1).toMillis(),
                24 * Duration.ofMinutes(50).toMillis(),
                24,
                0,
                0,
                0,
                0,
                Map.of()));

        assertThat(metric(hourly, false, "time-between-pulses")).isEqualTo("1 h 0 min not-met");
        assertThat(metric(hourly, false, "pulse-delay")).isEqualTo("50 min 0 s not-met");
        assertThat(metric(hourly, false, "average-execution-time")).isEqualTo("31.0 s not-met");
        assertThat(metric(hourly, false, "error-rate")).isEqualTo("null not-enough-data");
    }

    @Test
    void targetsNameTheIntervalAndTheLimitThatAreSet() {
        List<Metrics.Metric> metrics = new Metrics(List.of(), Duration.ofSeconds(90), Duration.ofHours(2), false).all();

        assertThat(metrics).extracting(Metrics.Metric::target).contains("about 90 seconds");
        assertThat(metrics)
                .extracting(Metrics.Metric::definition)
                .anyMatch(text -> text.contains("for 2 hours or longer"));
    }
}
