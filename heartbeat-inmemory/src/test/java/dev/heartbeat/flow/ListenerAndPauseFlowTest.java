package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ListenerAndPauseFlowTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A listener that hangs on a run whose record was tried again hangs the thread that renews all leases. */
    @Test
    void aListenerThatHangsDoesNotStopRenewals() throws Exception {
        CountDownLatch releaseListener = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch releaseB = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.lease(Duration.ofSeconds(1))
                .budget(Duration.ofSeconds(1))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        if (detail.id().equals("a")) {
                            hanging.countDown();
                            awaitQuietly(releaseListener);
                        }
                    }
                })
                .task("work", context -> {
                    world.starts.add(context);
                    if (context.scheduleId().equals("b")) {
                        releaseB.await();
                    }
                    return dev.heartbeat.task.TaskResult.done();
                }));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.schedules().define(world.now("b").build());
        world.probe.failBefore("record");
        try {
            heartbeat.pulse();
            await(hanging);
            CountDownLatch renewals = new CountDownLatch(3); // one each third of the lease
            world.probe.around("renew", call -> {
                Object answer = call.proceed();
                renewals.countDown();
                return answer;
            });

            await(renewals);
            assertThat(world.starts("b")).isEqualTo(1);
        } finally {
            releaseListener.countDown();
            releaseB.countDown();
        }
    }

    /** A run that ended while another thread wrote is left to that thread, which hangs in the listener. */
    @Test
    void aRunThatEndsDuringTheRecordOfAnotherIsNotHeldUpByItsListener() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch recording = new CountDownLatch(1);
        CountDownLatch bReturned = new CountDownLatch(1);
        AtomicReference<Thread> runner = new AtomicReference<>();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(2)
                .lease(Duration.ofHours(1))
                .budget(Duration.ofSeconds(6))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        if (detail.id().equals("a")) {
                            awaitQuietly(release);
                        }
                    }
                })
                .task("work", context -> {
                    if (context.scheduleId().equals("b")) {
                        await(recording);
                        runner.set(Thread.currentThread());
                        bReturned.countDown();
                    }
                    return world.note(context);
                }));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.schedules().define(world.now("b").build());
        world.probe.once("record", call -> {
            recording.countDown();
            await(bReturned);
            awaitIdle(runner.get()); // b has put itself into the queue and gone
            return call.proceed();
        });
        try {
            Pulse pulse = heartbeat.pulse();
            assertThat(pulse.count(Outcome.EXECUTED)).as(pulse.toString()).isEqualTo(2);
        } finally {
            release.countDown();
        }
    }

    @Test
    void listenersAreCalledOneCallAfterTheOther() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(2);
        AtomicReference<Thread> runner = new AtomicReference<>();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(2)
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        first.countDown();
                        awaitQuietly(working);
                        awaitIdle(runner.get());
                        inside.decrementAndGet();
                        told.countDown();
                    }
                })
                .task("work", context -> {
                    if (context.scheduleId().equals("b")) {
                        await(first);
                        runner.set(Thread.currentThread());
                        working.countDown();
                    }
                    return world.note(context);
                }));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.schedules().define(world.now("b").build());
        heartbeat.pulse();
        await(told);
        assertThat(most).hasValue(1);
    }

    /** Waits until the thread has nothing to do: a worker that has left its run. */
    private static void awaitIdle(Thread thread) {
        while (thread.getState() != Thread.State.TERMINATED
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    /** Rule A5: settling without a start does not consume a wish; docs/runs.md: missing counts as null by hand. */
    private void wish(boolean written) {
        Map<String, Object> fields = new HashMap<>(World.byHand("0 9 * * *"));
        fields.put("notAfter", Instant.parse("2026-02-15T09:30:00Z"));
        if (written) {
            fields.put("lastRun", null);
        }
        world.store.putDocument("a", fields);
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().pause("a", Instant.parse("2026-02-15T10:00:00Z"), Audit.by("ann", "why"));
        world.at("10:05:00");
        heartbeat.pulse();
        assertThat(world.starts("a")).as("outside notAfter the wish waits").isZero();
        assertThat(world.ledger("a")).hasSize(1);
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("10:06:00");
        heartbeat.pulse();
        assertThat(world.starts("a")).as("the run that was asked for").isEqualTo(1);
    }

    @Test
    void aNullLastRunOutlivesASwallowedFire() {
        wish(true);
    }

    @Test
    void aMissingLastRunOutlivesASwallowedFire() {
        wish(false);
    }

    /** A pause's settle says nothing about the task, and keeps its last result. */
    @Test
    void aSwallowedFireLeavesTheLastResult() {
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.task("work", context -> dev.heartbeat.task.TaskResult.of(Map.of("rows", 7))));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9,10 * * *")
                        .notAfter(Instant.parse("2026-02-15T10:30:00Z"))
                        .build());
        world.at("09:00:00");
        heartbeat.pulse();
        heartbeat.schedules().pause("a", Instant.parse("2026-02-15T11:00:00Z"), Audit.by("ann", "why"));
        world.at("11:00:00");
        heartbeat.pulse();
        assertThat(world.store.snapshot().schedules().get("a").lastResult().toString())
                .contains("rows");
    }
}
