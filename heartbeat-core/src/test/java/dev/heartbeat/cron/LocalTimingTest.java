package dev.heartbeat.cron;

import static dev.heartbeat.cron.DstPolicy.SHIFT;
import static dev.heartbeat.cron.DstPolicy.VIXIE;
import static dev.heartbeat.cron.DstPolicy.WALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalTimingTest {
    private static final List<ZoneId> ZONES = List.of(
                    "UTC",
                    "America/New_York",
                    "Australia/Lord_Howe",
                    "Africa/Cairo",
                    "America/Havana",
                    "Pacific/Apia",
                    "Asia/Kolkata")
            .stream()
            .map(ZoneId::of)
            .toList();

    private final Seed seed = new Seed();

    /** A cron expression as a calendar of somebody else: asked in UTC, where local times are instants. */
    private record OfCron(CronExpression cron, boolean followsWall) implements LocalTimes {
        @Override
        public Optional<LocalDateTime> next(LocalDateTime after) {
            return cron.next(after.toInstant(ZoneOffset.UTC), ZoneOffset.UTC, WALL)
                    .map(fire -> LocalDateTime.ofInstant(fire, ZoneOffset.UTC));
        }

        @Override
        public Optional<LocalDateTime> previous(LocalDateTime before) {
            return cron.previous(before.toInstant(ZoneOffset.UTC), ZoneOffset.UTC, WALL)
                    .map(fire -> LocalDateTime.ofInstant(fire, ZoneOffset.UTC));
        }
    }

    /** Fires at one time of each day, to the second. */
    private record Daily(LocalTime time) implements LocalTimes {
        @Override
        public Optional<LocalDateTime> next(LocalDateTime after) {
            LocalDateTime same = after.toLocalDate().atTime(time);
            return Optional.of(same.isAfter(after) ? same : same.plusDays(1));
        }

        @Override
        public Optional<LocalDateTime> previous(LocalDateTime before) {
            LocalDateTime same = before.toLocalDate().atTime(time);
            return Optional.of(same.isBefore(before) ? same : same.minusDays(1));
        }
    }

    /** Answers what it is told to. */
    private record Wrong(UnaryOperator<LocalDateTime> answer) implements LocalTimes {
        @Override
        public Optional<LocalDateTime> next(LocalDateTime after) {
            return Optional.of(answer.apply(after));
        }

        @Override
        public Optional<LocalDateTime> previous(LocalDateTime before) {
            return Optional.of(answer.apply(before));
        }
    }

    @Test
    void localTimesBecomeTheSameInstantsAsThoseOfACronExpression() {
        Random random = seed.random();
        RandomCron crons = new RandomCron(random);
        for (int i = 0; i < 6_000; i++) {
            ZoneId zone = ZONES.get(i % ZONES.size());
            var change = zone.getRules().nextTransition(Instant.ofEpochSecond(random.nextLong(1_900_000_000)));
            Instant middle = change == null ? Instant.EPOCH : change.getInstant();
            String text = crons.near(LocalDateTime.ofInstant(middle, zone));
            CronExpression cron = CronExpression.parse(text);
            Timing local = Timing.local("local " + text, new OfCron(cron, followsWall(text)));
            Instant from = middle.plusSeconds(random.nextInt(-200_000, 200_000)).plusNanos(random.nextInt(3));
            for (DstPolicy policy : DstPolicy.values()) {
                assertThat(local.next(from, zone, policy))
                        .as("%s after %s in %s, %s, %s", text, from, zone, policy, seed)
                        .isEqualTo(cron.next(from, zone, policy));
                assertThat(local.previous(from, zone, policy))
                        .as("%s before %s in %s, %s, %s", text, from, zone, policy, seed)
                        .isEqualTo(cron.previous(from, zone, policy));
            }
        }
    }

    @Test
    void secondsCountInGapsAndOverlapsToo() {
        Timing inGap = Timing.local("daily", new Daily(LocalTime.of(2, 30, 15)));
        assertThat(next(inGap, "2026-03-08T01:00-05:00", VIXIE)).isEqualTo(instant("2026-03-08T03:00-04:00"));
        assertThat(next(inGap, "2026-03-08T01:00-05:00", SHIFT)).isEqualTo(instant("2026-03-08T03:30:15-04:00"));
        assertThat(next(inGap, "2026-03-08T01:00-05:00", WALL)).isEqualTo(instant("2026-03-09T02:30:15-04:00"));

        Timing inOverlap = Timing.local("daily", new Daily(LocalTime.of(1, 30, 15)));
        String firstPass = "2026-11-01T01:30:15-04:00";
        assertThat(next(inOverlap, "2026-11-01T00:00-04:00", VIXIE)).isEqualTo(instant(firstPass));
        assertThat(next(inOverlap, firstPass, VIXIE)).isEqualTo(instant("2026-11-02T01:30:15-05:00"));
        assertThat(next(inOverlap, firstPass, WALL)).isEqualTo(instant("2026-11-01T01:30:15-05:00"));
    }

    @Test
    void nextAndPreviousSeeTheSameFires() {
        Timing timing = Timing.local("daily", new Daily(LocalTime.of(1, 59, 59)));
        for (ZoneId zone : ZONES) {
            for (DstPolicy policy : DstPolicy.values()) {
                List<Instant> fires = new ArrayList<>();
                Instant at = Instant.parse("2026-01-01T00:00:00Z");
                while (at.isBefore(Instant.parse("2027-01-01T00:00:00Z"))) {
                    at = timing.next(at, zone, policy).orElseThrow();
                    fires.add(at);
                }
                for (int i = 1; i < fires.size(); i++) {
                    assertThat(timing.previous(fires.get(i), zone, policy))
                            .as("before %s in %s, %s", fires.get(i), zone, policy)
                            .contains(fires.get(i - 1));
                }
            }
        }
    }

    @Test
    void theEndsOfTimeAreNoError() {
        Timing timing = Timing.local("daily", new Daily(LocalTime.NOON));
        for (ZoneId zone : ZONES) {
            assertThat(timing.next(Instant.MAX, zone, VIXIE)).isEmpty();
            assertThat(timing.previous(Instant.MIN, zone, VIXIE)).isEmpty();
            assertThat(timing.next(Instant.MIN, zone, VIXIE)).isPresent();
            assertThat(timing.previous(Instant.MAX, zone, VIXIE)).isPresent();
        }
    }

    @Test
    void anAnswerOutOfOrderIsAnErrorThatNamesTheTiming() {
        List<UnaryOperator<LocalDateTime>> wrong =
                List.of(from -> from, from -> from.plusNanos(1), from -> from.minusNanos(1));
        for (UnaryOperator<LocalDateTime> answer : wrong) {
            Timing timing = Timing.local("my calendar", new Wrong(answer));
            assertThatIllegalStateException()
                    .isThrownBy(() -> next(timing, "2026-03-08T01:00-05:00", VIXIE))
                    .withMessageContaining("my calendar");
            assertThatIllegalStateException()
                    .isThrownBy(() -> timing.previous(Instant.EPOCH, ZoneOffset.UTC, VIXIE))
                    .withMessageContaining("my calendar");
        }
        Timing backwards = Timing.local("my calendar", new Wrong(from -> from.minusDays(1)));
        assertThatIllegalStateException().isThrownBy(() -> next(backwards, "2026-03-08T01:00-05:00", VIXIE));
        Timing forwards = Timing.local("my calendar", new Wrong(from -> from.plusDays(1)));
        assertThatIllegalStateException()
                .isThrownBy(() -> forwards.previous(Instant.EPOCH, ZoneId.of("Africa/Cairo"), VIXIE));
    }

    @Test
    void timingsAreEqualByTextAndTimes() {
        Timing timing = Timing.local("daily", new Daily(LocalTime.NOON));
        assertThat(timing)
                .isEqualTo(Timing.local("daily", new Daily(LocalTime.NOON)))
                .hasSameHashCodeAs(Timing.local("daily", new Daily(LocalTime.NOON)))
                .isNotEqualTo(Timing.local("daily", new Daily(LocalTime.MIDNIGHT)))
                .isNotEqualTo(Timing.local("noon", new Daily(LocalTime.NOON)))
                .hasToString("daily");
        assertThat(timing.text()).isEqualTo("daily");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \t", "0 9 * * 1", "@daily", "@every PT1H", "@every so often", "@at noon", "@at"})
    void aTextThatCoreReadsIsRefusedSoThatNoDocumentMeansTwoThings(String text) {
        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> Timing.local(text, new Daily(LocalTime.NOON)))
                .withMessageContaining("Example:");
    }

    @ParameterizedTest
    @CsvSource({"@quartz 0 0 9 ? * MON", "0 0 9 ? * MON", "tides of Dover", "@everyone", "@attic"})
    void anyOtherTextWillDo(String text) {
        assertThat(Timing.local(text, new Daily(LocalTime.NOON)).text()).isEqualTo(text);
    }

    @Test
    void nullIsRefusedByName() {
        Timing timing = Timing.local("daily", new Daily(LocalTime.NOON));
        assertThatNullPointerException()
                .isThrownBy(() -> timing.next(null, ZoneOffset.UTC, VIXIE))
                .withMessage("after");
        assertThatNullPointerException()
                .isThrownBy(() -> timing.previous(Instant.EPOCH, null, VIXIE))
                .withMessage("zone");
        assertThatNullPointerException()
                .isThrownBy(() -> timing.next(Instant.EPOCH, ZoneOffset.UTC, null))
                .withMessage("dst");
        assertThatNullPointerException()
                .isThrownBy(() -> Timing.local("daily", null))
                .withMessage("times");
        assertThatNullPointerException()
                .isThrownBy(() -> Timing.local(null, new Daily(LocalTime.NOON)))
                .withMessage("text");
    }

    private static boolean followsWall(String text) {
        String[] fields = text.split(" ");
        return fields[0].startsWith("*") || fields[1].startsWith("*");
    }

    private static Instant next(Timing timing, String from, DstPolicy policy) {
        return timing.next(instant(from), ZoneId.of("America/New_York"), policy).orElseThrow();
    }

    private static Instant instant(String offsetDateTime) {
        return OffsetDateTime.parse(offsetDateTime).toInstant();
    }
}
