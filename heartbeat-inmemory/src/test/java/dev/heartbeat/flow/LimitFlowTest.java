package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.inTime;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.Condition;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of a task and of a queue: how many of their runs are at work at once in one heartbeat. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LimitFlowTest {
    private static final Duration SHORT = Duration.ofMillis(400);

    private final World world = new World();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Map<String, CountDownLatch> begun = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> atWork = new ConcurrentHashMap<>();
    private final Map<String, Integer> most = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        release.countDown();
        world.close();
    }

    private CountDownLatch begun(String id) {
        return begun.computeIfAbsent(id, key -> new CountDownLatch(1));
    }

    /** Notes how many are at work for each task and queue; one whose param says so waits for its release. */
    private TaskResult work(TaskContext context) throws InterruptedException {
        String queue = context.params().findText("queue").orElse("none");
        for (String group : new String[] {context.task(), queue}) {
            int now = atWork.computeIfAbsent(group, key -> new AtomicInteger()).incrementAndGet();
            most.merge(group, now, Math::max);
        }
        world.starts.add(context);
        begun(context.scheduleId()).countDown();
        if (context.params().findText("hangs").isPresent()) {
            release.await();
        }
        for (String group : new String[] {context.task(), queue}) {
            atWork.get(group).decrementAndGet();
        }
        return TaskResult.done();
    }

    private Heartbeat heartbeat(UnaryOperator<Heartbeat.Builder> settings) {
        return world.heartbeat(
                new Probe(world.store),
                builder -> settings.apply(builder)
                        .task(Task.named("one", this::work)
                                .maxParallel(1)
                                .timeout(Duration.ofMinutes(5))
                                .build())
                        .task(Task.named("three", this::work).maxParallel(3).build())
                        .task("any", this::work));
    }

    private Schedule.Builder now(String id, String task) {
        return Schedule.builder(id, "0 0 1 1 *", task).runAtFirstPulse();
    }

    private static void define(Heartbeat heartbeat, Schedule.Builder... schedules) {
        for (Schedule.Builder schedule : schedules) {
            heartbeat.schedules().define(schedule.build());
        }
    }

    private static String reason(Pulse pulse, String id) {
        return pulse.detail(id).map(PulseDetail::reason).orElse(null);
    }

    @Test
    void schedulesOfATaskThatRunsOneAtATimeNeverOverlapAndAllRunInOnePulse() {
        Heartbeat heartbeat = heartbeat(builder -> builder);
        for (int i = 0; i < 20; i++) {
            define(heartbeat, now("a" + i, "one"), now("b" + i, "three"), now("c" + i, "any"));
        }

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.details()).hasSize(60).allMatch(detail -> detail.outcome() == Outcome.EXECUTED);
        assertThat(most.get("one")).isEqualTo(1);
        assertThat(most.get("three")).isBetween(1, 3);
    }

    /** Whoever has its token may say that it goes on elsewhere; its task is at work here all the same. */
    @Test
    void aRunThatIsAcceptedByTokenHoldsItsPlaceWhileItsTaskIsAtWork() throws Exception {
        Heartbeat heartbeat = heartbeat(builder -> builder.budget(SHORT));
        define(heartbeat, now("a", "one").param("hangs", "yes"));
        heartbeat.pulse();
        await(begun("a"));
        RunToken token = world.starts.element().token();
        assertThat(heartbeat.runs().complete(token, TaskResult.accepted(Duration.ofHours(1))))
                .isEqualTo(Completion.ACCEPTED);
        define(heartbeat, now("b", "one"));

        assertThat(reason(heartbeat.pulse(), "b")).isEqualTo(PulseDetail.LIMIT);
        assertThat(world.starts("b")).isZero();
    }

    @Test
    void aRunOfAnEarlierPulseCountsAndWhatWaitsIsNeitherClaimedNorHoldsOthersBack() throws Exception {
        Heartbeat heartbeat = heartbeat(builder -> builder.budget(SHORT));
        define(heartbeat, now("a", "one").param("hangs", "yes"));
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RUNNING);
        define(heartbeat, now("b", "one"), now("c", "any"));

        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "b")).isEqualTo(Outcome.DEFERRED);
        assertThat(reason(pulse, "b")).isEqualTo(PulseDetail.LIMIT);
        assertThat(outcome(pulse, "c")).isEqualTo(Outcome.EXECUTED);
        assertThat(world.store.schedule("b").orElseThrow().state().pending()).isNull();
        assertThat(world.starts("b")).isZero();
        assertThat(heartbeat.health().conditions())
                .filteredOn(condition -> condition.name().equals(Condition.LIMITED))
                .singleElement()
                .satisfies(
                        condition -> assertThat(condition.cause())
                                .isEqualTo(
                                        "1 due, such as b, for task 'one', which runs 1 at once in this heartbeat; at work: a"));
    }

    /** A pulse waits for its own runs and for no others: a limit that an earlier run fills does not eat its budget. */
    @Test
    void aPulseDoesNotWaitForAPlaceThatAnEarlierPulseHolds() throws Exception {
        Heartbeat heartbeat = heartbeat(builder -> builder.budget(SHORT));
        define(heartbeat, now("a", "one").param("hangs", "yes"));
        heartbeat.pulse();
        define(heartbeat, now("b", "one"));

        Pulse pulse = inTime(() -> heartbeat.pulse(PulseRequest.from("test").budget(Duration.ofHours(1))));

        assertThat(reason(pulse, "b")).isEqualTo(PulseDetail.LIMIT);
        release.countDown();
    }

    @Test
    void whatWaitedRunsAtTheNextPulseAfterThePlaceGotFree() throws Exception {
        Probe way = new Probe(world.store);
        CountDownLatch recorded = new CountDownLatch(1);
        way.around("record", call -> {
            Object answer = call.proceed();
            recorded.countDown();
            return answer;
        });
        Heartbeat heartbeat = world.heartbeat(
                way,
                builder -> builder.budget(SHORT)
                        .task(Task.named("one", this::work).maxParallel(1).build()));
        define(heartbeat, now("a", "one").param("hangs", "yes"));
        heartbeat.pulse();
        define(heartbeat, now("b", "one"));
        heartbeat.pulse();
        release.countDown();
        await(recorded);

        Pulse pulse = heartbeat.pulse();
        while (reason(pulse, "b") != null) { // the record is written a moment before the place is free
            pulse = heartbeat.pulse();
        }
        assertThat(outcome(pulse, "b")).isEqualTo(Outcome.EXECUTED);
    }

    @Test
    void aQueueHasALimitOverAllItsTasks() {
        Heartbeat heartbeat = heartbeat(builder -> builder.queueLimit("browser", 2));
        for (int i = 0; i < 20; i++) {
            define(
                    heartbeat,
                    now("a" + i, "any").queue("browser").param("queue", "browser"),
                    now("b" + i, "three").queue("browser").param("queue", "browser"),
                    now("c" + i, "one").queue("mail").param("queue", "mail"));
        }

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.details()).hasSize(60).allMatch(detail -> detail.outcome() == Outcome.EXECUTED);
        assertThat(most.get("browser")).isBetween(1, 2);
    }

    /** Docs: the limits are of one heartbeat; what one cannot start soon is left to others. */
    @Test
    void whatOneInstanceHasNoPlaceForAnotherOneTakes() throws Exception {
        Heartbeat full = heartbeat(builder -> builder.budget(SHORT));
        Heartbeat other = heartbeat(builder -> builder);
        define(full, now("a", "one").param("hangs", "yes"));
        full.pulse();
        define(full, now("b", "one"), now("c", "one"));
        full.pulse();

        Pulse pulse = other.pulse();

        assertThat(outcome(pulse, "b")).isEqualTo(Outcome.EXECUTED);
        assertThat(outcome(pulse, "c")).isEqualTo(Outcome.EXECUTED);
    }

    @Test
    void aStuckRunCountsForItsOwnTaskAndForNoOther() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        Task stubborn = Task.named("stubborn", context -> {
                    world.starts.add(context);
                    boolean interrupted = false;
                    while (letGo.getCount() > 0) {
                        try {
                            letGo.await();
                        } catch (InterruptedException e) {
                            interrupted = true;
                        }
                    }
                    return interrupted ? TaskResult.done() : TaskResult.failed("was not interrupted");
                })
                .maxParallel(1)
                .timeout(Duration.ofMillis(20))
                .build();
        CountDownLatch seen = new CountDownLatch(1);
        Probe way = new Probe(world.store);
        Heartbeat heartbeat = world.heartbeat(
                way, builder -> builder.parallelism(1).task(stubborn).task("any", this::work));
        define(heartbeat, now("a", "stubborn"));
        way.around("saveHeartbeat", call -> {
            seen.countDown();
            return call.proceed();
        });
        try {
            heartbeat.pulse(); // answers as soon as the run is known to be stuck
            await(seen);
            define(heartbeat, now("b", "stubborn"), now("c", "any"));

            Pulse pulse = heartbeat.pulse();

            assertThat(reason(pulse, "b")).isEqualTo(PulseDetail.LIMIT);
            assertThat(outcome(pulse, "c"))
                    .as("the only place of the heartbeat is free")
                    .isEqualTo(Outcome.EXECUTED);
            assertThat(world.starts("b")).isZero();
        } finally {
            letGo.countDown();
        }
    }

    /** The place is the run's until its claim is given up, however the run ends. */
    @Test
    void aFailedClaimAndARefusedStartGiveThePlaceBack() {
        Probe way = new Probe(world.store);
        Heartbeat heartbeat = world.heartbeat(
                way,
                builder -> builder.task(
                        Task.named("one", this::work).maxParallel(1).build()));
        define(heartbeat, now("a", "one"), now("b", "one"));
        way.once("claim", call -> java.util.List.of());
        Pulse lost = heartbeat.pulse();
        assertThat(world.starts)
                .as("the claim of a was lost, and b had its place")
                .hasSize(1);
        assertThat(lost.details()).hasSize(1);

        heartbeat.pulse();
        assertThat(world.starts).hasSize(2);
    }

    /** The ticker does not wait for its beat when a place gets free that a fire waits for. */
    @Test
    void theTickerWakesForThePlaceThatGetsFreeAndDoesNotSpinMeanwhile() throws Exception {
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
        Probe way = new Probe(store);
        CountDownLatch deferred = new CountDownLatch(1);
        Heartbeat heartbeat = Heartbeat.builder(way.store())
                .name("places")
                .budget(SHORT)
                .task(Task.named("one", this::work).maxParallel(1).build())
                .listener(new dev.heartbeat.PulseListener() {
                    @Override
                    public void pulseEnded(Pulse pulse) {
                        if (PulseDetail.LIMIT.equals(reason(pulse, "b"))) {
                            deferred.countDown();
                        }
                    }
                })
                .build();
        try {
            define(
                    heartbeat,
                    now("a", "one").priority(Priority.CRITICAL).param("hangs", "yes"),
                    now("b", "one").priority(Priority.CRITICAL)); // which no prediction holds back
            heartbeat.start();
            await(deferred);
            int finds = way.calls("findDue");
            release.countDown();
            await(begun("b"));

            assertThat(way.calls("findDue") - finds).isLessThanOrEqualTo(3);
            assertThat(finds).isLessThanOrEqualTo(3);
        } finally {
            heartbeat.close();
        }
    }

    @Test
    void theLimitOfAQueueIsOneToTenThousand() {
        Heartbeat.Builder builder = Heartbeat.builder(world.store);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.queueLimit("browser", 0))
                .withMessage(
                        "limit 0 of queue 'browser' is not allowed; 1 to 10000, of a queue of 1 to 200 characters");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.queueLimit("browser", 10_001));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.queueLimit(" ", 1));
    }

    /** Limits have no memory: the same pulse a second time finds nothing due. */
    @Test
    void nothingRunsTwiceWhenALimitSplitsAPulse() {
        Heartbeat heartbeat = heartbeat(builder -> builder.parallelism(2));
        for (int i = 0; i < 30; i++) {
            define(heartbeat, Schedule.builder("m" + i, "* * * * *", i % 2 == 0 ? "one" : "three"));
        }
        world.at("08:01:00");
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::scheduleId).doesNotHaveDuplicates();
        assertThat(world.starts)
                .hasSize(30)
                .extracting(TaskContext::fireTime)
                .containsOnly(Instant.parse("2026-02-15T08:01:00Z"));
    }
}
