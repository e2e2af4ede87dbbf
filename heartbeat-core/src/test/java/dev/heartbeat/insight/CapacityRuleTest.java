package dev.heartbeat.insight;

import static dev.heartbeat.insight.Past.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityRuleTest {
    private static final Duration ROOM = Duration.ofSeconds(55);

    private final List<Seen> pulses = new ArrayList<>();

    private static Seen pulse(Instant at, long ms, boolean full) {
        return new Seen("ticker", at, at, ms, true, full);
    }

    /** Hourly pulses of 100 ms, and at nine one that takes what the day says, from 0 for the first day on. */
    private void days(int days, IntToLongFunction fullest) {
        for (int day = 0; day < days; day++) {
            Instant midnight = Instant.parse("2026-03-01T00:00:00Z").minus(Duration.ofDays(days - 1L - day));
            for (int hour = 0;
                    hour < 24 && midnight.plus(Duration.ofHours(hour)).isBefore(NOW);
                    hour++) {
                pulses.add(pulse(
                        midnight.plus(Duration.ofHours(hour)), hour == 9 ? fullest.applyAsLong(day) : 100, false));
            }
        }
    }

    private Capacity capacity() {
        return CapacityRule.capacity(pulses, ROOM, NOW);
    }

    private Optional<Finding> finding() {
        return CapacityRule.find(pulses, capacity(), NOW);
    }

    @Test
    void aGrowingPulseIsFullInSoManyDays() {
        days(28, day -> 10_000 + 1_200L * day);

        assertThat(capacity().perWeekMs()).isEqualTo(8_400, within(1e-6));
        assertThat(capacity().fullAt()).isBetween(NOW.plus(Duration.ofDays(9)), NOW.plus(Duration.ofDays(10)));
        Finding finding = finding().orElseThrow();
        assertThat(finding.cause())
                .isEqualTo("The pulse budget is full in about 10 days: the fullest pulse of a day takes 43 s of 55 s,"
                        + " 8.4 s more each week");
        assertThat(finding.about()).isEqualTo("pulses");
        assertThat(finding.usual()).isEqualTo(55_000);
        assertThat(finding.now()).isEqualTo(43_000, within(100.0));
        assertThat(finding.perWeek()).isEqualTo(8_400 / 55_000.0, within(1e-6));
    }

    @Test
    void theOrderOfPulsesDoesNotMatter() {
        days(28, day -> 10_000 + 1_200L * day);
        Capacity capacity = capacity();
        Collections.shuffle(pulses, new java.util.Random(7));

        assertThat(capacity()).isEqualTo(capacity);
    }

    @Test
    void aDayIsAsFullAsItsFullestPulse() {
        days(2, day -> 40_000);

        assertThat(capacity().days())
                .containsExactly(
                        new Capacity.Day(LocalDate.parse("2026-02-28"), 24, 0, 100, 40_000),
                        new Capacity.Day(LocalDate.parse("2026-03-01"), 12, 0, 40_000, 40_000));
    }

    /** Growth each day; days; what is said. */
    @ParameterizedTest
    @CsvSource({
        "0, 28, false", // constant
        "100, 28, false", // full in 450 days, and nobody knows so much
        "1200, 28, true",
        "1200, 10, false", // eight whole days, and full further ahead than that
        "3000, 10, true",
        "3000, 9, false", // too few days
        "-600, 28, false",
    })
    void itLooksNoFurtherAheadThanBehind(long growth, int days, boolean found) {
        days(days, day -> 36_000 - growth * (days - 1 - day));

        assertThat(finding().isPresent()).isEqualTo(found);
    }

    @Test
    void aFewOddDaysChangeNothing() {
        days(28, day -> day == 3 || day == 20 ? 55_000 : 10_000 + 1_200L * day);

        assertThat(finding())
                .hasValueSatisfying(finding -> assertThat(finding.cause()).contains("in about 10 days"));
    }

    @Test
    void theFirstDayAndTodayAreNotWhole() {
        days(10, day -> day == 0 ? 55_000 : day == 9 ? 100 : 20_000 + 3_000L * day);

        assertThat(capacity().perWeekMs()).isEqualTo(21_000, within(1e-6));
        assertThat(finding()).isPresent();
    }

    @Test
    void pulsesThatHadNoTimeForAllAreFull() {
        days(2, day -> 1_000);
        for (int i = 1; i <= 3; i++) {
            pulses.add(pulse(NOW.minus(Duration.ofHours(i)).plusSeconds(600), 48_000, true));
        }
        assertThat(finding().orElseThrow().cause())
                .isEqualTo("The pulse budget is full: 3 of the last day's 26 pulses had no time for all that was due");
        assertThat(capacity().days().get(1).full()).isEqualTo(3);
        assertThat(capacity().days().get(1).fullestMs()).isEqualTo(55_000);
    }

    @Test
    void oneBusyMomentIsNotFull() {
        days(2, day -> 1_000);
        pulses.add(pulse(NOW.minusSeconds(600), 55_000, true));
        pulses.add(pulse(NOW.minusSeconds(1_200), 55_000, true));

        assertThat(finding()).isEmpty();
    }

    /** What is due and what is said of a pulse. */
    @ParameterizedTest
    @CsvSource({
        "EXECUTED, '', true, false",
        "DEFERRED, budget, true, true",
        "DEFERRED, 'would-not-fit: likely takes 40 s, 10 s were left', true, true",
        "DEFERRED, limit, true, false",
        "DEFERRED, circuit-open, true, false",
        "DEFERRED, shutdown, true, false",
        "RUNNING, '', false, false",
        "RUNNING, accepted, true, false",
        "RUNNING, stuck, true, false",
    })
    void whatAPulseTellsOfItsRoom(Outcome outcome, String reason, boolean tells, boolean full) {
        PulseDetail detail = new PulseDetail(
                "mail", "mail", null, outcome, reason.isEmpty() ? null : reason, NOW, 1, 5, null, null, null);
        PulseRecord pulse = new PulseRecord("p", "ticker", NOW, NOW, 7, Map.of(), List.of(detail), false, null);

        assertThat(Seen.of(pulse)).isEqualTo(new Seen("ticker", NOW, NOW, 7, tells, full));
    }

    /** What it deferred comes last, and is what is left out. */
    @Test
    void aPulseOfWhichDetailsWereLeftOutIsFullIfItDeferredAny() {
        PulseRecord deferred =
                new PulseRecord("p", "ticker", NOW, NOW, 7, Map.of(Outcome.DEFERRED, 700), List.of(), true, null);
        PulseRecord done =
                new PulseRecord("p", "ticker", NOW, NOW, 7, Map.of(Outcome.EXECUTED, 700), List.of(), true, null);

        assertThat(Seen.of(deferred).full()).isTrue();
        assertThat(Seen.of(done).full()).isFalse();
    }

    @Test
    void aPulseThatFailedTellsNothing() {
        PulseRecord pulse = new PulseRecord("p", "ticker", NOW, NOW, 7, Map.of(), List.of(), false, "no store");

        assertThat(Seen.of(pulse).tells()).isFalse();
    }
}
