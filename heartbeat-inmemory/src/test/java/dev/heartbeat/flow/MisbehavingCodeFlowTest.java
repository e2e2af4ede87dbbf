package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.inTime;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users hand in may misbehave: tasks, look-ups, executors, timings, listeners, callers. Nobody else is harmed. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class MisbehavingCodeFlowTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    /** An exception that is itself broken. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("even the message");
        }
    }

    @Test
    void anErrorWhoseMessageCannotBeReadIsAFailureLikeAnyOther() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2))
                .task("work", world::note)
                .task("broken", context -> {
                    throw new Unreadable();
                }));
        heartbeat
                .schedules()
                .define(Schedule.builder("a", "0 0 1 1 *", "broken")
                        .retry(Retry.none())
                        .runAtFirstPulse()
                        .build());
        heartbeat.schedules().define(world.now("b").build());

        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "b")).isEqualTo(Outcome.EXECUTED);
        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.FAILED);
        assertThat(pulse.detail("a").orElseThrow().error()).contains("Unreadable");
        assertThat(world.store.schedule("a").orElseThrow().state().pending())
                .as("nothing is held for ever")
                .isNull();
    }

    @Test
    void anErrorTextIsCutToFiveHundredCharactersEverywhere() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            throw new IllegalStateException("x".repeat(10_000));
        }));
        heartbeat.schedules().define(world.now("a").retry(Retry.none()).build());

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.detail("a").orElseThrow().error()).hasSize(500);
        assertThat(world.ledger("a").get(0).error()).hasSize(500);
        assertThat(pulse.heartbeat().orElseThrow().errors().get(0).error()).hasSize(500);
    }

    @Test
    void anInterruptOfOneTaskDoesNotReachTheNextOneOnItsThread() {
        ConcurrentLinkedQueue<Boolean> interrupted = new ConcurrentLinkedQueue<>();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1)
                .executor(Runnable::run)
                .task("work", context -> {
                    interrupted.add(Thread.currentThread().isInterrupted());
                    Thread.currentThread().interrupt();
                    throw new InterruptedException("somebody else's");
                }));
        for (String id : List.of("a", "b", "c")) {
            heartbeat.schedules().define(world.now(id).retry(Retry.none()).build());
        }

        Pulse pulse = heartbeat.pulse();

        assertThat(interrupted).containsExactly(false, false, false);
        assertThat(pulse.count(Outcome.FAILED)).isEqualTo(3);
        assertThat(pulse.detail("a").orElseThrow().error()).isEqualTo("InterruptedException: somebody else's");
    }

    @Test
    void aTypedTaskWhoseParamsCannotBeReadFailsItsAttemptAlone() {
        record Mail(String to, int copies) {}
        Heartbeat heartbeat = world.heartbeat(builder ->
                builder.task(Task.typed("work", params -> params.as(Mail.class), (mail, context) -> {
                            world.note(context);
                            return TaskResult.done();
                        })
                        .retry(Retry.none())
                        .build()));
        heartbeat.schedules().define(world.now("bad").param("to", "x").build());
        heartbeat
                .schedules()
                .define(world.now("good").param("to", "x").param("copies", 1).build());

        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "good")).isEqualTo(Outcome.EXECUTED);
        assertThat(outcome(pulse, "bad")).isEqualTo(Outcome.FAILED);
        assertThat(pulse.detail("bad").orElseThrow().error()).contains("copies");
        assertThat(world.starts("bad")).isZero();
    }

    /** A class that is missing from the class path shows as an Error when a container looks a task up. */
    @Test
    void aLookUpThatThrowsAnErrorHarmsItsOwnTaskAlone() {
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.task("work", world::note).tasks(name -> {
                    throw new NoClassDefFoundError("com/acme/" + name);
                }));
        heartbeat
                .schedules()
                .define(Schedule.builder("a", "0 0 1 1 *", "missing")
                        .runAtFirstPulse()
                        .build());
        heartbeat.schedules().define(world.now("b").build());

        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "b")).isEqualTo(Outcome.EXECUTED);
        assertThat(pulse.detail("a").orElseThrow().reason()).isEqualTo(PulseDetail.NO_EXECUTOR);
    }

    @Test
    void lookUpsAreAskedInTheirOrderAndOnlyForTasksThatAreNotRegistered() {
        List<String> asked = new ArrayList<>();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", world::note)
                .tasks(name -> {
                    asked.add("first " + name);
                    return Optional.empty();
                })
                .tasks(name -> {
                    asked.add("second " + name);
                    return Optional.of(Task.named(name, world::note).build());
                })
                .tasks(name -> {
                    throw new IllegalStateException("never asked");
                }));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat
                .schedules()
                .define(Schedule.builder("b", "0 0 1 1 *", "late")
                        .runAtFirstPulse()
                        .build());
        heartbeat
                .schedules()
                .define(Schedule.builder("c", "0 0 1 1 *", "late")
                        .runAtFirstPulse()
                        .build());

        assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(3);
        assertThat(asked).as("once in a pulse").containsExactly("first late", "second late");
    }

    /** Such as a pool of threads at the limit of the operating system. */
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, OutOfMemoryError.class})
    void anExecutorThatBreaksLosesNothingAndBurnsNoAttempt(Class<? extends Throwable> kind) throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        Throwable failure = kind.getConstructor(String.class).newInstance("unable to create native thread");
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1)
                .budget(Duration.ofSeconds(2))
                .executor(work -> {
                    if (broken.get()) {
                        sneak(failure);
                    }
                    work.run();
                })
                .task("work", world::note));
        for (int i = 0; i < 3; i++) {
            heartbeat.schedules().define(world.now("a" + i).build());
        }
        Throwable answer = catchThrowable(heartbeat::pulse);
        assertThat(world.starts).as("after " + answer).isEmpty();
        broken.set(false);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).hasSize(3).allMatch(context -> context.attempt() == 1);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    /** A queue that was full for a moment and threw the command away. */
    @Test
    void anExecutorThatDropsACommandIsAskedAgainAtTheNextPulse() {
        AtomicInteger commands = new AtomicInteger();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(4)
                .budget(Duration.ofSeconds(2))
                .executor(work -> {
                    if (commands.incrementAndGet() > 1) {
                        work.run();
                    }
                })
                .task("work", world::note));
        heartbeat.schedules().define(world.now("a").build());
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.DEFERRED);

        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::attempt)
                .isEqualTo(1);
    }

    @Test
    void anExecutorThatRefusesDoesNotHoldThePulseForItsWholeBudget() throws Exception {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofHours(1))
                .executor(work -> {
                    throw new RejectedExecutionException("full");
                })
                .task("work", world::note));
        heartbeat.schedules().define(world.now("a").build());

        assertThat(outcome(inTime(heartbeat::pulse), "a")).isEqualTo(Outcome.DEFERRED);
    }

    @Test
    void aCallerThatIsInterruptedGetsAnEarlyAnswerAndNothingIsLost() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofHours(1))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                })
                .task("work", context -> {
                    started.countDown();
                    release.await();
                    return world.note(context);
                }));
        heartbeat.schedules().define(world.now("a").build());
        AtomicReference<Pulse> answer = new AtomicReference<>();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            answer.set(heartbeat.pulse());
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        await(started);
        caller.interrupt();
        caller.join(TimeUnit.SECONDS.toMillis(World.PATIENCE_SECONDS));

        assertThat(answer.get()).isNotNull();
        assertThat(outcome(answer.get(), "a")).isEqualTo(Outcome.RUNNING);
        assertThat(stillInterrupted).as("the caller's own flag").isTrue();
        release.countDown();
        await(ended);
        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
    }

    @Test
    void listenersAreToldInTheirOrderOfEachRunAndThenOfThePulse() {
        List<String> told = new ArrayList<>();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.executor(Runnable::run)
                .task("work", world::note)
                .listener(new Telling("first", told))
                .listener(new Telling("second", told)));
        heartbeat.schedules().define(world.now("a").build());

        heartbeat.pulse();

        assertThat(told)
                .containsExactly(
                        "first run EXECUTED", "second run EXECUTED", "first pulse ALIVE", "second pulse ALIVE");
    }

    private record Telling(String name, List<String> told) implements PulseListener {
        @Override
        public void pulseEnded(Pulse pulse) {
            told.add(name + " pulse " + pulse.status());
        }

        @Override
        public void runEnded(PulseDetail detail) {
            told.add(name + " run " + detail.outcome());
        }
    }

    @Test
    void aListenerThatPulsesIsAnsweredBusyInsteadOfALoop() {
        List<Boolean> busy = new ArrayList<>();
        AtomicReference<Heartbeat> self = new AtomicReference<>();
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.task("work", world::note).listener(new PulseListener() {
                    @Override
                    public void pulseEnded(Pulse pulse) {
                        busy.add(self.get().pulse().busy());
                    }
                }));
        self.set(heartbeat);

        heartbeat.pulse();

        assertThat(busy).containsExactly(true);
    }

    /** Fires at the full hours of a zone's office day. */
    private record OfficeHours(int from, int to) implements Timing {
        @Override
        public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
            return walk(after.plusNanos(1), zone, 1);
        }

        @Override
        public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
            return walk(before.minusNanos(1), zone, -1);
        }

        private Optional<Instant> walk(Instant start, ZoneId zone, int step) {
            long hour = 3_600;
            long at = (step > 0
                    ? -Math.floorDiv(-(start.getEpochSecond() + (start.getNano() > 0 ? 1 : 0)), hour)
                    : Math.floorDiv(start.getEpochSecond(), hour));
            while (true) {
                Instant fire = Instant.ofEpochSecond(at * hour);
                int wall = fire.atZone(zone).getHour();
                if (wall >= from && wall < to) {
                    return Optional.of(fire);
                }
                at += step;
            }
        }

        @Override
        public String text() {
            return "office " + from + "-" + to;
        }
    }

    @Test
    void aTimingOfTheUsersOwnFiresAndIsCaughtUpLikeAnyOther() {
        Heartbeat heartbeat = world.working();
        Schedule schedule = Schedule.builder("a", new OfficeHours(9, 12), "work")
                .zone(ZoneId.of("Europe/Berlin"))
                .build();
        heartbeat.schedules().define(schedule);
        world.at("09:30:00"); // 10:30 in Berlin: 10:00 is due (and 09:00 was, before it was defined)
        heartbeat.pulse();
        world.clock.advance(Duration.ofDays(1));
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::fireTime)
                .containsExactly(Instant.parse("2026-02-15T09:00:00Z"), Instant.parse("2026-02-16T09:00:00Z"));
        assertThat(world.ledger("a"))
                .filteredOn(run -> run.outcome() == Outcome.MISSED)
                .singleElement()
                .satisfies(series -> {
                    assertThat(series.count()).isEqualTo(2);
                    assertThat(series.firstFire()).isEqualTo("2026-02-15T10:00:00Z");
                    assertThat(series.fireTime()).isEqualTo("2026-02-16T08:00:00Z");
                });
        assertThat(heartbeat.schedules().find("a")).contains(schedule);
    }

    /** A timing that asks a calendar which is down. */
    private static final class Calendar implements Timing {
        private final Timing hourly = Timing.cron("0 * * * *");
        private final AtomicBoolean down = new AtomicBoolean();

        @Override
        public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
            check();
            return hourly.next(after, zone, dst);
        }

        @Override
        public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
            check();
            return hourly.previous(before, zone, dst);
        }

        private void check() {
            if (down.get()) {
                throw new IllegalStateException("the calendar is down");
            }
        }

        @Override
        public String text() {
            return "calendar";
        }
    }

    /** Design 5, bad data: all other schedules run. */
    @Test
    void aTimingThatThrowsHarmsItsOwnScheduleAlone() {
        Calendar calendar = new Calendar();
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(Schedule.builder("a", calendar, "work").build());
        heartbeat.schedules().define(world.schedule("b", "0 9 * * *").build());
        world.at("09:00:00");
        calendar.down.set(true);
        Throwable answer = catchThrowable(heartbeat::pulse);

        assertThat(world.starts("b")).as("the pulse: " + answer).isEqualTo(1);
        calendar.down.set(false);
        heartbeat.pulse();
        assertThat(world.starts("a")).as("when the calendar is back").isEqualTo(1);
    }

    /** Design 5, bad data: instants at the ends of time are odd, and harm nobody. */
    @ParameterizedTest
    @CsvSource({
        "lastRun, MAX",
        "lastRun, MIN",
        "pausedUntil, MAX",
        "pausedUntil, MIN",
        "notBefore, MAX",
        "notBefore, MIN",
        "notAfter, MAX",
        "notAfter, MIN"
    })
    void instantsAtTheEndsOfTimeHarmNobody(String field, String end) {
        Heartbeat heartbeat = world.working();
        Map<String, Object> fields = new HashMap<>(World.byHand("*/10 * * * *"));
        fields.put("lastRun", "2026-02-01T00:00:00Z");
        fields.put(field, end.equals("MAX") ? Instant.MAX : Instant.MIN);
        world.store.putDocument("odd", fields);
        heartbeat.schedules().define(world.schedule("good", "*/10 * * * *").build());
        for (int i = 0; i < 3; i++) {
            world.clock.advance(Duration.ofMinutes(10));
            heartbeat.pulse();
        }

        assertThat(world.starts("good")).isEqualTo(3);
    }

    /** Design 7: errors never carry params to a public reader. */
    @Test
    void theParamsOfABadDocumentAreShownToNobody() {
        Heartbeat heartbeat = world.working();
        world.store.putDocument(
                "bad", Map.of("enabled", true, "cron", "0 9 * * *", "task", "work", "params", "card=4111-secret"));

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.status()).isEqualTo(PulseStatus.ERROR);
        assertThat(pulse.detail("bad").orElseThrow().error()).contains("params").doesNotContain("4111");
        assertThat(pulse.heartbeat().orElseThrow().errors())
                .extracting(HeartbeatError::error)
                .noneMatch(error -> error.contains("4111"));
    }

    /** A pool of two threads that refuses a third: what has no thread waits for one. */
    @Test
    void aSmallPoolThatRefusesMoreThreadsRunsAllThatIsDue() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(2, 2, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(1), work -> {
                    Thread thread = new Thread(work, "small-pool");
                    thread.setDaemon(true);
                    return thread;
                });
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.executor(pool).parallelism(8).task("work", world::note));
        for (int i = 0; i < 500; i++) {
            heartbeat.schedules().define(world.now("a" + i).build());
        }
        try {
            assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(500);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Rule B20: foreign code holds up nobody but its own thread. */
    @Test
    void aListenerThatHangsKeepsNoOtherRunFromItsRecord() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(8)
                .budget(Duration.ofHours(1))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        if (detail.id().equals("first")) {
                            hanging.countDown();
                            awaitQuietly(release);
                        }
                    }
                })
                .task("work", context -> {
                    if (!context.scheduleId().equals("first")) {
                        await(hanging);
                    }
                    return world.note(context);
                }));
        heartbeat.schedules().define(world.now("first").build());
        for (int i = 0; i < 5; i++) {
            heartbeat.schedules().define(world.now("a" + i).build());
        }
        try {
            assertThat(inTime(heartbeat::pulse).count(Outcome.EXECUTED)).isEqualTo(6);
        } finally {
            release.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Such as a class of the user's that is missing, or a recursion without an end. */
    @ParameterizedTest
    @ValueSource(classes = {NoClassDefFoundError.class, StackOverflowError.class, AssertionError.class})
    void aTimingThatThrowsAnErrorHarmsItsOwnScheduleAlone(Class<? extends Error> kind) throws Exception {
        Error failure = kind.getConstructor().newInstance();
        Timing broken = new Timing() {
            @Override
            public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
                throw failure;
            }

            @Override
            public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
                throw failure;
            }

            @Override
            public String text() {
                return "broken";
            }
        };
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(Schedule.builder("a", broken, "work").build());
        heartbeat.schedules().define(world.schedule("b", "0 9 * * *").build());
        world.at("09:00:00");
        Pulse pulse = heartbeat.pulse();

        assertThat(world.starts("b")).isEqualTo(1);
        assertThat(pulse.detail("a").orElseThrow().error()).contains("broken", kind.getSimpleName());
        assertThat(world.store.document("a").orElseThrow()).containsEntry("nextRun", null);
    }

    /** The thread that watches the timeouts is not lent to an executor that runs tasks on its caller. */
    @Test
    void afterAStuckTaskAnExecutorOnTheCallersThreadStillHasItsTimeoutsWatched() throws Exception {
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger workers = new AtomicInteger();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1)
                .budget(Duration.ofMinutes(1))
                .executor(work -> {
                    if (workers.getAndIncrement() == 0) {
                        Thread first = new Thread(work, "first-worker");
                        first.setDaemon(true);
                        first.start();
                    } else {
                        work.run();
                    }
                })
                .task("stubborn", context -> {
                    while (!release.get()) {
                        Thread.onSpinWait();
                    }
                    return TaskResult.done();
                })
                .task("slow", context -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return TaskResult.done();
                }));
        heartbeat.schedules().define(timed("a-stuck", "stubborn"));
        heartbeat.schedules().define(timed("b-next", "slow"));
        try {
            Pulse pulse = inTime(heartbeat::pulse);

            await(interrupted);
            assertThat(outcome(pulse, "b-next")).isEqualTo(Outcome.TIMED_OUT);
        } finally {
            release.set(true);
        }
    }

    private static Schedule timed(String id, String task) {
        return Schedule.builder(id, "0 0 1 1 *", task)
                .timeout(Duration.ofMillis(50))
                .retry(Retry.none())
                .runAtFirstPulse()
                .build();
    }

    @Test
    void aClockThatThrowsOnceDoesNotEndAllPulses() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.clock(() -> {
                    if (broken.get()) {
                        throw new IllegalStateException("no time");
                    }
                    return world.clock.instant();
                })
                .task("work", world::note));
        assertThat(catchThrowable(heartbeat::pulse)).hasMessage("no time");
        broken.set(false);

        assertThat(heartbeat.pulse().busy()).isFalse();
    }
}
