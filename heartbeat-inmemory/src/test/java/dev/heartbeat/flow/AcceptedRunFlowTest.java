package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.outcome;
import static dev.heartbeat.flow.World.pulseUntilStarted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules B8, B10, B13, B14, B20: runs whose work goes on elsewhere, and answers by token from any process. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AcceptedRunFlowTest {
    private static final Duration WITHIN = Duration.ofMinutes(10);

    private final World world = new World();
    private final Probe wayOfTheWorker = new Probe(world.store);
    private final ConcurrentLinkedQueue<PulseDetail> ended = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        world.close();
    }

    /** The process that pulses: its task hands its work on. */
    private Heartbeat accepting() {
        return world.heartbeat(builder -> builder.listener(noting()).task("work", this::accept));
    }

    private TaskResult accept(TaskContext context) {
        world.starts.add(context);
        return TaskResult.accepted(WITHIN);
    }

    /** Another process, which knows no task. */
    private Heartbeat worker() {
        return world.heartbeat(wayOfTheWorker, builder -> builder.name("worker").listener(noting()));
    }

    private PulseListener noting() {
        return new PulseListener() {
            @Override
            public void runEnded(PulseDetail detail) {
                ended.add(detail);
            }
        };
    }

    private RunToken token() {
        return world.starts.stream().reduce((first, last) -> last).orElseThrow().token();
    }

    private PendingFire pending(String id) {
        return Objects.requireNonNull(
                world.store.schedule(id).orElseThrow().state().pending());
    }

    private HeartbeatRecord record() {
        return world.store.snapshot().heartbeat().orElseThrow();
    }

    @Test
    void theWorkGoesOnElsewhereAndAnotherProcessCompletesIt() {
        Heartbeat heartbeat = accepting();
        Heartbeat worker = worker();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Pulse pulse = heartbeat.pulse(PulseRequest.from("test").awaitingRuns());

        assertThat(pulse.detail("a")).hasValueSatisfying(detail -> {
            assertThat(detail.outcome()).isEqualTo(Outcome.RUNNING);
            assertThat(detail.reason()).isEqualTo("accepted");
        });
        assertThat(pending("a").state()).isEqualTo(PendingFire.State.ACCEPTED);
        assertThat(pending("a").until()).isEqualTo("2026-02-15T09:10:00Z");
        assertThat(world.ledger("a")).isEmpty();
        assertThat(ended).as("nothing has ended").isEmpty();

        world.at("09:04:00");
        TaskResult result = TaskResult.of(Map.of("video", "v1")).count("emails", 12);
        assertThat(worker.runs().complete(token(), result)).isEqualTo(Completion.ACCEPTED);
        worker.close();

        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(run.attempt()).isEqualTo(1);
            assertThat(run.pulseId()).isEqualTo(pulse.id());
            assertThat(run.startedAt()).isEqualTo("2026-02-15T09:00:00Z");
            assertThat(run.endedAt()).isEqualTo("2026-02-15T09:04:00Z");
            assertThat(run.counts()).isEqualTo(Map.of("emails", 12L));
        });
        assertThat(world.store.schedule("a").orElseThrow()).satisfies(stored -> {
            assertThat(stored.lastResult()).containsEntry("video", "v1");
            assertThat(stored.state().pending()).isNull();
            assertThat(stored.lastRun().instant()).contains(Instant.parse("2026-02-15T09:00:00Z"));
        });
        assertThat(ended).singleElement().satisfies(detail -> {
            assertThat(detail.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(detail.durationMs()).isEqualTo(240_000);
        });
        assertThat(record().schedulesExecuted()).as("once").isEqualTo(1);
        assertThat(record().schedulesProcessed()).isEqualTo(1);
        assertThat(record().timestamp()).as("no pulse").isEqualTo("2026-02-15T09:00:00Z");
        assertThat(record().source()).isEqualTo("test");
    }

    /** Rule B8: close leaves an accepted run alone, and the next process goes on from there. */
    @Test
    void aRestartBetweenAcceptAndCompleteChangesNothing() {
        Heartbeat heartbeat = accepting();
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.pulse();
        var accepted = world.store.schedule("a");
        heartbeat.close();

        assertThat(world.store.schedule("a")).isEqualTo(accepted);
        assertThatIllegalStateException()
                .isThrownBy(() -> heartbeat.runs().complete(token(), TaskResult.done()))
                .withMessageContaining("is closed");

        Heartbeat next = world.working();
        assertThat(next.pulse().count(Outcome.EXECUTED)).as("not started again").isZero();
        assertThat(next.runs().complete(token(), TaskResult.done())).isEqualTo(Completion.ACCEPTED);
        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
        assertThat(world.starts("a")).isEqualTo(1);
    }

    /** Rule B10a: one rule for the deadline: it is a timed-out attempt. */
    @Test
    void pastItsDeadlineItIsATimedOutAttemptThatIsTriedAgain() {
        Heartbeat heartbeat = accepting();
        Heartbeat worker = worker();
        heartbeat
                .schedules()
                .define(world.now("a")
                        .retry(Retry.attempts(2).backoff(Duration.ofSeconds(1), Duration.ofSeconds(1)))
                        .build());
        heartbeat.pulse();
        RunToken first = token();
        world.clock.advance(WITHIN.minusNanos(1));
        assertThat(heartbeat.pulse().detail("a").orElseThrow().reason()).isEqualTo("running");
        world.clock.advance(Duration.ofNanos(1));

        assertThat(worker.runs().complete(first, TaskResult.done()))
                .as("late, though nobody has noticed yet")
                .isEqualTo(Completion.EXPIRED);
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RETRYING);
        assertThat(world.store.schedule("a").orElseThrow().lastResult())
                .containsEntry("error", "accepted, but not completed by its deadline");
        assertThat(worker.runs().complete(first, TaskResult.done())).as("late").isEqualTo(Completion.EXPIRED);

        world.clock.advance(Duration.ofSeconds(1));
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RUNNING);
        assertThat(world.starts("a")).isEqualTo(2);
        assertThat(worker.runs().complete(first, TaskResult.done()))
                .as("of the attempt before")
                .isEqualTo(Completion.EXPIRED);
        assertThat(worker.runs().complete(token(), TaskResult.done())).isEqualTo(Completion.ACCEPTED);
        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(run.attempt()).isEqualTo(2);
        });
        assertThat(worker.runs().complete(first, TaskResult.done()))
                .as("the fire has ended")
                .isEqualTo(Completion.EXPIRED);
    }

    @Test
    void aFireThatIsNeverCompletedEndsTimedOutAndRed() {
        Heartbeat heartbeat = accepting();
        heartbeat.schedules().define(world.now("a").retry(Retry.none()).build());
        heartbeat.pulse();
        world.clock.advance(WITHIN);
        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.TIMED_OUT);
        assertThat(pulse.status()).isEqualTo(PulseStatus.ERROR);
        assertThat(world.ledger("a"))
                .singleElement()
                .extracting(RunRecord::reason)
                .isEqualTo("accepted");
    }

    /** Rule B13: a wish during an accepted run leads to one more. */
    @Test
    void whileItIsAcceptedNothingOverlapsItAndWhatWasAskedForComesAfterIt() {
        Heartbeat heartbeat = accepting();
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        heartbeat.schedules().runNow("a", Audit.by("ann", "now"));
        world.at("09:09:59");
        heartbeat.pulse();
        assertThat(world.starts("a")).isEqualTo(1);
        assertThat(heartbeat.runs().complete(token(), TaskResult.done())).isEqualTo(Completion.ACCEPTED);
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(2);
        assertThat(world.starts.stream().map(TaskContext::forced)).containsExactly(false, true);
    }

    /** Rule B10b: the worker may be faster than the answer of its task. */
    @ParameterizedTest(name = "by this process: {0}")
    @ValueSource(booleans = {true, false})
    void aLateAcceptedLosesQuietly(boolean bySameProcess) {
        ConcurrentLinkedQueue<Completion> answers = new ConcurrentLinkedQueue<>();
        Heartbeat worker = worker();
        Heartbeat[] own = new Heartbeat[1];
        own[0] = world.heartbeat(builder -> builder.listener(noting()).task("work", context -> {
            Heartbeat answering = bySameProcess ? own[0] : worker;
            answers.add(answering.runs().complete(context.token(), TaskResult.of(Map.of("by", "worker"))));
            return TaskResult.accepted(WITHIN);
        }));
        own[0].schedules().define(world.now("a").build());
        Pulse pulse = own[0].pulse();
        own[0].close();
        worker.close();

        assertThat(answers).containsExactly(Completion.ACCEPTED);
        assertThat(outcome(pulse, "a")).isEqualTo(bySameProcess ? Outcome.EXECUTED : Outcome.RUNNING);
        assertCompletedOnce("worker");
    }

    /** The task is still at work when somebody completes its run: whatever it answers later changes nothing. */
    @ParameterizedTest(name = "by this process: {0}, then it {1}")
    @CsvSource({"true, returns", "true, fails", "true, throws", "false, returns", "false, fails", "false, throws"})
    void theTasksOwnLaterAnswerLosesQuietlyAndIsNotCountedTwice(boolean bySameProcess, String then) throws Exception {
        CountDownLatch completed = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        Heartbeat worker = worker();
        Heartbeat own = world.heartbeat(builder -> builder.listener(noting())
                .budget(Duration.ofMillis(500))
                .task("work", context -> {
                    world.starts.add(context);
                    completed.await();
                    return switch (then) {
                        case "returns" -> TaskResult.of(Map.of("by", "task"));
                        case "fails" -> TaskResult.failed("too late");
                        default -> throw new IllegalStateException("too late");
                    };
                }));
        own.schedules()
                .define(world.now("a").retry(Retry.none()).timeout(WITHIN).build());
        assertThat(outcome(pulseUntilStarted(own), "a")).isEqualTo(Outcome.RUNNING);
        Heartbeat answering = bySameProcess ? own : worker;
        assertThat(answering.runs().complete(token(), TaskResult.of(Map.of("by", "worker"))))
                .isEqualTo(Completion.ACCEPTED);
        world.probe.around("record", call -> {
            try {
                return call.proceed();
            } finally {
                answered.countDown();
            }
        });
        completed.countDown();
        await(answered);
        own.close();
        worker.close();

        assertCompletedOnce("worker");
    }

    private void assertCompletedOnce(String by) {
        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(run.result()).isEqualTo(Map.of("by", by));
        });
        assertThat(world.store.schedule("a").orElseThrow().state().failures()).isZero();
        assertThat(ended).extracting(PulseDetail::outcome).containsExactly(Outcome.EXECUTED);
        assertThat(record().schedulesExecuted()).isEqualTo(1);
        assertThat(record().errors()).isEmpty();
    }

    @Test
    void afterAFailureByTokenTheTasksOwnLaterAnswerIsDroppedToo() throws Exception {
        CountDownLatch completed = new CountDownLatch(1);
        Heartbeat worker = worker();
        Heartbeat own = world.heartbeat(
                builder -> builder.budget(Duration.ofMillis(500)).task("work", context -> {
                    world.starts.add(context);
                    completed.await();
                    return TaskResult.done();
                }));
        own.schedules().define(world.now("a").timeout(WITHIN).build());
        pulseUntilStarted(own);
        assertThat(worker.runs().fail(token(), "no luck")).isEqualTo(Completion.ACCEPTED);
        completed.countDown();
        own.close();

        assertThat(world.ledger("a")).as("no end, and no note").isEmpty();
        assertThat(pending("a").state()).isEqualTo(PendingFire.State.WAITING);
        assertThat(world.store.schedule("a").orElseThrow().lastResult()).containsEntry("error", "no luck");
    }

    /** Rule B20: a failure outside a pulse, beats later, merges its error and leaves the timestamp alone. */
    @Test
    void aFailureByTokenTurnsTheHeartbeatRedWhenNoAttemptIsLeft() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.starts.add(context);
            return TaskResult.accepted(Duration.ofHours(1));
        }));
        Heartbeat worker = worker();
        heartbeat.schedules().define(world.now("a").retry(Retry.none()).build());
        heartbeat.pulse();
        world.at("08:25:00");
        assertThat(heartbeat.pulse().status()).isEqualTo(PulseStatus.ALIVE);
        world.at("08:26:00");
        assertThat(worker.runs().fail(token(), "no luck")).isEqualTo(Completion.ACCEPTED);
        worker.close();

        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(run.error()).isEqualTo("no luck");
        });
        assertThat(record().errors())
                .containsExactly(new HeartbeatError("a", "no luck", Instant.parse("2026-02-15T08:26:00Z")));
        assertThat(record().timestamp()).isEqualTo("2026-02-15T08:25:00Z");
        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.ERROR);
    }

    /** The schedule's own retry, else that of the task where it is known, else the default. */
    @ParameterizedTest(name = "schedule {0}, task {1}, known to the worker {2}: {3}")
    @CsvSource({
        "1, 3, true,  FAILED",
        "3, 1, true,  RETRYING",
        "0, 1, true,  FAILED",
        "0, 1, false, RETRYING",
        "0, 0, true,  RETRYING",
    })
    void aFailureByTokenIsTriedAgainAsTheSettingsSay(int ofSchedule, int ofTask, boolean known, Outcome outcome) {
        Task.Builder task = Task.named("work", this::accept);
        Task work =
                ofTask == 0 ? task.build() : task.retry(Retry.attempts(ofTask)).build();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task(work));
        Heartbeat worker = world.heartbeat(
                wayOfTheWorker, builder -> known ? builder.listener(noting()).task(work) : builder.listener(noting()));
        Schedule.Builder schedule = world.now("a");
        heartbeat
                .schedules()
                .define(
                        ofSchedule == 0
                                ? schedule.build()
                                : schedule.retry(Retry.attempts(ofSchedule)).build());
        heartbeat.pulse();
        worker.runs().fail(token(), "no luck");
        worker.close();

        assertThat(ended).extracting(PulseDetail::outcome).containsExactly(outcome);
    }

    @Test
    void theTickerWakesForARetryThatCameByToken() throws Exception {
        CountDownLatch twice = new CountDownLatch(2);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.starts.add(context);
            twice.countDown();
            return TaskResult.accepted(WITHIN);
        }));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.pulse();
        heartbeat.start();

        assertThat(heartbeat.runs().complete(token(), TaskResult.retryAfter(Duration.ZERO, "again")))
                .isEqualTo(Completion.ACCEPTED);

        await(twice);
    }

    @Test
    void anAcceptedRunThatIsAcceptedAgainGoesOnForThatLongFromNowOn() {
        Heartbeat heartbeat = accepting();
        Heartbeat worker = worker();
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.pulse();
        world.clock.advance(Duration.ofMinutes(9));
        assertThat(worker.runs().complete(token(), TaskResult.accepted(Duration.ofHours(2))))
                .isEqualTo(Completion.ACCEPTED);

        assertThat(pending("a").until()).isEqualTo(World.START.plus(Duration.ofMinutes(129)));
        assertThat(ended).isEmpty();
        world.clock.advance(Duration.ofHours(1));
        assertThat(worker.runs().complete(token(), TaskResult.done())).isEqualTo(Completion.ACCEPTED);
    }

    /** Rule B10: late, double, forged and fenced tokens are answered by the value. */
    @Test
    void tokensThatAreNotInForceAreAnsweredByTheValue() {
        Heartbeat heartbeat = accepting();
        Heartbeat worker = worker();
        for (String id : List.of("done", "failed", "deleted", "taken")) {
            heartbeat.schedules().define(world.now(id).build());
        }
        heartbeat.pulse();
        Map<String, RunToken> tokens = new java.util.HashMap<>();
        world.starts.forEach(context -> tokens.put(context.scheduleId(), context.token()));
        RunToken forged = new RunToken(tokens.get("done").value() + "0");

        assertThat(worker.runs().complete(forged, TaskResult.done())).isEqualTo(Completion.UNKNOWN);
        assertThat(worker.runs().progress(forged, 0.5, "")).isEqualTo(Completion.UNKNOWN);
        assertThat(worker.runs().complete(RunToken.of("nobody", "k", "r"), TaskResult.done()))
                .isEqualTo(Completion.UNKNOWN);

        assertThat(worker.runs().complete(tokens.get("done"), TaskResult.done()))
                .isEqualTo(Completion.ACCEPTED);
        assertThat(worker.runs().complete(tokens.get("done"), TaskResult.done()))
                .isEqualTo(Completion.ALREADY_DONE);
        assertThat(heartbeat.runs().fail(tokens.get("done"), "late")).isEqualTo(Completion.ALREADY_DONE);
        assertThat(worker.runs().progress(tokens.get("done"), 1, "")).isEqualTo(Completion.ALREADY_DONE);
        assertThat(worker.runs().complete(forged, TaskResult.done())).isEqualTo(Completion.EXPIRED);

        assertThat(worker.runs().fail(tokens.get("failed"), "no luck")).isEqualTo(Completion.ACCEPTED);
        assertThat(worker.runs().fail(tokens.get("failed"), "no luck")).isEqualTo(Completion.ALREADY_DONE);
        world.clock.advance(Duration.ofMinutes(9)); // its next attempt is claimed
        heartbeat.pulse();
        assertThat(world.starts("failed")).isEqualTo(2);
        assertThat(worker.runs().complete(tokens.get("failed"), TaskResult.done()))
                .isEqualTo(Completion.ALREADY_DONE);

        heartbeat.schedules().delete("deleted", Audit.by("ann", ""));
        assertThat(worker.runs().complete(tokens.get("deleted"), TaskResult.done()))
                .isEqualTo(Completion.UNKNOWN);
        assertThat(world.ledger("deleted")).isEmpty();

        world.clock.advance(WITHIN);
        world.working().pulse(); // settles, and may start others
        assertThat(worker.runs().complete(tokens.get("taken"), TaskResult.done()))
                .isEqualTo(Completion.EXPIRED);
    }

    @Test
    void aTokenOfADeadProcessIsGoodUntilItIsTakenOver() {
        Heartbeat heartbeat = world.working();
        Heartbeat worker = worker();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        heartbeat.schedules().define(world.schedule("b", "0 9 * * *").build());
        world.at("09:00:00");
        RunToken a = Abandoned.claim(world, "a");
        RunToken b = Abandoned.claim(world, "b");
        world.clock.advance(Abandoned.LEASE);

        assertThat(worker.runs().complete(a, TaskResult.of(Map.of("by", "worker"))))
                .isEqualTo(Completion.ACCEPTED);
        heartbeat.pulse();
        assertThat(worker.runs().complete(b, TaskResult.of(Map.of("by", "worker"))))
                .isEqualTo(Completion.EXPIRED);
        assertThat(world.starts).extracting(TaskContext::scheduleId).containsExactly("b");
        assertThat(world.ledger("a"))
                .singleElement()
                .extracting(RunRecord::attempt)
                .isEqualTo(1);
        assertThat(world.ledger("b"))
                .singleElement()
                .extracting(RunRecord::attempt)
                .isEqualTo(2);
    }

    /** Rule B20: an answer whose record was written without our knowing it is heard of all the same, and once. */
    @ParameterizedTest(name = "retry {0}")
    @ValueSource(ints = {1, 3})
    void anAnswerWhoseRecordGotLostOnTheWayBackIsCountedOnce(int attempts) {
        Heartbeat heartbeat = accepting();
        Heartbeat worker = worker();
        heartbeat
                .schedules()
                .define(world.now("a").retry(Retry.attempts(attempts)).build());
        heartbeat.pulse();
        wayOfTheWorker.failAfter("record");
        assertThatThrownBy(() -> worker.runs().fail(token(), "no luck")).isInstanceOf(StoreException.class);
        assertThat(worker.runs().fail(token(), "no luck")).isEqualTo(Completion.ALREADY_DONE);
        worker.close();

        assertThat(ended)
                .extracting(PulseDetail::outcome)
                .containsExactly(attempts == 1 ? Outcome.FAILED : Outcome.RETRYING);
        assertThat(record().errors()).hasSize(attempts == 1 ? 1 : 0);
    }

    @Test
    void anAnswerThatTheStoreNeverSawIsSentAgainUnlessAnotherOneWasFaster() {
        Heartbeat heartbeat = accepting();
        Heartbeat worker = worker();
        heartbeat.schedules().define(world.now("a").retry(Retry.none()).build());
        heartbeat.schedules().define(world.now("b").retry(Retry.none()).build());
        heartbeat.pulse();
        for (TaskContext context : world.starts) {
            wayOfTheWorker.failBefore("record");
            assertThatThrownBy(() -> worker.runs().fail(context.token(), "no luck"))
                    .isInstanceOf(StoreException.class);
        }
        RunToken b = world.starts.stream()
                .filter(context -> context.scheduleId().equals("b"))
                .findFirst()
                .orElseThrow()
                .token();
        assertThat(heartbeat.runs().complete(b, TaskResult.done())).isEqualTo(Completion.ACCEPTED);
        worker.close();
        heartbeat.close();

        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.FAILED);
        assertThat(world.ledger("b")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
        assertThat(record().errors()).extracting(HeartbeatError::id).containsExactly("a");
        assertThat(ended).extracting(PulseDetail::outcome).containsOnly(Outcome.FAILED, Outcome.EXECUTED);
    }

    @Test
    void aRunWhoseDocumentBrokeMeanwhileIsCompletedOnceItIsMended() {
        Heartbeat heartbeat = accepting();
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.pulse();
        Map<String, Object> whole = world.store.document("a").orElseThrow();
        Map<String, Object> broken = new java.util.HashMap<>(whole);
        broken.put("cron", 5);
        world.store.putDocument("a", broken);
        assertThatThrownBy(() -> heartbeat.runs().complete(token(), TaskResult.done()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("'a'")
                .hasMessageContaining("unreadable");
        world.store.putDocument("a", whole);

        assertThat(heartbeat.runs().complete(token(), TaskResult.done())).isEqualTo(Completion.ACCEPTED);
    }

    /** A pulse that still waits for the run says how it ended, and counts it once. */
    @Test
    void aRunThatIsCompletedInTheProcessOfItsPulseIsPartOfItsAnswer() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.starts.add(context);
            started.countDown();
            release.await();
            return TaskResult.done();
        }));
        heartbeat.schedules().define(world.now("a").timeout(WITHIN).build());
        Thread completing = new Thread(() -> {
            try {
                await(started);
                world.clock.advance(Duration.ofSeconds(2));
                heartbeat.runs().complete(token(), TaskResult.of(Map.of("by", "worker")));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        completing.start();
        Pulse pulse = heartbeat.pulse(); // does not wait for the task any more
        completing.join();
        assertThat(world.starts.peek().cancelled())
                .as("whatever it still does is for nothing")
                .isTrue();
        release.countDown();
        heartbeat.close();

        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(pulse.detail("a").orElseThrow().durationMs()).isEqualTo(2_000);
        assertThat(record().schedulesExecuted()).isEqualTo(1);
        assertThat(world.ledger("a"))
                .singleElement()
                .satisfies(run -> assertThat(run.result()).containsEntry("by", "worker"));
    }

    /** It holds nothing up any more: its claim is over, and its place is given to others. */
    @Test
    void aTaskThatGoesOnAndOnAfterItsRunWasCompletedIsNoError() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        Heartbeat[] own = new Heartbeat[1];
        own[0] = world.heartbeat(builder -> builder.budget(Duration.ofMillis(500))
                .task("work", context -> {
                    if (context.scheduleId().equals("completed")) {
                        own[0].runs().complete(context.token(), TaskResult.done());
                    }
                    while (release.getCount() > 0) {
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            // ignored
                        }
                    }
                    return TaskResult.done();
                }));
        world.probe.around("saveHeartbeat", call -> {
            Object saved = call.proceed();
            if (((HeartbeatRecord) call.arguments().get(0))
                    .errors().stream().anyMatch(error -> error.id().equals("stuck"))) {
                stuck.countDown();
            }
            return saved;
        });
        for (String id : List.of("completed", "stuck")) { // the second one times out after the first one
            own[0].schedules()
                    .define(world.now(id).timeout(Duration.ofMillis(50)).build());
            pulseUntilStarted(own[0]);
        }
        await(stuck);

        assertThat(record().errors()).extracting(HeartbeatError::id).containsExactly("stuck");
        release.countDown();
    }

    @Test
    void progressOfARunGoesAlongWithItsRenewals() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        world.probe.around("renew", call -> {
            Object answer = call.proceed();
            if (pending("a").progress() != null) {
                seen.countDown();
            }
            return answer;
        });
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.lease(Duration.ofSeconds(1)).task("work", context -> {
                    context.progress(0.5, "half");
                    await(seen);
                    return TaskResult.accepted(WITHIN);
                }));
        heartbeat.schedules().define(world.now("a").timeout(WITHIN).build());
        heartbeat.pulse();

        assertThat(pending("a").state()).isEqualTo(PendingFire.State.ACCEPTED);
        assertThat(world.probe.calls("record")).as("writes of their own").isEqualTo(1);
    }

    @Test
    void progressOfAnAcceptedRunIsSeenByOthersAtTheCostOfOneWriteAndThenOfOneInAWhile() {
        Heartbeat heartbeat = accepting();
        Heartbeat worker = worker();
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.pulse();
        Instant deadline = pending("a").until();
        for (int i = 0; i < 100; i++) {
            assertThat(worker.runs().progress(token(), i / 100.0, "page " + i)).isEqualTo(Completion.ACCEPTED);
        }

        assertThat(wayOfTheWorker.calls("renew")).isEqualTo(1);
        assertThat(heartbeat
                        .schedules()
                        .findStored("a")
                        .orElseThrow()
                        .state()
                        .pending()
                        .progress()
                        .text())
                .isEqualTo("0 % page 0");
        worker.close(); // writes what is left

        assertThat(wayOfTheWorker.calls("renew")).isEqualTo(2);
        assertThat(pending("a").progress().text()).isEqualTo("99 % page 99");
        assertThat(pending("a").until()).isEqualTo(deadline);
    }
}
