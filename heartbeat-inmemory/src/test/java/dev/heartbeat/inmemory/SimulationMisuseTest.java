package dev.heartbeat.inmemory;

import static dev.heartbeat.inmemory.assertj.SimulationAssertions.assertThat;
import static dev.heartbeat.inmemory.assertj.SimulationAssertions.assertThatFires;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SimulationMisuseTest {
    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private static Schedule.Builder schedule(String id, String cron) {
        return Schedule.builder(id, cron, "work");
    }

    private static final long PATIENCE_MILLIS = 30_000;

    private static TaskResult[] failures(int count) {
        return IntStream.range(0, count).mapToObj(i -> TaskResult.failed("no")).toArray(TaskResult[]::new);
    }

    /** a: every fire fails and is superseded; each was started, late. */
    private static SimulationResult superseded() {
        return Simulation.of(schedule("a", "5-59/10 * * * *")
                        .retry(Retry.attempts(3))
                        .build())
                .answers(
                        "work",
                        IntStream.range(0, 50)
                                .mapToObj(i -> TaskResult.retryAfter(Duration.ofMinutes(12), "no"))
                                .toArray(TaskResult[]::new))
                .run(MONDAY, HOUR);
    }

    @Test
    void aSupersededFireThatWasStartedHasAStart() {
        List<Fire> fires = superseded().firesOf("a");
        assertThat(fires).filteredOn(fire -> fire.attempts() > 0).isNotEmpty().allSatisfy(fire -> {
            assertThat(fire.attempts()).isEqualTo(1);
            assertThat(fire.startedAt()).as(fire.toString()).isNotNull();
        });
    }

    @Test
    void wereAllStartedHoldsForFiresThatFailed() {
        assertThatFires(superseded().firesOf("a"))
                .filteredOn(fire -> fire.attempts() > 0)
                .wereAllStarted();
    }

    @Test
    void startedWithinSeesThatSupersededFiresStartedLate() {
        List<Fire> fires = superseded().firesOf("a"); // each started 5 minutes after its time
        assertThatThrownBy(() -> assertThatFires(fires).startedWithin(Duration.ofSeconds(1)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void wereAllStartedFailsForSkippedFires() {
        SimulationResult hour = Simulation.of(schedule("a", "30 * * * *").build())
                .answers("work", TaskResult.skipped("nothing"))
                .run(MONDAY, HOUR);
        assertThat(hour).firesOf("a").hadOutcome(Outcome.SKIPPED, 1);
        assertThatThrownBy(() -> assertThat(hour).firesOf("a").wereAllStarted()).isInstanceOf(AssertionError.class);
    }

    @Test
    void stayedAliveSeesAFailureAfterTheAnswer() {
        SimulationResult day = Simulation.of(schedule("a", "*/30 * * * *")
                        .retry(Retry.none())
                        .timeout(HOUR)
                        .build())
                .takes("work", Duration.ofMinutes(2))
                .answers("work", failures(100))
                .run(MONDAY, Duration.ofHours(12));
        assertThat(day).firesOf("a").hadOutcome(Outcome.FAILED, 23);
        assertThatThrownBy(() -> assertThat(day).stayedAlive()).isInstanceOf(AssertionError.class);
    }

    @Test
    void stayedAliveSeesAnOutage() {
        SimulationResult day = Simulation.of(schedule("a", "*/30 * * * *").build())
                .outage(MONDAY.plus(HOUR), MONDAY.plus(Duration.ofHours(11)))
                .run(MONDAY, Duration.ofHours(12));
        assertThatThrownBy(() -> assertThat(day).stayedAlive()).isInstanceOf(AssertionError.class);
    }

    @Test
    void aNameThatNoScheduleHasIsRefused() {
        Simulation simulation = Simulation.of(schedule("a", "30 * * * *").build())
                .takes("wrok", Duration.ofMinutes(2))
                .answers("wrok2", TaskResult.failed("no"))
                .task(Task.action("wrok3", context -> {}).build());
        assertThatThrownBy(() -> simulation.run(MONDAY, HOUR)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void theIntervalOfTheHeartbeatIsThatOfThePulses() {
        SimulationResult hour = Simulation.of(schedule("a", "30 * * * *").build())
                .setup(heartbeat -> heartbeat.interval(HOUR))
                .run(MONDAY, HOUR);
        assertThat(hour.pulses()).hasSize(6);
        assertThat(hour.snapshot().heartbeat().orElseThrow().beat())
                .as("pulseEvery is the heartbeat's interval too")
                .isEqualTo(MONDAY.plus(Duration.ofMinutes(50)));
    }

    @Test
    void anInterruptedCallerGetsTheSameResultOrAnException() {
        Simulation simulation =
                Simulation.of(schedule("a", "*/10 * * * *").build()).takes("work", Duration.ofSeconds(20));
        List<Integer> calm = executed(simulation.run(MONDAY, HOUR));
        List<Integer> interrupted = null;
        Thread.currentThread().interrupt();
        try {
            interrupted = executed(simulation.run(MONDAY, HOUR));
        } catch (RuntimeException e) {
            return;
        } finally {
            Thread.interrupted();
        }
        assertThat(interrupted).isEqualTo(calm);
    }

    private static List<Integer> executed(SimulationResult result) {
        return result.pulses().stream()
                .map(pulse -> pulse.count(Outcome.EXECUTED))
                .toList();
    }

    @Test
    void anInterruptEndsALongSimulation() throws Exception {
        CountDownLatch pulsed = new CountDownLatch(1);
        Thread runner =
                new Thread(() -> Simulation.of(schedule("a", "* * * * *").build())
                        .setup(heartbeat -> heartbeat.listener(new PulseListener() {
                            @Override
                            public void pulseEnded(Pulse pulse) {
                                pulsed.countDown();
                            }
                        }))
                        .takes("work", Duration.ofSeconds(1))
                        .pulseEvery(Duration.ofMinutes(1))
                        .run(MONDAY, Duration.ofDays(365)));
        runner.setDaemon(true);
        runner.start();
        pulsed.await();
        runner.interrupt();
        runner.join(PATIENCE_MILLIS);
        assertThat(runner.isAlive()).isFalse();
    }

    @Test
    void codeThatWaitsForTimeToPassIsEndedByAnInterrupt() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Thread runner = new Thread(() -> {
            Simulation.of(schedule("a", "30 * * * *")
                            .timeout(Duration.ofSeconds(1))
                            .retry(Retry.none())
                            .build())
                    .task(Task.action("work", context -> {
                                waiting.countDown();
                                new CountDownLatch(1).await();
                            })
                            .build())
                    .takes("work", Duration.ofMillis(1))
                    .run(MONDAY, HOUR);
        });
        runner.setDaemon(true);
        runner.start();
        waiting.await();
        runner.interrupt();
        runner.join(PATIENCE_MILLIS);
        assertThat(runner.isAlive()).as("still running").isFalse();
    }

    @Test
    void theEndIsExcluded() {
        SimulationResult hour = Simulation.of(
                        schedule("a", "50 * * * *").timeout(HOUR).build())
                .takes("work", Duration.ofMinutes(10))
                .run(MONDAY, HOUR);
        assertThat(hour.firesOf("a"))
                .allSatisfy(fire -> assertThat(fire.endedAt()).isBefore(MONDAY.plus(HOUR)));
    }

    @Test
    void theSameSetUpGivesTheSamePulses() {
        Simulation simulation = Simulation.of(
                        schedule("a", "*/10 * * * *").timeout(HOUR).build(),
                        schedule("b", "*/10 * * * *").timeout(HOUR).build(),
                        schedule("c", "*/7 * * * *")
                                .timeout(HOUR)
                                .runAtFirstPulse()
                                .build())
                .takes("work", Duration.ofMinutes(3))
                .answers("work", failures(40));
        SimulationResult one = simulation.run(MONDAY, Duration.ofHours(12));
        SimulationResult two = simulation.run(MONDAY, Duration.ofHours(12));
        assertThat(two.fires()).isEqualTo(one.fires());
        assertThat(two.pulses().stream().map(Pulse::details).toList())
                .isEqualTo(one.pulses().stream().map(Pulse::details).toList());
    }
}
