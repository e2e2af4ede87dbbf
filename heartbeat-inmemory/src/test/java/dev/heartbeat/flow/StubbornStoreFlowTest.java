package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.inTime;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that refuses one thing for ever, or is slow in one thing, harms nothing else. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StubbornStoreFlowTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    /** As a store does whose document would be too large. */
    private void refuseRecordsOf(String id, boolean broken) {
        world.probe.around("record", call -> {
            @SuppressWarnings("unchecked")
            Collection<RecordRequest> requests =
                    (Collection<RecordRequest>) call.arguments().get(0);
            if (requests.stream().anyMatch(request -> request.run().scheduleId().equals(id))) {
                if (broken) {
                    throw new NoClassDefFoundError("of the store's client");
                }
                throw new StoreException("record of " + id + " is refused");
            }
            return call.proceed();
        });
    }

    @ParameterizedTest(name = "with an Error of the client: {0}")
    @ValueSource(booleans = {false, true})
    void aRunWhoseRecordTheStoreNeverTakesHoldsUpNoOther(boolean broken) {
        Heartbeat heartbeat = world.heartbeat(builder ->
                builder.task("work", world::note).executor(Runnable::run).budget(Duration.ofSeconds(1)));
        for (String id : new String[] {"a", "b", "poison", "x", "y"}) {
            heartbeat.schedules().define(world.schedule(id, "0 * * * *").build());
        }
        refuseRecordsOf("poison", broken);
        world.at("09:00:00");

        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "poison")).isEqualTo(Outcome.RUNNING);
        for (int hour = 10; hour < 13; hour++) {
            world.at(hour + ":00:00");
            heartbeat.pulse();
        }
        for (String id : new String[] {"a", "b", "x", "y"}) {
            assertThat(world.ledger(id))
                    .as(id)
                    .hasSize(4)
                    .allSatisfy(run -> assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED));
        }
        world.probe.heal("record");
        heartbeat.pulse();
        assertThat(world.ledger("poison")).isNotEmpty();
    }

    @Test
    void anAnswerByTokenThatTheStoreNeverTakesFailsNoPulse() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.starts.add(context);
            return context.scheduleId().equals("far") ? TaskResult.accepted(Duration.ofDays(1)) : TaskResult.done();
        }));
        heartbeat.schedules().define(world.now("far").build());
        heartbeat.schedules().define(world.schedule("near", "0 * * * *").build());
        heartbeat.pulse();
        TaskContext far = world.starts.element();
        refuseRecordsOf("far", false);
        assertThatThrownBy(() -> heartbeat.runs().complete(far.token(), TaskResult.done()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("refused");

        for (String time : new String[] {"09:00", "10:00"}) {
            world.at(time + ":00");
            assertThat(outcome(heartbeat.pulse(), "near")).isEqualTo(Outcome.EXECUTED);
        }
        world.probe.heal("record");
        heartbeat.pulse();
        assertThat(world.ledger("far"))
                .singleElement()
                .satisfies(run -> assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED));
    }

    @Test
    void aClaimThatCannotBeGivenBackFailsNoPulse() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        world.probe.failAfter("claim");
        world.probe.failAlways("release");
        world.at("09:00:00");
        assertThatThrownBy(heartbeat::pulse).hasMessageContaining("claim");
        heartbeat.schedules().define(world.now("b").build());

        assertThat(outcome(heartbeat.pulse(), "b")).isEqualTo(Outcome.EXECUTED);
    }

    /** A lost renewal may cost a second start; what else waits for the store must not delay one. */
    @Test
    void callsThatWaitForTheStoreDelayNoRenewal() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch renewed = new CountDownLatch(4);
        CountDownLatch release = new CountDownLatch(1);
        for (String verb : new String[] {"saveHeartbeat", "compareAndSet", "appendRuns"}) {
            world.probe.around(verb, call -> {
                slow.await();
                return call.proceed();
            });
        }
        CountDownLatch once = new CountDownLatch(1);
        world.probe.around("record", call -> {
            if (once.getCount() > 0) {
                throw new StoreException("not now"); // and slow when it is tried again between two renewals
            }
            slow.await();
            return call.proceed();
        });
        world.probe.around("renew", call -> {
            Object answer = call.proceed();
            once.countDown();
            renewed.countDown();
            return answer;
        });
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.lease(Duration.ofSeconds(1)).task("work", context -> {
                    world.starts.add(context);
                    if (context.scheduleId().equals("long")) {
                        release.await();
                    }
                    return TaskResult.done();
                }));
        for (int i = 0; i < 5; i++) {
            heartbeat.schedules().define(world.now("s" + i).build());
        }
        heartbeat.schedules().define(world.now("long").build());
        FutureTask<Pulse> pulse = new FutureTask<>(heartbeat::pulse);
        Thread caller = new Thread(pulse, "pulse");
        caller.start();
        try {
            await(renewed);
        } finally {
            release.countDown();
            slow.countDown();
        }
        pulse.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(world.starts("long")).isEqualTo(1);
    }

    /** The ticker comes four times a second while another pulse is under way. */
    @Test
    void aTickerThatFindsAnotherPulseUnderWayReadsNothing() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            started.countDown();
            release.await();
            return TaskResult.done();
        }));
        heartbeat.schedules().define(world.now("a").build());
        FutureTask<Pulse> pulse =
                new FutureTask<>(() -> heartbeat.pulse(PulseRequest.from("http").awaitingRuns()));
        new Thread(pulse, "pulse").start();
        await(started);
        int before = world.probe.calls("heartbeat");
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(inTime(() -> heartbeat.pulse(PulseRequest.from("ticker")))
                                .busy())
                        .isTrue();
            }
            assertThat(world.probe.calls("heartbeat")).isEqualTo(before);
            assertThat(heartbeat.pulse(PulseRequest.from("somebody")).busy()).isTrue();
            assertThat(world.probe.calls("heartbeat")).isEqualTo(before + 1);
        } finally {
            release.countDown();
        }
        pulse.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Rule B15: what was written without an answer is recognised, though clocks have nanoseconds and stores have not. */
    @Test
    void aHeartbeatWhoseAnswerGotLostCountsOnceUnderAClockOfNanoseconds() {
        InstantSource nanos = () -> world.clock.instant().plusNanos(123_456_789);
        world.probe.around("heartbeat", call -> {
            @SuppressWarnings("unchecked")
            Optional<StoredHeartbeat> stored = (Optional<StoredHeartbeat>) call.proceed();
            return stored.map(each -> new StoredHeartbeat(inMicroseconds(each.heartbeat()), each.version()));
        });
        Heartbeat heartbeat = world.heartbeat(builder -> builder.clock(nanos).task("work", world::note));
        for (int i = 0; i < 5; i++) {
            heartbeat.schedules().define(world.now("s" + i).build());
        }
        world.probe.failAfter("saveHeartbeat");
        assertThatThrownBy(heartbeat::pulse).hasMessageContaining("saveHeartbeat");
        heartbeat.pulse();

        assertThat(world.starts).hasSize(5);
        assertThat(world.store.snapshot().heartbeat().orElseThrow().schedulesExecuted())
                .isEqualTo(5);
    }

    private static HeartbeatRecord inMicroseconds(HeartbeatRecord record) {
        return new HeartbeatRecord(
                record.beat(),
                micros(record.timestamp()),
                record.schedulesProcessed(),
                record.schedulesExecuted(),
                record.browserTasksProcessed(),
                record.browserTasksExecuted(),
                record.errors(),
                record.errorsTotal(),
                record.nextPulseExpected(),
                record.pulseId(),
                record.source(),
                record.durationMs());
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** Rule A9: a task whose claim was lost is told, by its context and by an interrupt. */
    @Test
    void aTaskWhoseRenewalIsRefusedSeesThatItIsCancelled() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        InMemoryHeartbeatStore store = world.store;
        world.probe.around("renew", call -> java.util.List.of()); // somebody else has it
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.lease(Duration.ofSeconds(1)).task("work", context -> {
                    started.countDown();
                    while (!context.cancelled()) {
                        Thread.onSpinWait();
                    }
                    told.countDown();
                    return TaskResult.done();
                }));
        heartbeat
                .schedules()
                .define(Schedule.builder("a", "0 0 1 1 *", "work")
                        .runAtFirstPulse()
                        .timeout(Duration.ofHours(1))
                        .build());
        FutureTask<Pulse> pulse = new FutureTask<>(heartbeat::pulse);
        new Thread(pulse, "pulse").start();
        await(started);

        await(told);
        pulse.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(store.snapshot().heartbeat()).isPresent();
    }

    /** Rule B35: leases, timeouts and budgets are measured by a clock that no person sets. */
    @ParameterizedTest(name = "by {0}")
    @ValueSource(strings = {"P1D", "P-1D"})
    void aStepOfTheWallClockMovesNoTimeoutAndNoBudget(Duration step) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            started.countDown();
            release.await();
            return TaskResult.done();
        }));
        heartbeat
                .schedules()
                .define(world.now("a").timeout(Duration.ofMinutes(5)).build());
        FutureTask<Pulse> pulse = new FutureTask<>(heartbeat::pulse);
        new Thread(pulse, "pulse").start();
        await(started);
        world.clock.set(World.START.plus(step));
        release.countDown();

        assertThat(outcome(pulse.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS), "a"))
                .isEqualTo(Outcome.EXECUTED);
    }
}
