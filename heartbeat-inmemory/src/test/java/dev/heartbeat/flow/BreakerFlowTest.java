package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.inTime;
import static dev.heartbeat.flow.World.outcome;
import static dev.heartbeat.flow.World.pulseUntilStarted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.health.Condition;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Breaker;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules B39 and B28: circuits that open after failures in a row, over all schedules and instances. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BreakerFlowTest {
    private static final Duration COOL_DOWN = Duration.ofMinutes(5);
    private static final Breaker THREE = new Breaker(3, COOL_DOWN);

    private final World world = new World();
    private volatile boolean broken = true;

    @AfterEach
    void close() {
        world.close();
    }

    private TaskResult call(TaskContext context) {
        world.starts.add(context);
        return broken ? TaskResult.failed("no answer") : TaskResult.done();
    }

    private Task.Builder calling() {
        return Task.named("call", this::call).breaker(THREE).retry(Retry.none());
    }

    /** A process whose runs follow one another on the thread of its pulse. */
    private Heartbeat instance(Task task) {
        return instance(
                new Probe(world.store),
                task,
                builder -> builder.executor(Runnable::run).parallelism(1));
    }

    private Heartbeat instance(Probe way, Task task, UnaryOperator<Heartbeat.Builder> settings) {
        return world.heartbeat(way, builder -> settings.apply(builder).task(task));
    }

    private void define(Heartbeat heartbeat, String... ids) {
        for (String id : ids) {
            heartbeat.schedules().define(minutely(id).build());
        }
    }

    private Schedule.Builder minutely(String id) {
        return Schedule.builder(id, "* * * * *", "call");
    }

    private int starts() {
        return world.starts.size();
    }

    private StoredSchedule stored(String id) {
        return world.store.schedule(id).orElseThrow();
    }

    private static List<String> heldBack(Pulse pulse) {
        return pulse.details().stream()
                .filter(detail -> PulseDetail.CIRCUIT_OPEN.equals(detail.reason()))
                .map(PulseDetail::id)
                .toList();
    }

    @Test
    void afterSoManyFailuresInARowNoneIsStartedAlsoOfThoseThatWereClaimed() {
        Heartbeat heartbeat = instance(calling().build());
        define(heartbeat, "a", "b", "c", "d", "e");
        world.at("08:01:00");

        Pulse pulse = heartbeat.pulse();

        assertThat(starts())
                .as("of those claimed with them, two are given back")
                .isEqualTo(3);
        assertThat(heldBack(pulse)).containsExactly("d", "e");
        PulseDetail detail = pulse.detail("d").orElseThrow();
        assertThat(detail.outcome()).isEqualTo(Outcome.DEFERRED);
        assertThat(detail.retryAt()).isEqualTo(Instant.parse("2026-02-15T08:06:00Z"));
        assertThat(stored("d").state().pending().starts())
                .as("no start is used")
                .isZero();
        assertThat(world.ledger("d")).as("rule B28: it is no end").isEmpty();
    }

    @Test
    void whileItIsOpenWhatIsDueStaysDueAndNothingIsWritten() {
        Heartbeat heartbeat = instance(calling().build());
        Heartbeat other = instance(calling().build());
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        heartbeat.pulse();
        define(heartbeat, "late");
        world.at("08:05:59");
        StoredSchedule before = stored("late");

        for (Heartbeat each : List.of(heartbeat, other, heartbeat)) {
            Pulse pulse = each.pulse();
            assertThat(heldBack(pulse)).containsExactlyInAnyOrder("a", "b", "c", "late");
            assertThat(pulse.details()).as("not an error so soon").allMatch(detail -> detail.error() == null);
        }

        assertThat(starts()).isEqualTo(3);
        assertThat(stored("late")).isEqualTo(before);
        assertThat(world.store.snapshot().runs()).hasSize(3);
    }

    @Test
    void afterTheCoolDownOneRunOverAllInstancesTriesItAndItsSuccessLetsTheRestGoOn() {
        Heartbeat heartbeat = instance(calling().build());
        Heartbeat other = instance(calling().build());
        define(heartbeat, "a", "b", "c", "d");
        world.at("08:01:00");
        heartbeat.pulse();
        world.at("08:06:00");

        Pulse failing = other.pulse();
        assertThat(starts()).as("one tries, and fails").isEqualTo(4);
        assertThat(heldBack(failing)).hasSize(3);
        assertThat(heldBack(heartbeat.pulse())).as("another whole cool-down").hasSize(3);
        broken = false;
        world.at("08:11:00");
        heartbeat.pulse();
        assertThat(starts()).as("one tries, and succeeds").isEqualTo(5);
        Pulse healed = other.pulse();

        assertThat(heldBack(healed)).isEmpty();
        assertThat(starts()).isEqualTo(8);
        assertThat(healed.details()).extracting(PulseDetail::outcome).contains(Outcome.EXECUTED);
    }

    @Test
    void failuresOfAllInstancesCountTogetherAndASuccessBeginsTheCountAnew() {
        Heartbeat heartbeat = instance(calling().build());
        Heartbeat other = instance(calling().build());
        define(heartbeat, "a");
        for (int minute = 1; minute <= 2; minute++) {
            world.at("08:0" + minute + ":00");
            (minute == 1 ? heartbeat : other).pulse();
        }
        broken = false;
        world.at("08:03:00");
        heartbeat.pulse();
        broken = true;
        for (int minute = 4; minute <= 6; minute++) {
            world.at("08:0" + minute + ":00");
            assertThat(heldBack((minute % 2 == 0 ? heartbeat : other).pulse())).isEmpty();
        }
        world.at("08:07:00");

        assertThat(heldBack(other.pulse())).containsExactly("a");
        assertThat(starts()).isEqualTo(6);
    }

    /** Rule B39: five dead addresses do not stop all that share a task. */
    @Test
    void eachCircuitIsForItself() {
        Heartbeat heartbeat = instance(calling()
                .circuit(params -> params.findText("host").orElse(null))
                .build());
        for (String id : List.of("a", "b", "c", "d")) {
            heartbeat
                    .schedules()
                    .define(minutely("dead-" + id).param("host", "dead").build());
            heartbeat
                    .schedules()
                    .define(minutely("well-" + id).param("host", "well-" + id).build());
        }
        heartbeat
                .schedules()
                .define(minutely("own").param("host", "dead").circuit("own").build());
        world.at("08:01:00");

        Pulse pulse = heartbeat.pulse();

        assertThat(heldBack(pulse)).containsExactly("dead-d");
        assertThat(starts()).isEqualTo(8);
    }

    /** A schedule that fails for a reason of its own may not try each time, or those that are well would never start. */
    @Test
    void whatHasWaitedLongestTriesItSoNoneThatIsWellIsHeldBackForLong() {
        Heartbeat heartbeat = instance(Task.named("call", context -> {
                    world.starts.add(context);
                    return context.scheduleId().equals("daily") ? TaskResult.done() : TaskResult.failed("status 404");
                })
                .breaker(THREE)
                .retry(Retry.none())
                .build());
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        heartbeat.pulse();
        heartbeat
                .schedules()
                .define(Schedule.builder("daily", "2 8 * * *", "call").build());
        for (int minute = 2; minute <= 12; minute++) {
            world.at("08:%02d:00".formatted(minute));
            heartbeat.pulse();
        }

        assertThat(world.starts("daily")).isEqualTo(1);
    }

    @Test
    void whatTellsNothingOfTheFarSideIsNotCounted() {
        Task task = Task.named("call", context -> {
                    world.starts.add(context);
                    if (world.starts.size() % 2 == 0) {
                        throw new IllegalArgumentException("no such address");
                    }
                    return TaskResult.skipped("nothing to do");
                })
                .breaker(new Breaker(1, COOL_DOWN))
                .retry(Retry.none().neverOn(IllegalArgumentException.class))
                .build();
        Heartbeat heartbeat = instance(task);
        define(heartbeat, "a", "b", "c", "d");
        world.at("08:01:00");

        assertThat(heldBack(heartbeat.pulse())).isEmpty();
        assertThat(starts()).isEqualTo(4);
    }

    @Test
    void aTimeoutIsAFailureAlsoOfATaskThatIgnoresIt() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Task task = Task.named("call", context -> {
                    world.starts.add(context);
                    while (!context.cancelled() || release.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    return TaskResult.done();
                })
                .breaker(new Breaker(1, COOL_DOWN))
                .retry(Retry.none())
                .timeout(Duration.ofMillis(20))
                .build();
        Probe way = new Probe(world.store);
        CountDownLatch saved = new CountDownLatch(1);
        way.around("compareAndSet", call -> {
            Object answer = call.proceed();
            saved.countDown();
            return answer;
        });
        Heartbeat heartbeat = instance(way, task, builder -> builder.budget(Duration.ofSeconds(2)));
        define(heartbeat, "a");
        world.at("08:01:00");
        try {
            heartbeat.pulse();
            await(saved);
            define(heartbeat, "b");
            world.at("08:02:00");

            assertThat(heldBack(heartbeat.pulse())).contains("b");
        } finally {
            release.countDown();
        }
    }

    @Test
    void whileOneTriesItNobodyElseDoesAndWhenItsProcessDiesAnotherOneMay() throws Exception {
        CountDownLatch trying = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Probe dying = new Probe(world.store);
        Heartbeat heartbeat = instance(calling().build());
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        heartbeat.pulse();
        Heartbeat prober = instance(
                dying,
                Task.named("call", context -> {
                            world.starts.add(context);
                            trying.countDown();
                            release.await();
                            return TaskResult.done();
                        })
                        .breaker(THREE)
                        .build(),
                builder -> builder.budget(Duration.ofSeconds(2)));
        world.at("08:06:00");
        try {
            prober.pulse();
            await(trying);
            for (String verb : List.of("renew", "record", "compareAndSet")) {
                dying.failAlways(verb); // as good as dead
            }
            Pulse during = heartbeat.pulse();
            assertThat(starts()).as("three failures and the probe").isEqualTo(4);
            assertThat(heldBack(during)).hasSize(2);
            assertThat(during.detail("b").orElseThrow().retryAt())
                    .as("the place of the probe lives as long as two leases")
                    .isEqualTo(Instant.parse("2026-02-15T08:06:40Z"));

            broken = false;
            world.at("08:06:40");
            heartbeat.pulse();
            assertThat(starts()).isEqualTo(5);
            assertThat(heldBack(heartbeat.pulse())).isEmpty();
        } finally {
            release.countDown();
        }
    }

    /** However many instances pulse at the very same moment: one run in each cool-down. */
    @Test
    void ofManyInstancesThatPulseAtOnceOneTriesIt() throws Exception {
        List<Heartbeat> instances = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            instances.add(instance(new Probe(world.store), calling().build(), builder -> builder));
        }
        define(instances.get(0), "a", "b", "c", "d", "e", "f", "g", "h");
        world.at("08:01:00");
        instances.get(0).pulse();
        int before = starts();
        for (int round = 1; round <= 20; round++) {
            world.clock.advance(COOL_DOWN);
            CountDownLatch go = new CountDownLatch(1);
            List<CompletableFuture<Pulse>> pulses = new ArrayList<>();
            for (Heartbeat instance : instances) {
                pulses.add(CompletableFuture.supplyAsync(() -> {
                    try {
                        await(go);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return instance.pulse();
                }));
            }
            go.countDown();
            pulses.forEach(CompletableFuture::join);

            assertThat(starts() - before).as("after %s cool-downs", round).isEqualTo(round);
        }
    }

    @Test
    void aProbeThatTakesLongerThanALeaseKeepsItsPlace() throws Exception {
        CountDownLatch trying = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat = instance(calling().build());
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        heartbeat.pulse();
        Probe way = new Probe(world.store);
        Heartbeat prober = instance(
                way,
                Task.named("call", context -> {
                            trying.countDown();
                            release.await();
                            return TaskResult.done();
                        })
                        .breaker(THREE)
                        .build(),
                builder -> builder.lease(Duration.ofSeconds(1)).budget(Duration.ofSeconds(2)));
        world.at("08:06:00");
        try {
            prober.pulse();
            await(trying);
            for (int i = 0; i < 4; i++) {
                CountDownLatch renewed = new CountDownLatch(1);
                way.around("compareAndSet", call -> {
                    Object answer = call.proceed();
                    renewed.countDown();
                    return answer;
                });
                world.clock.advance(Duration.ofMillis(500));
                await(renewed);
            }

            assertThat(heldBack(heartbeat.pulse())).hasSize(2);
            assertThat(starts()).isEqualTo(3);
        } finally {
            release.countDown();
        }
    }

    /** The end of a probe may be told by anybody, long after the pulse that claimed it. */
    @Test
    void aProbeThatGoesOnElsewhereKeepsItsPlaceUntilItIsAnsweredFor() {
        Heartbeat heartbeat = instance(Task.named("call", context -> {
                    world.starts.add(context);
                    return starts() > 3 ? TaskResult.accepted(Duration.ofHours(1)) : TaskResult.failed("no answer");
                })
                .breaker(THREE)
                .retry(Retry.none())
                .build());
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        heartbeat.pulse();
        world.at("08:06:00");
        heartbeat.pulse();
        world.at("08:07:00");
        assertThat(heldBack(heartbeat.pulse())).hasSize(2);
        assertThat(starts()).isEqualTo(4);
        RunToken probe = probe();
        assertThat(heartbeat.runs().complete(probe, TaskResult.accepted(Duration.ofHours(1))))
                .isEqualTo(Completion.ACCEPTED);
        assertThat(heldBack(heartbeat.pulse())).as("its deadline moved").hasSize(2);
        assertThat(heartbeat.runs().complete(probe, TaskResult.done())).isEqualTo(Completion.ACCEPTED);

        assertThat(heldBack(heartbeat.pulse())).isEmpty();
        assertThat(starts()).isEqualTo(7);
    }

    /** A circuit is of all instances, so its instants are the store's: else a wrong clock would keep it open for hours. */
    @Test
    void anAnswerByTokenOpensACircuitByTheTimeOfTheStore() {
        SettableClock ahead = new SettableClock(Instant.parse("2026-02-15T10:01:00Z"));
        Heartbeat heartbeat = instance(
                new Probe(world.store),
                Task.named("call", context -> {
                            world.starts.add(context);
                            return TaskResult.accepted(Duration.ofHours(1));
                        })
                        .breaker(new Breaker(1, COOL_DOWN))
                        .retry(Retry.none())
                        .build(),
                builder -> builder.clock(ahead));
        world.at("08:00:00");
        instance(calling().build()).schedules().define(minutely("a").build());
        world.at("08:01:00");
        heartbeat.pulse();
        heartbeat.runs().fail(world.starts.element().token(), "no answer");
        heartbeat.close();

        assertThat(world.store.read(List.of(new StateKey("breaker", "call")), CallLimit.of(COOL_DOWN)))
                .singleElement()
                .satisfies(cell ->
                        assertThat(cell.value()).containsEntry("openUntil", Instant.parse("2026-02-15T08:06:00Z")));
    }

    /** The store's time is heard when the store answers, not when the pulse begins. */
    @Test
    void aPulseWhoseStoreIsSlowTriesNoCircuitBeforeItsCoolDownHasPassed() {
        Probe way = new Probe(world.store);
        Heartbeat heartbeat = instance(
                way,
                calling().build(),
                builder -> builder.executor(Runnable::run).parallelism(1));
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        heartbeat.pulse();
        world.at("08:05:50");
        way.once("findDue", call -> {
            world.clock.advance(Duration.ofSeconds(8));
            return call.proceed();
        });

        assertThat(heldBack(heartbeat.pulse())).hasSize(3);
        assertThat(starts()).isEqualTo(3);
    }

    private RunToken probe() {
        return world.starts.stream().skip(3).findFirst().map(TaskContext::token).orElseThrow();
    }

    /** The first answer counts, for the circuit too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerByTokenToAProbeAtWorkIsHeard(boolean success) throws Exception {
        CountDownLatch trying = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        Heartbeat heartbeat = instance(
                new Probe(world.store),
                Task.named("call", context -> {
                            world.starts.add(context);
                            if (starts() != 4) {
                                return starts() > 4 ? TaskResult.done() : TaskResult.failed("no answer");
                            }
                            trying.countDown();
                            release.await();
                            returned.countDown();
                            return success ? TaskResult.failed("too late") : TaskResult.done();
                        })
                        .breaker(THREE)
                        .retry(Retry.none())
                        .build(),
                builder -> builder.parallelism(1).budget(Duration.ofMillis(400)));
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        while (starts() < 3) {
            heartbeat.pulse();
        }
        world.at("08:06:00");
        try {
            heartbeat.pulse();
            await(trying);
            TaskResult answer = success ? TaskResult.done() : TaskResult.failed("still no answer");
            assertThat(heartbeat.runs().complete(probe(), answer)).isEqualTo(Completion.ACCEPTED);
        } finally {
            release.countDown();
        }
        await(returned);
        world.at("08:07:00");
        heartbeat.pulse();
        assertThat(heldBack(heartbeat.pulse())).hasSize(success ? 0 : 3);
        assertThat(starts()).isEqualTo(success ? 7 : 4);
    }

    @Test
    void aProbeWhoseClaimWasLostGivesItsPlaceBack() {
        Probe way = new Probe(world.store);
        Heartbeat heartbeat = instance(
                way,
                calling().build(),
                builder -> builder.executor(Runnable::run).parallelism(1));
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        heartbeat.pulse();
        world.at("08:06:00");
        way.once("claim", call -> {
            world.store.edit(
                    dev.heartbeat.store.ScheduleEdit.define(
                            minutely("a").param("x", 1).build()),
                    dev.heartbeat.store.Version.ANY);
            return call.proceed();
        });
        heartbeat.pulse();
        assertThat(starts()).isEqualTo(3);

        heartbeat.pulse();
        assertThat(starts()).as("in the same second").isEqualTo(4);
    }

    /** A store that fails in the middle leaves no place taken that nobody holds. */
    @Test
    void aPulseThatFailsAfterItAskedToTryGivesThePlaceBack() {
        Probe way = new Probe(world.store);
        Heartbeat heartbeat = instance(
                way,
                calling().build(),
                builder -> builder.executor(Runnable::run).parallelism(1));
        define(heartbeat, "a", "b", "c");
        world.at("08:01:00");
        heartbeat.pulse();
        world.at("08:06:00");
        for (String verb : List.of("compareAndSet", "claim")) {
            way.failBefore(verb);
            assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
            way.failAfter(verb);
            assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
        }
        assertThat(starts()).isEqualTo(3);

        heartbeat.pulse();
        assertThat(starts()).as("in the same second").isEqualTo(4);
    }

    @Test
    void conditionsTellWhatIsHeldBackByWhatUntilWhenAndAfterTwoIntervalsItIsAnError() {
        Heartbeat heartbeat =
                instance(calling().breaker(new Breaker(3, Duration.ofHours(2))).build());
        define(heartbeat, "a", "b", "c", "d");
        world.at("08:01:00");
        heartbeat.pulse();
        world.at("08:10:00");
        heartbeat.pulse();

        assertThat(heartbeat.health().conditions())
                .filteredOn(condition -> condition.name().equals(Condition.CIRCUIT_OPEN))
                .singleElement()
                .satisfies(condition -> {
                    assertThat(condition.cause())
                            .isEqualTo("circuit 'call' is open after 3 failures in a row; tried again at"
                                    + " 2026-02-15T10:01:00Z; it holds back 4 due, such as d");
                    assertThat(condition.since()).isEqualTo(Instant.parse("2026-02-15T08:01:00Z"));
                    assertThat(condition.nextStep()).contains("Mend");
                });
        world.at("08:30:00");
        Pulse late = heartbeat.pulse();
        assertThat(late.heartbeat().orElseThrow().errors())
                .anySatisfy(error -> assertThat(error.error()).startsWith("circuit 'call' is open"));
    }

    @Test
    void aForcedRunWaitsForTheCircuitAndIsNotForgotten() {
        Heartbeat heartbeat = instance(calling().build());
        define(heartbeat, "a", "b", "c");
        heartbeat
                .schedules()
                .define(Schedule.builder("yearly", "0 0 1 1 *", "call").build());
        world.at("08:01:00");
        heartbeat.pulse();
        heartbeat.schedules().runNow("yearly", Audit.by("ann", ""));
        broken = false;

        assertThat(outcome(heartbeat.pulse(), "yearly")).isEqualTo(Outcome.DEFERRED);
        world.at("08:06:00");
        heartbeat.pulse();
        heartbeat.pulse();
        assertThat(world.starts("yearly")).isEqualTo(1);
    }

    /** What has begun before it opened may end in any way; what is late is heard after the pulse has answered too. */
    @Test
    void aFailureAfterThePulseHasAnsweredIsCounted() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch saved = new CountDownLatch(1);
        Probe way = new Probe(world.store);
        way.around("compareAndSet", call -> {
            Object answer = call.proceed();
            saved.countDown();
            return answer;
        });
        Heartbeat heartbeat = instance(
                way,
                Task.named("call", context -> {
                            release.await();
                            return TaskResult.failed("late");
                        })
                        .breaker(new Breaker(1, COOL_DOWN))
                        .retry(Retry.none())
                        .build(),
                builder -> builder.budget(Duration.ofMillis(200)));
        define(heartbeat, "a");
        world.at("08:01:00");
        assertThat(outcome(inTime(() -> pulseUntilStarted(heartbeat)), "a")).isEqualTo(Outcome.RUNNING);
        release.countDown();
        await(saved);
        define(heartbeat, "b");
        world.at("08:02:00");

        assertThat(heldBack(heartbeat.pulse())).contains("b");
    }

    /** Without breakers, and with healthy ones, a circuit costs no call: it is read along with the figures of the day. */
    @Test
    void aHealthyCircuitWritesNothing() {
        broken = false;
        Probe way = new Probe(world.store);
        Heartbeat heartbeat = instance(way, calling().build(), builder -> builder);
        heartbeat.pulse();
        assertThat(way.calls("read")).as("the figures of the day").isEqualTo(1);
        define(heartbeat, "a", "b");
        world.at("08:01:00");
        heartbeat.pulse();

        assertThat(starts()).isEqualTo(2);
        assertThat(way.calls("read")).as("in one call").isEqualTo(2);
        assertThat(world.store.read(List.of(new StateKey("breaker", "call")), CallLimit.of(Duration.ofSeconds(1))))
                .isEmpty();
    }

    /** Rule B19: the ticker wakes at the end of the cool-down, and not before. */
    @Test
    void theTickerSleepsUntilTheEndOfTheCoolDown() throws Exception {
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
        Probe way = new Probe(store);
        CountDownLatch runs = new CountDownLatch(12);
        CountDownLatch first = new CountDownLatch(1);
        CompletableFuture<Integer> before = new CompletableFuture<>();
        Heartbeat heartbeat = Heartbeat.builder(way.store())
                .name("circuit")
                .lease(Duration.ofHours(
                        1)) // so that only the end of the cool-down and the success of the probe can wake
                .parallelism(1)
                .task(Task.named("call", context -> {
                            runs.countDown();
                            if (first.getCount() > 0) {
                                first.countDown();
                                return TaskResult.failed("the first one fails");
                            }
                            before.complete(way.calls("findDue"));
                            return TaskResult.done();
                        })
                        .breaker(new Breaker(1, Duration.ofSeconds(2)))
                        .retry(Retry.attempts(2).backoff(Duration.ZERO, Duration.ZERO))
                        .build())
                .build();
        try {
            for (int i = 10; i < 21; i++) {
                heartbeat
                        .schedules()
                        .define(Schedule.builder("s" + i, "0 0 1 1 *", "call")
                                .runAtFirstPulse()
                                .build());
            }
            heartbeat.start();
            await(runs);

            assertThat(before.join())
                    .as("finds until the probe: one at the start, one for the retry, one at the end of the cool-down")
                    .isLessThanOrEqualTo(5);
        } finally {
            heartbeat.close();
        }
    }
}
