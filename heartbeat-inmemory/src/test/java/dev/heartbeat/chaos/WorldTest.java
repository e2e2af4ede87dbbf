package dev.heartbeat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Journal.End;
import dev.heartbeat.chaos.Plan.Act;
import dev.heartbeat.chaos.Plan.InstanceSpec;
import dev.heartbeat.chaos.Plan.Origin;
import dev.heartbeat.chaos.Plan.ScheduleSpec;
import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.schedule.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A world does to its instances what a plan says. */
class WorldTest {
    private static final Instant START = Instant.parse("2026-02-15T08:00:30Z");

    private final Crew crew = new Crew();

    @AfterEach
    void close() {
        crew.close();
    }

    /** Hourly, so that its fire at 09:00 is the only one; attempts enough for a take-over. */
    private static ScheduleSpec hourly(Behaviour... calls) {
        return new ScheduleSpec(
                "s",
                "0 * * * *",
                "UTC",
                DstPolicy.VIXIE,
                2,
                Duration.ZERO,
                Duration.ofSeconds(60),
                Priority.NORMAL,
                null,
                null,
                null,
                Origin.DEFINED,
                List.of(calls));
    }

    /** Plays deeds from 09:00:00 on; the calm begins at 09:04:30. */
    private World.Outcome play(ScheduleSpec schedule, Act... acts) {
        List<InstanceSpec> instances = Stream.of("a", "b")
                .map(name -> new InstanceSpec(name, Duration.ZERO, false, ""))
                .toList();
        Plan.Settings settings = new Plan.Settings(
                Duration.ofMinutes(10), Duration.ofSeconds(60), Duration.ofSeconds(20), 16, Duration.ofMillis(1));
        Plan plan = new Plan(
                1,
                START,
                settings,
                instances,
                List.of(schedule),
                List.of(acts),
                Duration.ofMinutes(64),
                Duration.ofMinutes(5));
        try (World world = new World(plan, crew, store -> store)) {
            World.Outcome outcome = world.play();
            assertThat(Checker.check(outcome)).as(Story.of(outcome)).isEmpty();
            return outcome;
        }
    }

    private static Act at(int seconds, Deed deed) {
        return new Act(Duration.ofMinutes(59).plusSeconds(30 + seconds), deed);
    }

    private static int second(Instant at) {
        return (int) Duration.between(Instant.parse("2026-02-15T09:00:00Z"), at).toSeconds();
    }

    private static List<String> calls(World.Outcome outcome) {
        return outcome.journal().calls.stream().map(WorldTest::text).toList();
    }

    private static String text(Call call) {
        return call.life + " " + second(call.startedAt) + " " + call.end;
    }

    @Test
    void aTaskWorksAsLongAsItsBehaviourSays() {
        World.Outcome outcome = play(
                hourly(Behaviour.of(Behaviour.Kind.DONE, Duration.ofSeconds(7))), at(5, new Deed.Pulse("a", false)));

        assertThat(calls(outcome)).containsExactly("a1 5 DONE");
        assertThat(second(outcome.journal().calls.get(0).endedAt)).isEqualTo(12);
    }

    @Test
    void whatHasCrashedDoesNothingMoreAndItsClaimStaysUntilItsLeaseEnds() {
        World.Outcome outcome = play(
                hourly(Behaviour.of(Behaviour.Kind.DONE, Duration.ofSeconds(7))),
                at(5, new Deed.Pulse("a", false)),
                at(8, new Deed.Crash("a")),
                at(9, new Deed.Start("a")),
                at(20, new Deed.Pulse("b", false)),
                at(27, new Deed.Pulse("a", false)));

        assertThat(calls(outcome)).containsExactly("a1 5 NONE", "a2 27 DONE");
        assertThat(outcome.journal().calls).extracting(call -> call.attempt).containsExactly(1, 2);
    }

    @Test
    void whatIsFrozenPastItsLeaseWakesToAFence() {
        World.Outcome outcome = play(
                hourly(Behaviour.of(Behaviour.Kind.DONE, Duration.ofSeconds(7))),
                at(5, new Deed.Pulse("a", false)),
                at(8, new Deed.Freeze("a", Duration.ofSeconds(40))),
                at(30, new Deed.Pulse("b", false)));

        assertThat(calls(outcome)).containsExactly("a1 5 DONE", "b1 30 DONE");
        assertThat(second(outcome.journal().calls.get(0).endedAt)).isEqualTo(48);
        assertThat(outcome.ledger())
                .extracting(entry -> entry.attempt() + " " + entry.reason())
                .containsExactlyInAnyOrder("2 null", "1 fenced");
    }

    @Test
    void whatIsShutDownInterruptsItsTaskAfterAGraceAndIsGone() {
        World.Outcome outcome = play(
                hourly(Behaviour.of(Behaviour.Kind.DONE, Duration.ofSeconds(50)), Behaviour.DONE),
                at(5, new Deed.Pulse("a", false)),
                at(8, new Deed.Close("a")),
                at(20, new Deed.Pulse("a", false)),
                at(21, new Deed.Pulse("b", false)));

        assertThat(calls(outcome)).containsExactly("a1 5 INTERRUPTED", "b1 21 DONE");
    }

    @Test
    void aTaskThatHearsNoInterruptGoesOnPastItsTimeout() {
        World.Outcome outcome = play(
                hourly(Behaviour.of(Behaviour.Kind.DEAF, Duration.ofSeconds(100)), Behaviour.DONE),
                at(5, new Deed.Pulse("a", false)),
                at(90, new Deed.Pulse("b", false)),
                at(120, new Deed.Pulse("b", false)));

        assertThat(calls(outcome)).containsExactly("a1 5 DONE", "b1 120 DONE");
    }

    @Test
    void aWrongClockRunsNothingBeforeItsTimeAndTheRightOneIsNotLate() {
        World.Outcome outcome = play(
                hourly(),
                at(-20, new Deed.Skew("a", Duration.ofHours(1))),
                at(-10, new Deed.Pulse("a", false)),
                at(1, new Deed.Pulse("a", false)));

        assertThat(calls(outcome)).containsExactly("a1 1 DONE");
    }

    /** The fault strikes the claim at second 5; the calm is at second 270. */
    @ParameterizedTest
    @CsvSource({
        "FAILED,         270, 1", // nothing was claimed
        "CUT,            270, 2", // claimed, given back at the next contact, and claimed again
        "DELAYED,          9, 1",
        "ANSWERED_LATE,    9, 1",
        "REORDERED,      270, 2", // claimed four seconds after its caller was told that it failed
        "DUPLICATED,       5, 1",
        "DIES_BEFORE,    270, 1",
        "DIES_AFTER,     270, 2"
    })
    void aCallSuffersTheFaultThatIsMeantForIt(Fault.Kind kind, int calledAt, int claims) {
        World.Outcome outcome = play(
                hourly(),
                at(1, new Deed.Arm("a", new Fault("claim", kind, Duration.ofSeconds(4)))),
                at(5, new Deed.Pulse("a", false)));

        assertThat(outcome.journal().calls).singleElement().satisfies(call -> {
            assertThat(second(call.startedAt)).isEqualTo(calledAt);
            assertThat(call.end).isEqualTo(End.DONE);
        });
        assertThat(outcome.journal().claims).hasSize(claims);
    }

    @Test
    void allCallsOfWhatIsCutOffFailForAWhile() {
        World.Outcome outcome = play(
                hourly(),
                at(1, new Deed.CutOff("a", Duration.ofSeconds(10))),
                at(5, new Deed.Pulse("a", false)),
                at(12, new Deed.Pulse("a", false)));

        assertThat(calls(outcome)).containsExactly("a1 12 DONE");
        assertThat(outcome.journal().pulses.get(0).failure()).hasMessage("findDue failed");
    }

    @Test
    void anOldCopyThatIsSavedTakesWhatTheEngineRemembersBack() {
        World.Outcome outcome = play(
                hourly(),
                at(-20, new Deed.Load("s")),
                at(5, new Deed.Pulse("a", false)),
                at(60, new Deed.Save("s")),
                at(70, new Deed.Pulse("a", false)));

        assertThat(calls(outcome)).as("the ledger fences it").containsExactly("a1 5 DONE");
    }
}
