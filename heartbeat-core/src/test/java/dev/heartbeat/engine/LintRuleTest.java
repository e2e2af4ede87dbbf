package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Hint;
import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LintRuleTest {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final Duration STALE_AFTER = Duration.ofMinutes(15);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static List<Hint> hints(String cron, UnaryOperator<Schedule.Builder> settings, boolean wakes) {
        Schedule schedule = settings.apply(Schedule.builder("a", cron, "work")).build();
        return LintRule.hints(
                schedule,
                at("09:00"),
                null,
                schedule.timeout().orElse(TIMEOUT),
                schedule.window().orElse(Duration.ZERO),
                INTERVAL,
                wakes,
                STALE_AFTER);
    }

    private static List<String> names(String cron, UnaryOperator<Schedule.Builder> settings) {
        return hints(cron, settings, false).stream().map(Hint::name).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "0 9 * * *,",
        "*/10 * * * *,",
        "'0,50 * * * *',", // exactly an interval apart at the turn of the hour
        "0 0 31 2 *, never-fires",
        "@at 2026-02-15T08:00:00Z, never-fires",
        "@at 2026-02-15T10:00:00Z,",
        "* * * * *, finer-than-pulses",
        "'0 9,10 * * *',",
        "0-2 9 * * 1, finer-than-pulses",
        "@every PT9M59S, finer-than-pulses"
    })
    void whatATimingAloneGivesAwayAtTenMinutes(String cron, String expected) {
        assertThat(names(cron, schedule -> schedule)).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void aOneOffOfThePastMayStillRun() {
        assertThat(hints("@at 2026-02-15T08:00:00Z", schedule -> schedule, false))
                .extracting(Hint::words)
                .singleElement()
                .asString()
                .contains("runs at the next pulse, if its catch-up allows and it has not run");
        assertThat(hints("0 0 31 2 *", schedule -> schedule, false))
                .extracting(Hint::words)
                .containsExactly("It has no fire after " + at("09:00"));
    }

    @Test
    void whoWakesForEachFireNeedsNoInterval() {
        assertThat(hints("* * * * *", schedule -> schedule, true)).isEmpty();
        assertThat(hints(
                        "0 * * * *", schedule -> schedule.catchUp(CatchUp.once().within(Duration.ofMinutes(1))), true))
                .isEmpty();
    }

    @Test
    void whoRunsEveryFireMissesNone() {
        assertThat(names("* * * * *", schedule -> schedule.catchUp(CatchUp.all(20))))
                .isEmpty();
    }

    @Test
    void aFireMustLiveUntilTheNextPulse() {
        assertThat(names(
                        "0 9 * * *", schedule -> schedule.catchUp(CatchUp.once().within(Duration.ofMinutes(9)))))
                .containsExactly(Hint.TOO_OLD_FOR_PULSES);
        assertThat(names(
                        "0 9 * * *", schedule -> schedule.catchUp(CatchUp.once().within(Duration.ofMinutes(10)))))
                .isEmpty();
        assertThat(names("0 9 * * *", schedule -> schedule.catchUp(CatchUp.skip())))
                .as("as old as the heartbeat may be")
                .isEmpty();
        assertThat(names(
                        "0 9 * * *",
                        schedule -> schedule.catchUp(CatchUp.once().within(Duration.ofMinutes(9)))
                                .window(Duration.ofHours(1))))
                .as("age counts from the end of the window")
                .isEmpty();
    }

    @Test
    void aRunAndAWindowFitBetweenTwoFires() {
        assertThat(names("0 * * * *", schedule -> schedule.timeout(Duration.ofHours(1))))
                .isEmpty();
        assertThat(names("0 * * * *", schedule -> schedule.timeout(Duration.ofMinutes(61))))
                .containsExactly(Hint.LONGER_THAN_GAP);
        assertThat(names("0 * * * *", schedule -> schedule.window(Duration.ofHours(1))))
                .isEmpty();
        assertThat(hints("0 * * * *", schedule -> schedule.window(Duration.ofHours(2)), false))
                .containsExactly(
                        new Hint(
                                Hint.WINDOW_CUT,
                                "Its window of 2 h is longer than the 1 h that there may be between two fires: the next fire ends it"));
    }

    @Test
    void aTaskThatIsNotKnownIsAHintBesideTheOthers() {
        Schedule schedule = Schedule.builder("a", "0 0 31 2 *", "work").build();

        assertThat(LintRule.hints(
                        schedule,
                        at("09:00"),
                        "no executor is registered for task 'work'",
                        TIMEOUT,
                        Duration.ZERO,
                        INTERVAL,
                        false,
                        STALE_AFTER))
                .containsExactly(
                        new Hint(
                                Hint.NO_EXECUTOR,
                                "No executor is registered for task 'work'; here its fires stay due, and are errors after a while"),
                        new Hint(Hint.NEVER_FIRES, "It has no fire after " + at("09:00")));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0 s", "PT0.5S, 500 ms", "PT90S, 90 s", "PT10M, 10 min", "PT36H, 36 h"})
    void durationsAsPeopleWriteThem(Duration duration, String text) {
        assertThat(LintRule.text(duration)).isEqualTo(text);
    }
}
