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
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims, leases, crashes, stores that fail, and shutdown. */
class LeaseFlowTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    /** Rules A4, B1. */
    @Test
    void aFireOfADeadProcessIsTakenOverAfterItsLeaseAsTheNextAttempt() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        world.clock.advance(Duration.ofSeconds(20).minusNanos(1));
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        world.clock.advance(Duration.ofNanos(1));
        heartbeat.pulse();

        assertThat(world.starts).singleElement().satisfies(context -> {
            assertThat(context.attempt()).isEqualTo(2);
            assertThat(context.idempotencyKey()).isEqualTo("a/20260215T090000Z");
        });
    }

    /** Rule B16: a task that kills its process cannot kill every process for ever. */
    @Test
    void anExpiredClaimWithoutAStartLeftIsSettledAsLost() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *").retry(Retry.none()).build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        world.clock.advance(Duration.ofSeconds(20));
        Pulse pulse = heartbeat.pulse();

        assertThat(world.starts).isEmpty();
        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.FAILED);
        assertThat(pulse.status()).isEqualTo(PulseStatus.ERROR);
        assertThat(world.ledger("a"))
                .singleElement()
                .extracting(RunRecord::reason)
                .isEqualTo("lost");
        assertThat(heartbeat.pulse().detail("a").orElseThrow().reason()).isEqualTo(PulseDetail.NOT_DUE);
    }

    /** Rules A8, B16: at most once holds also when the answer to the settling claim gets lost. */
    @Test
    void aLostAnswerToASettlingClaimStartsNothingAgain() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *").retry(Retry.none()).build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        world.clock.advance(Duration.ofSeconds(20));
        world.probe.failAfter("claim");
        assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
        for (int i = 0; i < 3; i++) {
            world.clock.advance(Duration.ofSeconds(20));
            heartbeat.pulse();
        }

        assertThat(world.starts).isEmpty();
        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.reason()).isEqualTo("lost");
            assertThat(run.attempt()).isEqualTo(1);
        });
    }

    /** Rule B26. */
    @Test
    void aClaimThatExpiresWhileDisabledIsSupersededWhenEnabledAgain() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *").enabled(false).build());
        world.clock.advance(Duration.ofDays(30));
        heartbeat.pulse();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        heartbeat.pulse();

        assertThat(world.starts).as("no fire of a month ago").singleElement().satisfies(context -> {
            assertThat(context.fireTime()).isEqualTo("2026-03-17T09:00:00Z");
            assertThat(context.attempt()).isEqualTo(1);
        });
        assertThat(world.ledger("a")).extracting(RunRecord::reason).contains("superseded");
    }

    /** Rule B26. */
    @Test
    void aScheduleDeletedDuringItsRunIsInTheLedgerAndNotMadeAgain() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.store.delete("a");
            return TaskResult.done();
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(world.store.schedule("a")).isEmpty();
        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
    }

    /** Rules B14, B26: people edit during runs. */
    @Test
    void editsDuringARunNeitherLoseTheClaimNorTheEdit() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            world.working()
                    .schedules()
                    .define(world.schedule("a", "0 9 * * *")
                            .param("edited", true)
                            .enabled(false)
                            .build());
            return TaskResult.of(Map.of("ok", true));
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.EXECUTED);

        assertThat(world.store.schedule("a")).hasValueSatisfying(stored -> {
            assertThat(stored.schedule().enabled()).isFalse();
            assertThat(stored.schedule().params().flag("edited")).isTrue();
            assertThat(stored.lastResult()).containsEntry("ok", true);
            assertThat(stored.state().pending()).isNull();
        });
    }

    /** Rule B11: an old copy of the document that is put back runs nothing again. */
    @Test
    void anOldCopyThatIsPutBackRunsNothingAgain() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        heartbeat.schedules().define(world.schedule("b", "0 9 * * *").build());
        Map<String, Object> copy = world.store.document("a").orElseThrow();
        world.at("09:00:00");
        heartbeat.pulse();
        world.store.putDocument("a", copy);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(1);
        assertThat(world.starts("b")).isEqualTo(1);
        world.clock.advance(Duration.ofDays(1));
        heartbeat.pulse();
        assertThat(world.starts("a")).isEqualTo(2);
    }

    /** Rule A9: the late answer of a claim that was lost is a note, and ends nothing. */
    @Test
    void theLateAnswerOfALostClaimIsANote() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch recorded = new CountDownLatch(1);
        Heartbeat slow =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    world.note(context);
                    started.countDown();
                    release.await();
                    return TaskResult.done();
                }));
        world.probe.around("appendRuns", call -> {
            Object answer = call.proceed();
            recorded.countDown();
            return answer;
        });
        Heartbeat other = world.working();
        other.schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .timeout(Duration.ofHours(1))
                        .build());
        world.at("09:00:00");
        assertThat(outcome(slow.pulse(), "a")).isEqualTo(Outcome.RUNNING);
        await(started);
        world.clock.advance(Duration.ofSeconds(20)); // the slow process stalls past its lease
        other.pulse();
        release.countDown();
        await(recorded);

        assertThat(world.starts).extracting(TaskContext::attempt).containsExactly(1, 2);
        assertThat(world.ledger("a")).extracting(RunRecord::reason).containsExactlyInAnyOrder(null, RunRecord.FENCED);
    }

    /** Rule B17: leases end by the store's clock, whatever the instance's says. */
    @Test
    void anInstanceWhoseClockIsFortySecondsSlowHandsOutNoExpiredLease() throws Exception {
        SettableClock slowClock = new SettableClock(Instant.parse("2026-02-15T09:00:00Z"));
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat slow = world.heartbeat(builder -> builder.clock(slowClock)
                .budget(Duration.ofSeconds(2))
                .task("work", context -> {
                    world.note(context);
                    started.countDown();
                    release.await();
                    return TaskResult.done();
                }));
        Heartbeat other = world.working();
        other.schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .timeout(Duration.ofHours(1))
                        .build());
        world.at("09:00:40");
        slow.pulse();
        await(started);
        other.pulse();
        release.countDown();

        assertThat(world.starts).hasSize(1);
    }

    /** Rule B49, A7, A8, B15, B16: whatever call fails, before or after its work, every fire runs and ends once. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "before findDue",
                "before claim",
                "after claim",
                "before record",
                "after record",
                "before heartbeat",
                "before saveHeartbeat",
                "after saveHeartbeat",
                "before savePulse",
                "after savePulse"
            })
    void aStoreThatFailsAtOneStepRecoversAndNothingIsLostOrDoubled(String where) {
        Heartbeat heartbeat = world.working();
        for (int i = 0; i < 5; i++) {
            heartbeat.schedules().define(world.schedule("a" + i, "0 9 * * *").build());
        }
        world.at("09:00:00");
        String verb = where.substring(where.indexOf(' ') + 1);
        if (where.startsWith("before")) {
            world.probe.failBefore(verb);
        } else {
            world.probe.failAfter(verb);
        }
        if (verb.equals("record")) {
            assertThat(heartbeat
                            .pulse(dev.heartbeat.PulseRequest.from("x").budget(Duration.ofMillis(200)))
                            .status())
                    .isNotNull();
        } else {
            assertThatThrownBy(heartbeat::pulse)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(verb);
            assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.ERROR);
            assertThat(heartbeat.health().conditions())
                    .extracting(Condition::name)
                    .contains(Condition.PULSE_FAILED);
        }
        for (int i = 0; i < 3; i++) {
            heartbeat.pulse();
        }

        for (int i = 0; i < 5; i++) {
            assertThat(world.starts("a" + i)).as(where + ", a" + i).isEqualTo(1);
            assertThat(world.ledger("a" + i))
                    .as(where)
                    .extracting(RunRecord::outcome)
                    .containsExactly(Outcome.EXECUTED);
            assertThat(world.store.schedule("a" + i).orElseThrow().state().pending())
                    .isNull();
        }
        assertThat(world.store.snapshot().heartbeat().orElseThrow().schedulesExecuted())
                .as(where + ": counted in its beat, once")
                .isEqualTo(5);
        assertThat(heartbeat.health().conditions()).extracting(Condition::name).doesNotContain(Condition.PULSE_FAILED);
    }

    @Test
    void aPulseThatFailedIsAnErrorInTheHeartbeatOnceTheStoreIsBack() {
        Heartbeat heartbeat = world.working();
        world.probe.failAlways("findDue");
        assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);

        assertThat(world.store.snapshot().heartbeat())
                .hasValueSatisfying(record -> assertThat(record.errors())
                        .extracting(error -> error.id())
                        .containsExactly("pulse"));
    }

    @Test
    void aStoreThatIsLostIsAnErrorOfHealthAndNeverAnException() {
        Heartbeat heartbeat = world.working();
        heartbeat.pulse();
        world.probe.failAlways("heartbeat");

        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.ERROR);
        assertThat(heartbeat.health().storeReadable()).isFalse();
        world.probe.heal("heartbeat");
        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.ALIVE);
    }

    /** Rule B8: a claim whose task's thread has not returned is not given back. */
    @Test
    void closeGivesBackWhatReturnsAndLeavesTheRestToTheirLeases() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(2)
                .budget(Duration.ofSeconds(5))
                .task("work", world::note)
                .task("polite", context -> {
                    started.countDown();
                    new CountDownLatch(1).await();
                    return TaskResult.done();
                })
                .task("stubborn", context -> {
                    started.countDown();
                    while (!release.get()) {
                        Thread.onSpinWait();
                    }
                    ended.countDown();
                    return TaskResult.done();
                }));
        for (String task : List.of("polite", "stubborn")) {
            heartbeat
                    .schedules()
                    .define(dev.heartbeat.schedule.Schedule.builder(task, "0 0 1 1 *", task)
                            .timeout(Duration.ofHours(1))
                            .priority(dev.heartbeat.schedule.Priority.HIGH)
                            .runAtFirstPulse()
                            .build());
        }
        heartbeat
                .schedules()
                .define(world.schedule("queued", "0 0 1 1 *").runAtFirstPulse().build());
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Future<Pulse> pulse = caller.submit(() -> heartbeat.pulse());
            await(started);
            heartbeat.close();
            pulse.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS);

            assertThat(world.store
                            .schedule("stubborn")
                            .orElseThrow()
                            .state()
                            .pending()
                            .token())
                    .as("held until its lease ends")
                    .isNotNull();
            assertThat(world.store.schedule("polite").orElseThrow().state().pending())
                    .satisfies(fire -> {
                        assertThat(fire.token()).isNull();
                        assertThat(fire.starts()).as("its task was called").isEqualTo(1);
                    });
            assertThat(world.starts("queued")).isZero();
            world.working().pulse();
            assertThat(world.starts).extracting(TaskContext::scheduleId).containsExactly("queued");
        } finally {
            release.set(true);
            await(ended);
            caller.shutdownNow();
        }
    }

    /** Rule B9. */
    @Test
    void fromTheTimeoutOnTheOutcomeIsTimedOutWhateverTheTaskAnswers() throws Exception {
        CountDownLatch recorded = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        recorded.countDown();
                    }
                })
                .task(Task.named("work", context -> {
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                assertThat(context.cancelled()).isTrue();
                                interrupted.countDown();
                            }
                            return TaskResult.done();
                        })
                        .timeout(Duration.ofMillis(50))
                        .retry(Retry.none())
                        .build()));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 0 1 1 *").runAtFirstPulse().build());
        Pulse pulse = heartbeat.pulse();
        await(interrupted);
        await(recorded);

        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.TIMED_OUT);
        assertThat(pulse.status()).isEqualTo(PulseStatus.ERROR);
        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.TIMED_OUT);
            assertThat(run.error()).isEqualTo("timed out after 50 ms");
        });
    }

    /** Rule B9: a task that ignores its timeout is stuck: shown, held, its place given to others. */
    @Test
    void aTaskThatIgnoresItsTimeoutIsStuckAndOthersGetItsPlace() throws Exception {
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch worked = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1)
                .budget(Duration.ofMinutes(1))
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        if (detail.id().equals("stuck")) {
                            ended.countDown();
                        }
                    }
                })
                .task("stubborn", context -> {
                    while (!release.get()) {
                        Thread.onSpinWait();
                    }
                    return TaskResult.done();
                })
                .task("work", context -> {
                    worked.countDown();
                    return world.note(context);
                }));
        heartbeat
                .schedules()
                .define(dev.heartbeat.schedule.Schedule.builder("stuck", "0 0 1 1 *", "stubborn")
                        .timeout(Duration.ofMillis(50))
                        .retry(Retry.none())
                        .priority(dev.heartbeat.schedule.Priority.HIGH)
                        .runAtFirstPulse()
                        .build());
        heartbeat
                .schedules()
                .define(world.schedule("next", "0 0 1 1 *").runAtFirstPulse().build());

        Pulse pulse = heartbeat.pulse();

        await(worked);
        assertThat(outcome(pulse, "next")).isEqualTo(Outcome.EXECUTED);
        assertThat(pulse.detail("stuck")).hasValueSatisfying(detail -> {
            assertThat(detail.outcome()).isEqualTo(Outcome.RUNNING);
            assertThat(detail.reason()).isEqualTo(PulseDetail.STUCK);
        });
        assertThat(pulse.status()).isEqualTo(PulseStatus.ERROR);
        assertThat(heartbeat.health().conditions()).extracting(Condition::name).contains(Condition.STUCK);
        heartbeat.schedules().runNow("stuck", Audit.by("ann", "again"));
        assertThat(heartbeat.pulse().detail("stuck").orElseThrow().reason())
                .as("nothing overlaps it")
                .isEqualTo("stuck");
        release.set(true);
        await(ended);
        assertThat(world.ledger("stuck")).extracting(RunRecord::outcome).containsExactly(Outcome.TIMED_OUT);
    }

    /** Rule B20: a failure after the pulse has answered is seen. */
    @Test
    void aRunThatFailsAfterItsPulseHasAnsweredTurnsTheHeartbeatRed() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch saved = new CountDownLatch(1);
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    release.await();
                    return TaskResult.failed("too late to be silent");
                }));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 0 1 1 *")
                        .retry(Retry.none())
                        .runAtFirstPulse()
                        .build());
        Pulse pulse = heartbeat.pulse();
        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.RUNNING);
        assertThat(pulse.status()).isEqualTo(PulseStatus.ALIVE);
        world.probe.around("saveHeartbeat", call -> {
            Object answer = call.proceed();
            saved.countDown();
            return answer;
        });
        release.countDown();
        await(saved);

        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.ERROR);
        assertThat(heartbeat.pulse().status())
                .as("an idle pulse clears nothing")
                .isEqualTo(PulseStatus.ERROR);
    }

    /** Rule A9: also when the next fire has taken the place of the one that was lost. */
    @Test
    void theLateAnswerOfASupersededFireIsANote() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch noted = new CountDownLatch(1);
        Heartbeat slow =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", context -> {
                    world.note(context);
                    started.countDown();
                    release.await();
                    return TaskResult.done();
                }));
        world.probe.around("appendRuns", call -> {
            Object answer = call.proceed();
            noted.countDown();
            return answer;
        });
        Heartbeat other = world.working();
        other.schedules()
                .define(world.schedule("a", "0 * * * *")
                        .timeout(Duration.ofHours(3))
                        .build());
        world.at("09:00:00");
        assertThat(outcome(slow.pulse(), "a")).isEqualTo(Outcome.RUNNING);
        await(started);
        world.at("10:00:00"); // the slow process has stalled; the next fire is due
        other.pulse();
        release.countDown();
        await(noted);

        assertThat(world.ledger("a"))
                .extracting(RunRecord::outcome, RunRecord::reason)
                .containsExactlyInAnyOrder(
                        tuple(Outcome.FAILED, "superseded"),
                        tuple(Outcome.EXECUTED, null),
                        tuple(Outcome.EXECUTED, RunRecord.FENCED));
    }

    /** Rule B9: an old run that hangs hides no newer one, and is still an error. */
    @Test
    void theNextFireOfAScheduleWithAStuckRunIsWhatThePulseTells() throws Exception {
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch noted = new CountDownLatch(1);
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.budget(Duration.ofMinutes(1)).task("work", context -> {
                    world.note(context);
                    boolean first = context.fireTime().equals(Instant.parse("2026-02-15T09:00:00Z"));
                    while (first && !release.get()) {
                        Thread.onSpinWait();
                    }
                    return TaskResult.done();
                }));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *")
                        .timeout(Duration.ofMillis(50))
                        .retry(Retry.none())
                        .build());
        world.at("09:00:00");
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RUNNING);
        world.probe.around("appendRuns", call -> {
            Object answer = call.proceed();
            noted.countDown();
            return answer;
        });
        world.at("10:00:00"); // its lease has run out
        Pulse pulse = heartbeat.pulse();
        release.set(true);
        await(noted);

        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(pulse.status()).isEqualTo(PulseStatus.ERROR);
    }
}
