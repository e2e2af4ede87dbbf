package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pulses leave for others to read: counts, errors, history, health. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class HeartbeatRecordFlowTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private HeartbeatRecord record() {
        return world.store.snapshot().heartbeat().orElseThrow();
    }

    /** Rule B21: the sequence as it stands there. */
    @Test
    void anErrorOfALongPulseSurvivesTheIdlePulsesThatOverlapAndFollowIt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat a = world.heartbeat(builder -> builder.task("work", context -> {
            started.countDown();
            release.await();
            return TaskResult.failed("no luck");
        }));
        Heartbeat b = world.working();
        a.schedules()
                .define(world.schedule("s", "0 9 * * *")
                        .retry(Retry.none())
                        .timeout(Duration.ofHours(1))
                        .build());
        world.at("09:00:00");
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Future<Pulse> answer = caller.submit(() -> a.pulse());
            await(started);
            world.at("09:00:01");
            b.pulse(PulseRequest.from("b"));
            world.at("09:00:15");
            release.countDown();
            assertThat(answer.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS).status())
                    .isEqualTo(PulseStatus.ERROR);
        } finally {
            release.countDown();
            caller.shutdownNow();
        }
        world.at("09:00:16");
        Pulse idle = b.pulse();

        assertThat(idle.status()).isEqualTo(PulseStatus.ERROR);
        assertThat(record().errors()).extracting(HeartbeatError::id).containsExactly("s");
        assertThat(record().timestamp()).as("the latest pulse").isEqualTo("2026-02-15T09:00:16Z");
    }

    /** Rule B21: a later beat keeps errors younger than half an interval and drops the others. */
    @Test
    void aNewBeatKeepsYoungErrorsAndDropsOldOnes() {
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.interval(Duration.ofMinutes(10)).task("work", context -> TaskResult.failed("no")));
        heartbeat
                .schedules()
                .define(world.schedule("old", "2 9 * * *").retry(Retry.none()).build());
        heartbeat
                .schedules()
                .define(world.schedule("young", "6 9 * * *").retry(Retry.none()).build());
        world.at("09:02:00");
        heartbeat.pulse();
        world.at("09:06:00");
        heartbeat.pulse();
        assertThat(record().errors()).extracting(HeartbeatError::id).containsExactly("old", "young");
        world.at("09:10:00");
        heartbeat.pulse();
        assertThat(record().errors()).extracting(HeartbeatError::id).containsExactly("young");
        world.at("09:20:00");

        assertThat(heartbeat.pulse().status()).isEqualTo(PulseStatus.ALIVE);
        assertThat(record().errorsTotal()).isZero();
    }

    /** Rules B20, B21: late news goes along with a newer beat and leaves its face as it is. */
    @Test
    void aRunThatFailsInALaterBeatAddsItsErrorAndLeavesTheFaceAlone() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch saved = new CountDownLatch(1);
        Heartbeat slow =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    release.await();
                    return TaskResult.failed("no luck");
                }));
        Heartbeat other = world.working();
        other.schedules()
                .define(world.schedule("s", "59 8 * * *")
                        .retry(Retry.none())
                        .timeout(Duration.ofHours(1))
                        .build());
        world.at("08:59:59");
        assertThat(outcome(slow.pulse(), "s")).isEqualTo(Outcome.RUNNING);
        world.at("09:00:00");
        other.pulse(PulseRequest.from("other"));
        HeartbeatRecord before = record();
        world.probe.around("saveHeartbeat", call -> {
            Object answer = call.proceed();
            saved.countDown();
            return answer;
        });
        release.countDown();
        await(saved);

        assertThat(record()).satisfies(after -> {
            assertThat(after.errors()).extracting(HeartbeatError::id).containsExactly("s");
            assertThat(after.timestamp()).isEqualTo(before.timestamp());
            assertThat(after.source()).isEqualTo("other");
            assertThat(after.beat()).isEqualTo(before.beat());
            assertThat(after.schedulesExecuted()).isEqualTo(before.schedulesExecuted());
        });
        assertThat(other.health().status()).isEqualTo(PulseStatus.ERROR);
    }

    /** Rule B46: errorsTotal is how many there are, not how often they were seen. */
    @Test
    void errorsTotalDoesNotGrowWhenAnotherPulseOfTheBeatSeesTheSameErrors() {
        Heartbeat heartbeat = world.working();
        for (int i = 0; i < 150; i++) {
            world.store.putDocument("bad-" + i, Map.of("enabled", "yes"));
        }
        heartbeat.pulse();
        assertThat(record().errors()).hasSize(100);
        assertThat(record().errorsTotal()).isEqualTo(150);
        heartbeat.pulse();
        world.working().pulse();

        assertThat(record().errors()).hasSize(100);
        assertThat(record().errorsTotal()).isEqualTo(150);
    }

    /** Rule B46: the answer tells all, the history at most 200. */
    @Test
    void theAnswerListsAllFiresAndTheHistoryTwoHundredOfThem() {
        Heartbeat heartbeat = world.working();
        for (int i = 0; i < 250; i++) {
            heartbeat.schedules().define(world.now("a" + i).build());
        }

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.count(Outcome.EXECUTED)).isEqualTo(250);
        PulseRecord stored = world.store.pulse(pulse.id()).orElseThrow();
        assertThat(stored.details()).hasSize(200);
        assertThat(stored.truncated()).isTrue();
        assertThat(stored.counts()).containsOnly(Map.entry(Outcome.EXECUTED, 250));
    }

    /** Rule B40: two intervals after its fire time, however often it fires. */
    @Test
    void aScheduleOfAnUnknownTaskThatFiresAtEveryBeatIsAnErrorToo() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(Schedule.builder("a", "*/10 * * * *", "nobody").build());
        Pulse last = heartbeat.pulse();
        for (int i = 0; i < 6; i++) {
            world.clock.advance(Duration.ofMinutes(10));
            last = heartbeat.pulse();
        }

        assertThat(last.detail("a").orElseThrow().reason()).isEqualTo(PulseDetail.NO_EXECUTOR);
        assertThat(last.status()).as("due and not run for fifty minutes").isEqualTo(PulseStatus.ERROR);
    }

    /** Rule B40: a wish counts from the last write of its document, a fire from its time; two intervals inclusive. */
    @Test
    void anUnknownTaskIsAnErrorFromTwoIntervalsOn() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(Schedule.builder("forced", "0 0 1 1 *", "nobody")
                        .runAtFirstPulse()
                        .build());
        heartbeat
                .schedules()
                .define(Schedule.builder("timed", "10 8 * * *", "nobody").build());
        world.clock.set(World.START.plus(Duration.ofMinutes(20)).minusMillis(1));
        assertThat(heartbeat.pulse().heartbeat().orElseThrow().errors()).isEmpty();
        world.clock.set(World.START.plus(Duration.ofMinutes(20)));
        assertThat(heartbeat.pulse().heartbeat().orElseThrow().errors())
                .extracting(HeartbeatError::id)
                .containsExactly("forced");
        world.clock.set(World.START.plus(Duration.ofMinutes(30)).minusMillis(1));
        assertThat(heartbeat.pulse().detail("timed").orElseThrow().error()).isNull();
        world.clock.set(World.START.plus(Duration.ofMinutes(30)));

        assertThat(heartbeat.pulse().heartbeat().orElseThrow().errors())
                .extracting(HeartbeatError::id)
                .contains("forced", "timed");
    }

    /** Rule B40: another instance that knows the task runs the fire. */
    @Test
    void aFireOfATaskThatOneInstanceDoesNotKnowIsRunByTheOneThatDoes() {
        Heartbeat stranger = world.heartbeat(builder -> builder.task("other", world::note));
        Heartbeat expert = world.working();
        expert.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        assertThat(stranger.pulse().detail("a").orElseThrow().reason()).isEqualTo(PulseDetail.NO_EXECUTOR);
        assertThat(world.ledger("a")).as("held back is no end").isEmpty();

        assertThat(outcome(expert.pulse(), "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(world.starts).hasSize(1);
    }

    /** Rule A3: a lastRun in the future holds the schedule, with a condition, however many others come first. */
    @Test
    void aScheduleHeldByALastRunInTheFutureIsAConditionAmongManyOthers() {
        Heartbeat heartbeat = world.working();
        Map<String, Object> held = new HashMap<>(World.byHand("0 * * * *"));
        held.put("lastRun", "2027-01-01T00:00:00Z");
        world.store.putDocument("held", held);
        for (int i = 0; i < 30; i++) {
            heartbeat.schedules().define(world.schedule("a" + i, "0 9 * * *").build());
        }
        heartbeat.pulse();

        assertThat(heartbeat.health().conditions()).extracting(Condition::name).contains(Condition.HELD);
    }

    /** Rule A8: failures in a row end with a success. */
    @Test
    void aSuccessEndsTheCountOfFailuresAndTheRed() {
        AtomicBoolean fails = new AtomicBoolean(true);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task(
                "work",
                context -> fails.get() ? TaskResult.retryAfter(Duration.ofMinutes(9), "no") : TaskResult.done()));
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        PulseStatus status = PulseStatus.UNKNOWN;
        for (int i = 0; i < 4; i++) {
            world.clock.advance(Duration.ofMinutes(10));
            status = heartbeat.pulse().status();
        }
        assertThat(status).isEqualTo(PulseStatus.ERROR);
        fails.set(false);
        world.clock.advance(Duration.ofMinutes(10));
        heartbeat.pulse();
        assertThat(world.store.schedule("a").orElseThrow().state().failures()).isZero();
        world.clock.advance(Duration.ofMinutes(10));
        assertThat(heartbeat.pulse().status()).isEqualTo(PulseStatus.ALIVE);
        fails.set(true);
        world.clock.advance(Duration.ofMinutes(10));

        assertThat(heartbeat.pulse().status()).as("one failure is none yet").isEqualTo(PulseStatus.ALIVE);
    }

    /** Rules A8, B4: maxAttempts of one start is red at the first failure, of three at the third, in one fire. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void oneFireIsRedWhenItsLastStartHasFailedAndNotBefore(int attempts) {
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.task("work", context -> TaskResult.retryAfter(Duration.ZERO, "no")));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .retry(Retry.attempts(attempts))
                        .build());
        world.at("09:00:00");
        for (int i = 1; i < attempts; i++) {
            Pulse pulse = heartbeat.pulse();
            assertThat(outcome(pulse, "a")).isEqualTo(Outcome.RETRYING);
            assertThat(pulse.status()).isEqualTo(PulseStatus.ALIVE);
        }
        Pulse last = heartbeat.pulse();

        assertThat(outcome(last, "a")).isEqualTo(Outcome.FAILED);
        assertThat(last.heartbeat().orElseThrow().errors())
                .extracting(HeartbeatError::error)
                .containsExactly("no");
    }

    /** Design 7: queue browser has counts of its own. */
    @Test
    void theBrowserQueueIsCountedApart() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.now("a").build());
        heartbeat
                .schedules()
                .define(world.now("b").queue(Schedule.BROWSER_QUEUE).build());
        heartbeat
                .schedules()
                .define(world.schedule("c", "0 9 * * *")
                        .queue(Schedule.BROWSER_QUEUE)
                        .build());

        HeartbeatRecord record = heartbeat.pulse().heartbeat().orElseThrow();

        assertThat(List.of(
                        record.schedulesProcessed(),
                        record.schedulesExecuted(),
                        record.browserTasksProcessed(),
                        record.browserTasksExecuted()))
                .containsExactly(1, 1, 2, 1);
    }

    /** Rule B32: upcoming details say when and why not, in the form of the tick answer. */
    @Test
    void whatIsNotDueIsListedWithItsNextRunAndItsReason() {
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.task("work", context -> TaskResult.retryAfter(Duration.ofMinutes(30), "busy")));
        heartbeat.schedules().define(world.schedule("later", "30 10 * * *").build());
        heartbeat.schedules().define(world.schedule("paused", "0 9 * * *").build());
        heartbeat.schedules().pause("paused", Instant.parse("2026-02-15T09:30:00Z"), Audit.by("ann", ""));
        heartbeat.schedules().define(world.schedule("retrying", "50 8 * * *").build());
        heartbeat
                .schedules()
                .define(world.schedule("off", "0 9 * * *").enabled(false).build());
        world.at("08:50:00");
        heartbeat.pulse();
        world.at("09:05:00");

        assertThat(heartbeat.pulse().details())
                .extracting(PulseDetail::id, PulseDetail::outcome, PulseDetail::reason, PulseDetail::nextRun)
                .containsExactly(
                        tuple("retrying", Outcome.SKIPPED, "retrying", Instant.parse("2026-02-16T08:50:00Z")),
                        tuple("later", Outcome.SKIPPED, "not-due", Instant.parse("2026-02-15T10:30:00Z")),
                        tuple("paused", Outcome.SKIPPED, "paused", Instant.parse("2026-02-16T09:00:00Z")));
    }

    @Test
    void aPulseThatFailedIsTakenBackByTheNextOneOfAnyInstance() {
        Heartbeat failing = world.working();
        world.probe.failBefore("findDue");
        assertThatThrownBy(failing::pulse).isInstanceOf(StoreException.class);
        assertThat(failing.health().conditions()).extracting(Condition::name).contains(Condition.PULSE_FAILED);
        world.clock.advance(Duration.ofMinutes(10));
        world.working().pulse();

        assertThat(failing.health().status())
                .as("a record that is newer than the failure")
                .isEqualTo(PulseStatus.ALIVE);
    }

    /** A busy answer changes nothing and tells how the platform is. */
    @Test
    void aBusyAnswerLeavesNoTrace() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.listener(new PulseListener() {
                    @Override
                    public void pulseEnded(Pulse pulse) {
                        ended.countDown();
                    }
                })
                .task("work", context -> {
                    started.countDown();
                    release.await();
                    return TaskResult.done();
                }));
        heartbeat.schedules().define(world.now("a").build());
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Future<Pulse> first = caller.submit(() -> heartbeat.pulse());
            await(started);
            int writes = world.probe.calls("saveHeartbeat") + world.probe.calls("savePulse");
            Pulse busy = heartbeat.pulse();
            assertThat(busy.busy()).isTrue();
            assertThat(busy.heartbeat()).isEmpty();
            assertThat(busy.status()).isEqualTo(PulseStatus.UNKNOWN);
            assertThat(world.probe.calls("saveHeartbeat") + world.probe.calls("savePulse"))
                    .isEqualTo(writes);
            release.countDown();
            first.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            release.countDown();
            caller.shutdownNow();
        }
        await(ended);
        assertThat(world.store.snapshot().pulses()).hasSize(1);
    }

    /** Rule B20: a run that ends between the pulse's last look and its heartbeat is counted like any other. */
    @Test
    void aRunThatEndsWhileItsPulseClosesIsCounted() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch saved = new CountDownLatch(2);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                })
                .task("work", context -> {
                    release.await();
                    return TaskResult.done();
                }));
        heartbeat.pulse(); // an earlier beat
        world.at("09:00:00");
        heartbeat.schedules().define(world.now("a").build());
        world.probe.around("saveHeartbeat", call -> {
            Object answer = call.proceed();
            saved.countDown();
            return answer;
        });
        world.probe.once(
                "heartbeat",
                call -> { // the pulse has answered its book and reads the record it will replace
                    release.countDown();
                    World.await(ended);
                    return call.proceed();
                });
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RUNNING);
        await(saved);

        assertThat(record().schedulesExecuted()).isEqualTo(1);
        assertThat(record().beat()).isEqualTo(Instant.parse("2026-02-15T09:00:00Z"));
    }
}
