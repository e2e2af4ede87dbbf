package dev.heartbeat.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Schedules;
import dev.heartbeat.health.Explanation;
import dev.heartbeat.inmemory.InMemorySnapshot;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Pause;
import dev.heartbeat.task.Breaker;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody asks why a schedule runs or does not, and the next pulse does as it was told. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ExplainFlowTest {
    private static final Audit ANN = Audit.by("ann", "shop is down");
    private static final Instant TEN = Instant.parse("2026-02-15T10:00:00Z");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Explanation explain(Heartbeat heartbeat, String id) {
        InMemorySnapshot before = world.store.snapshot();
        Explanation explanation = heartbeat.schedules().explain(id).orElseThrow();
        assertThat(world.store.snapshot().schedules()).as("nothing is written").isEqualTo(before.schedules());
        assertThat(explanation.scheduleId()).isEqualTo(id);
        assertThat(explanation.nextStep()).isNotBlank();
        return explanation;
    }

    private static void isHeld(Explanation explanation, String reason, Instant until, String cause) {
        assertThat(explanation.due()).isFalse();
        assertThat(explanation.reason()).isEqualTo(reason);
        assertThat(explanation.until()).isEqualTo(until);
        assertThat(explanation.cause()).isEqualTo(cause);
    }

    private static void isDue(Explanation explanation, String reason, String cause) {
        assertThat(explanation.due()).isTrue();
        assertThat(explanation.reason()).isEqualTo(reason);
        assertThat(explanation.until()).isNull();
        assertThat(explanation.cause()).isEqualTo(cause);
    }

    @Test
    void fromOneFireToTheNext() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        Instant nine = Instant.parse("2026-02-15T09:00:00Z");
        isHeld(explain(heartbeat, "a"), Explanation.NOT_DUE, nine, "Its next fire is at 2026-02-15T09:00:00Z");

        world.at("09:00:00");
        isDue(
                explain(heartbeat, "a"),
                Explanation.NO_PULSE,
                "Its fire of 2026-02-15T09:00:00Z is due, and starts with the next pulse; none has come yet");
        assertThat(World.outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.EXECUTED);
        isHeld(explain(heartbeat, "a"), Explanation.NOT_DUE, TEN, "Its next fire is at 2026-02-15T10:00:00Z");

        world.at("10:00:00");
        isDue(
                explain(heartbeat, "a"),
                Explanation.NO_PULSE,
                "Its fire of 2026-02-15T10:00:00Z is due, and starts with the next pulse; the last one came at"
                        + " 2026-02-15T09:00:00Z from manual");
        heartbeat.schedules().define(world.schedule("b", "0 0 1 1 *").build());
        assertThat(heartbeat.schedules().runNow("b", ANN)).isTrue();
        heartbeat.pulse();
        heartbeat.schedules().runNow("b", ANN);
        isDue(
                explain(heartbeat, "b"),
                Explanation.DUE,
                "The start that was asked for is due, and starts with the next pulse");
        assertThat(heartbeat.schedules().explain("nobody")).isEmpty();
    }

    @Test
    void whatPeopleHoldBack() {
        Heartbeat heartbeat = world.working();
        Schedules schedules = heartbeat.schedules();
        schedules.define(world.schedule("off", "0 * * * *").enabled(false).build());
        schedules.define(world.schedule("a", "0 * * * *").queue("mail").build());
        isHeld(explain(heartbeat, "off"), Explanation.DISABLED, null, "It is disabled");

        schedules.pauseAll(Pause.INDEFINITELY, ANN);
        isHeld(
                explain(heartbeat, "a"),
                Explanation.MAINTENANCE,
                null,
                "Everything is paused without an end by ann (shop is down)");
        schedules.resumeAll(ANN);
        schedules.pauseQueue("mail", TEN, ANN);
        isHeld(
                explain(heartbeat, "a"),
                Explanation.QUEUE_PAUSED,
                TEN,
                "Its queue 'mail' is paused until 2026-02-15T10:00:00Z by ann (shop is down)");
        schedules.resumeQueue("mail", ANN);
        schedules.pause("a", TEN, ANN);
        isHeld(
                explain(heartbeat, "a"),
                Explanation.PAUSED,
                TEN,
                "It is paused until 2026-02-15T10:00:00Z by ann (shop is down)");
        schedules.runNow("a", ANN);
        assertThat(explain(heartbeat, "a").notes())
                .containsExactly("A start is asked for as well; it comes as soon as it may");
    }

    @Test
    void whatPeopleWriteByHand() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        heartbeat.schedules().define(world.schedule("b", "0 * * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        world.at("09:10:00");
        for (Map.Entry<String, Instant> each :
                Map.of("a", TEN.plusSeconds(60), "b", World.START).entrySet()) {
            Map<String, Object> fields =
                    new HashMap<>(world.store.document(each.getKey()).orElseThrow());
            fields.put("lastRun", each.getValue());
            world.store.putDocument(each.getKey(), fields);
        }
        world.store.putDocument("typo", Map.of("enabled", true, "cron", "x * * * *", "task", "work"));

        isHeld(
                explain(heartbeat, "a"),
                Explanation.HELD,
                TEN.plusSeconds(60),
                "A person has set lastRun to 2026-02-15T10:01:00Z, which holds it until then");
        assertThat(explain(heartbeat, "b").notes())
                .containsExactly("lastRun is 2026-02-15T08:00:00Z, earlier than its last start at 2026-02-15T09:00:00Z:"
                        + " an older value changes nothing; null asks for a run");
        Explanation typo = explain(heartbeat, "typo");
        assertThat(typo.reason()).isEqualTo(Explanation.UNREADABLE);
        assertThat(typo.cause()).startsWith("Its document holds no schedule: ").contains("x * * * *");
    }

    @Test
    void whatIsOver() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("never", "0 0 31 2 *").build());
        heartbeat
                .schedules()
                .define(world.schedule("ended", "0 * * * *").notAfter(TEN).build());
        isHeld(explain(heartbeat, "never"), Explanation.OVER, null, "It has no fire any more");

        world.at("09:00:00");
        heartbeat.pulse();
        isHeld(
                explain(heartbeat, "ended"),
                Explanation.OVER,
                null,
                "It has no fire any more; none is allowed from notAfter, 2026-02-15T10:00:00Z, on");
    }

    @Test
    void whatRunsAndWhatIsTriedAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofMillis(200))
                .task(Task.named("hangs", context -> {
                            begun.countDown();
                            release.await();
                            return TaskResult.done();
                        })
                        .maxParallel(1)
                        .timeout(Duration.ofMinutes(5))
                        .build())
                .task("fails", context -> TaskResult.retryAfter(Duration.ofMinutes(3), "no answer"))
                .task("accepts", context -> TaskResult.accepted(Duration.ofHours(1))));
        heartbeat.schedules().define(now("a", "hangs").build());
        heartbeat.schedules().define(now("f", "fails").build());
        heartbeat.schedules().define(now("e", "accepts").build());
        World.pulseUntilStarted(heartbeat);
        World.await(begun);
        heartbeat.schedules().define(now("b", "hangs").build());

        isHeld(
                explain(heartbeat, "a"),
                Explanation.RUNNING,
                World.START.plusSeconds(20),
                "Attempt 1 at its fire of 2026-02-15T08:00:00Z is at work or about to be; its claim is renewed, and ends at"
                        + " 2026-02-15T08:00:20Z if its process dies");
        isHeld(
                explain(heartbeat, "e"),
                Explanation.RUNNING,
                World.START.plusSeconds(3_600),
                "Attempt 1 at its fire of 2026-02-15T08:00:00Z goes on elsewhere and is to be completed until"
                        + " 2026-02-15T09:00:00Z");
        isHeld(
                explain(heartbeat, "f"),
                Explanation.RETRYING,
                World.START.plusSeconds(180),
                "Attempt 1 at its fire of 2026-02-15T08:00:00Z has failed; the next one may come from 2026-02-15T08:03:00Z on,"
                        + " unless its next fire takes its place");
        isHeld(
                explain(heartbeat, "b"),
                Explanation.LIMIT,
                null,
                "The start that was asked for is due, but task 'hangs' runs 1 at once in this instance, and they are at work");
        release.countDown();
    }

    private static Schedule.Builder now(String id, String task) {
        return Schedule.builder(id, "0 0 1 1 *", task).runAtFirstPulse();
    }

    @Test
    void anOpenCircuitAndATaskThatNobodyKnows() {
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.task(Task.named("call", (TaskContext context) -> TaskResult.failed("no answer"))
                        .breaker(new Breaker(1, Duration.ofMinutes(5)))
                        .retry(Retry.none())
                        .build()));
        heartbeat.schedules().define(now("a", "call").build());
        heartbeat.schedules().define(now("x", "unheard-of").build());
        heartbeat.pulse();
        heartbeat.schedules().runNow("a", ANN);

        isHeld(
                explain(heartbeat, "a"),
                Explanation.CIRCUIT_OPEN,
                World.START.plusSeconds(300),
                "The start that was asked for is due, but circuit 'call' is open after 1 failures in a row");
        isHeld(
                explain(heartbeat, "x"),
                Explanation.NO_EXECUTOR,
                null,
                "The start that was asked for is due, but no executor is registered for task 'unheard-of'");
        world.at("08:05:00");
        isHeld(
                explain(heartbeat, "a"),
                Explanation.CIRCUIT_OPEN,
                null,
                "The start that was asked for is due; circuit 'call' was opened, its cool-down has passed, and with the next"
                        + " pulse one of the runs that it holds back tries it");
    }

    @Test
    void whatPulsesHadNoRoomFor() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Task one = Task.named("one", context -> {
                    release.await();
                    return TaskResult.done();
                })
                .maxParallel(1)
                .timeout(Duration.ofMinutes(5))
                .build();
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.budget(Duration.ofMillis(400)).task(one));
        Heartbeat other = world.heartbeat(new Probe(world.store), builder -> builder.task(one));
        for (String id : new String[] {"a", "b"}) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder(id, "0 9 * * *", "one").build());
        }
        world.at("09:00:00");
        World.outcome(heartbeat.pulse(), "b");

        isHeld(
                explain(heartbeat, "b"),
                Explanation.LIMIT,
                null,
                "Its fire of 2026-02-15T09:00:00Z is due, but task 'one' runs 1 at once in this instance, and they are at work");
        isDue(
                explain(other, "b"),
                Explanation.DEFERRED,
                "Its fire of 2026-02-15T09:00:00Z is due, and pulses have deferred it since 2026-02-15T09:00:00Z, for want of"
                        + " room in their budget or of a place within a limit");
        release.countDown();
    }

    @Test
    void whatIsNotAllowedYet() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *").notBefore(TEN).build());

        Explanation explanation = explain(heartbeat, "a");

        isHeld(
                explanation,
                Explanation.NOT_DUE,
                TEN,
                "Its next fire is at 2026-02-15T10:00:00Z; nothing starts before notBefore, 2026-02-15T10:00:00Z");
        assertThat(explanation.nextStep()).isEqualTo("Wait for it, or move notBefore");
    }

    /** Rule B35: a clock that is ahead of the store's runs nothing early, and promises nothing early. */
    @Test
    void aClockFarAheadMakesNothingDue() {
        SettableClock ahead = new SettableClock(World.START.plusSeconds(3_600));
        Heartbeat heartbeat = world.heartbeat(builder -> builder.clock(ahead).task("work", world::note));
        heartbeat.schedules().define(world.schedule("a", "30 8 * * *").build());
        heartbeat.pulse();

        assertThat(explain(heartbeat, "a").reason()).isEqualTo(Explanation.NOT_DUE);
    }

    @Test
    void whatOnlyEndsAnAttempt() {
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.task("accepts", context -> TaskResult.accepted(Duration.ofMinutes(5))));
        heartbeat.schedules().define(now("e", "accepts").build());
        heartbeat.pulse();
        world.at("08:05:00");

        isDue(
                explain(heartbeat, "e"),
                Explanation.DUE,
                "The next pulse ends attempt 1 at its fire of 2026-02-15T08:00:00Z: timed-out, accepted, but not completed by"
                        + " its deadline; the next attempt follows");
        assertThat(World.outcome(heartbeat.pulse(), "e")).isEqualTo(Outcome.RETRYING);
    }

    @Test
    void whatEndsWithoutItsTask() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(Schedule.builder("x", "0 9 * * *", "unheard-of")
                        .catchUp(CatchUp.skip())
                        .build());
        world.at("10:00:00");

        isDue(
                explain(heartbeat, "x"),
                Explanation.DUE,
                "The next pulse ends its fire of 2026-02-15T09:00:00Z: missed (too-old)");
        assertThat(World.outcome(heartbeat.pulse(), "x")).isEqualTo(Outcome.MISSED);
    }

    @Test
    void whatOnlyEndsAFire() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", world::note));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *").retry(Retry.none()).build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        world.at("09:00:20");

        isDue(
                explain(heartbeat, "a"),
                Explanation.DUE,
                "The next pulse ends its fire of 2026-02-15T09:00:00Z: failed, the process that ran it was lost");
        assertThat(heartbeat.schedules().cancel("a", ANN)).isTrue();
        isDue(
                explain(heartbeat, "a"),
                Explanation.DUE,
                "The next pulse ends its fire of 2026-02-15T09:00:00Z: cancelled");
    }

    @Test
    void aFireThatWaitsForItsSlot() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .window(Duration.ofHours(4))
                        .build());
        world.at("09:00:00");

        Explanation explanation = explain(heartbeat, "a");

        assertThat(explanation.reason()).isEqualTo(Explanation.WINDOW);
        assertThat(explanation.until())
                .isBetween(world.clock.instant(), world.clock.instant().plusSeconds(4 * 3_600));
        assertThat(explanation.cause())
                .isEqualTo("It is due and waits for its slot in the window, " + explanation.until());
        assertThat(heartbeat.pulse().detail("a").orElseThrow().reason()).isEqualTo("window");
    }

    @Test
    void theNotesSayWhatTheHintsSay() {
        Heartbeat heartbeat = world.working();
        Schedule minutely = world.schedule("a", "* * * * *").build();
        heartbeat.schedules().define(minutely);

        assertThat(explain(heartbeat, "a").notes())
                .containsExactly(
                        "It may fire every 1 min, and pulses are expected every 10 min: of the fires between two"
                                + " pulses the latest runs, and the others are missed");
        assertThat(heartbeat.schedules().lint(minutely))
                .extracting(hint -> entry(hint.name(), hint.words()))
                .containsExactly(entry(
                        "finer-than-pulses", explain(heartbeat, "a").notes().get(0)));
    }
}
