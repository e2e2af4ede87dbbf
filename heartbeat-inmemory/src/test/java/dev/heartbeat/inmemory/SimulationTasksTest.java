package dev.heartbeat.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Breaker;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task in a simulation is as its builder made it, and each of its calls takes the time that the script says. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SimulationTasksTest {
    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private static Schedule.Builder schedule(String id, String cron) {
        return Schedule.builder(id, cron, "work");
    }

    private static Task.Builder task() {
        return Task.named("work", context -> TaskResult.done());
    }

    private static Instant at(String time) {
        return Instant.parse("2026-03-02T" + time + "Z");
    }

    @Test
    void aCircuitOpensAfterFailuresInARowAndHoldsBackItsOwnSchedulesAlone() {
        List<String> called = new ArrayList<>();
        Task calling = Task.action("work", context -> {
                    String host = context.params().text("host");
                    called.add(host);
                    if (host.equals("down")) {
                        throw new IllegalStateException("no answer");
                    }
                })
                .retry(Retry.none())
                .breaker(new Breaker(2, Duration.ofHours(3)))
                .circuit(params -> params.text("host"))
                .build();

        SimulationResult hour = Simulation.of(
                        schedule("a", "*/10 * * * *").param("host", "down").build(),
                        schedule("b", "*/10 * * * *").param("host", "up").build())
                .task(calling)
                .run(MONDAY, HOUR);

        assertThat(Collections.frequency(called, "down"))
                .as("calls before it opened")
                .isEqualTo(2);
        assertThat(hour.firesOf("b")).hasSize(5).extracting(Fire::outcome).containsOnly(Outcome.EXECUTED);
    }

    @Test
    void noMoreRunsOfATaskAreAtWorkThanItAllows() {
        SimulationResult hour = Simulation.of(
                        schedule("a", "30 * * * *").build(),
                        schedule("b", "30 * * * *").build())
                .task(task().maxParallel(1).build())
                .takes("work", Duration.ofSeconds(10))
                .run(MONDAY, HOUR);

        assertThat(hour.fires()).extracting(Fire::startedAt).containsExactlyInAnyOrder(at("00:30:00"), at("00:30:10"));
    }

    @Test
    void theWindowOfATaskSpreadsItsSchedules() {
        Schedule[] twenty = IntStream.range(0, 20)
                .mapToObj(i -> schedule("s" + i, "0 1 * * *").build())
                .toArray(Schedule[]::new);
        SimulationResult hours =
                Simulation.of(twenty).task(task().window(HOUR).build()).run(MONDAY, HOUR.multipliedBy(3));

        assertThat(hours.fires()).hasSize(20);
        assertThat(hours.fires().stream().map(Fire::startedAt).distinct())
                .as("starts")
                .hasSizeGreaterThan(3);
    }

    @Test
    void aTaskTimesOutOnceAndSucceedsWhenItIsTriedAgain() {
        SimulationResult hours = Simulation.of(schedule("a", "0 * * * *")
                        .timeout(Duration.ofSeconds(10))
                        .retry(Retry.attempts(2))
                        .build())
                .takes("work", Duration.ofMinutes(5), Duration.ofSeconds(3), Duration.ofSeconds(4))
                .run(MONDAY, HOUR.multipliedBy(4));

        assertThat(hours.firesOf("a"))
                .extracting(Fire::outcome, Fire::attempts, SimulationTasksTest::length)
                .containsExactly(
                        tuple(Outcome.EXECUTED, 2, Duration.ofSeconds(3)),
                        tuple(Outcome.EXECUTED, 1, Duration.ofSeconds(4)),
                        tuple(Outcome.EXECUTED, 1, Duration.ofSeconds(4)));
    }

    private static Duration length(Fire fire) {
        return Duration.between(fire.startedAt(), fire.endedAt());
    }

    @Test
    void eachDurationIsCheckedAtTheCall() {
        Simulation simulation = Simulation.of(schedule("a", "0 * * * *").build());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> simulation.takes("work", Duration.ZERO, Duration.ofDays(8)))
                .withMessage("takes PT192H is not allowed; PT0S to PT168H");
    }
}
