package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many at once: instances, threads, fires; budgets and executors. */
class LoadFlowTest {
    private static final int DUE = 10_000;

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private void defineMany(Heartbeat heartbeat, int count) {
        for (int i = 0; i < count; i++) {
            heartbeat.schedules().define(world.schedule("s" + i, "0 9 * * *").build());
        }
        world.at("09:00:00");
    }

    private void checkEachRanOnce(World.Counters counters) {
        for (int i = 0; i < DUE; i++) {
            assertThat(counters.of("s" + i)).as("s" + i).isEqualTo(1);
        }
        assertThat(counters.size()).isEqualTo(DUE);
        List<RunRecord> ledger = world.store.snapshot().runs();
        assertThat(ledger).hasSize(DUE);
        assertThat(ledger).allMatch(run -> run.outcome() == Outcome.EXECUTED && run.attempt() == 1);
        assertThat(ledger.stream().map(RunRecord::scheduleId).distinct().count())
                .isEqualTo(DUE);
    }

    @Test
    void eightInstancesThatPulseAtTheSameInstantRunTenThousandFiresOnceEach() throws Exception {
        World.Counters counters = new World.Counters();
        List<Heartbeat> instances = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            instances.add(world.heartbeat(builder -> builder.name("instance-" + number)
                    .task("work", context -> {
                        counters.raise(context.scheduleId());
                        return TaskResult.done();
                    })));
        }
        defineMany(instances.get(0), DUE);

        List<Pulse> pulses =
                atOnce(instances.stream().map(each -> (Pulser) each::pulse).toList());

        checkEachRanOnce(counters);
        assertThat(pulses.stream()
                        .mapToInt(pulse -> pulse.count(Outcome.EXECUTED))
                        .sum())
                .isEqualTo(DUE);
        assertThat(world.store.snapshot().heartbeat().orElseThrow().schedulesExecuted())
                .as("rule B21: counts of one beat add")
                .isEqualTo(DUE);
    }

    @Test
    void eightThreadsThatPulseOneInstanceRunTenThousandFiresOnceEach() throws Exception {
        World.Counters counters = new World.Counters();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            counters.raise(context.scheduleId());
            return TaskResult.done();
        }));
        defineMany(heartbeat, DUE);
        Pulser pulser = heartbeat::pulse;

        List<Pulse> pulses = atOnce(List.of(pulser, pulser, pulser, pulser, pulser, pulser, pulser, pulser));

        checkEachRanOnce(counters);
        assertThat(pulses).filteredOn(pulse -> !pulse.busy()).isNotEmpty();
        assertThat(pulses)
                .filteredOn(Pulse::busy)
                .allMatch(pulse -> pulse.details().isEmpty());
    }

    private interface Pulser {
        Pulse pulse();
    }

    private static List<Pulse> atOnce(List<Pulser> pulsers) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(pulsers.size());
        try {
            CyclicBarrier together = new CyclicBarrier(pulsers.size());
            List<Future<Pulse>> answers = new ArrayList<>();
            for (Pulser pulser : pulsers) {
                answers.add(threads.submit(() -> {
                    together.await();
                    return pulser.pulse();
                }));
            }
            List<Pulse> pulses = new ArrayList<>();
            for (Future<Pulse> answer : answers) {
                pulses.add(answer.get(2 * World.PATIENCE_SECONDS, TimeUnit.SECONDS));
            }
            return pulses;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void noMoreTasksRunAtOnceThanAllowed() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(3).task("work", context -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            three.countDown();
            three.await();
            now.decrementAndGet();
            return TaskResult.done();
        }));
        defineMany(heartbeat, 50);

        assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(50);
        assertThat(most).hasValue(3);
    }

    @Test
    void whatDoesNotFitTheBudgetIsDeferredOrRunningAndNothingIsLost() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        World.Counters counters = new World.Counters();
        CountDownLatch all = new CountDownLatch(200);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(2)
                .budget(Duration.ofSeconds(2))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        all.countDown();
                    }
                })
                .task("work", context -> {
                    release.await();
                    counters.raise(context.scheduleId());
                    return TaskResult.done();
                }));
        defineMany(heartbeat, 200);
        Pulse first = heartbeat.pulse();
        assertThat(first.count(Outcome.RUNNING)).isEqualTo(2);
        assertThat(first.count(Outcome.DEFERRED)).isEqualTo(198);
        assertThat(first.details())
                .filteredOn(detail -> detail.outcome() == Outcome.DEFERRED)
                .allMatch(detail -> PulseDetail.BUDGET.equals(detail.reason()));
        release.countDown();
        heartbeat.pulse(PulseRequest.from("test").budget(Duration.ofSeconds(30)));
        await(all);

        assertThat(counters.size()).isEqualTo(200);
        for (int i = 0; i < 200; i++) {
            assertThat(counters.of("s" + i)).as("s" + i).isEqualTo(1);
        }
        assertThat(world.store.snapshot().runs()).hasSize(200).allMatch(run -> run.attempt() == 1);
    }

    /** Rule B47. */
    @Test
    void awaitingRunsAnswersOnlyWhenAllAreDone() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    context.progress(0.5, "half");
                    started.countDown();
                    release.await();
                    return TaskResult.done();
                }));
        defineMany(heartbeat, 1);
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Future<Pulse> answer = caller.submit(
                    () -> heartbeat.pulse(PulseRequest.from("cloud-run").awaitingRuns()));
            await(started);
            assertThat(heartbeat.pulse().busy()).isTrue();
            release.countDown();

            assertThat(outcome(answer.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS), "s0"))
                    .isEqualTo(Outcome.EXECUTED);
        } finally {
            release.countDown();
            caller.shutdownNow();
        }
    }

    @Test
    void aRunThatGoesOnIsShownWithItsProgressAndCountedOnceWhenItEnds() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch saved = new CountDownLatch(1);
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    context.progress(0.5, "half");
                    release.await();
                    return TaskResult.done();
                }));
        defineMany(heartbeat, 1);
        Pulse pulse = heartbeat.pulse();
        assertThat(pulse.detail("s0").orElseThrow()).satisfies(detail -> {
            assertThat(detail.outcome()).isEqualTo(Outcome.RUNNING);
            assertThat(detail.reason()).isEqualTo("50 % half");
        });
        assertThat(heartbeat.pulse().detail("s0").orElseThrow().reason()).isEqualTo("running");
        world.probe.around("saveHeartbeat", call -> {
            Object answer = call.proceed();
            saved.countDown();
            return answer;
        });
        release.countDown();
        await(saved);

        assertThat(world.store.snapshot().heartbeat().orElseThrow().schedulesExecuted())
                .isEqualTo(1);
    }

    @Test
    void anExecutorThatWasGivenIsUsedAndNeverClosed() {
        ExecutorService given = Executors.newFixedThreadPool(2, work -> {
            Thread thread = new Thread(work, "given");
            thread.setDaemon(true);
            return thread;
        });
        try {
            AtomicReference<String> name = new AtomicReference<>();
            Heartbeat heartbeat =
                    world.heartbeat(builder -> builder.executor(given).task("work", context -> {
                        name.set(Thread.currentThread().getName());
                        return TaskResult.done();
                    }));
            defineMany(heartbeat, 20);
            assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(20);
            heartbeat.close();

            assertThat(name).hasValue("given");
            assertThat(given.isShutdown()).isFalse();
        } finally {
            given.shutdownNow();
        }
    }

    @Test
    void theCallersThreadIsAnExecutorToo() {
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.executor(Runnable::run).task("work", world::note));
        defineMany(heartbeat, 100);

        assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(100);
    }

    @Test
    void anExecutorThatRefusesDefersAndLosesNothing() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2))
                .executor(work -> {
                    if (refuses.get()) {
                        throw new RejectedExecutionException("full");
                    }
                    work.run();
                })
                .task("work", world::note));
        defineMany(heartbeat, 10);
        assertThat(heartbeat.pulse().count(Outcome.DEFERRED)).isEqualTo(10);
        refuses.set(false);

        assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(10);
        assertThat(world.starts).hasSize(10).allMatch(context -> context.attempt() == 1);
    }

    @Test
    void tasksRunOnVirtualThreadsWhereTheJvmHasThem() throws Exception {
        AtomicReference<Thread> ran = new AtomicReference<>();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.name("shop").task("work", context -> {
            ran.set(Thread.currentThread());
            return TaskResult.done();
        }));
        defineMany(heartbeat, 1);
        heartbeat.pulse();

        assertThat(ran.get().getName()).startsWith("shop-task-");
        assertThat(ran.get().isDaemon()).isTrue();
        if (Runtime.version().feature() >= 21) {
            assertThat(Thread.class.getMethod("isVirtual").invoke(ran.get())).isEqualTo(true);
        }
    }
}
