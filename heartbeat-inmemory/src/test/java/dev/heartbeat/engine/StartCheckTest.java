package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules A9 and B3: a claim that has waited for its place is renewed before its task is called, or dropped. */
class StartCheckTest {
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-02-15T08:59:00Z"));
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final AtomicLong nanos = new AtomicLong();
    private final ConcurrentLinkedQueue<String> starts = new ConcurrentLinkedQueue<>();
    private Runnable duringFirst = () -> {};
    private Instant leaseAtSecondStart;
    private final Engine engine = new Engine(store, settings(), new Silent(), new CountedPace(nanos));

    private EngineSettings settings() {
        return new EngineSettings(
                "start-check",
                Duration.ofMinutes(10),
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                LEASE,
                Duration.ZERO,
                1,
                0,
                Map.of(),
                Map.of(),
                Runnable::run,
                clock,
                name -> Optional.of(Task.named(name, this::work)
                        .timeout(Duration.ofHours(1))
                        .build()));
    }

    private static final class Silent implements EngineListener {
        @Override
        public boolean listens() {
            return true;
        }

        @Override
        public void pulseEnded(PulseReport report) {}

        @Override
        public void runEnded(PulseDetail detail) {}
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private TaskResult work(TaskContext context) {
        starts.add(context.scheduleId());
        if (starts.size() == 1) {
            duringFirst.run();
        } else {
            leaseAtSecondStart = leaseEnd(context.scheduleId());
        }
        return TaskResult.of(Map.of());
    }

    private void pass(Duration time) {
        clock.advance(time);
        nanos.addAndGet(time.toNanos());
    }

    private void pulse() {
        for (String id : List.of("a", "b")) {
            store.edit(
                    ScheduleEdit.define(
                            Schedule.builder(id, "0 9 * * *", "work").build()),
                    Version.NONE);
        }
        clock.advance(Duration.ofMinutes(1));
        engine.pulse(new PulseOrder("test", null, false, false));
    }

    private Instant leaseEnd(String id) {
        return store.schedule(id).orElseThrow().state().pending().until();
    }

    @Test
    void aClaimThatHasWaitedForHalfItsLeaseIsRenewedBeforeItsTaskIsCalled() {
        duringFirst = () -> pass(LEASE.dividedBy(2));

        pulse();

        assertThat(starts).containsExactly("a", "b");
        assertThat(leaseAtSecondStart).as("a whole lease from 09:00:10 on").isEqualTo("2026-02-15T09:00:30Z");
        assertThat(store.snapshot().runs()).extracting(RunRecord::attempt).containsOnly(1);
    }

    @Test
    void aClaimThatHasWaitedForLessIsNot() {
        duringFirst = () -> pass(LEASE.dividedBy(2).minusNanos(1));

        pulse();

        assertThat(leaseAtSecondStart).isEqualTo("2026-02-15T09:00:20Z");
    }

    @Test
    void aClaimThatWasLostWhileItWaitedIsDroppedWithoutAStart() {
        duringFirst = () -> {
            pass(LEASE); // stalled for the whole lease: somebody else takes b over and finishes it
            StoredSchedule seen = store.schedule("b").orElseThrow();
            Candidate candidate = DueRule.decide(
                            seen, clock.instant(), clock.instant(), 3, Duration.ofMinutes(15), Window.NONE)
                    .candidate();
            var claim = ClaimRule.request(candidate, clock.instant(), "other", "other", LEASE, "other");
            assertThat(store.claim(List.of(claim), CallLimit.of(LEASE))).hasSize(1);
            Attempt done = Attempt.of(TaskResult.done());
            store.record(
                    List.of(SettleRule.settle(
                                    claim,
                                    done,
                                    dev.heartbeat.schedule.Retry.DEFAULT,
                                    clock.instant(),
                                    clock.instant(),
                                    "p")
                            .record()),
                    CallLimit.of(LEASE));
        };

        pulse();

        assertThat(starts).as("b is never called here").containsExactly("a");
        assertThat(store.snapshot().runs())
                .filteredOn(run -> run.scheduleId().equals("b"))
                .singleElement()
                .extracting(RunRecord::attempt)
                .isEqualTo(2);
    }
}
