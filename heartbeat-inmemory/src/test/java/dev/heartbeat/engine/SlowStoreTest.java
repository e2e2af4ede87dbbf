package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store that hangs holds renewals and late heartbeats; it must not hold the interrupts of tasks past their time. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SlowStoreTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-02-15T09:00:00Z"));
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final CountDownLatch renewing = new CountDownLatch(1);
    private final CountDownLatch telling = new CountDownLatch(1);
    private final CountDownLatch healed = new CountDownLatch(1);
    private final CountDownLatch lateStarted = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final Map<String, Boolean> hanging = new ConcurrentHashMap<>();

    private HeartbeatStore hangingStore() {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> {
                    if (hanging.containsKey(method.getName())) {
                        (method.getName().equals("renew") ? renewing : telling).countDown();
                        healed.await();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private TaskResult work(TaskContext context) throws Exception {
        if (context.scheduleId().equals("late")) {
            lateStarted.countDown();
            answered.await();
            return TaskResult.done();
        }
        renewing.await();
        telling.await();
        try {
            new CountDownLatch(1).await(); // until its timeout
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
        return TaskResult.failed("interrupted");
    }

    private void due(String id, Duration timeout) {
        Schedule schedule =
                Schedule.builder(id, "0 0 1 1 *", "work").timeout(timeout).build();
        assertThat(store.edit(
                        ScheduleEdit.create(
                                schedule,
                                LastRun.NULL,
                                null,
                                ScheduleState.startingAt(clock.instant(), schedule.rule())),
                        Version.NONE))
                .isPresent();
    }

    @Test
    void aTaskIsInterruptedInTimeWhileTheStoreHangs() throws Exception {
        Engine engine = new Engine(
                hangingStore(),
                new EngineSettings(
                        "slow-store",
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ZERO,
                        16,
                        0,
                        Map.of(),
                        Map.of(),
                        null,
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
                });
        try {
            due("late", Duration.ofHours(1));
            due("timed", Duration.ofSeconds(4));
            engine.pulse(new PulseOrder("test", null, false, false)); // answers while both are at work
            assertThat(lateStarted.await(30, TimeUnit.SECONDS)).isTrue();
            hanging.put("heartbeat", true);
            hanging.put("renew", true);
            answered.countDown(); // its news makes a late heartbeat

            assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            hanging.clear();
            healed.countDown();
            engine.close();
        }
    }
}
