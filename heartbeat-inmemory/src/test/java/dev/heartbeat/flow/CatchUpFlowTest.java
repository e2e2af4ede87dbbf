package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule A6 in the flow: many fires of one schedule in one pulse, one after the other. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CatchUpFlowTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static Instant today(String time) {
        return Instant.parse("2026-02-15T" + time + ":00Z");
    }

    private List<Instant> started(String id) {
        return world.starts.stream()
                .filter(context -> context.scheduleId().equals(id))
                .map(TaskContext::fireTime)
                .toList();
    }

    private Heartbeat working(String cron, CatchUp catchUp) {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", cron).catchUp(catchUp).build());
        return heartbeat;
    }

    /** Rule B2: base is the cursor, not lastRun, so the start of a late run swallows no fire. */
    @Test
    void whereEveryFireRunsAPulseTakesThemOldestFirstAndLosesNoneToTheStartOfTheFirst() {
        Heartbeat heartbeat = working("0 * * * *", CatchUp.all());
        world.at("11:05:00");

        Pulse pulse = heartbeat.pulse();

        assertThat(started("a")).containsExactly(today("09:00"), today("10:00"), today("11:00"));
        assertThat(world.ledger("a"))
                .extracting(RunRecord::outcome, RunRecord::fireTime)
                .containsExactlyInAnyOrder(
                        tuple(Outcome.EXECUTED, today("09:00")),
                        tuple(Outcome.EXECUTED, today("10:00")),
                        tuple(Outcome.EXECUTED, today("11:00")));
        assertThat(pulse.details())
                .as("a detail for each fire")
                .filteredOn(detail -> detail.outcome() == Outcome.EXECUTED)
                .extracting(PulseDetail::fireTime)
                .containsExactly(today("09:00"), today("10:00"), today("11:00"));
        assertThat(pulse.heartbeat().orElseThrow().schedulesExecuted()).isEqualTo(3);
        assertThat(world.store.schedule("a").orElseThrow().lastRun().value()).isEqualTo(today("11:05"));
        heartbeat.pulse();
        assertThat(world.starts).hasSize(3);
    }

    @Test
    void aPulseTakesNoMoreThanTheNumberAndTheNextPulseGoesOn() {
        Heartbeat heartbeat = working("*/10 * * * *", CatchUp.all(2));
        world.at("08:52:00");
        heartbeat.pulse();
        assertThat(started("a")).containsExactly(today("08:10"), today("08:20"));
        heartbeat.pulse();
        assertThat(started("a")).endsWith(today("08:30"), today("08:40")).hasSize(4);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(started("a")).hasSize(5).endsWith(today("08:50"));
        assertThat(world.ledger("a")).hasSize(5).extracting(RunRecord::outcome).containsOnly(Outcome.EXECUTED);
    }

    @Test
    void aWaitingRetryHoldsTheRestBackAndTheFireIsNeverSuperseded() {
        AtomicInteger calls = new AtomicInteger();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            return calls.incrementAndGet() == 2
                    ? TaskResult.retryAfter(Duration.ofMinutes(30), "no")
                    : TaskResult.done();
        }));
        heartbeat
                .schedules()
                .define(world.schedule("a", "*/10 * * * *")
                        .catchUp(CatchUp.all())
                        .build());
        world.at("08:41:00");
        Pulse pulse = heartbeat.pulse();
        assertThat(started("a")).containsExactly(today("08:10"), today("08:20"));
        assertThat(pulse.count(Outcome.RETRYING)).isEqualTo(1);
        world.at("09:10:59");
        heartbeat.pulse();
        assertThat(world.starts).hasSize(2);

        world.at("09:11:00");
        heartbeat.pulse();

        assertThat(started("a"))
                .containsExactly(
                        today("08:10"),
                        today("08:20"),
                        today("08:20"),
                        today("08:30"),
                        today("08:40"),
                        today("08:50"),
                        today("09:00"),
                        today("09:10"));
        assertThat(world.ledger("a")).hasSize(7).extracting(RunRecord::outcome).containsOnly(Outcome.EXECUTED);
    }

    /** Rule B26: a claim that ran out while the schedule was disabled; with all it is still owed. */
    @Test
    void aFireWhoseClaimRanOutWhileTheScheduleWasDisabledIsTakenUpFirst() {
        Heartbeat heartbeat = working("0 * * * *", CatchUp.all());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *")
                        .catchUp(CatchUp.all())
                        .enabled(false)
                        .build());
        world.at("11:30:00");
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *").catchUp(CatchUp.all()).build());

        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::fireTime, TaskContext::attempt)
                .containsExactly(tuple(today("09:00"), 2), tuple(today("10:00"), 1), tuple(today("11:00"), 1));
    }

    @Test
    void theNextFireDoesNotWaitForTheRunsOfOtherSchedules() throws Exception {
        CountDownLatch five = new CountDownLatch(5);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
                    five.countDown();
                    return world.note(context);
                })
                .task("slow", context -> {
                    await(five);
                    return TaskResult.done();
                }));
        heartbeat
                .schedules()
                .define(world.schedule("a", "*/10 * * * *")
                        .catchUp(CatchUp.all())
                        .build());
        heartbeat.schedules().define(world.now("b").task("slow").build());
        world.at("08:50:00");

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.count(Outcome.EXECUTED)).isEqualTo(6);
    }

    @Test
    void aScheduleThatRunsOnceIsReadByTheFindAlone() {
        Heartbeat heartbeat = working("0 * * * *", CatchUp.once());
        world.at("11:05:00");
        int before = world.probe.calls("schedule");
        heartbeat.pulse();

        assertThat(started("a")).containsExactly(today("11:00"));
        assertThat(world.probe.calls("schedule")).isEqualTo(before);
    }

    /** Rule B7: an outside pulse always finds the fire late. */
    @Test
    void skipRunsAFireThatAnOutsidePulseFindsLateAndNotOneThatIsOlderThanStaleAfter() {
        Heartbeat heartbeat = working("5 9 * * *", CatchUp.skip());
        world.at("09:00:20");
        heartbeat.pulse();
        world.at("09:10:20");
        heartbeat.pulse();
        assertThat(started("a")).containsExactly(today("09:05"));

        world.clock.set(Instant.parse("2026-02-16T09:20:01Z"));
        Pulse late = heartbeat.pulse();

        assertThat(late.detail("a").orElseThrow())
                .extracting(PulseDetail::outcome, PulseDetail::reason, PulseDetail::fireTime)
                .containsExactly(Outcome.MISSED, "too-old", Instant.parse("2026-02-16T09:05:00Z"));
        assertThat(world.starts).hasSize(1);
        assertThat(heartbeat.pulse().count(Outcome.MISSED)).isZero();
    }

    @Test
    void skipTakesTheStaleAfterOfTheHeartbeat() {
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.staleAfter(Duration.ofMinutes(40)).task("work", world::note));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *").catchUp(CatchUp.skip()).build());
        world.at("09:40:00");
        heartbeat.pulse();
        world.at("10:40:01");
        heartbeat.pulse();

        assertThat(started("a")).containsExactly(today("09:00"));
    }

    /** What passes without a run needs no task: an instance that does not know it may end it. */
    @Test
    void firesThatAreTooOldAreRecordedAlsoWhereNobodyKnowsTheTask() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder);
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *").catchUp(CatchUp.skip()).build());
        world.at("11:30:00");

        assertThat(heartbeat.pulse().detail("a").orElseThrow().outcome()).isEqualTo(Outcome.MISSED);
        assertThat(world.ledger("a"))
                .singleElement()
                .extracting(RunRecord::count)
                .isEqualTo(3);
    }

    /** Rule A5: fires that pass without a run do not consume the wish, and do not delay it by a pulse either. */
    @Test
    void aStartThatWasAskedForRunsInThePulseThatFindsTheFiresTooOld() {
        Heartbeat heartbeat = working("0 * * * *", CatchUp.skip());
        world.at("11:30:00");
        heartbeat.schedules().runNow("a", Audit.by("ann", ""));

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.details())
                .filteredOn(detail -> !PulseDetail.NOT_DUE.equals(detail.reason()))
                .extracting(PulseDetail::outcome)
                .containsExactly(Outcome.MISSED, Outcome.EXECUTED);
        assertThat(world.starts).singleElement().extracting(TaskContext::forced).isEqualTo(true);
        heartbeat.pulse();
        assertThat(world.starts).hasSize(1);
    }

    /** Rule B11: whoever puts an old copy back gets no fire run again, and live fires soon. */
    @Test
    void anOldCopyThatWasPutBackIsMovedPastTheFiresThatEndedInOnePulse() {
        Heartbeat heartbeat = working("*/10 * * * *", CatchUp.all());
        Map<String, Object> old = world.store.document("a").orElseThrow();
        world.at("10:00:00");
        heartbeat.pulse();
        assertThat(world.starts).hasSize(12);
        world.store.putDocument("a", old);
        world.at("10:10:00");

        heartbeat.pulse();

        assertThat(world.starts).hasSize(13);
        assertThat(started("a")).endsWith(today("10:10")).doesNotHaveDuplicates();
        assertThat(world.ledger("a")).hasSize(13);
    }

    @Test
    void aStoreThatGivesNoClaimIsNotAskedAgainAndAgain() {
        Heartbeat heartbeat = working("*/10 * * * *", CatchUp.all());
        world.at("10:00:00");
        world.probe.around("claim", call -> List.of());
        heartbeat.pulse();

        assertThat(world.probe.calls("claim")).isEqualTo(1);
    }

    @Test
    void aScheduleThatIsDeletedBetweenTwoOfItsFiresRunsNoMore() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.store.delete("a");
            return world.note(context);
        }));
        heartbeat
                .schedules()
                .define(world.schedule("a", "*/10 * * * *")
                        .catchUp(CatchUp.all())
                        .build());
        world.at("10:00:00");
        heartbeat.pulse();

        assertThat(started("a")).containsExactly(today("08:10"));
    }

    /** Several instances may share the fires of a backlog; none is lost, none runs twice. */
    @Test
    void manyInstancesPulsingAtOnceRunEachFireOfABacklogOnceAndInOrder() throws Exception {
        int instances = 4;
        Map<String, AtomicInteger> starts = new ConcurrentHashMap<>();
        List<Instant> order = Collections.synchronizedList(new ArrayList<>());
        List<Heartbeat> heartbeats = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            heartbeats.add(world.heartbeat(
                    new Probe(world.store),
                    builder -> builder.task("work", context -> {
                        starts.computeIfAbsent(context.idempotencyKey(), key -> new AtomicInteger())
                                .incrementAndGet();
                        if (context.scheduleId().equals("a")) {
                            order.add(context.fireTime());
                        }
                        return TaskResult.done();
                    })));
        }
        for (String id : List.of("a", "b", "c")) {
            heartbeats
                    .get(0)
                    .schedules()
                    .define(world.schedule(id, "* * * * *")
                            .catchUp(CatchUp.all(7))
                            .build());
        }
        world.at("10:00:00");
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        try {
            for (int round = 0; round < 40 && starts.size() < 360; round++) {
                List<Callable<Pulse>> pulses = new ArrayList<>();
                heartbeats.forEach(heartbeat -> pulses.add(heartbeat::pulse));
                for (Future<Pulse> pulse : threads.invokeAll(pulses)) {
                    pulse.get();
                }
            }
        } finally {
            threads.shutdown();
        }

        assertThat(starts).hasSize(360);
        assertThat(starts.values()).allSatisfy(times -> assertThat(times).hasValue(1));
        assertThat(order).hasSize(120).isSorted();
        assertThat(world.ledger("b"))
                .hasSize(120)
                .extracting(RunRecord::outcome)
                .containsOnly(Outcome.EXECUTED);
    }
}
