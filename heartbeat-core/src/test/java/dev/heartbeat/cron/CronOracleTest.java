package dev.heartbeat.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CronOracleTest {
    private static final List<ZoneId> ZONES = List.of(
                    "UTC",
                    "America/New_York",
                    "Europe/London",
                    "Australia/Lord_Howe",
                    "Africa/Cairo",
                    "America/Sao_Paulo",
                    "America/Havana",
                    "Asia/Kolkata",
                    "Pacific/Apia",
                    "Pacific/Kwajalein")
            .stream()
            .map(ZoneId::of)
            .toList();
    private static final long YEAR_1970 = 0;
    private static final long YEAR_2060 = Instant.parse("2060-01-01T00:00:00Z").getEpochSecond();
    /** A whole day left out, and nearly a whole day shown again. */
    private static final Map<String, Instant> DATE_LINE = Map.of(
            "Pacific/Apia", Instant.parse("2011-12-30T10:00:00Z"),
            "Pacific/Kwajalein", Instant.parse("1969-09-30T13:00:00Z"));

    private static final int WINDOWS = 420;
    private static final int EXPRESSIONS_PER_WINDOW = 50;

    private final Seed seed = new Seed();
    private final Random random = seed.random();
    private final RandomCron crons = new RandomCron(random);

    @Test
    void everyAnswerIsWhatSteppingThroughRealMinutesFinds() {
        int expressions = 0;
        int answersInWindow = 0;
        for (int i = 0; i < WINDOWS; i++) {
            ZoneId zone = ZONES.get(i % ZONES.size());
            Instant middle = middle(zone);
            OracleWindow window = new OracleWindow(middle, zone);
            for (int k = 0; k < EXPRESSIONS_PER_WINDOW; k++) {
                String text = crons.near(window.clockAt(middle.plusSeconds(between(-7_200, 7_200))));
                OracleCron oracle = new OracleCron(text);
                CronExpression engine = CronExpression.parse(text);
                Instant from = middle.plusSeconds(between(-100_000, 100_000)).plusNanos(fraction());
                for (DstPolicy policy : DstPolicy.values()) {
                    answersInWindow += checkInWindow(window, oracle, engine, zone, policy, from);
                }
                expressions++;
            }
        }
        assertThat(expressions).isGreaterThanOrEqualTo(20_000);
        assertThat(answersInWindow).as("answers that the oracle found").isGreaterThan(expressions * 2);
    }

    @Test
    void farAnswersAreWhatWalkingThroughLocalDaysFinds() {
        int answers = 0;
        for (int i = 0; i < 1_800; i++) {
            ZoneId zone = ZONES.get(i % ZONES.size());
            Instant middle = middle(zone);
            String text = crons.near(middle.plus(Duration.ofDays(between(-400, 400)))
                    .atZone(zone)
                    .toLocalDateTime());
            int days = 10 * 366;
            OracleDays walk = new OracleDays(zone, days);
            OracleCron oracle = new OracleCron(text);
            CronExpression engine = CronExpression.parse(text);
            Instant from = middle.plusSeconds(between(-200_000, 200_000));
            for (DstPolicy policy : DstPolicy.values()) {
                String as = describe(text, zone, policy, from);
                Optional<Instant> next = walk.next(oracle, policy, from);
                Optional<Instant> previous = walk.previous(oracle, policy, from);
                Duration reach = Duration.ofDays(days - 3);
                if (next.isPresent()) {
                    assertThat(engine.next(from, zone, policy))
                            .as("next of " + as)
                            .isEqualTo(next);
                    answers++;
                } else {
                    assertThat(engine.next(from, zone, policy)
                                    .map(fire -> fire.isAfter(from.plus(reach)))
                                    .orElse(true))
                            .as("next of " + as + " is not within ten years")
                            .isTrue();
                }
                if (previous.isPresent()) {
                    assertThat(engine.previous(from, zone, policy))
                            .as("previous of " + as)
                            .isEqualTo(previous);
                    answers++;
                } else {
                    assertThat(engine.previous(from, zone, policy)
                                    .map(fire -> fire.isBefore(from.minus(reach)))
                                    .orElse(true))
                            .as("previous of " + as + " is not within ten years")
                            .isTrue();
                }
            }
        }
        assertThat(answers).isGreaterThan(9_000);
    }

    private int checkInWindow(
            OracleWindow window,
            OracleCron oracle,
            CronExpression engine,
            ZoneId zone,
            DstPolicy policy,
            Instant from) {
        String as = describe(engine.text(), zone, policy, from);
        Optional<Instant> next = window.next(oracle, policy, from);
        Optional<Instant> previous = window.previous(oracle, policy, from);
        Optional<Instant> nextOfEngine = engine.next(from, zone, policy);
        Optional<Instant> previousOfEngine = engine.previous(from, zone, policy);
        if (next.isPresent()) {
            assertThat(nextOfEngine).as("next of " + as).isEqualTo(next);
        } else {
            assertThat(nextOfEngine.map(fire -> fire.isAfter(window.last())).orElse(true))
                    .as("next of " + as + " is behind the window, not " + nextOfEngine)
                    .isTrue();
        }
        if (previous.isPresent()) {
            assertThat(previousOfEngine).as("previous of " + as).isEqualTo(previous);
        } else {
            assertThat(previousOfEngine
                            .map(fire -> fire.isBefore(window.first()))
                            .orElse(true))
                    .as("previous of " + as + " is before the window, not " + previousOfEngine)
                    .isTrue();
        }
        return (next.isPresent() ? 1 : 0) + (previous.isPresent() ? 1 : 0);
    }

    /** Returns an offset change of the zone in four of five cases, else any minute. */
    private Instant middle(ZoneId zone) {
        Instant any = Instant.ofEpochSecond(YEAR_1970 + (long) (random.nextDouble() * (YEAR_2060 - YEAR_1970)));
        if (DATE_LINE.containsKey(zone.getId()) && random.nextInt(3) == 0) {
            return DATE_LINE.get(zone.getId());
        }
        ZoneOffsetTransition change = zone.getRules().nextTransition(any);
        if (change == null) {
            change = zone.getRules().previousTransition(any);
        }
        boolean modern = change != null && change.toEpochSecond() >= YEAR_1970;
        return modern && random.nextInt(5) > 0 ? change.getInstant() : any;
    }

    private int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    private int fraction() {
        return random.nextBoolean() ? 0 : random.nextInt(1_000_000_000);
    }

    private String describe(String text, ZoneId zone, DstPolicy policy, Instant from) {
        return "\"" + text + "\" in " + zone + " under " + policy + " at " + from + " with " + seed;
    }
}
