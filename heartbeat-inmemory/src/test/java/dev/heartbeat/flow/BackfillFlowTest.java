package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.Audit;
import dev.heartbeat.BackfillPlan;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.Schedules;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule B37: past fires that a person asks for. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BackfillFlowTest {
    private static final Audit ANN = Audit.by("ann", "the mail server was down");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static Instant today(String time) {
        return Instant.parse("2026-02-15T" + time + ":00Z");
    }

    private List<Instant> started() {
        return world.starts.stream().map(TaskContext::fireTime).toList();
    }

    private StoredSchedule stored(String id) {
        return world.store.schedule(id).orElseThrow();
    }

    /** An hourly schedule from 08:00 whose fires of 09:00 to 11:00 were missed and whose fire of 12:00 ran. */
    private Heartbeat missedAMorning() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        world.at("12:00:10");
        heartbeat.pulse();
        assertThat(started()).containsExactly(today("12:00"));
        world.at("12:15:00");
        return heartbeat;
    }

    private static BackfillPlan backfill(Heartbeat heartbeat, String from, String to) {
        return heartbeat
                .schedules()
                .backfill("a", today(from), today(to), false, ANN)
                .orElseThrow();
    }

    @Test
    void eachPulseRunsOneMissedFireOldestFirstAndLeavesTheCadenceAlone() {
        Heartbeat heartbeat = missedAMorning();
        Instant cursor = stored("a").state().cursor();

        BackfillPlan plan = backfill(heartbeat, "08:00", "12:10");

        assertThat(plan.asked()).isTrue();
        assertThat(plan.fires()).containsExactly(today("08:00"), today("09:00"), today("10:00"), today("11:00"));
        assertThat(plan.leftOut()).as("12:00 has run").isEqualTo(1);
        Pulse first = heartbeat.pulse();
        assertThat(first.detail("a").orElseThrow())
                .extracting(PulseDetail::outcome, PulseDetail::reason, PulseDetail::fireTime)
                .containsExactly(Outcome.EXECUTED, "backfill", today("08:00"));
        for (int pulse = 0; pulse < 5; pulse++) {
            heartbeat.pulse();
        }
        assertThat(started())
                .containsExactly(today("12:00"), today("08:00"), today("09:00"), today("10:00"), today("11:00"));
        assertThat(stored("a").state().cursor()).isEqualTo(cursor);
        assertThat(stored("a").state().backfill()).isEqualTo(new Backfill(today("08:00"), today("12:10"), null, "ann"));
        assertThat(stored("a").wakeAt()).isEqualTo(today("13:00"));
        assertThat(world.ledger("a"))
                .filteredOn(RunRecord::isBackfilled)
                .extracting(RunRecord::outcome, RunRecord::reason, RunRecord::attempt)
                .hasSize(4)
                .containsOnly(tuple(Outcome.EXECUTED, "backfill", 1));
        assertThat(world.ledger("a"))
                .as("what was missed stays a fact")
                .filteredOn(run -> run.outcome() == Outcome.MISSED)
                .extracting(RunRecord::count)
                .containsExactly(3);
    }

    @Test
    void aDryRunAnswersTheSameAndWritesNothing() {
        Heartbeat heartbeat = missedAMorning();
        StoredSchedule before = stored("a");

        BackfillPlan plan = heartbeat
                .schedules()
                .backfill("a", today("08:00"), today("12:10"), true, ANN)
                .orElseThrow();

        assertThat(plan.asked()).isFalse();
        assertThat(plan.count()).isEqualTo(4);
        assertThat(plan.toString())
                .isEqualTo(
                        "backfill of schedule 'a' from 2026-02-15T08:00:00Z to 2026-02-15T12:10:00Z: nothing written,"
                                + " it would run 4 fires, 1 left out: 2026-02-15T08:00:00Z, 2026-02-15T09:00:00Z,"
                                + " 2026-02-15T10:00:00Z, 2026-02-15T11:00:00Z");
        assertThat(stored("a")).isEqualTo(before);
        assertThat(world.store.audit(null, 10).items()).isEmpty();
        heartbeat.pulse();
        assertThat(world.starts).hasSize(1);
    }

    @Test
    void aRealOneIsInTheAuditWithItsRange() {
        backfill(missedAMorning(), "08:00", "12:10");

        assertThat(world.store.audit(null, 10).items())
                .extracting(AuditEntry::verb, AuditEntry::who, AuditEntry::target, AuditEntry::why)
                .containsExactly(tuple(
                        "backfill",
                        "ann",
                        "a",
                        "2026-02-15T08:00:00Z to 2026-02-15T12:10:00Z: the mail server was down"));
    }

    @Test
    void aPlanListsAHundredFiresAndCountsTheRest() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "* * * * *").build());

        BackfillPlan plan = heartbeat
                .schedules()
                .backfill("a", today("00:00"), today("08:00"), true, ANN)
                .orElseThrow();

        assertThat(plan.fires()).hasSize(100).startsWith(today("00:00")).endsWith(today("01:39"));
        assertThat(plan.count()).isEqualTo(480);
        assertThat(plan.more()).isTrue();
        assertThat(plan.toString()).contains("it would run 480 fires").endsWith(" and 380 more");
    }

    @Test
    void nothingToRunIsNothingWritten() {
        Heartbeat heartbeat = missedAMorning();
        StoredSchedule before = stored("a");

        BackfillPlan plan = backfill(heartbeat, "11:01", "12:10");

        assertThat(plan.asked()).isFalse();
        assertThat(plan.count()).isZero();
        assertThat(plan.toString()).endsWith("it would run 0 fires, 1 left out");
        assertThat(stored("a")).isEqualTo(before);
        assertThat(world.store.audit(null, 10).items()).isEmpty();
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({
        "2026-02-15T08:00:00Z, 2026-02-15T08:00:00Z",
        "2026-02-15T08:00:00Z, 2026-02-15T07:00:00Z",
        "2026-02-15T08:00:00Z, 2026-02-15T12:15:00.001Z",
        "2025-02-14T11:59:59Z, 2026-02-15T12:00:00Z",
    })
    void aRangeThatIsEmptyNotOverOrTooLongIsRefusedInWords(Instant from, Instant to) {
        Schedules schedules = missedAMorning().schedules();

        for (boolean dryRun : new boolean[] {true, false}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> schedules.backfill("a", from, to, dryRun, ANN))
                    .withMessage(
                            "backfill of schedule 'a' from " + from + " to " + to + " is not allowed; from before to,"
                                    + " to not later than now (2026-02-15T12:15:00Z), at most 366 days");
        }
    }

    @Test
    void aRangeOfTooManyFiresIsRefused() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "* * * * *").build());
        Instant from = today("08:00").minus(Duration.ofMinutes(10_000));

        assertThat(heartbeat.schedules().backfill("a", from, today("08:00"), true, ANN))
                .hasValueSatisfying(plan -> assertThat(plan.count()).isEqualTo(10_000));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> heartbeat.schedules().backfill("a", from.minusSeconds(60), today("08:00"), true, ANN))
                .withMessageContaining("schedule 'a'")
                .withMessageContaining("more than 10000 fires");
    }

    @Test
    void aScheduleThatIsNotThereHasNoBackfill() {
        Schedules schedules = world.working().schedules();

        assertThat(schedules.backfill("gone", today("07:00"), today("08:00"), false, ANN))
                .isEmpty();
        assertThat(schedules.stopBackfill("gone", ANN)).isFalse();
        assertThat(world.store.audit(null, 10).items()).isEmpty();
    }

    @Test
    void aSecondOneIsRefusedWhileTheFirstIsUnderWay() {
        Heartbeat heartbeat = missedAMorning();
        backfill(heartbeat, "08:00", "12:00");

        assertThatIllegalStateException()
                .isThrownBy(() -> backfill(heartbeat, "05:00", "06:01"))
                .withMessageContaining("schedule 'a'")
                .withMessageContaining(
                        "from 2026-02-15T08:00:00Z to 2026-02-15T12:00:00Z, asked for by ann, is under way");
        assertThat(heartbeat.schedules().backfill("a", today("05:00"), today("06:01"), true, ANN))
                .as("a dry run tells all the same")
                .hasValueSatisfying(plan -> assertThat(plan.count()).isEqualTo(2));
        for (int pulse = 0; pulse < 4; pulse++) {
            heartbeat.pulse();
        }
        assertThat(backfill(heartbeat, "05:00", "06:01").asked()).isTrue();
    }

    @Test
    void stoppingItLeavesTheRestAlone() {
        Heartbeat heartbeat = missedAMorning();
        backfill(heartbeat, "08:00", "12:00");
        heartbeat.pulse();

        assertThat(heartbeat.schedules().stopBackfill("a", ANN)).isTrue();
        assertThat(heartbeat.schedules().stopBackfill("a", ANN)).isFalse();
        heartbeat.pulse();

        assertThat(started()).containsExactly(today("12:00"), today("08:00"));
        assertThat(stored("a").state().backfill()).isEqualTo(new Backfill(today("08:00"), today("09:00"), null, "ann"));
        assertThat(world.store.audit(null, 1).items())
                .extracting(AuditEntry::verb)
                .containsExactly("stop-backfill");
    }

    /** Live work comes first, and a schedule that is due in each pulse gets on with its backfill all the same. */
    @Test
    void aPulseRunsWhatIsDueAndThenOnePastFire() {
        Heartbeat heartbeat = missedAMorning();
        backfill(heartbeat, "08:00", "12:00");
        world.at("13:00:00");

        Pulse pulse = heartbeat.pulse();

        assertThat(started()).endsWith(today("13:00"), today("08:00"));
        assertThat(pulse.details())
                .filteredOn(detail -> detail.outcome() == Outcome.EXECUTED)
                .extracting(PulseDetail::fireTime, PulseDetail::reason)
                .containsExactly(tuple(today("13:00"), null), tuple(today("08:00"), "backfill"));
    }

    @Test
    void aPulseFinishesTheBacklogBeforeThePastFire() {
        Heartbeat heartbeat = missedAMorning();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *").catchUp(CatchUp.all(2)).build());
        backfill(heartbeat, "08:00", "12:00");
        world.at("15:00:00");
        heartbeat.pulse();
        assertThat(started()).endsWith(today("13:00"), today("14:00"));
        heartbeat.pulse();

        assertThat(started()).endsWith(today("15:00"), today("08:00"));
    }

    @Test
    void itWaitsWhileTheScheduleIsPaused() {
        Heartbeat heartbeat = missedAMorning();
        backfill(heartbeat, "08:00", "12:00");
        heartbeat.schedules().pause("a", today("12:30"), ANN);
        heartbeat.pulse();
        assertThat(world.starts).hasSize(1);
        world.at("12:30:00");
        heartbeat.pulse();

        assertThat(started()).endsWith(today("08:00"));
    }

    /** Keys that have an entry are left out also when it comes later, and they do not use up the pulse's turn. */
    @Test
    void firesThatHaveEndedMeanwhileArePassedOverInOnePulse() {
        Heartbeat heartbeat = missedAMorning();
        backfill(heartbeat, "08:00", "12:00");
        Map<String, Object> old = world.store.document("a").orElseThrow();
        for (int pulse = 0; pulse < 3; pulse++) {
            heartbeat.pulse();
        }
        world.store.putDocument("a", old);

        heartbeat.pulse();

        assertThat(started()).hasSize(5).endsWith(today("11:00")).doesNotHaveDuplicates();
        assertThat(stored("a").state().cursor()).isEqualTo(today("12:00"));
    }

    @Test
    void aBackfillAskedForDuringARunGoesOnAfterIt() {
        AtomicInteger calls = new AtomicInteger();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            if (calls.incrementAndGet() == 1) {
                world.working().schedules().backfill("a", today("06:00"), today("08:00"), false, ANN);
            }
            return world.note(context);
        }));
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        world.at("09:00:00");
        for (int pulse = 0; pulse < 4; pulse++) {
            heartbeat.pulse();
        }

        assertThat(started()).containsExactly(today("09:00"), today("06:00"), today("07:00"));
    }

    /** Retry, crash and take-over of a past fire follow the ordinary rules. */
    @Test
    void aPastFireIsTriedAgainUnderItsKeyAndItsFailureIsToldApart() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            return TaskResult.failed("no");
        }));
        heartbeat.schedules().define(world.schedule("a", "0 0 1 1 *").build());
        assertThat(heartbeat
                        .schedules()
                        .backfill(
                                "a",
                                Instant.parse("2026-01-01T00:00:00Z"),
                                Instant.parse("2026-01-02T00:00:00Z"),
                                false,
                                ANN)
                        .orElseThrow()
                        .count())
                .isEqualTo(1);
        for (int pulse = 0; pulse < 3; pulse++) {
            world.clock.advance(Duration.ofMinutes(11));
            heartbeat.pulse();
        }
        assertThat(world.store.snapshot().heartbeat().orElseThrow().errors()).isNotEmpty();
        world.clock.advance(Duration.ofMinutes(11));
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::attempt, TaskContext::idempotencyKey, TaskContext::forced)
                .containsExactly(
                        tuple(1, "a/20260101T000000Z", false),
                        tuple(2, "a/20260101T000000Z", false),
                        tuple(3, "a/20260101T000000Z", false));
        assertThat(world.ledger("a"))
                .extracting(RunRecord::outcome, RunRecord::reason, RunRecord::attempt)
                .containsExactly(tuple(Outcome.FAILED, "backfill", 3));
    }

    /** Rule B40: since when it waits is since it was asked for, not since its time. */
    @Test
    void whereNobodyKnowsTheTaskItIsNoErrorAtOnce() {
        Heartbeat heartbeat = missedAMorning();
        backfill(heartbeat, "08:00", "12:00");
        Heartbeat other = world.heartbeat(builder -> builder);

        assertThat(other.pulse().detail("a").orElseThrow())
                .extracting(PulseDetail::reason, PulseDetail::error)
                .containsExactly(PulseDetail.NO_EXECUTOR, null);
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.EXECUTED);
    }

    @Test
    void manyInstancesPulsingAtOnceRunEachPastFireOnce() throws Exception {
        int instances = 4;
        Map<String, AtomicInteger> starts = new ConcurrentHashMap<>();
        List<Heartbeat> heartbeats = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            heartbeats.add(world.heartbeat(
                    new Probe(world.store),
                    builder -> builder.task("work", context -> {
                        starts.computeIfAbsent(context.idempotencyKey(), key -> new AtomicInteger())
                                .incrementAndGet();
                        return TaskResult.done();
                    })));
        }
        heartbeats.get(0).schedules().define(world.schedule("a", "* * * * *").build());
        assertThat(backfill(heartbeats.get(0), "07:00", "08:00").count()).isEqualTo(60);
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        try {
            for (int round = 0; round < 60; round++) {
                List<Callable<Pulse>> pulses = new ArrayList<>();
                heartbeats.forEach(heartbeat -> pulses.add(heartbeat::pulse));
                threads.invokeAll(pulses);
            }
        } finally {
            threads.shutdown();
        }

        assertThat(starts).hasSize(60);
        assertThat(starts.values()).allSatisfy(times -> assertThat(times).hasValue(1));
        assertThat(world.ledger("a"))
                .hasSize(60)
                .allSatisfy(run -> assertThat(run.isBackfilled()).isTrue());
    }

    /** What the ledger does not hold any more is not in the way, though later fires of the schedule have ended. */
    @Test
    void aFireThatIsOlderThanTheHistoryIsRun() {
        InMemoryHeartbeatStore store = InMemoryHeartbeatStore.builder()
                .clock(world.clock)
                .keep(Duration.ofHours(1), 10)
                .build();
        Heartbeat heartbeat = world.heartbeat(new Probe(store), builder -> builder.task("work", world::note));
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        for (String hour : List.of("09:00:00", "10:00:00", "11:00:00", "12:00:00")) {
            world.at(hour);
            heartbeat.pulse();
        }

        assertThat(backfill(heartbeat, "05:00", "07:00").count()).isEqualTo(2);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(started()).endsWith(today("05:00"), today("06:00"));
    }

    /** Rule B19: a backfill goes on with each pulse that comes; the ticker wakes once for the edit, and then at its beats. */
    @Test
    void theTickerDoesNotSpinOnABackfill() throws Exception {
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
        Probe probe = new Probe(store);
        CountDownLatch firstPast = new CountDownLatch(1);
        CountDownLatch ticks = new CountDownLatch(3);
        try (Heartbeat heartbeat = Heartbeat.builder(probe.store())
                .task("work", context -> {
                    firstPast.countDown();
                    return TaskResult.done();
                })
                .task("tick", context -> {
                    ticks.countDown();
                    return TaskResult.done();
                })
                .build()) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("a", "0 0 1 1 *", "work").build());
            heartbeat.start();
            Instant now = Instant.now();
            assertThat(heartbeat.schedules().backfill("a", now.minus(Duration.ofDays(366)), now, false, ANN))
                    .isPresent();
            await(firstPast);

            heartbeat
                    .schedules()
                    .define(Schedule.builder("b", "* * * * *", "work").build());
            assertThat(heartbeat.schedules().backfill("b", now.minus(Duration.ofDays(1)), now, false, ANN))
                    .isPresent();
            heartbeat
                    .schedules()
                    .define(Schedule.builder("t", "@every PT1S", "tick").build());
            await(ticks);

            assertThat(probe.calls("findDue"))
                    .as("a find for the start and for each edit, one for each of three ticks, and a few for chance")
                    .isLessThan(30);
        }
    }
}
