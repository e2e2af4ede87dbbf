package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule B8 against rule A9: the shutdown comes between the start check of a run and the call of its task. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CloseRaceTest {
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-02-15T08:59:00Z"));
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final AtomicLong nanos = new AtomicLong();
    private final ConcurrentLinkedQueue<String> starts = new ConcurrentLinkedQueue<>();
    private final CountDownLatch renewing = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    private TaskResult work(TaskContext context) {
        starts.add(context.scheduleId());
        nanos.addAndGet(LEASE.dividedBy(2).toNanos()); // so that the next one is renewed before its start
        return TaskResult.done();
    }

    private HeartbeatStore blockingAtRenewals() {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("renew")) {
                        renewing.countDown();
                        closed.await();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    @Test
    void aRunWhoseStartCheckOutlivesTheShutdownIsNotStartedAnyMore() throws Exception {
        ExecutorService workers = Executors.newSingleThreadExecutor();
        Engine engine = new Engine(
                blockingAtRenewals(),
                new EngineSettings(
                        "close-race",
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(15),
                        Duration.ofMillis(100),
                        LEASE,
                        Duration.ZERO,
                        1,
                        0,
                        Map.of(),
                        Map.of(),
                        workers,
                        clock,
                        name -> Optional.of(Task.named(name, this::work).build())),
                new EngineListener() {
                    @Override
                    public boolean listens() {
                        return true;
                    }

                    @Override
                    public void pulseEnded(PulseReport report) {}

                    @Override
                    public void runEnded(PulseDetail detail) {}
                },
                new CountedPace(nanos));
        try {
            for (String id : List.of("a", "b")) {
                store.edit(
                        ScheduleEdit.define(
                                Schedule.builder(id, "0 9 * * *", "work").build()),
                        Version.NONE);
            }
            clock.advance(Duration.ofMinutes(1));
            Thread pulse = new Thread(() -> engine.pulse(new PulseOrder("test", Duration.ofHours(1), false, false)));
            pulse.setDaemon(true);
            pulse.start();
            assertThat(renewing.await(30, TimeUnit.SECONDS)).isTrue();
            engine.close();
        } finally {
            closed.countDown();
            workers.shutdown();
        }
        assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        assertThat(starts).as("close takes no more work").containsExactly("a");
        assertThat(store.schedule("b").orElseThrow().state().pending()).satisfies(fire -> {
            assertThat(fire.token()).as("given back").isNull();
            assertThat(fire.starts()).as("without a start").isZero();
        });
    }
}
