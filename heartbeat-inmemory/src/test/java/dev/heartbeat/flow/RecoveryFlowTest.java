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
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that come and go, processes that die, claims that must be kept alive meanwhile. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RecoveryFlowTest {
    private static final Duration SHORT_LEASE = Duration.ofSeconds(1);

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private PendingFire pending(String id) {
        return world.store.schedule(id).orElseThrow().state().pending();
    }

    /** Rules A8, B16: more unclear claims than attempts, and the task was never called. */
    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void claimsWithoutAClearAnswerBurnNoAttempt(String when) {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .retry(Retry.attempts(2))
                        .build());
        world.at("09:00:00");
        for (int i = 0; i < 5; i++) {
            if (when.equals("before")) {
                world.probe.failBefore("claim");
            } else {
                world.probe.failAfter("claim");
            }
            assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
        }
        heartbeat.pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::attempt)
                .isEqualTo(1);
    }

    /** Rule B15: an attempt that is to be tried again is recorded, the answer gets lost, and it is recorded again. */
    @Test
    void theRecordOfARetryWhoseAnswerGotLostCountsOnce() {
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    world.note(context);
                    return TaskResult.retryAfter(Duration.ofMinutes(3), "busy");
                }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        world.probe.failAfter("record");
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).hasSize(1);
        assertThat(world.ledger("a")).as("neither an end nor a note").isEmpty();
        assertThat(world.store.schedule("a").orElseThrow().state()).satisfies(state -> {
            assertThat(state.failures()).isEqualTo(1);
            assertThat(state.pending().starts()).isEqualTo(1);
            assertThat(state.pending().until()).isEqualTo("2026-02-15T09:03:00Z");
        });
    }

    /** Rule B15: a fire that another instance took over and gave back looks much like one that waits for its next attempt. */
    @Test
    void aRecordThatNeverArrivedIsANoteAlsoWhenAnotherInstanceHasGivenTheFireBack() {
        Probe way = new Probe(world.store);
        Heartbeat cutOff = world.heartbeat(
                way,
                builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    world.note(context);
                    if (context.attempt() > 1) {
                        return TaskResult.done();
                    }
                    for (String verb : List.of("record", "renew", "saveHeartbeat")) {
                        way.failAlways(verb);
                    }
                    return TaskResult.retryAfter(Duration.ofMinutes(3), "busy");
                }));
        Heartbeat other =
                world.heartbeat(builder -> builder.task("work", world::note).executor(work -> {
                    throw new RejectedExecutionException("no thread");
                }));
        other.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        assertThatThrownBy(cutOff::pulse).isInstanceOf(StoreException.class);
        world.clock.advance(Duration.ofSeconds(20));
        other.pulse();
        assertThat(pending("a").starts()).as("given back").isEqualTo(1);
        for (String verb : List.of("record", "renew", "saveHeartbeat")) {
            way.heal(verb);
        }
        cutOff.pulse();

        assertThat(world.ledger("a"))
                .extracting(RunRecord::attempt, RunRecord::reason)
                .containsExactlyInAnyOrder(tuple(2, null), tuple(1, RunRecord.FENCED));
    }

    /** Rules A10, B1: cut off from the store between claim and record for longer than the lease. */
    @Test
    void aProcessThatIsCutOffBeforeItsRecordIsTakenOverWithTheSameKeyAndOneStartMore() {
        Probe way = new Probe(world.store);
        Heartbeat dying = world.heartbeat(
                way,
                builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    world.note(context);
                    for (String verb : List.of("record", "renew", "release", "claimByToken", "saveHeartbeat")) {
                        way.failAlways(verb);
                    }
                    return TaskResult.done();
                }));
        Heartbeat other = world.working();
        other.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        assertThatThrownBy(dying::pulse).isInstanceOf(StoreException.class);
        other.pulse();
        assertThat(world.starts).as("the lease holds").hasSize(1);
        world.clock.advance(Duration.ofSeconds(20));
        other.pulse();

        assertThat(world.starts).extracting(TaskContext::attempt).containsExactly(1, 2);
        assertThat(world.starts).extracting(TaskContext::idempotencyKey).containsOnly("a/20260215T090000Z");
        assertThat(world.starts).extracting(TaskContext::token).doesNotHaveDuplicates();
        for (String verb : List.of("record", "renew", "release", "claimByToken", "saveHeartbeat")) {
            way.heal(verb);
        }
        dying.pulse();
        assertThat(world.ledger("a"))
                .extracting(RunRecord::attempt, RunRecord::reason)
                .as("the answer of the first comes late and is a note")
                .containsExactlyInAnyOrder(tuple(2, null), tuple(1, RunRecord.FENCED));
    }

    /** Rules A8, A10: an executor that never runs anything, in a process that dies with its claims. */
    @Test
    void aProcessThatDiesBeforeItsTaskWasCalledMayHaveCalledIt() {
        Probe way = new Probe(world.store);
        for (String verb : List.of("renew", "release")) {
            way.failAlways(verb);
        }
        Heartbeat dying = world.heartbeat(
                way,
                builder -> builder.budget(Duration.ofSeconds(2))
                        .executor(work -> {})
                        .task("work", world::note));
        Heartbeat other = world.working();
        other.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        dying.pulse();
        assertThat(world.starts).isEmpty();
        world.clock.advance(Duration.ofSeconds(20));
        other.pulse();

        assertThat(world.starts).singleElement().satisfies(context -> {
            assertThat(context.attempt()).isEqualTo(2);
            assertThat(context.idempotencyKey()).isEqualTo("a/20260215T090000Z");
        });
    }

    /** Rules A8, B16: work that no thread came for is given back, pulse after pulse, and burns no attempt. */
    @Test
    void claimsThatNoThreadCameForAreGivenBackUnburnt() {
        Heartbeat lazy = world.heartbeat(builder -> builder.parallelism(2)
                .budget(Duration.ofSeconds(2))
                .executor(work -> {})
                .task("work", world::note));
        for (int i = 0; i < 3; i++) {
            lazy.schedules()
                    .define(world.schedule("a" + i, "0 9 * * *")
                            .retry(Retry.attempts(2))
                            .build());
        }
        world.at("09:00:00");
        for (int i = 0; i < 3; i++) {
            assertThat(lazy.pulse().count(Outcome.DEFERRED)).isEqualTo(3);
        }
        world.working().pulse();

        assertThat(world.starts).hasSize(3).allMatch(context -> context.attempt() == 1);
    }

    /** Rule B49: giving back what did not start fails too. */
    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void aReleaseWithoutAClearAnswerIsMadeUpForAtTheNextContact(String when) {
        AtomicBoolean lazy = new AtomicBoolean(true);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1)
                .budget(Duration.ofSeconds(2))
                .executor(work -> {
                    if (lazy.get()) {
                        throw new java.util.concurrent.RejectedExecutionException("full");
                    }
                    work.run();
                })
                .task("work", world::note));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        if (when.equals("before")) {
            world.probe.failBefore("release");
        } else {
            world.probe.failAfter("release");
        }
        heartbeat.pulse();
        lazy.set(false);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::attempt)
                .isEqualTo(1);
        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
    }

    /** Rules B18, B49: the second page of the find fails; what the first one held is not lost. */
    @Test
    void aFindThatFailsOnItsSecondPageLosesNothing() {
        Heartbeat heartbeat = world.working();
        for (int i = 0; i < 1_200; i++) {
            heartbeat.schedules().define(world.now("a" + i).build());
        }
        AtomicInteger finds = new AtomicInteger();
        world.probe.around("findDue", call -> {
            if (finds.incrementAndGet() == 2) {
                throw new StoreException("the second page did not answer");
            }
            return call.proceed();
        });
        assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
        heartbeat.pulse();

        assertThat(world.starts).hasSize(1_200);
        assertThat(world.starts).extracting(TaskContext::scheduleId).doesNotHaveDuplicates();
    }

    /** Rule B49: the second claim fails; what the first one won runs, is recorded, and nothing runs twice. */
    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void aClaimThatFailsAfterAnotherOneLosesAndDoublesNothing(String when) throws Exception {
        int many = 600;
        CountDownLatch ended = new CountDownLatch(many);
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.task("work", world::note).listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                }));
        for (int i = 0; i < many; i++) {
            heartbeat.schedules().define(world.now("a" + i).build());
        }
        AtomicInteger claims = new AtomicInteger();
        world.probe.around("claim", call -> {
            if (claims.incrementAndGet() != 2) {
                return call.proceed();
            }
            if (when.equals("after")) {
                call.proceed();
            }
            throw new StoreException("the second claim did not answer");
        });
        assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
        heartbeat.pulse();
        await(ended);

        assertThat(world.starts).hasSize(many);
        assertThat(world.starts).extracting(TaskContext::scheduleId).doesNotHaveDuplicates();
        assertThat(world.store.snapshot().runs())
                .hasSize(many)
                .allMatch(run -> run.outcome() == Outcome.EXECUTED && run.attempt() == 1);
    }

    /** Rules A7, A9, B14: renewed by token, whatever people write meanwhile. */
    @Test
    void aRunningClaimIsRenewedAlsoAfterPeopleHaveChangedItsDocument() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch renewed = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.lease(SHORT_LEASE)
                .budget(Duration.ofSeconds(2))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                })
                .task("work", context -> {
                    world.note(context);
                    started.countDown();
                    release.await();
                    return TaskResult.of(Map.of("cancelled", context.cancelled()));
                }));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .timeout(Duration.ofHours(1))
                        .build());
        world.at("09:00:00");
        heartbeat.pulse();
        await(started);
        Map<String, Object> byHand = new HashMap<>(world.store.document("a").orElseThrow());
        byHand.put("params", Map.of("edited", true));
        byHand.put("lastRun", null);
        world.store.putDocument("a", byHand);
        world.clock.advance(Duration.ofMillis(900));
        world.probe.around("renew", call -> {
            Object answer = call.proceed();
            renewed.countDown();
            return answer;
        });
        await(renewed);
        assertThat(pending("a").until()).as("a whole lease from the renewal on").isEqualTo("2026-02-15T09:00:01.900Z");
        release.countDown();
        await(ended);

        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(run.result()).containsEntry("cancelled", false);
        });
        heartbeat.pulse();
        assertThat(world.starts).as("the wish, written during the run").hasSize(2);
    }

    /** Rules A9, B3: claims that wait for a place are renewed like those at work. */
    @Test
    void claimsThatWaitForAPlaceAreRenewed() throws Exception {
        CountDownLatch renewals = new CountDownLatch(3);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(3);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.lease(SHORT_LEASE)
                .parallelism(1)
                .budget(Duration.ofSeconds(60))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                })
                .task(Task.named("work", context -> {
                            world.note(context);
                            release.await();
                            return TaskResult.done();
                        })
                        .timeout(Duration.ofHours(1))
                        .build()));
        for (int i = 0; i < 3; i++) {
            heartbeat.schedules().define(world.schedule("a" + i, "0 9 * * *").build());
        }
        world.at("09:00:00");
        world.probe.around("renew", call -> {
            world.clock.advance(Duration.ofMillis(500));
            Object answer = call.proceed();
            renewals.countDown();
            return answer;
        });
        Thread caller = new Thread(heartbeat::pulse);
        caller.start();
        await(renewals);
        Instant now = world.clock.instant();
        for (int i = 0; i < 3; i++) {
            assertThat(pending("a" + i).until()).as("a" + i).isAfterOrEqualTo(now);
        }
        world.working().pulse();
        assertThat(world.starts).as("one at work, two wait, nobody takes them").hasSize(1);
        release.countDown();
        await(ended);
        caller.join(TimeUnit.SECONDS.toMillis(World.PATIENCE_SECONDS));

        assertThat(world.starts).hasSize(3).allMatch(context -> context.attempt() == 1);
    }

    /** Rules A9, B3: what one verb of the store cannot do must not cost the claims that are at work. */
    @Test
    void runningClaimsAreRenewedAlsoWhileUnclearOnesCannotBeSettled() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch renewed = new CountDownLatch(2);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.lease(SHORT_LEASE)
                .budget(Duration.ofSeconds(2))
                .task("work", context -> {
                    started.countDown();
                    release.await();
                    return world.note(context);
                }));
        heartbeat.schedules().define(world.now("a").timeout(Duration.ofHours(1)).build());
        heartbeat.pulse();
        await(started);
        heartbeat.schedules().define(world.now("b").timeout(Duration.ofHours(1)).build());
        world.probe.failAlways("claimByToken");
        world.probe.failAlways("release");
        world.probe.failAfter("claim");
        assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
        world.probe.around("renew", call -> {
            Object answer = call.proceed();
            renewed.countDown();
            return answer;
        });
        try {
            await(renewed);
        } finally {
            release.countDown();
        }
    }

    /** Rule A9: records that the store does not take are kept, renewed, and recorded when it does. */
    @Test
    void recordsThatTheStoreDoesNotTakeAreKeptAndTheirClaimsRenewed() throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(5);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.lease(SHORT_LEASE)
                .budget(Duration.ofSeconds(2))
                .task("work", world::note)
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                }));
        for (int i = 0; i < 5; i++) {
            heartbeat.schedules().define(world.schedule("a" + i, "0 9 * * *").build());
        }
        world.at("09:00:00");
        world.probe.around("record", call -> {
            if (refusals.incrementAndGet() <= 8) {
                throw new StoreException("the disk is full");
            }
            return call.proceed();
        });
        heartbeat.pulse();
        await(ended);

        assertThat(world.starts).hasSize(5);
        assertThat(world.store.snapshot().runs())
                .hasSize(5)
                .allMatch(run -> run.outcome() == Outcome.EXECUTED && run.attempt() == 1);
        heartbeat.pulse();
        assertThat(world.store.snapshot().heartbeat().orElseThrow().schedulesExecuted())
                .as("late, and counted")
                .isEqualTo(5);
    }

    /** Rule B9: the claim of a stuck task is renewed, so that nothing overlaps it. */
    @Test
    void theClaimOfAStuckTaskIsRenewedUntilItReturns() throws Exception {
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch renewed = new CountDownLatch(2);
        CountDownLatch ended = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.lease(SHORT_LEASE)
                .listener(new PulseListener() {
                    @Override
                    public void pulseEnded(Pulse pulse) {
                        stuck.countDown();
                    }

                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                })
                .task("stubborn", context -> {
                    while (!release.get()) {
                        Thread.onSpinWait();
                    }
                    throw new IllegalStateException("too late to matter");
                }));
        heartbeat
                .schedules()
                .define(Schedule.builder("a", "0 0 1 1 *", "stubborn")
                        .timeout(Duration.ofMillis(50))
                        .retry(Retry.none())
                        .runAtFirstPulse()
                        .build());
        try {
            heartbeat.pulse();
            await(stuck);
            world.probe.around("renew", call -> {
                world.clock.advance(Duration.ofMillis(500));
                Object answer = call.proceed();
                renewed.countDown();
                return answer;
            });
            await(renewed);
            assertThat(pending("a").until()).isAfterOrEqualTo(world.clock.instant());
            assertThat(heartbeat.health().conditions())
                    .filteredOn(condition -> condition.name().equals(Condition.STUCK))
                    .hasSize(1);
            assertThat(heartbeat
                            .pulse(PulseRequest.from("again"))
                            .detail("a")
                            .orElseThrow()
                            .reason())
                    .isEqualTo(PulseDetail.STUCK);
        } finally {
            release.set(true);
        }
        await(ended);

        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.TIMED_OUT);
            assertThat(run.error()).isEqualTo("timed out after 50 ms");
        });
        assertThat(heartbeat.health().conditions()).extracting(Condition::name).doesNotContain(Condition.STUCK);
    }

    /** Rule B16: lost at the last start ends the fire; a start left is used first. */
    @Test
    void aTaskThatKillsItsProcessIsCalledAsOftenAsItMayAndThenSettledAsLost() {
        Heartbeat survivor = world.working();
        survivor.schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .retry(Retry.attempts(2))
                        .build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        Probe way = new Probe(world.store);
        way.failAlways("record");
        way.failAlways("renew");
        Heartbeat second = world.heartbeat(
                way, builder -> builder.budget(Duration.ofSeconds(2)).task("work", world::note));
        world.clock.advance(Duration.ofSeconds(20));
        second.pulse();
        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::attempt)
                .isEqualTo(2);
        world.clock.advance(Duration.ofSeconds(20));
        Pulse pulse = survivor.pulse();

        assertThat(world.starts).hasSize(1);
        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.FAILED);
        assertThat(pulse.heartbeat().orElseThrow().errors())
                .extracting(error -> error.error())
                .containsExactly("the process that ran it was lost");
        assertThat(world.ledger("a")).extracting(RunRecord::reason).containsExactly("lost");
    }

    /** Design 5: the loser of a race sees nothing, not an error. */
    @Test
    void theLoserOfARaceForAFireSeesNothing() {
        Heartbeat loser = world.working();
        loser.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Heartbeat winner = world.heartbeat(new Probe(world.store), builder -> builder.task("work", world::note));
        world.probe.once("claim", call -> {
            winner.pulse();
            return call.proceed();
        });

        Pulse pulse = loser.pulse();

        assertThat(pulse.details()).isEmpty();
        assertThat(pulse.heartbeat().orElseThrow().errors()).isEmpty();
        assertThat(world.starts).hasSize(1);
        assertThat(loser.schedules().runNow("a", Audit.by("ann", ""))).isTrue();
    }
}
