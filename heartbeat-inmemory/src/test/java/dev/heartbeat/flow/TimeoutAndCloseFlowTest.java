package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long work may take, how often it is tried, what an answer waits for, and how it all ends at shutdown. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TimeoutAndCloseFlowTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Heartbeat withTasks() {
        return world.heartbeat(builder -> builder.task("work", world::note)
                .task(Task.named("timed", world::note)
                        .timeout(Duration.ofSeconds(20))
                        .build()));
    }

    @Test
    void theTimeoutIsTheSchedulesElseTheTasksElseThirtySeconds() {
        Heartbeat heartbeat = withTasks();
        heartbeat.schedules().define(world.now("default").build());
        heartbeat
                .schedules()
                .define(Schedule.builder("task", "0 0 1 1 *", "timed")
                        .runAtFirstPulse()
                        .build());
        heartbeat
                .schedules()
                .define(Schedule.builder("schedule", "0 0 1 1 *", "timed")
                        .timeout(Duration.ofSeconds(5))
                        .runAtFirstPulse()
                        .build());
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::scheduleId, context -> Duration.between(World.START, context.deadline()))
                .containsExactlyInAnyOrder(
                        tuple("default", Duration.ofSeconds(30)),
                        tuple("task", Duration.ofSeconds(20)),
                        tuple("schedule", Duration.ofSeconds(5)));
    }

    @Test
    void theRetryIsTheSchedulesElseTheTasksElseThreeAttempts() {
        Retry atOnce = Retry.DEFAULT.backoff(Duration.ZERO, Duration.ZERO);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
                    world.note(context);
                    return TaskResult.retryAfter(Duration.ZERO, "no");
                })
                .task(Task.named("twice", context -> {
                            world.note(context);
                            return TaskResult.failed("no");
                        })
                        .retry(Retry.attempts(2).backoff(Duration.ZERO, Duration.ZERO))
                        .build()));
        heartbeat.schedules().define(world.now("default").build());
        heartbeat
                .schedules()
                .define(Schedule.builder("task", "0 0 1 1 *", "twice")
                        .runAtFirstPulse()
                        .build());
        heartbeat
                .schedules()
                .define(Schedule.builder("schedule", "0 0 1 1 *", "twice")
                        .retry(Retry.attempts(4).backoff(atOnce.backoff(), atOnce.maxBackoff()))
                        .runAtFirstPulse()
                        .build());
        for (int i = 0; i < 6; i++) {
            heartbeat.pulse();
        }

        assertThat(world.starts("default")).isEqualTo(3);
        assertThat(world.starts("task")).isEqualTo(2);
        assertThat(world.starts("schedule")).isEqualTo(4);
    }

    @Test
    void aTimedOutAttemptIsTriedAgainAndMaySucceed() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            if (context.attempt() == 1) {
                new CountDownLatch(1).await();
            }
            return TaskResult.done();
        }));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .timeout(Duration.ofMillis(50))
                        .retry(Retry.attempts(2).backoff(Duration.ZERO, Duration.ZERO))
                        .build());
        world.at("09:00:00");
        Pulse first = heartbeat.pulse();
        assertThat(outcome(first, "a")).isEqualTo(Outcome.RETRYING);
        assertThat(first.detail("a").orElseThrow().error()).isEqualTo("timed out after 50 ms");
        assertThat(first.status()).isEqualTo(PulseStatus.ALIVE);

        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(world.ledger("a"))
                .extracting(RunRecord::outcome, RunRecord::attempt)
                .containsExactly(tuple(Outcome.EXECUTED, 2));
    }

    /** Rule B9: an exception after the timeout is a timeout as well. */
    @Test
    void anErrorThatIsThrownAfterTheTimeoutIsATimeout() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            new CountDownLatch(1).await();
            return TaskResult.done();
        }));
        heartbeat
                .schedules()
                .define(world.now("a")
                        .timeout(Duration.ofMillis(50))
                        .retry(Retry.none())
                        .build());

        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.TIMED_OUT);
        assertThat(world.ledger("a").get(0).error()).isEqualTo("timed out after 50 ms");
    }

    /** Rule B47: a host that freezes after the answer must not freeze a run. */
    @Test
    void awaitingRunsLeavesNoneAtWorkAlsoWhenMoreWereClaimedThanHavePlaces() throws Exception {
        AtomicInteger atWork = new AtomicInteger();
        AtomicBoolean open = new AtomicBoolean();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1)
                .budget(Duration.ofSeconds(2))
                .task("work", context -> {
                    if (open.get()) {
                        return world.note(context);
                    }
                    atWork.incrementAndGet();
                    try {
                        new CountDownLatch(1).await(); // until its timeout
                    } finally {
                        atWork.decrementAndGet();
                    }
                    return TaskResult.done();
                }));
        for (int i = 0; i < 30; i++) {
            heartbeat
                    .schedules()
                    .define(world.now("a" + i)
                            .timeout(Duration.ofMillis(300))
                            .retry(Retry.none())
                            .build());
        }

        Pulse pulse = heartbeat.pulse(PulseRequest.from("cloud-run").awaitingRuns());

        assertThat(pulse.count(Outcome.RUNNING))
                .as("runs that the host freezes")
                .isZero();
        assertThat(atWork).hasValue(0);
        open.set(true);
        heartbeat.pulse();
        assertThat(world.starts).as("what was deferred").hasSize(pulse.count(Outcome.DEFERRED));
    }

    /** Rule B8: what ends within the grace ends as ever. */
    @Test
    void closeWaitsForTheGraceBeforeItInterrupts() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.shutdownGrace(Duration.ofMinutes(1))
                .budget(Duration.ofSeconds(2))
                .task("work", context -> {
                    started.countDown();
                    release.await();
                    return TaskResult.done();
                }));
        heartbeat.schedules().define(world.now("a").timeout(Duration.ofHours(1)).build());
        heartbeat.pulse();
        await(started);
        ExecutorService closer = Executors.newSingleThreadExecutor();
        try {
            Future<?> closed = closer.submit(heartbeat::close);
            release.countDown();
            closed.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            closer.shutdownNow();
        }

        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
        assertThat(world.store.snapshot().heartbeat().orElseThrow().schedulesExecuted())
                .as("late, and counted at the end")
                .isEqualTo(1);
    }

    /** Rule B8: a task that ignores the interrupt keeps its claim, and its answer counts while it does. */
    @Test
    void theAnswerOfATaskThatOutlivesItsHeartbeatIsRecordedWhileItsLeaseHolds() throws Exception {
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                })
                .task("stubborn", context -> {
                    started.countDown();
                    while (!release.get()) {
                        Thread.onSpinWait();
                    }
                    return TaskResult.done();
                }));
        heartbeat
                .schedules()
                .define(Schedule.builder("a", "0 9 * * *", "stubborn")
                        .timeout(Duration.ofHours(1))
                        .build());
        world.at("09:00:00");
        try {
            heartbeat.pulse();
            await(started);
            heartbeat.close();
            Heartbeat other = world.heartbeat(builder -> builder.task("stubborn", world::note));
            other.pulse();
            assertThat(world.starts).as("nothing overlaps it").isEmpty();
        } finally {
            release.set(true);
        }
        await(ended);

        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
        assertThat(world.store.schedule("a").orElseThrow().state().pending()).isNull();
    }

    /** Rule B8: given back with the start counted, so a last start that is interrupted ends its fire. */
    @Test
    void anInterruptedLastStartEndsItsFire() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    started.countDown();
                    new CountDownLatch(1).await();
                    return TaskResult.done();
                }));
        heartbeat
                .schedules()
                .define(world.now("a")
                        .timeout(Duration.ofHours(1))
                        .retry(Retry.none())
                        .build());
        heartbeat.pulse();
        await(started);
        heartbeat.close();
        world.working().pulse();

        assertThat(world.starts).as("at most once").isEmpty();
        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(run.error()).isEqualTo("interrupted: the process shut down");
        });
    }

    /** Rule B8: a pulse that is under way when its heartbeat closes gives back what it claims, and answers. */
    @Test
    void aPulseThatClaimsWhileItsHeartbeatClosesGivesBackAndAnswers() throws Exception {
        CountDownLatch claiming = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.budget(Duration.ofHours(1)).task("work", world::note));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        world.probe.once("claim", call -> {
            claiming.countDown();
            closed.await();
            return call.proceed();
        });
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Future<Pulse> answer = caller.submit(() -> heartbeat.pulse());
            await(claiming);
            heartbeat.close();
            closed.countDown();
            assertThat(outcome(answer.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS), "a"))
                    .isEqualTo(Outcome.DEFERRED);
        } finally {
            caller.shutdownNow();
        }
        world.working().pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::attempt)
                .isEqualTo(1);
    }

    @Test
    void closingANeverUsedOrNeverStartedHeartbeatIsHarmless() {
        Heartbeat heartbeat = world.working();
        heartbeat.stop();
        heartbeat.close();
        heartbeat.close();
        heartbeat.stop();

        assertThat(heartbeat.started()).isFalse();
        assertThat(heartbeat.health().status())
                .as("health is answered all the same")
                .isEqualTo(PulseStatus.UNKNOWN);
    }

    /** Budget: a request's own comes before the heartbeat's, and the smallest loses nothing. */
    @Test
    void theSmallestBudgetOfARequestLosesNothing() throws Exception {
        CountDownLatch ended = new CountDownLatch(100);
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.parallelism(2).task("work", world::note).listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                }));
        for (int i = 0; i < 100; i++) {
            heartbeat.schedules().define(world.schedule("a" + i, "0 9 * * *").build());
        }
        world.at("09:00:00");
        Pulse hasty = heartbeat.pulse(PulseRequest.from("hasty").budget(Duration.ofNanos(1)));
        assertThat(hasty.details()).as("each is told of").hasSize(100);
        heartbeat.pulse();
        await(ended);

        assertThat(world.starts).hasSize(100).allMatch(context -> context.attempt() == 1);
        assertThat(List.copyOf(world.store.snapshot().runs())).hasSize(100);
    }

    /** Rule B8: claims whose answer got lost are given back at shutdown too, not left to their leases. */
    @Test
    void closeGivesBackTheClaimsWhoseAnswerGotLost() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.now("a").build());
        world.probe.failAfter("claim");
        assertThat(catchThrowable(heartbeat::pulse)).isInstanceOf(StoreException.class);
        heartbeat.close();
        world.working().pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::attempt)
                .isEqualTo(1);
    }

    /** Rule B8: a record under way, such as one that is tried again in the background, is waited for. */
    @Test
    void closeWaitsForTheRecordUnderWay() throws Exception {
        CountDownLatch recording = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofSeconds(1))
                .lease(Duration.ofSeconds(1))
                .task("work", world::note));
        heartbeat.schedules().define(world.now("a").build());
        world.probe.once("record", call -> {
            world.probe.once("record", again -> {
                recording.countDown();
                await(answer);
                return again.proceed();
            });
            throw new StoreException("record did not answer");
        });
        heartbeat.pulse();
        await(recording); // in the background, a third of the lease later
        Thread closer = new Thread(heartbeat::close, "closer");
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING && closer.isAlive()) {
            Thread.onSpinWait();
        }
        assertThat(closer.isAlive()).as("it waits").isTrue();
        answer.countDown();
        closer.join(TimeUnit.SECONDS.toMillis(World.PATIENCE_SECONDS));

        assertThat(closer.isAlive()).isFalse();
        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
    }
}
