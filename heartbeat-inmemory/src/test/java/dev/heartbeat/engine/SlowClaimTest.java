package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Breaker;
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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule B39: the place of a probe is kept from the claim on, however long the store took for that. */
class SlowClaimTest {
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-02-15T08:59:00Z"));
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final AtomicLong nanos = new AtomicLong();
    private final Engine other = engine(store, context -> TaskResult.failed("no answer"));
    private Duration claimTakes = Duration.ZERO;
    private List<String> heldBack = List.of();
    private final Engine prober = engine(slowStore(), this::whileProbing);

    private HeartbeatStore slowStore() {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("claim")) {
                        pass(claimTakes);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private Engine engine(HeartbeatStore store, dev.heartbeat.task.TaskExecutor code) {
        EngineSettings settings = new EngineSettings(
                "slow-claim",
                Duration.ofMinutes(10),
                Duration.ofMinutes(15),
                Duration.ofMinutes(5),
                LEASE,
                Duration.ZERO,
                1,
                0,
                Map.of(),
                Map.of(),
                Runnable::run,
                clock,
                name -> Optional.of(Task.named(name, code)
                        .breaker(new Breaker(1, Duration.ofMinutes(5)))
                        .retry(Retry.none())
                        .build()));
        return new Engine(
                store,
                settings,
                new EngineListener() {
                    @Override
                    public boolean listens() {
                        return false;
                    }

                    @Override
                    public void pulseEnded(PulseReport report) {}

                    @Override
                    public void runEnded(PulseDetail detail) {}
                },
                new CountedPace(nanos));
    }

    @AfterEach
    void close() {
        other.close();
        prober.close();
    }

    private void pass(Duration time) {
        clock.advance(time);
        nanos.addAndGet(time.toNanos());
    }

    private TaskResult whileProbing(TaskContext context) {
        pass(Duration.ofSeconds(2)); // no renewal was due yet
        heldBack = pulse(other).pulse().details().stream()
                .filter(detail -> PulseDetail.CIRCUIT_OPEN.equals(detail.reason()))
                .map(PulseDetail::id)
                .toList();
        return TaskResult.done();
    }

    private static PulseReport pulse(Engine engine) {
        return engine.pulse(new PulseOrder("test", null, false, false));
    }

    @Test
    void aPlaceThatHasNearlyRunOutDuringTheClaimIsNotGivenToAnother() {
        for (String id : List.of("a", "b")) {
            store.edit(
                    ScheduleEdit.define(
                            Schedule.builder(id, "* * * * *", "work").build()),
                    Version.NONE);
        }
        pass(Duration.ofMinutes(2));
        pulse(other);
        pass(Duration.ofMinutes(6));

        claimTakes = LEASE.multipliedBy(2).minusSeconds(1);
        pulse(prober);

        assertThat(heldBack).hasSize(1);
    }
}
