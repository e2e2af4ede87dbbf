package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A person calls a run off, from any instance, wherever it runs or waits. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CancelFlowTest {
    private static final Audit ANN = Audit.by("ann", "wrong template");
    private static final Duration LONG = Duration.ofHours(1);

    private final World world = new World();
    private final ConcurrentLinkedQueue<PulseDetail> ended = new ConcurrentLinkedQueue<>();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService caller = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        release.countDown();
        world.close();
        caller.shutdownNow();
    }

    private Heartbeat working(Duration lease) {
        return world.heartbeat(builder -> builder.lease(lease)
                .parallelism(1)
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.add(detail);
                    }
                })
                .task("work", this::work));
    }

    /** Works until it is released, and gives up when it is interrupted. */
    private TaskResult work(TaskContext context) throws InterruptedException {
        world.starts.add(context);
        started.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            assertThat(context.cancelled()).isTrue();
            interrupted.countDown();
            throw e;
        }
        return TaskResult.done();
    }

    private Future<Pulse> pulse(Heartbeat heartbeat) throws InterruptedException {
        Future<Pulse> pulse = caller.submit(() -> heartbeat.pulse());
        await(started);
        return pulse;
    }

    private static Pulse answer(Future<Pulse> pulse) throws Exception {
        return pulse.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private PendingFire pending(String id) {
        return world.store.schedule(id).orElseThrow().state().pending();
    }

    private HeartbeatRecord record() {
        return world.store.snapshot().heartbeat().orElseThrow();
    }

    private void assertCancelled(String id, int attempt) {
        assertThat(world.ledger(id)).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(run.attempt()).isEqualTo(attempt);
            assertThat(run.error()).isNull();
        });
        assertThat(pending(id)).isNull();
        assertThat(world.store.schedule(id).orElseThrow().lastResult()).isEqualTo(Map.of("cancelled", true));
    }

    @ParameterizedTest(name = "from another instance: {0}")
    @ValueSource(booleans = {false, true})
    void aRunThatIsCancelledIsInterruptedAndEndsWithoutRetryOrError(boolean fromAnother) throws Exception {
        // by another instance it is heard of at the next renewal, a third of the lease later
        Heartbeat heartbeat = working(fromAnother ? Duration.ofSeconds(1) : LONG);
        Heartbeat other = world.heartbeat(new Probe(world.store), builder -> builder.name("other"));
        heartbeat.schedules().define(world.now("a").timeout(LONG).build());
        Future<Pulse> pulse = pulse(heartbeat);
        assertThat((fromAnother ? other : heartbeat).schedules().cancel("a", ANN))
                .isTrue();
        await(interrupted);
        Pulse answered = answer(pulse);
        heartbeat.close();

        assertThat(outcome(answered, "a")).isEqualTo(Outcome.CANCELLED);
        assertThat(answered.status()).isEqualTo(PulseStatus.ALIVE);
        assertCancelled("a", 1);
        assertThat(ended).extracting(PulseDetail::outcome).containsExactly(Outcome.CANCELLED);
        assertThat(record().schedulesExecuted()).isZero();
        assertThat(world.store.snapshot().audit())
                .containsExactly(new AuditEntry(World.START, "ann", "cancel", "a", "wrong template"));
    }

    @Test
    void whatWasFailingBeforeIsStillFailingAfterACancelledRun() throws Exception {
        Heartbeat failing = world.heartbeat(builder -> builder.task("work", context -> TaskResult.failed("no luck")));
        failing.schedules()
                .define(world.schedule("a", "*/10 * * * *")
                        .retry(Retry.attempts(3).backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)))
                        .timeout(LONG)
                        .build());
        world.at("09:00:00");
        failing.pulse();
        world.at("09:10:00");
        Heartbeat heartbeat = working(LONG);
        Future<Pulse> pulse = pulse(heartbeat); // the next fire, which supersedes the retry
        heartbeat.schedules().cancel("a", ANN);
        answer(pulse);

        assertThat(world.store.schedule("a").orElseThrow().state().failures()).isEqualTo(1);
    }

    /** What is done is done: the outcome is the task's own if it finishes its work all the same. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"returns, EXECUTED", "skips, SKIPPED", "fails, CANCELLED", "throws, CANCELLED", "accepts, CANCELLED"})
    void aTaskThatAnswersAfterItWasCancelledKeepsItsOutcomeIfTheWorkIsDone(String then, Outcome outcome)
            throws Exception {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            started.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                // nearly done, so it goes on
            }
            return switch (then) {
                case "returns" -> TaskResult.of(Map.of("sent", 3));
                case "skips" -> TaskResult.skipped("nothing to send");
                case "fails" -> TaskResult.failed("gave up");
                case "accepts" -> TaskResult.accepted(LONG);
                default -> throw new IllegalStateException("gave up");
            };
        }));
        heartbeat.schedules().define(world.now("a").timeout(LONG).build());
        Future<Pulse> pulse = pulse(heartbeat);
        heartbeat.schedules().cancel("a", ANN);

        assertThat(outcome(answer(pulse), "a")).isEqualTo(outcome);
        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(outcome);
        assertThat(pending("a")).isNull();
    }

    /** It behaves like one that ignores its timeout: stuck, its place given to others, its claim held. */
    @Test
    void aTaskThatIgnoresItIsStuckUntilItReturns() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1)
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        if (detail.id().equals("a")) {
                            over.countDown();
                        }
                    }
                })
                .task("work", context -> {
                    if (context.scheduleId().equals("b")) {
                        next.countDown();
                        return TaskResult.done();
                    }
                    started.countDown();
                    while (release.getCount() > 0) {
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            // ignored
                        }
                    }
                    return TaskResult.failed("gave up at last");
                }));
        heartbeat.schedules().define(world.now("a").timeout(LONG).build());
        Future<Pulse> pulse = pulse(heartbeat);
        heartbeat.schedules().cancel("a", ANN);
        Pulse answered = answer(pulse);
        heartbeat.schedules().define(world.now("b").build());
        Pulse later = heartbeat.pulse();

        await(next); // its place is somebody else's
        assertThat(outcome(answered, "a")).isEqualTo(Outcome.RUNNING);
        assertThat(later.detail("a").orElseThrow().reason()).isEqualTo(PulseDetail.STUCK);
        assertThat(record().errors())
                .extracting(HeartbeatError::error)
                .containsExactly("still running after it was cancelled; the task ignores the interrupt");
        assertThat(heartbeat.health().conditions())
                .filteredOn(condition -> condition.name().equals(Condition.STUCK))
                .singleElement()
                .satisfies(condition -> assertThat(condition.since()).isEqualTo(World.START));
        assertThat(pending("a").state()).as("held").isEqualTo(PendingFire.State.CLAIMED);
        release.countDown();
        await(over);
        assertCancelled("a", 1);
    }

    @Test
    void aRunThatWaitsForAPlaceIsNotCalledAnyMore() throws Exception {
        Heartbeat heartbeat = working(LONG);
        heartbeat.schedules().define(world.now("a").timeout(LONG).build());
        heartbeat.schedules().define(world.now("b").timeout(LONG).build());
        Future<Pulse> pulse = pulse(heartbeat);
        String waiting = world.starts.peek().scheduleId().equals("a") ? "b" : "a";
        assertThat(heartbeat.schedules().cancel(waiting, ANN)).isTrue();

        assertCancelled(waiting, 1);
        release.countDown();
        assertThat(outcome(answer(pulse), waiting)).isEqualTo(Outcome.CANCELLED);
        assertThat(world.starts(waiting)).isZero();
    }

    @Test
    void aRetryThatWaitsHasEndedWhenCancelReturns() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.starts.add(context);
            return TaskResult.failed("no luck");
        }));
        heartbeat.schedules().define(world.now("a").build());
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RETRYING);
        RunToken token = world.starts.peek().token();
        Heartbeat other = world.heartbeat(new Probe(world.store), builder -> builder.name("other"));
        assertThat(other.schedules().cancel("a", ANN)).isTrue();

        assertCancelled("a", 1);
        assertThat(other.runs().complete(token, TaskResult.done())).isEqualTo(Completion.EXPIRED);
        world.clock.advance(Duration.ofHours(1));
        heartbeat.pulse();
        assertThat(world.starts("a")).isEqualTo(1);
    }

    @ParameterizedTest(name = "while {0}")
    @ValueSource(strings = {"running on", "paused", "disabled"})
    void anAcceptedRunHasEndedWhenCancelReturns(String meanwhile) {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.starts.add(context);
            return TaskResult.accepted(LONG);
        }));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.pulse();
        RunToken token = world.starts.peek().token();
        switch (meanwhile) {
            case "paused" -> heartbeat.schedules().pause("a", Pause.INDEFINITELY, ANN);
            case "disabled" ->
                heartbeat.schedules().define(world.now("a").enabled(false).build());
            default -> {}
        }
        assertThat(heartbeat.schedules().cancel("a", ANN)).isTrue();

        assertCancelled("a", 1);
        assertThat(heartbeat.runs().progress(token, 0.5, "")).isEqualTo(Completion.EXPIRED);
        assertThat(heartbeat.runs().complete(token, TaskResult.done())).isEqualTo(Completion.EXPIRED);
        assertThat(heartbeat.schedules().cancel("a", ANN)).as("a second time").isFalse();
    }

    /** The wish is in the document: whoever finds the fire next ends it. */
    @ParameterizedTest(name = "claim fails {0}")
    @ValueSource(strings = {"before", "after", "record before"})
    void aStoreThatFailsMeanwhileDelaysTheEndToTheNextPulse(String failure) {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> TaskResult.accepted(LONG)));
        Probe way = new Probe(world.store);
        Heartbeat other = world.heartbeat(way, builder -> builder.name("other"));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.pulse();
        switch (failure) {
            case "before" -> way.failBefore("claim");
            case "after" -> way.failAfter("claim");
            default -> way.failBefore("record");
        }
        assertThat(other.schedules().cancel("a", ANN)).isTrue();
        assertThat(world.ledger("a")).isEmpty();
        world.clock.advance(Duration.ofSeconds(20)); // the lease of whoever was to end it
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.CANCELLED);

        assertCancelled("a", 1);
    }

    @Test
    void aRunWhoseProcessDiedIsNotStartedAgain() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        assertThat(heartbeat.schedules().cancel("a", ANN)).isTrue();
        heartbeat.pulse();
        assertThat(world.ledger("a")).as("it may be at work").isEmpty();
        world.clock.advance(Abandoned.LEASE);
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.CANCELLED);

        assertThat(world.starts).isEmpty();
        assertCancelled("a", 1);
        assertThat(world.store.schedule("a").orElseThrow().state().failures()).isZero();
    }

    /** The attempt failed before its holder heard of the wish: there is no retry all the same. */
    @Test
    void aRunThatFailsBeforeItsHolderHasHeardOfTheWishIsNotTriedAgain() throws Exception {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            started.countDown();
            release.await();
            return TaskResult.failed("no luck");
        }));
        Heartbeat other = world.heartbeat(new Probe(world.store), builder -> builder.name("other"));
        heartbeat.schedules().define(world.now("a").timeout(LONG).build());
        Future<Pulse> pulse = pulse(heartbeat);
        assertThat(other.schedules().cancel("a", ANN)).isTrue();
        release.countDown();
        assertThat(outcome(answer(pulse), "a")).isEqualTo(Outcome.RETRYING);
        assertThat(outcome(other.pulse(), "a")).as("ended, not started").isEqualTo(Outcome.CANCELLED);

        assertCancelled("a", 1);
    }

    @Test
    void aRunThatIsCompletedByTokenBeforeItsEndKeepsThatOutcome() throws Exception {
        Heartbeat heartbeat = working(LONG);
        Heartbeat other = world.heartbeat(new Probe(world.store), builder -> builder.name("other"));
        heartbeat.schedules().define(world.now("a").timeout(LONG).build());
        heartbeat.schedules().define(world.now("b").timeout(LONG).build());
        Future<Pulse> pulse = pulse(heartbeat);
        TaskContext context = world.starts.peek();
        other.schedules().cancel(context.scheduleId(), ANN);
        assertThat(other.runs().complete(context.token(), TaskResult.done())).isEqualTo(Completion.ACCEPTED);
        release.countDown();
        answer(pulse);

        assertThat(world.ledger(context.scheduleId()))
                .extracting(RunRecord::outcome)
                .containsExactly(Outcome.EXECUTED);
    }

    @Test
    void thereIsNothingToCancelWhereNoFireHasBegun() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());

        assertThat(heartbeat.schedules().cancel("a", ANN)).isFalse();
        assertThat(heartbeat.schedules().cancel("nobody", ANN)).isFalse();
        assertThat(world.store.snapshot().audit()).isEmpty();
        heartbeat.close();
        assertThatIllegalStateException().isThrownBy(() -> heartbeat.schedules().cancel("a", ANN));
    }

    @Test
    void whatPeopleDidIsListedLatestFirst() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> TaskResult.accepted(LONG)));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.pulse();
        List<Runnable> verbs = List.of(
                () -> heartbeat.schedules().cancel("a", ANN),
                () -> heartbeat.schedules().runNow("a", ANN),
                () -> heartbeat.schedules().pause("a", Pause.INDEFINITELY, ANN),
                () -> heartbeat.schedules().resume("a", ANN),
                () -> heartbeat.schedules().delete("a", ANN));
        verbs.forEach(verb -> {
            world.clock.advance(Duration.ofSeconds(1));
            verb.run();
        });

        Page<AuditEntry> first = heartbeat.audit(null, 2);
        Page<AuditEntry> rest = heartbeat.audit(first.next().orElseThrow(), 10);
        assertThat(first.items()).extracting(AuditEntry::verb).containsExactly("delete", "resume");
        assertThat(rest.items()).extracting(AuditEntry::verb).containsExactly("pause", "run-now", "cancel");
        assertThat(rest.next()).isEmpty();
        assertThat(first.items()).allSatisfy(entry -> {
            assertThat(entry.who()).isEqualTo("ann");
            assertThat(entry.why()).isEqualTo("wrong template");
            assertThat(entry.target()).isEqualTo("a");
        });
    }
}
