package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.heartbeat.engine.PauseRule.Under;
import dev.heartbeat.health.Condition;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PauseRuleTest {
    private static Pauses.Entry until(String until) {
        return new Pauses.Entry(at("07:00"), new Pause(at(until), "bob", "the provider is down"));
    }

    private static Pauses pauses(String queue, String everything) {
        Pauses pauses = queue == null ? Pauses.NONE : Pauses.NONE.withQueue("mail", until(queue));
        return everything == null ? pauses : pauses.withEverything(until(everything));
    }

    private static GivenDocument hourly() {
        return GivenDocument.of(Schedule.builder("mail", "0 * * * *", "send")
                        .queue("mail")
                        .build())
                .ran("07:00");
    }

    static Stream<Arguments> which() {
        return Stream.of(
                arguments("none", null, null, null, null, "paused"),
                arguments("its own", "09:00", null, null, "09:00", "paused"),
                arguments("its queue's", null, "09:00", null, "09:00", "queue-paused"),
                arguments("everything's", null, null, "09:00", "09:00", "maintenance"),
                arguments("its own ends last", "11:00", "10:00", "09:00", "11:00", "paused"),
                arguments("its queue's ends last", "09:00", "11:00", "10:00", "11:00", "queue-paused"),
                arguments("everything's ends last", "10:00", "09:00", "11:00", "11:00", "maintenance"),
                arguments("equal ends: the widest", "10:00", "10:00", "10:00", "10:00", "maintenance"),
                arguments("equal ends: its queue's", "10:00", "10:00", null, "10:00", "queue-paused"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("which")
    void thePauseThatEndsLastCounts(
            String what, String own, String queue, String everything, String until, String reason) {
        GivenDocument document = own == null ? hourly() : hourly().pausedUntil(own);

        Under under = PauseRule.under(pauses(queue, everything), document.stored());

        Pause pause = under.seen().pause();
        assertThat(pause == null ? null : pause.until()).isEqualTo(at(until));
        assertThat(under.reason()).isEqualTo(reason);
        assertThat(under.seen().version()).isEqualTo(document.stored().version());
    }

    @Test
    void anotherQueuesPauseIsNoneOfIts() {
        StoredSchedule other = GivenDocument.of("0 * * * *").ran("07:00").stored();
        Pauses pauses = pauses("09:00", null);

        assertThat(PauseRule.under(pauses, other).seen()).isEqualTo(other);
    }

    /** Rule B27: the due rule sees no difference between a pause of the document and a wider one. */
    @ParameterizedTest
    @MethodSource("which")
    void theDueRuleDecidesAsUnderAPauseOfTheDocument(
            String what, String own, String queue, String everything, String until, String reason) {
        GivenDocument wider = own == null ? hourly() : hourly().pausedUntil(own);
        GivenDocument document = until == null ? hourly() : hourly().pausedUntil(until);
        for (String now : new String[] {"08:00", "09:00", "10:00", "11:30", "12:00", "15:20"}) {
            Decision expected = DueRule.decide(document.stored(), at(now), at(now), 3, OneDocument.STALE, Window.NONE);
            Decision decision = DueRule.decide(
                    PauseRule.under(pauses(queue, everything), wider.stored()).seen(),
                    at(now),
                    at(now),
                    3,
                    OneDocument.STALE,
                    Window.NONE);

            assertThat(decision.reason()).isEqualTo(expected.reason());
            assertThat(decision.until()).isEqualTo(expected.until());
            if (expected.candidate() != null) {
                assertThat(decision.candidate().missed())
                        .isEqualTo(expected.candidate().missed());
                assertThat(decision.candidate().cursor())
                        .isEqualTo(expected.candidate().cursor());
            }
        }
    }

    @Test
    void firesUpToTheEndOfAQueuesPauseAreOneSeriesAndNotMadeUp() {
        StoredSchedule seen =
                PauseRule.under(pauses("10:30", null), hourly().stored()).seen();

        assertThat(DueRule.decide(seen, at("10:29"), at("10:29"), 3, OneDocument.STALE, Window.NONE)
                        .reason())
                .isEqualTo(Decision.PAUSED);
        assertThat(DueRule.decide(seen, at("10:30"), at("10:30"), 3, OneDocument.STALE, Window.NONE)
                        .reason())
                .isEqualTo(Decision.NOT_DUE);
        assertThat(DueRule.decide(seen, at("11:00"), at("11:00"), 3, OneDocument.STALE, Window.NONE)
                        .candidate()
                        .missed())
                .containsExactly(new FireSeries(Outcome.SKIPPED, "paused", 3, true, at("08:00"), at("10:00")));
    }

    /** What was written after the end of a wide pause, and never claimed, was not there to be paused. */
    @Test
    void aDocumentThatIsYoungerThanThePauseDidNotLiveThroughIt() {
        Schedule oneOff = Schedule.builder("mail", "@at 2026-02-15T09:30:00Z", "send")
                .queue("mail")
                .build();
        Pauses past = pauses("10:00", "10:00");

        StoredSchedule younger =
                GivenDocument.of(oneOff).writtenAt("10:00:00.001").stored();
        StoredSchedule older = GivenDocument.of(oneOff).writtenAt("10:00").stored();
        StoredSchedule claimed = hourly().writtenAt("10:30").stored();

        assertThat(PauseRule.under(past, younger).seen()).isEqualTo(younger);
        assertThat(PauseRule.under(past, older).seen().pause()).isNotNull();
        assertThat(PauseRule.under(past, claimed).seen().pause()).isNotNull();
    }

    @Test
    void conditionsTellWhoPausedWhatUntilWhenAndWhatToDo() {
        Pauses pauses = pauses("09:00", null)
                .withEverything(new Pauses.Entry(at("08:00"), new Pause(Pause.INDEFINITELY, "", "")));

        assertThat(PauseRule.conditions(pauses, at("08:59")))
                .containsExactly(
                        new Condition(
                                Condition.MAINTENANCE,
                                "Everything is paused without an end; no schedule starts",
                                at("08:00"),
                                "Wait for its end, or end it with Schedules.resumeAll"),
                        new Condition(
                                Condition.PAUSED,
                                "Queue 'mail' is paused until 2026-02-15T09:00:00Z by bob (the provider is down);"
                                        + " no schedule of it starts",
                                at("07:00"),
                                "Wait for its end, or end it with Schedules.resumeQueue"));
        assertThat(PauseRule.conditions(pauses, at("09:00")))
                .extracting(Condition::name)
                .containsExactly(Condition.MAINTENANCE);
    }
}
