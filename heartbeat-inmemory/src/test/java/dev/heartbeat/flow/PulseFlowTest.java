package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PulseFlowTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aPulseRunsWhatIsDueRecordsItAndLeavesAHeartbeat() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task(
                "work", context -> TaskResult.of(Map.of("n", context.params().whole("n")))));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *").param("n", 7).build());
        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.UNKNOWN);

        Pulse early = heartbeat.pulse();
        assertThat(early.details()).singleElement().satisfies(detail -> {
            assertThat(detail.outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(detail.reason()).isEqualTo(PulseDetail.NOT_DUE);
            assertThat(detail.nextRun()).isEqualTo("2026-02-15T09:00:00Z");
        });
        world.at("09:03:00");
        Pulse pulse = heartbeat.pulse(PulseRequest.from("test"));

        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(pulse.status()).isEqualTo(PulseStatus.ALIVE);
        assertThat(pulse.heartbeat()).hasValueSatisfying(record -> {
            assertThat(record.timestamp()).isEqualTo("2026-02-15T09:03:00Z");
            assertThat(record.nextPulseExpected()).isEqualTo("2026-02-15T09:10:00Z");
            assertThat(record.schedulesExecuted()).isEqualTo(1);
            assertThat(record.source()).isEqualTo("test");
        });
        assertThat(world.ledger("a")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(run.fireTime()).isEqualTo("2026-02-15T09:00:00Z");
            assertThat(run.result()).containsEntry("n", 7L);
        });
        assertThat(world.store.schedule("a")).hasValueSatisfying(stored -> {
            assertThat(stored.lastRun()).isEqualTo(LastRun.at(Instant.parse("2026-02-15T09:03:00Z")));
            assertThat(stored.lastResult()).containsEntry("n", 7L);
            assertThat(stored.nextRun()).hasValue(Instant.parse("2026-02-16T09:00:00Z"));
        });
        assertThat(world.store.snapshot().pulses()).hasSize(2);
        assertThat(heartbeat.health().healthy()).isTrue();
    }

    @Test
    void aSecondPulseAtOnceRunsNothingMore() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("08:10:00");
        heartbeat.pulse();
        heartbeat.pulse();
        world.working().pulse();

        assertThat(world.starts("a")).isEqualTo(1);
    }

    /** Rules B25, B2, B28: the latest fire runs; what did not run is one entry in the ledger. */
    @Test
    void afterAnOutageTheLatestFireRunsAndTheOthersAreOneEntry() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("09:07:00");
        heartbeat.pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::fireTime)
                .isEqualTo(Instant.parse("2026-02-15T09:00:00Z"));
        assertThat(world.ledger("a"))
                .hasSize(2)
                .filteredOn(run -> run.outcome() == Outcome.MISSED)
                .singleElement()
                .satisfies(series -> {
                    assertThat(series.reason()).isEqualTo("coalesced");
                    assertThat(series.count()).isEqualTo(5);
                    assertThat(series.firstFire()).isEqualTo("2026-02-15T08:10:00Z");
                    assertThat(series.fireTime()).isEqualTo("2026-02-15T08:50:00Z");
                });
    }

    /** Rule B2: a run that takes longer than the cadence swallows no fire without a word. */
    @Test
    void aTwelveMinuteRunOfATenMinuteScheduleSwallowsNothingSilently() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.clock.advance(Duration.ofMinutes(12));
            return world.note(context);
        }));
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("09:00:00");
        heartbeat.pulse(); // runs 09:00 until 09:12
        heartbeat.pulse(); // finds 09:10

        assertThat(world.starts)
                .extracting(TaskContext::fireTime)
                .contains(Instant.parse("2026-02-15T09:00:00Z"), Instant.parse("2026-02-15T09:10:00Z"));
    }

    /** Rule B38. */
    @Test
    void aScheduleDefinedInJavaWaitsForItsFirstFireAndAHandWrittenOneRunsAtTheNextPulse() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("java", "0 0 1 1 *").build());
        heartbeat
                .schedules()
                .define(world.schedule("eager", "0 0 1 1 *").runAtFirstPulse().build());
        world.store.putDocument("missing", World.byHand("0 0 1 1 *"));
        Map<String, Object> withNull = new HashMap<>(World.byHand("0 0 1 1 *"));
        withNull.put("lastRun", null);
        world.store.putDocument("null", withNull);

        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::scheduleId)
                .containsExactlyInAnyOrder("eager", "missing", "null");
        assertThat(world.starts).allMatch(TaskContext::forced);
    }

    /** Rule B38: a backend may define its schedules at every boot. */
    @Test
    void definingAgainKeepsCursorPauseAndClaimAndWritesNothingWhenEqual() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        var before = world.store.schedule("a").orElseThrow();

        assertThat(heartbeat
                        .schedules()
                        .define(world.schedule("a", "0 9 * * *")
                                .runAtFirstPulse()
                                .build()))
                .isEqualTo(before.version());
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *").param("x", 1).build());

        var after = world.store.schedule("a").orElseThrow();
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(after.lastRun()).isEqualTo(before.lastRun());
        assertThat(after.schedule().params().whole("x")).isEqualTo(1);
    }

    /** All names of UTC are one rule: a definition in Java over a hand-written document is no edited timing. */
    @Test
    void definingOverADocumentThatNamesUtcOtherwiseLosesNoFireOfAnOutage() {
        Heartbeat heartbeat = world.working();
        Map<String, Object> fields = new HashMap<>(World.byHand("0 * * * *"));
        fields.put("timeZone", "Etc/UTC");
        fields.put("lastRun", World.START);
        world.store.putDocument("a", fields);
        world.at("09:00:00");
        heartbeat.pulse();
        world.at("12:00:30");
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *").param("x", 1).build());
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::fireTime)
                .containsExactly(Instant.parse("2026-02-15T09:00:00Z"), Instant.parse("2026-02-15T12:00:00Z"));
        assertThat(world.ledger("a"))
                .filteredOn(run -> run.outcome() == Outcome.MISSED)
                .singleElement()
                .extracting(RunRecord::count)
                .isEqualTo(2);
    }

    @Test
    void errorsThatTheTaskNamesEndAFireAlsoWhenTheScheduleBringsItsOwnRetry() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task(Task.named("work", context -> {
                    throw new IllegalArgumentException("wrong for ever");
                })
                .retry(Retry.none().neverOn(IllegalArgumentException.class))
                .build()));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 0 1 1 *")
                        .retry(Retry.attempts(9))
                        .runAtFirstPulse()
                        .build());

        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.FAILED);
    }

    /** Rule B6. */
    @Test
    void aOneOffRunsOnceAtItsTimeAlsoWhenLastRunIsNull() {
        Heartbeat heartbeat = world.working();
        Map<String, Object> fields = new HashMap<>(World.byHand("@at 2026-02-15T09:00:00Z"));
        fields.put("lastRun", null);
        world.store.putDocument("once", fields);
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        world.at("09:05:00");
        heartbeat.pulse();
        world.at("10:05:00");
        heartbeat.pulse();

        assertThat(world.starts).hasSize(1);
    }

    /** Rule B22. */
    @Test
    void aFireBeforeTheEndRunsAlsoAtAPulseAfterIt() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "59 8 * * *")
                        .notAfter(Instant.parse("2026-02-15T09:00:00Z"))
                        .build());
        world.at("09:01:00");
        heartbeat.pulse();
        world.clock.advance(Duration.ofDays(1));
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(1);
    }

    /** Rule B23. */
    @Test
    void anEditedTimingCountsFromTheEdit() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("later", "0 9 * * *").build());
        heartbeat.schedules().define(world.schedule("soon", "0 9 * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        world.at("12:00:00");
        heartbeat.schedules().define(world.schedule("later", "0 11 * * *").build());
        world.at("11:59:00");
        heartbeat.schedules().define(world.schedule("soon", "0 12 * * *").build());
        world.at("12:05:00");
        heartbeat.pulse();

        assertThat(world.starts("later"))
                .as("11:00 of that day was never asked for")
                .isEqualTo(1);
        assertThat(world.starts("soon"))
                .as("12:00 was asked for a minute before")
                .isEqualTo(2);
    }

    /** Rule B27. */
    @Test
    void firesOfAPauseAreOneSkippedSeriesAndTheCadenceGoesOn() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        var audit = dev.heartbeat.Audit.by("ann", "too many mails");
        assertThat(heartbeat.schedules().pause("a", Instant.parse("2026-02-16T00:00:00Z"), audit))
                .isTrue();
        world.at("11:30:00");
        assertThat(heartbeat.pulse().details())
                .singleElement()
                .extracting(PulseDetail::reason)
                .isEqualTo("paused");
        assertThat(heartbeat.schedules().resume("a", audit)).isTrue();
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        world.at("12:00:00");
        heartbeat.pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::fireTime)
                .isEqualTo(Instant.parse("2026-02-15T12:00:00Z"));
        assertThat(world.ledger("a"))
                .filteredOn(run -> "paused".equals(run.reason()))
                .singleElement()
                .satisfies(series -> {
                    assertThat(series.outcome()).isEqualTo(Outcome.SKIPPED);
                    assertThat(series.count()).isEqualTo(3);
                });
        assertThat(world.store.snapshot().audit())
                .extracting(entry -> entry.verb() + " by " + entry.who())
                .containsExactlyInAnyOrder("pause by ann", "resume by ann");
    }

    /** Rule B34. */
    @Test
    void everyIsAnchoredToTheEpochWhateverTheZoneAndTheRestart() {
        for (int boot = 0; boot < 3; boot++) {
            Heartbeat heartbeat = world.working();
            heartbeat
                    .schedules()
                    .define(world.schedule("a", "@every PT30M")
                            .zone(java.time.ZoneId.of("Asia/Kolkata"))
                            .build());
            world.clock.advance(Duration.ofMinutes(20));
            heartbeat.pulse();
        }

        assertThat(world.starts)
                .extracting(TaskContext::fireTime)
                .containsExactly(Instant.parse("2026-02-15T08:30:00Z"), Instant.parse("2026-02-15T09:00:00Z"));
    }

    /** The next fire follows from what is stored and not from when the process started. */
    @Test
    void aWeeklyScheduleRunsThoughTheProcessStartsAnewEveryDay() {
        for (int day = 0; day < 15; day++) {
            try (Heartbeat heartbeat = world.working()) {
                heartbeat
                        .schedules()
                        .define(world.schedule("weekly", "0 9 * * 1").build());
                heartbeat.pulse();
                world.clock.advance(Duration.ofDays(1));
            }
        }

        assertThat(world.starts)
                .extracting(TaskContext::fireTime)
                .containsExactly(Instant.parse("2026-02-16T09:00:00Z"), Instant.parse("2026-02-23T09:00:00Z"));
    }

    /** A host's name may be that of its successor: two processes of one machine must not take each other's claims for theirs. */
    @Test
    void whoHoldsAClaimIsDrawnAnewForEachHeartbeatAndNamesNoHost() throws Exception {
        Set<String> owners = new HashSet<>();
        for (int boot = 0; boot < 5; boot++) {
            String id = "a" + boot;
            try (Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
                owners.add(world.store
                        .schedule(context.scheduleId())
                        .orElseThrow()
                        .state()
                        .pending()
                        .owner());
                return TaskResult.done();
            }))) {
                heartbeat.schedules().define(world.now(id).build());
                assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(1);
            }
        }

        assertThat(owners)
                .hasSize(5)
                .allSatisfy(owner -> assertThat(owner)
                        .matches("[0-9a-f]{16}")
                        .doesNotContain(InetAddress.getLocalHost().getHostName()));
    }

    /** Design, bad data: one bad document is an error with its reason, all others run. */
    @Test
    void aBadDocumentIsQuarantinedAndAllOthersRun() {
        Heartbeat heartbeat = world.working();
        world.store.putDocument("bad", Map.of("enabled", true, "cron", "0 25 * * *", "task", "work"));
        world.store.putDocument("good", World.byHand("0 0 1 1 *"));

        Pulse pulse = heartbeat.pulse();

        assertThat(world.starts("good")).isEqualTo(1);
        assertThat(pulse.detail("bad")).hasValueSatisfying(detail -> {
            assertThat(detail.reason()).isEqualTo(PulseDetail.QUARANTINED);
            assertThat(detail.error()).contains("field 'cron'").contains("hour");
        });
        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.ERROR);
        heartbeat.schedules().define(world.schedule("bad", "0 5 * * *").build());
        world.clock.advance(Duration.ofMinutes(20));
        assertThat(heartbeat.pulse().status()).isEqualTo(PulseStatus.ALIVE);
    }

    /** Rules B40, B18: unknown tasks stay due, are errors after two intervals, and starve nobody. */
    @Test
    void fifteenHundredSchedulesOfAnUnknownTaskStarveNobodyAndAreErrorsAfterTwoIntervals() {
        Heartbeat heartbeat = world.working();
        for (int i = 0; i < 1_500; i++) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("a-unknown-" + i, "5 8 * * *", "nobody")
                            .build());
        }
        for (int i = 0; i < 10; i++) {
            heartbeat
                    .schedules()
                    .define(world.schedule("z-good-" + i, "6 8 * * *").build());
        }
        world.at("08:06:00");
        Pulse pulse = heartbeat.pulse();

        assertThat(world.starts).hasSize(10);
        assertThat(pulse.detail("a-unknown-0")).hasValueSatisfying(detail -> {
            assertThat(detail.reason()).isEqualTo(PulseDetail.NO_EXECUTOR);
            assertThat(detail.error()).isNull();
        });
        assertThat(pulse.status()).isEqualTo(PulseStatus.ALIVE);
        world.at("08:25:00");
        Pulse late = heartbeat.pulse();
        assertThat(late.status()).isEqualTo(PulseStatus.ERROR);
        assertThat(late.heartbeat()).hasValueSatisfying(record -> {
            assertThat(record.errors()).as("rule B46").hasSize(100);
            assertThat(record.errorsTotal()).isEqualTo(1_500);
        });
        assertThat(world.store.snapshot().pulses().get(0)).satisfies(stored -> {
            assertThat(stored.details()).as("rule B46").hasSize(200);
            assertThat(stored.truncated()).isTrue();
        });
        assertThat(world.store.snapshot().runs())
                .as("rule B28: held back is no end")
                .hasSize(10);
    }

    /** Rule B40: counted from the first fire that nobody ran, not from the latest one. */
    @Test
    void anUnknownTaskOfAFrequentScheduleTurnsRedToo() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(Schedule.builder("typo", "*/5 * * * *", "wrok").build());
        List<PulseStatus> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            world.clock.advance(Duration.ofMinutes(10));
            seen.add(heartbeat.pulse().status());
        }

        assertThat(seen).containsExactly(PulseStatus.ALIVE, PulseStatus.ALIVE, PulseStatus.ERROR, PulseStatus.ERROR);
    }

    /** How many attempts there are is the task's to say. */
    @Test
    void anInstanceThatLacksTheTaskEndsNoFireOfAnother() {
        Heartbeat knows = world.heartbeat(builder -> builder.task(Task.named("work", context -> {
                    world.note(context);
                    return TaskResult.retryAfter(Duration.ZERO, "again");
                })
                .retry(Retry.attempts(10))
                .build()));
        Heartbeat lacks = world.heartbeat(builder -> builder);
        knows.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        for (int i = 0; i < 5; i++) {
            knows.pulse();
        }
        assertThat(lacks.pulse().detail("a").orElseThrow().reason()).isEqualTo(PulseDetail.NO_EXECUTOR);
        knows.pulse();

        assertThat(world.starts).hasSize(6);
        assertThat(world.ledger("a")).isEmpty();
    }

    @Test
    void prioritiesStartFirst() {
        List<String> order = new ArrayList<>();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1).task("work", context -> {
            order.add(context.scheduleId());
            return TaskResult.done();
        }));
        heartbeat
                .schedules()
                .define(world.schedule("low", "5 8 * * *")
                        .priority(Priority.LOW)
                        .build());
        heartbeat.schedules().define(world.schedule("normal", "5 8 * * *").build());
        heartbeat.schedules().define(world.schedule("often", "*/5 * * * *").build());
        heartbeat
                .schedules()
                .define(world.schedule("high", "5 8 * * *")
                        .priority(Priority.HIGH)
                        .build());
        heartbeat
                .schedules()
                .define(world.schedule("critical", "5 8 * * *")
                        .priority(Priority.CRITICAL)
                        .build());
        world.at("08:05:00");
        heartbeat.pulse();

        assertThat(order).containsExactly("critical", "high", "often", "normal", "low");
    }

    @Test
    void throwingTasksAndListenersAndLookUpsHarmNobody() {
        List<String> told = new ArrayList<>();
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", world::note)
                .task("checked", context -> {
                    throw new java.io.IOException("disk");
                })
                .task("error", context -> {
                    throw new AssertionError("an error");
                })
                .task("deep", context -> deep(context, 1))
                .task("null", context -> null)
                .tasks(name -> {
                    if (name.equals("container")) {
                        throw new IllegalStateException("container is down");
                    }
                    return Optional.empty();
                })
                .listener(new PulseListener() {
                    @Override
                    public void pulseEnded(Pulse pulse) {
                        throw new IllegalStateException("listener");
                    }

                    @Override
                    public void runEnded(PulseDetail detail) {
                        throw new StackOverflowError();
                    }
                })
                .listener(new PulseListener() {
                    @Override
                    public void pulseEnded(Pulse pulse) {
                        told.add("pulse");
                    }
                }));
        for (String task : List.of("checked", "error", "deep", "null", "container", "work")) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder(task, "0 0 1 1 *", task)
                            .retry(Retry.none())
                            .runAtFirstPulse()
                            .build());
        }

        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "work")).isEqualTo(Outcome.EXECUTED);
        assertThat(pulse.detail("checked").orElseThrow().error()).isEqualTo("IOException: disk");
        assertThat(pulse.detail("error").orElseThrow().error()).isEqualTo("AssertionError: an error");
        assertThat(pulse.detail("deep").orElseThrow().error()).startsWith("StackOverflowError");
        assertThat(pulse.detail("null").orElseThrow().error()).contains("returned null");
        assertThat(pulse.detail("container").orElseThrow().reason()).isEqualTo(PulseDetail.NO_EXECUTOR);
        assertThat(told).containsExactly("pulse");
    }

    @SuppressWarnings("InfiniteRecursion")
    private static TaskResult deep(TaskContext context, int depth) {
        return deep(context, depth + 1);
    }

    /** Rules B1, A10. */
    @Test
    void theIdempotencyKeyIsTheSameInAllAttemptsAndTheTokenIsNot() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            return TaskResult.retryAfter(Duration.ZERO, "again");
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        heartbeat.pulse();
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::attempt).containsExactly(1, 2, 3);
        assertThat(world.starts).extracting(TaskContext::idempotencyKey).containsOnly("a/20260215T090000Z");
        assertThat(world.starts).extracting(TaskContext::token).doesNotHaveDuplicates();
        assertThat(world.ledger("a"))
                .as("rule B28: one entry for the fire")
                .singleElement()
                .satisfies(run -> {
                    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
                    assertThat(run.attempt()).isEqualTo(3);
                });
    }

    /** Rule B4. */
    @Test
    void aTaskThatFailsAtEachOfItsFiresTurnsRedAlthoughEachNextFireSupersedesItsRetry() {
        Heartbeat heartbeat = world.heartbeat(
                builder -> builder.task("work", context -> TaskResult.retryAfter(Duration.ofMinutes(5), "no")));
        heartbeat
                .schedules()
                .define(world.schedule("a", "*/10 * * * *")
                        .retry(Retry.attempts(3))
                        .build());
        List<PulseStatus> seen = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            world.clock.advance(Duration.ofMinutes(10));
            seen.add(heartbeat.pulse().status());
        }

        assertThat(seen)
                .startsWith(PulseStatus.ALIVE, PulseStatus.ALIVE, PulseStatus.ALIVE)
                .endsWith(PulseStatus.ERROR);
        assertThat(world.ledger("a"))
                .allMatch(run -> "superseded".equals(run.reason()))
                .hasSize(4);
        assertThat(world.ledger("a")).extracting(RunRecord::fireTime).doesNotHaveDuplicates();
    }

    @Test
    void anErrorThatMustNotBeTriedAgainIsRedAtOnce() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task(Task.named("work", context -> {
                    throw new IllegalArgumentException("wrong for ever");
                })
                .retry(Retry.attempts(5).neverOn(IllegalArgumentException.class))
                .build()));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 0 1 1 *").runAtFirstPulse().build());

        Pulse pulse = heartbeat.pulse();

        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.FAILED);
        assertThat(pulse.status()).isEqualTo(PulseStatus.ERROR);
        assertThat(pulse.heartbeat().orElseThrow().errors())
                .extracting(HeartbeatError::id)
                .containsExactly("a");
    }

    @Test
    void aRetryIsShownWithItsTimeAndSucceedsWithoutAnError() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            return context.attempt() == 1 ? TaskResult.retryAfter(Duration.ofMinutes(3), "busy") : TaskResult.done();
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Pulse first = heartbeat.pulse();
        assertThat(outcome(first, "a")).isEqualTo(Outcome.RETRYING);
        assertThat(first.detail("a").orElseThrow().retryAt()).isEqualTo("2026-02-15T09:03:00Z");
        assertThat(first.status()).isEqualTo(PulseStatus.ALIVE);
        world.at("09:02:59");
        assertThat(heartbeat.pulse().detail("a").orElseThrow().reason()).isEqualTo("retrying");
        world.at("09:03:00");
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(world.store.schedule("a").orElseThrow().nextRun())
                .as("the cadence is untouched")
                .hasValue(Instant.parse("2026-02-16T09:00:00Z"));
    }

    /** Rule B35. */
    @Test
    void aClockThatStepsBackRunsNothingTwice() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        world.at("08:45:00");
        heartbeat.pulse();
        world.at("09:00:30");
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(1);
    }

    /** Rule B35. */
    @Test
    void anInstanceWhoseClockIsFarAheadRunsNothingEarlyAndSaysSo() {
        SettableClock ahead = new SettableClock(World.START.plus(Duration.ofHours(2)));
        Heartbeat heartbeat = world.heartbeat(builder -> builder.clock(ahead).task("work", world::note));
        world.working().schedules().define(world.schedule("a", "0 9 * * *").build());

        heartbeat.pulse();

        assertThat(world.starts).isEmpty();
        assertThat(heartbeat.health().conditions()).extracting(Condition::name).contains(Condition.CLOCK_SKEW);
        world.at("09:00:00");
        heartbeat.pulse();
        assertThat(world.starts("a")).isEqualTo(1);
    }

    /** Rule B32. */
    @Test
    void theNextSchedulesThatAreNotDueAreListedInOrder() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.upcoming(3).task("work", world::note));
        for (int hour = 9; hour < 20; hour++) {
            heartbeat
                    .schedules()
                    .define(world.schedule("at-" + hour, "0 " + hour + " * * *").build());
        }
        world.at("09:00:00");

        assertThat(heartbeat.pulse().details())
                .extracting(PulseDetail::id)
                .containsExactly("at-9", "at-10", "at-11", "at-12");
    }

    @Test
    void tasksGetTheirParamsTypedAndTheHeartbeatsTime() {
        record Mail(String to, int copies) {}
        ConcurrentLinkedQueue<Object> seen = new ConcurrentLinkedQueue<>();
        Heartbeat heartbeat = world.heartbeat(builder ->
                builder.task(Task.typed("work", params -> params.as(Mail.class), (mail, context) -> {
                            seen.add(mail);
                            seen.add(context.now());
                            seen.add(context.deadline());
                            return TaskResult.skipped("nobody to write to");
                        })
                        .timeout(Duration.ofSeconds(7))
                        .build()));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 0 1 1 *")
                        .param("to", "x")
                        .param("copies", 2)
                        .runAtFirstPulse()
                        .build());

        Pulse pulse = heartbeat.pulse();

        assertThat(seen).containsExactly(new Mail("x", 2), World.START, World.START.plusSeconds(7));
        assertThat(pulse.detail("a").orElseThrow().reason()).isEqualTo("nobody to write to");
        assertThat(pulse.status()).isEqualTo(PulseStatus.ALIVE);
    }

    @Test
    void theLogHasALineForEachPulseAndFailureAndNeverParams() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.heartbeat");
        logger.addHandler(handler);
        try {
            Heartbeat heartbeat = world.heartbeat(
                    builder -> builder.name("shop").task("work", context -> TaskResult.failed("no luck")));
            heartbeat
                    .schedules()
                    .define(world.schedule("a", "0 0 1 1 *")
                            .param("card", "4111-secret")
                            .runAtFirstPulse()
                            .build());
            world.store.putDocument("bad", Map.of("enabled", "yes"));
            heartbeat.pulse();
            heartbeat.pulse();
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(lines).filteredOn(line -> line.startsWith("shop: pulse ")).hasSize(2);
        assertThat(lines)
                .filteredOn(line -> line.contains("schedule a, task work"))
                .singleElement()
                .asString()
                .contains("attempt 1")
                .contains("no luck");
        assertThat(lines)
                .as("told once")
                .filteredOn(line -> line.contains("document bad is quarantined"))
                .hasSize(1);
        assertThat(lines).noneMatch(line -> line.contains("4111"));
    }

    @Test
    void healthTurnsToWarningWhenPulsesStop() {
        Heartbeat heartbeat = world.working();
        heartbeat.pulse();
        world.clock.advance(Duration.ofMinutes(15).minusMillis(1));
        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.ALIVE);
        world.clock.advance(Duration.ofMillis(1));
        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.WARNING);
        assertThat(heartbeat.health().conditions()).extracting(Condition::name).containsExactly(Condition.LATE);
    }

    @Test
    void aClosedHeartbeatTakesNoPulseAndClosesTwice() {
        Heartbeat heartbeat = world.working();
        heartbeat.close();
        heartbeat.close();

        assertThatIllegalStateException().isThrownBy(heartbeat::pulse).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(heartbeat::start);
    }

    @Test
    void aFreshStoreHasNothingToTell() {
        assertThat(new InMemoryHeartbeatStore().snapshot().runs()).isEmpty();
        assertThat(world.working().pulse().details()).isEmpty();
    }
}
