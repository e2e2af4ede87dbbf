package dev.heartbeat.inmemory.assertj;

import static dev.heartbeat.inmemory.assertj.SimulationAssertions.assertThat;
import static dev.heartbeat.inmemory.assertj.SimulationAssertions.assertThatFires;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heartbeat.inmemory.Fire;
import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each assertion holds where it should, and fails with the facts where it should not. */
class SimulationAssertionsTest {
    private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

    private final SimulationResult result = Simulation.of(Schedule.builder("a", "5 * * * *", "work")
                    .retry(Retry.none())
                    .build())
            .answers("work", TaskResult.done(), TaskResult.failed("no"))
            .outage(START.plus(Duration.ofHours(2)), START.plus(Duration.ofHours(4)))
            .run(START, Duration.ofHours(5));

    private static Fire fire(Outcome outcome, Instant startedAt, Duration took) {
        return new Fire("a", START, outcome, 1, null, startedAt, START.plus(took), null);
    }

    @Test
    void whatHoldsPasses() {
        assertThat(result)
                .firesOf("a")
                .firedAt(
                        "2026-03-02T00:05:00Z",
                        "2026-03-02T01:05:00Z",
                        "2026-03-02T02:05:00Z",
                        "2026-03-02T03:05:00Z",
                        "2026-03-02T04:05:00Z")
                .hadOutcome(Outcome.EXECUTED, 3)
                .hadOutcome(Outcome.FAILED, 1)
                .hadOutcome(Outcome.MISSED, 1)
                .startedWithin(Duration.ofMinutes(55))
                .didNotOverlap()
                .hasSize(5);
        assertThat(result)
                .fires()
                .filteredOn(fire -> fire.outcome() == Outcome.EXECUTED)
                .wereExecuted()
                .wereAllStarted();
    }

    @Test
    void whatDoesNotHoldFailsAndTellsTheFacts() {
        fails(() -> assertThat(result).stayedAlive(), "ALIVE", "2026-03-02T01:10:00Z", "ERROR");
        fails(() -> assertThat(result).firesOf("a").firedAt("2026-03-02T00:05:00Z"), "fires of schedule 'a'", "03:05");
        fails(() -> assertThat(result).firesOf("a").wereExecuted(), "5 fires to be executed", "2 did not", "MISSED");
        fails(() -> assertThat(result).firesOf("a").wereAllStarted(), "1 did not", "coalesced");
        fails(() -> assertThat(result).firesOf("a").hadOutcome(Outcome.FAILED, 2), "2 fires", "there were 1");
        fails(() -> assertThat(result).firesOf("a").startedWithin(Duration.ofMinutes(54)), "within PT54M", "1 did not");
        fails(() -> assertThatFires(List.of()).wereExecuted(), "empty");
        fails(
                () -> assertThatFires(List.of(
                                fire(Outcome.EXECUTED, START, Duration.ofSeconds(2)),
                                fire(Outcome.EXECUTED, START.plusSeconds(1), Duration.ofSeconds(3))))
                        .didNotOverlap(),
                "overlap",
                "00:00:01Z");
    }

    private static void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable assertion, String... facts) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion).withMessageContainingAll(facts);
    }
}
