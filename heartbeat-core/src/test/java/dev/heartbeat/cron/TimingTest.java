package dev.heartbeat.cron;

import static dev.heartbeat.cron.DstPolicy.VIXIE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimingTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId KOLKATA = ZoneId.of("Asia/Kolkata");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    private final Seed seed = new Seed();

    @Test
    void aPeriodCountsFromTheEpochWhateverTheZone() {
        Timing everyDay = Timing.every(Duration.ofHours(24));
        Instant from = Instant.parse("2026-03-08T05:00:00Z");
        for (ZoneId zone : List.of(UTC, KOLKATA, NEW_YORK)) {
            for (DstPolicy policy : DstPolicy.values()) {
                assertThat(everyDay.next(from, zone, policy)).contains(Instant.parse("2026-03-09T00:00:00Z"));
                assertThat(everyDay.previous(from, zone, policy)).contains(Instant.parse("2026-03-08T00:00:00Z"));
            }
        }
        assertThat(Timing.cron("@every PT1H").next(Instant.parse("2026-01-01T00:10:00Z"), KOLKATA, VIXIE))
                .as("half past on the clocks of Kolkata")
                .contains(Instant.parse("2026-01-01T01:00:00Z"));
    }

    @Test
    void aPeriodThatDoesNotDivideTheDayIsStillAMultipleSinceTheEpoch() {
        Timing timing = Timing.every(Duration.ofMinutes(7));
        Instant fire =
                timing.next(Instant.parse("2026-01-01T00:00:00Z"), UTC, VIXIE).orElseThrow();
        assertThat(fire.getEpochSecond() % 420).isZero();
        assertThat(timing.next(fire, UTC, VIXIE)).contains(fire.plusSeconds(420));
        assertThat(timing.previous(fire, UTC, VIXIE)).contains(fire.minusSeconds(420));
        assertThat(timing.next(fire.minusNanos(1), UTC, VIXIE)).contains(fire);
        assertThat(timing.previous(fire.plusNanos(1), UTC, VIXIE)).contains(fire);
    }

    @Test
    void aPeriodWorksBeforeTheEpochAndMayHaveAFraction() {
        Timing hour = Timing.every(Duration.ofHours(1));
        assertThat(hour.next(Instant.ofEpochSecond(-1), UTC, VIXIE)).contains(Instant.EPOCH);
        assertThat(hour.next(Instant.ofEpochSecond(-3_601), UTC, VIXIE)).contains(Instant.ofEpochSecond(-3_600));
        assertThat(hour.previous(Instant.EPOCH, UTC, VIXIE)).contains(Instant.ofEpochSecond(-3_600));

        Timing fraction = Timing.cron("@every PT1.5S");
        assertThat(fraction.next(Instant.EPOCH, UTC, VIXIE)).contains(Instant.ofEpochMilli(1_500));
        assertThat(fraction.next(Instant.ofEpochMilli(1_500), UTC, VIXIE)).contains(Instant.ofEpochMilli(3_000));
        assertThat(fraction.previous(Instant.EPOCH, UTC, VIXIE)).contains(Instant.ofEpochMilli(-1_500));
        assertThat(fraction.previous(Instant.ofEpochSecond(0, 1), UTC, VIXIE)).contains(Instant.EPOCH);
    }

    @Test
    void everyPeriodHasOneFireInEachPeriodOfTime() {
        Random random = seed.random();
        for (int i = 0; i < 20_000; i++) {
            Duration period = Duration.ofSeconds(1 + (long) (random.nextDouble() * 366 * 86_400 - 1))
                    .plusNanos(random.nextBoolean() ? 0 : random.nextInt(1_000));
            Instant from = Instant.ofEpochSecond((long) (random.nextGaussian() * 1e12), random.nextInt(1_000_000_000));
            Timing timing = Timing.every(period);
            Instant next = timing.next(from, UTC, VIXIE).orElseThrow();
            assertThat(Duration.between(from, next))
                    .as("%s at %s with %s", timing, from, seed)
                    .isPositive();
            assertThat(Duration.between(from, next)).isLessThanOrEqualTo(period);
            assertThat(timing.previous(next, UTC, VIXIE)).contains(next.minus(period));
            assertThat(timing.previous(from, UTC, VIXIE).orElseThrow()).isBefore(from);
            assertThat(timing.next(from.minusNanos(1), UTC, VIXIE).orElseThrow())
                    .isAfterOrEqualTo(from);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT1.5S", "PT8784H", "PT7M"})
    void aPeriodNeverThrowsAtTheEndsOfTime(String period) {
        Timing timing = Timing.every(Duration.parse(period));
        assertThat(timing.next(Instant.MAX, UTC, VIXIE)).isEmpty();
        assertThat(timing.previous(Instant.MIN, UTC, VIXIE)).isEmpty();
        assertThat(timing.next(Instant.MIN, UTC, VIXIE)).isPresent();
        assertThat(timing.previous(Instant.MAX, UTC, VIXIE)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "@every PT30M, @every PT30M",
        "@every  pt60m, @every PT1H",
        "@every P1D, @every PT24H",
        "@every P366D, @every PT8784H",
        "@every PT1S, @every PT1S",
        "@at 2026-03-01T09:00:00Z, @at 2026-03-01T09:00:00Z",
        "@at 2026-03-01T10:00:00.5+01:00, @at 2026-03-01T09:00:00.500Z",
        "'\t@at\t2026-03-01T09:00:00Z\n', @at 2026-03-01T09:00:00Z"
    })
    void theCanonicalTextReadsBack(String text, String canonical) {
        Timing timing = Timing.cron(text);

        assertThat(timing.text()).isEqualTo(canonical);
        assertThat(timing).hasToString(canonical).isEqualTo(Timing.cron(canonical));
        assertThat(timing).hasSameHashCodeAs(Timing.cron(canonical));
    }

    @Test
    void timingsMadeFromTextAndFromValuesAreEqual() {
        Instant instant = Instant.parse("2026-03-01T09:00:00Z");
        assertThat(Timing.cron("@every PT30M")).isEqualTo(Timing.every(Duration.ofMinutes(30)));
        assertThat(Timing.cron("@at 2026-03-01T09:00:00Z")).isEqualTo(Timing.at(instant));
        assertThat(Timing.cron("0 9 * * 1")).isEqualTo(CronExpression.parse("0 9 * * 1"));
        assertThat(Timing.at(instant)).isNotEqualTo(Timing.at(instant.plusNanos(1)));
        for (Instant far : List.of(Instant.MIN, Instant.MAX)) {
            assertThat(Timing.cron(Timing.at(far).text())).isEqualTo(Timing.at(far));
        }
    }

    @Test
    void aOneOffFiresOnceWhateverTheZone() {
        Instant instant = Instant.parse("2026-03-01T09:00:00Z");
        Timing timing = Timing.at(instant);
        for (ZoneId zone : List.of(UTC, KOLKATA)) {
            assertThat(timing.next(Instant.MIN, zone, VIXIE)).contains(instant);
            assertThat(timing.next(instant.minusNanos(1), zone, VIXIE)).contains(instant);
            assertThat(timing.next(instant, zone, VIXIE)).isEmpty();
            assertThat(timing.previous(Instant.MAX, zone, VIXIE)).contains(instant);
            assertThat(timing.previous(instant.plusNanos(1), zone, VIXIE)).contains(instant);
            assertThat(timing.previous(instant, zone, VIXIE)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@every",
                "@every PT0S",
                "@every PT0.999999999S",
                "@every -PT1H",
                "@every P367D",
                "@every PT8784H0.1S",
                "@every 30m",
                "@every PT",
                "@every P1M",
                "@every PT1H PT2H",
                "@every PT99999999999999999999H",
                "@every \u0661",
                "@every PT\u0661H"
            })
    void aPeriodOutOfRangeIsRefusedWithRangeAndExample(String text) {
        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> Timing.cron(text))
                .withMessageContainingAll(
                        "from PT1S to PT8784H (366 days)", "Example: \"@every PT30M\"", "at character ")
                .satisfies(e -> assertThat(e.expression()).isEqualTo(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "-PT1S", "PT0.9S", "PT8784H0.000000001S", "PT2562047788015215H"})
    void aDurationOutOfRangeIsRefusedLikeItsText(String period) {
        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> Timing.every(Duration.parse(period)))
                .withMessageContainingAll("@every P", "from PT1S to PT8784H (366 days)", "Example: \"@every PT30M\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@at",
                "@at tomorrow",
                "@at 2026-03-01",
                "@at 2026-03-01T09:00:00",
                "@at 2026-02-30T09:00:00Z",
                "@at 2026-03-01 09:00:00Z",
                "@at 2026-03-01T09:00:00Z x",
                "@at +9999999999-01-01T00:00:00Z"
            })
    void aBadInstantIsRefusedWithAnExample(String text) {
        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> Timing.cron(text))
                .withMessageContainingAll("is no instant", "ISO-8601", "Example: \"@at 2026-03-01T09:00:00Z\"");
    }

    @Test
    void nullArgumentsAreNamed() {
        assertThatNullPointerException().isThrownBy(() -> Timing.cron(null)).withMessage("text");
        assertThatNullPointerException().isThrownBy(() -> Timing.every(null)).withMessage("period");
        assertThatNullPointerException().isThrownBy(() -> Timing.at(null)).withMessage("instant");
        for (Timing timing : List.of(Timing.every(Duration.ofHours(1)), Timing.at(Instant.EPOCH))) {
            assertThatNullPointerException()
                    .isThrownBy(() -> timing.next(null, UTC, VIXIE))
                    .withMessage("after");
            assertThatNullPointerException()
                    .isThrownBy(() -> timing.previous(Instant.EPOCH, null, VIXIE))
                    .withMessage("zone");
            assertThatNullPointerException()
                    .isThrownBy(() -> timing.next(Instant.EPOCH, UTC, null))
                    .withMessage("dst");
        }
    }
}
