package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.task.Breaker;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule B39 where queues, tickers, accepted runs and people meet it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BreakerCornersFlowTest {
    private static final StateKey CELL = new StateKey("breaker", "call");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static Task.Builder task(Breaker breaker, dev.heartbeat.task.TaskExecutor code) {
        return Task.named("call", code).breaker(breaker).retry(Retry.none());
    }

    private static Schedule.Builder minutely(String id) {
        return Schedule.builder(id, "* * * * *", "call");
    }

    private Map<String, ?> circuit() {
        List<StateCell> cells = world.store.read(List.of(CELL), CallLimit.of(Duration.ofSeconds(5)));
        return cells.isEmpty() ? Map.of() : cells.get(0).value();
    }

    @Test
    void whatWaitsForAPlaceWhenACircuitOpensIsGivenBackInOneCallAndOneTriesItLater() {
        Duration coolDown = Duration.ofMinutes(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.executor(Runnable::run)
                .parallelism(1)
                .budget(Duration.ofMinutes(10))
                .task(task(new Breaker(1, coolDown), context -> {
                            world.starts.add(context);
                            return TaskResult.failed("no answer");
                        })
                        .build()));
        for (int i = 0; i < 6; i++) {
            heartbeat.schedules().define(minutely("s" + i).build());
        }
        world.at("08:01:00");
        heartbeat.pulse();
        assertThat(world.starts).hasSize(1);
        assertThat(world.probe.calls("release")).isEqualTo(1);
        world.at("08:05:00");
        heartbeat.pulse();

        assertThat(world.starts)
                .as("the first failure, and the one that tries it again")
                .hasSize(2);
    }

    @Test
    void theTickerWakesAtTheEndOfTheCoolDownForWhatWasGivenBack() throws Exception {
        CountDownLatch runs = new CountDownLatch(4);
        ConcurrentLinkedQueue<TaskContext> starts = new ConcurrentLinkedQueue<>();
        Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .interval(Duration.ofDays(1)) // no beat helps
                .executor(Runnable::run)
                .parallelism(1)
                .task(task(new Breaker(1, Duration.ofSeconds(1)), context -> {
                            starts.add(context);
                            runs.countDown();
                            return starts.size() == 1 ? TaskResult.failed("no answer") : TaskResult.done();
                        })
                        .build())
                .build();
        try (heartbeat) {
            for (int i = 0; i < 4; i++) {
                heartbeat
                        .schedules()
                        .define(Schedule.builder("s" + i, "0 0 1 1 *", "call")
                                .runAtFirstPulse()
                                .build());
            }
            heartbeat.start();

            await(runs);
        }
    }

    @Test
    void acceptedRunsThatNobodyCompletesOpenTheCircuit() {
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.task(task(new Breaker(2, Duration.ofHours(5)), context -> {
                            world.starts.add(context);
                            return TaskResult.accepted(Duration.ofSeconds(30));
                        })
                        .build()));
        heartbeat.schedules().define(minutely("a").build());
        for (int minute = 1; minute < 20; minute++) {
            world.at(String.format("08:%02d:00", minute));
            heartbeat.pulse();
        }

        assertThat(circuit()).containsKey("openUntil");
        assertThat(world.starts).as("two that failed, and none after them").hasSizeLessThan(5);
    }

    /** It fails for a reason of its own, and its retry keeps its old fire time. */
    @Test
    void aScheduleWithManyAttemptsDoesNotTryTheCircuitEachTime() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.executor(Runnable::run)
                .task(task(new Breaker(1, Duration.ofMinutes(5)), context -> {
                            world.starts.add(context);
                            return context.scheduleId().equals("bad")
                                    ? TaskResult.failed("of its own")
                                    : TaskResult.done();
                        })
                        .build()));
        heartbeat
                .schedules()
                .define(Schedule.builder("bad", "1 8 * * *", "call")
                        .retry(Retry.attempts(20).backoff(Duration.ZERO, Duration.ZERO))
                        .build());
        heartbeat.schedules().define(minutely("good").build());
        for (int minute = 1; minute < 20; minute++) {
            world.at(String.format("08:%02d:00", minute));
            heartbeat.pulse();
        }

        assertThat(world.starts("good"))
                .as("in the second cool-down at the latest")
                .isPositive();
        assertThat(world.starts.stream()
                        .filter(context -> context.scheduleId().equals("good"))
                        .map(TaskContext::fireTime)
                        .findFirst())
                .hasValueSatisfying(first -> assertThat(first).isBefore(Instant.parse("2026-02-15T08:13:00Z")));
    }

    /** What a person calls off says nothing about the service behind the circuit. */
    @Test
    void aCancelledRunThatIgnoresTheInterruptOpensNoCircuit() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2))
                .task(task(new Breaker(1, Duration.ofHours(1)), context -> {
                            started.countDown();
                            while (release.getCount() > 0) {
                                try {
                                    release.await();
                                } catch (InterruptedException e) {
                                    // ignored
                                }
                            }
                            return TaskResult.done();
                        })
                        .timeout(Duration.ofMinutes(5))
                        .build()));
        heartbeat.schedules().define(minutely("a").build());
        world.at("08:01:00");
        heartbeat.pulse();
        await(started);
        world.probe.around(
                "saveHeartbeat",
                call -> { // the stuck run is told of
                    Object saved = call.proceed();
                    stuck.countDown();
                    return saved;
                });
        heartbeat.schedules().cancel("a", Audit.by("ann", ""));
        await(stuck);

        assertThat(circuit()).doesNotContainKey("openUntil");
        release.countDown();
    }
}
