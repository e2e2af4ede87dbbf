package dev.heartbeat.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A store, a clock that stands still until it is moved, and heartbeats over them; closes all it has made. */
final class World implements AutoCloseable {
    static final Instant START = Instant.parse("2026-02-15T08:00:00Z");
    static final long PATIENCE_SECONDS = 30;

    final SettableClock clock = new SettableClock(START);
    final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    final Probe probe = new Probe(store);
    final ConcurrentLinkedQueue<TaskContext> starts = new ConcurrentLinkedQueue<>();
    private final List<Heartbeat> opened = new ArrayList<>();

    Heartbeat heartbeat(UnaryOperator<Heartbeat.Builder> settings) {
        return heartbeat(probe, settings);
    }

    /** A heartbeat of another process: its way to the store is its own. */
    Heartbeat heartbeat(Probe way, UnaryOperator<Heartbeat.Builder> settings) {
        Heartbeat heartbeat = settings.apply(
                        Heartbeat.builder(way.store()).clock(clock).shutdownGrace(Duration.ZERO))
                .build();
        opened.add(heartbeat);
        return heartbeat;
    }

    /** A heartbeat with a task {@code work} that only notes its starts. */
    Heartbeat working() {
        return heartbeat(builder -> builder.task("work", this::note));
    }

    TaskResult note(TaskContext context) {
        starts.add(context);
        return TaskResult.done();
    }

    Schedule.Builder schedule(String id, String cron) {
        return Schedule.builder(id, cron, "work");
    }

    void at(String time) {
        clock.set(Instant.parse("2026-02-15T" + time + "Z"));
    }

    /** A schedule that falls due now and never again. */
    Schedule.Builder now(String id) {
        return schedule(id, "0 0 1 1 *").runAtFirstPulse();
    }

    static Map<String, Object> byHand(String cron) {
        return Map.of("enabled", true, "cron", cron, "task", "work");
    }

    List<RunRecord> ledger(String id) {
        return store.snapshot().runs().stream()
                .filter(run -> run.scheduleId().equals(id))
                .toList();
    }

    int starts(String id) {
        return (int) starts.stream()
                .filter(context -> context.scheduleId().equals(id))
                .count();
    }

    static Outcome outcome(Pulse pulse, String id) {
        return pulse.detail(id).map(PulseDetail::outcome).orElseThrow(() -> new AssertionError(pulse.toString()));
    }

    /** Pulses until nothing is deferred: on a busy machine a small budget may be over before a run has begun. */
    static Pulse pulseUntilStarted(Heartbeat heartbeat) {
        Pulse pulse;
        do {
            pulse = heartbeat.pulse();
        } while (pulse.count(Outcome.DEFERRED) > 0);
        return pulse;
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("happened in time")
                .isTrue();
    }

    /** What the call answers, on a thread of its own and in time. */
    static <T> T inTime(Callable<T> call) throws Exception {
        FutureTask<T> answer = new FutureTask<>(call);
        Thread caller = new Thread(answer, "caller");
        caller.setDaemon(true);
        caller.start();
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Counters by schedule. */
    static final class Counters {
        private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

        void raise(String id) {
            counts.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
        }

        int of(String id) {
            return counts.getOrDefault(id, new AtomicInteger()).get();
        }

        int size() {
            return counts.size();
        }
    }

    @Override
    public void close() {
        opened.forEach(Heartbeat::close);
    }
}
