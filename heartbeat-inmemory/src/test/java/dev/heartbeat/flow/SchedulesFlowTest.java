package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.Schedules;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People and programs change schedules while pulses come and go. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SchedulesFlowTest {
    private static final Audit ANN = Audit.by("ann", "because");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private StoredSchedule stored(String id) {
        return world.store.schedule(id).orElseThrow();
    }

    /** Rule B38: define never touches lastRun, a pause or a claim. */
    @Test
    void definingAnotherDefinitionKeepsLastRunPauseAndTheClaimInForce() {
        Heartbeat heartbeat = world.working();
        Schedules schedules = heartbeat.schedules();
        schedules.define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        schedules.pause("a", Instant.parse("2026-02-15T10:00:00Z"), ANN);
        StoredSchedule before = stored("a");
        schedules.define(world.schedule("a", "0 11 * * *")
                .param("x", 1)
                .runAtFirstPulse()
                .build());

        assertThat(stored("a")).satisfies(after -> {
            assertThat(after.schedule().timing().text()).isEqualTo("0 11 * * *");
            assertThat(after.state()).isEqualTo(before.state());
            assertThat(after.pause()).isEqualTo(before.pause());
            assertThat(after.lastRun()).isEqualTo(before.lastRun());
        });
    }

    @Test
    void replaceWithAStaleVersionChangesNothing() {
        Schedules schedules = world.working().schedules();
        Version first = schedules.define(world.schedule("a", "0 9 * * *").build());
        Version second = schedules
                .replace(world.schedule("a", "0 10 * * *").build(), first)
                .orElseThrow();

        assertThat(schedules.replace(world.schedule("a", "0 11 * * *").build(), first))
                .isEmpty();
        assertThat(schedules.replace(world.schedule("gone", "0 11 * * *").build(), second))
                .isEmpty();
        assertThat(schedules.find("a").orElseThrow().timing().text()).isEqualTo("0 10 * * *");
        assertThat(schedules.find("gone")).isEmpty();
    }

    @Test
    void createIfAbsentLeavesWhatIsThere() {
        Heartbeat heartbeat = world.working();
        Schedules schedules = heartbeat.schedules();
        assertThat(schedules.createIfAbsent(world.schedule("a", "0 9 * * *").build()))
                .isTrue();
        assertThat(schedules.createIfAbsent(world.schedule("a", "0 10 * * *").build()))
                .isFalse();
        assertThat(schedules.createIfAbsent(world.now("b").build())).isTrue();
        world.store.putDocument("bad", Map.of("enabled", "yes"));
        assertThat(schedules.createIfAbsent(world.now("bad").build()))
                .as("taken, though unreadable")
                .isFalse();
        heartbeat.pulse();

        assertThat(schedules.find("a").orElseThrow().timing().text()).isEqualTo("0 9 * * *");
        assertThat(world.starts)
                .as("made in Java: only what asks for a run at the first pulse")
                .extracting(TaskContext::scheduleId)
                .containsExactly("b");
    }

    /** Rule B38: as a person would have written it. */
    @Test
    void importIfAbsentRunsAtTheNextPulseWhenLastRunIsNullOrMissing() {
        Heartbeat heartbeat = world.working();
        Schedules schedules = heartbeat.schedules();
        Map<String, Object> fields = new HashMap<>(World.byHand("0 0 1 1 *"));
        assertThat(schedules.importIfAbsent(ScheduleDocument.read("missing", fields)))
                .isTrue();
        fields.put("lastRun", null);
        assertThat(schedules.importIfAbsent(ScheduleDocument.read("null", fields)))
                .isTrue();
        fields.put("lastRun", "2026-02-01T00:00:00Z");
        assertThat(schedules.importIfAbsent(ScheduleDocument.read("ran", fields)))
                .isTrue();
        assertThat(schedules.importIfAbsent(ScheduleDocument.read("null", World.byHand("0 5 * * *"))))
                .isFalse();
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::scheduleId).containsExactlyInAnyOrder("missing", "null");
        assertThat(schedules.find("null").orElseThrow().timing().text()).isEqualTo("0 0 1 1 *");
    }

    /** Rule A3: without a cursor the lastRun of a hand-written document is the base. */
    @Test
    void aHandWrittenLastRunIsWhereItsFiresCountFrom() {
        Heartbeat heartbeat = world.working();
        Map<String, Object> fields = new HashMap<>(World.byHand("0 * * * *"));
        fields.put("lastRun", "2026-02-15T05:30:00Z");
        world.store.putDocument("a", fields);
        heartbeat.pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::fireTime)
                .isEqualTo(Instant.parse("2026-02-15T08:00:00Z"));
        assertThat(world.ledger("a"))
                .filteredOn(run -> run.outcome() == Outcome.MISSED)
                .extracting(RunRecord::count, RunRecord::firstFire)
                .containsExactly(tuple(2, Instant.parse("2026-02-15T06:00:00Z")));
    }

    /** The definition is made equal whatever stands there, so that a boot mends what somebody has broken. */
    @ParameterizedTest
    @CsvSource({
        "cron, 0 25 * * *",
        "enabled, yes",
        "timeZone, Mars/Olympus",
        "timeout, soon",
        "params, none",
        "catchUp, often",
        "window, often"
    })
    void defineMendsADocumentWhoseDefinitionIsUnreadable(String field, String value) {
        Schedules schedules = world.working().schedules();
        Map<String, Object> fields = new HashMap<>(World.byHand("0 9 * * *"));
        fields.put(field, value);
        fields.put("lastRun", Instant.parse("2026-02-01T00:00:00Z"));
        world.store.putDocument("a", fields);
        assertThat(schedules.find("a")).isEmpty();
        Schedule wanted = world.schedule("a", "0 9 * * *").build();
        schedules.define(wanted);

        assertThat(schedules.find("a")).contains(wanted);
        assertThat(stored("a").lastRun()).isEqualTo(LastRun.at(Instant.parse("2026-02-01T00:00:00Z")));
    }

    @Test
    void eachVerbOfAPersonIsInTheAuditOnceAndOnlyWhenItDidSomething() {
        Schedules schedules = world.working().schedules();
        Instant later = World.START.plusSeconds(60);
        assertThat(schedules.runNow("a", ANN)).isFalse();
        assertThat(schedules.pause("a", later, ANN)).isFalse();
        assertThat(schedules.resume("a", ANN)).isFalse();
        assertThat(schedules.delete("a", ANN)).isFalse();
        schedules.define(world.schedule("a", "0 9 * * *").build());
        assertThat(schedules.resume("a", ANN)).as("not paused").isFalse();
        assertThat(schedules.runNow("a", ANN)).isTrue();
        world.clock.advance(Duration.ofSeconds(1));
        assertThat(schedules.pause("a", Pause.INDEFINITELY, ANN)).isTrue();
        world.clock.advance(Duration.ofSeconds(1));
        assertThat(schedules.resume("a", ANN)).isTrue();
        assertThat(schedules.resume("a", ANN)).isFalse();
        world.clock.advance(Duration.ofSeconds(1));
        assertThat(schedules.delete("a", ANN)).isTrue();

        assertThat(world.store.audit(null, 10).items())
                .extracting(AuditEntry::verb, AuditEntry::who, AuditEntry::target, AuditEntry::why)
                .containsExactly(
                        tuple("delete", "ann", "a", "because"),
                        tuple("resume", "ann", "a", "because"),
                        tuple("pause", "ann", "a", "because"),
                        tuple("run-now", "ann", "a", "because"));
    }

    @Test
    void allSchedulesAreListedByIdInPagesDisabledOnesIncluded() {
        Schedules schedules = world.working().schedules();
        for (String id : new String[] {"d", "b", "a", "e", "c"}) {
            schedules.define(
                    world.schedule(id, "0 9 * * *").enabled(!id.equals("b")).build());
        }
        var first = schedules.list(null, 2);
        var second = schedules.list(first.next().orElseThrow(), 2);
        var third = schedules.list(second.next().orElseThrow(), 2);

        assertThat(first.items()).extracting(StoredSchedule::id).containsExactly("a", "b");
        assertThat(second.items()).extracting(StoredSchedule::id).containsExactly("c", "d");
        assertThat(third.items()).extracting(StoredSchedule::id).containsExactly("e");
        assertThat(third.next()).isEmpty();
    }

    /** Rule B27: a pause that ends by itself; what passed in it is one series, what comes after is caught up. */
    @Test
    void aPauseThatEndsByItselfSkipsItsFiresAndCatchesUpWhatCameAfter() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        heartbeat.schedules().pause("a", Instant.parse("2026-02-15T11:30:00Z"), ANN);
        world.at("14:10:00");
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::fireTime)
                .containsExactly(Instant.parse("2026-02-15T14:00:00Z"));
        assertThat(world.ledger("a"))
                .filteredOn(run -> run.count() > 0 && run.outcome() != Outcome.EXECUTED)
                .extracting(RunRecord::outcome, RunRecord::reason, RunRecord::count)
                .containsExactlyInAnyOrder(tuple(Outcome.SKIPPED, "paused", 3), tuple(Outcome.MISSED, "coalesced", 2));
    }

    /** Rule B27: a span of enabled false cannot be known from the document and counts as an outage. */
    @Test
    void aSpanOfDisablingCountsAsAnOutage() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *").enabled(false).build());
        world.at("11:30:00");
        assertThat(heartbeat.pulse().details()).isEmpty();
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::fireTime)
                .containsExactly(Instant.parse("2026-02-15T11:00:00Z"));
        assertThat(world.ledger("a"))
                .filteredOn(run -> run.outcome() == Outcome.MISSED)
                .extracting(RunRecord::reason, RunRecord::count)
                .containsExactly(tuple("coalesced", 2));
    }

    /** Rule B26: paused during a run: it finishes; the next fire is skipped. */
    @Test
    void aPauseDuringARunLetsItFinish() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            world.working().schedules().pause(context.scheduleId(), Pause.INDEFINITELY, ANN);
            return TaskResult.done();
        }));
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        world.at("09:00:00");
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.EXECUTED);
        world.at("10:00:00");
        heartbeat.pulse();

        assertThat(world.starts).hasSize(1);
        assertThat(stored("a").pause()).isNotNull();
        assertThat(stored("a").state().pending()).isNull();
    }

    /** Rule B26: deleted and made again during a run: the old run ends nothing of the new schedule. */
    @Test
    void aScheduleMadeAgainDuringARunWaitsForItsOwnFirstFire() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            if (world.starts.size() == 1) {
                Schedules schedules = world.working().schedules();
                schedules.delete("a", ANN);
                schedules.define(world.schedule("a", "0 * * * *").build());
            }
            return TaskResult.of(Map.of("of", "the old one"));
        }));
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        assertThat(stored("a").lastResult()).isNull();
        assertThat(stored("a").lastRun()).isEqualTo(LastRun.MISSING);
        heartbeat.pulse();
        assertThat(world.starts).hasSize(1);
        world.at("10:00:00");
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::attempt).containsExactly(1, 1);
    }

    /** Rule B23: an edit leaves the pending fire, and its next attempt reads params, timeout and retry anew. */
    @Test
    void theNextAttemptReadsParamsAndTimeoutAsTheyStandThen() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            return context.attempt() == 1 ? TaskResult.retryAfter(Duration.ofMinutes(3), "busy") : TaskResult.done();
        }));
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *").param("n", 1).build());
        world.at("09:00:00");
        heartbeat.pulse();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 21 * * *")
                        .param("n", 2)
                        .timeout(Duration.ofSeconds(9))
                        .build());
        world.at("09:03:00");
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(
                        TaskContext::idempotencyKey,
                        TaskContext::attempt,
                        context -> context.params().whole("n"))
                .containsExactly(tuple("a/20260215T090000Z", 1, 1L), tuple("a/20260215T090000Z", 2, 2L));
        assertThat(world.starts)
                .last()
                .satisfies(context -> assertThat(context.deadline()).isEqualTo("2026-02-15T09:03:09Z"));
    }

    /** Rule B23: fewer attempts than were started end the waiting fire without another start. */
    @Test
    void aRetryThatIsForbiddenWhileItWaitsEndsTheFireAsExhausted() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            return TaskResult.retryAfter(Duration.ofMinutes(3), "busy");
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *").retry(Retry.none()).build());
        world.at("09:03:00");
        Pulse pulse = heartbeat.pulse();

        assertThat(world.starts).hasSize(1);
        assertThat(outcome(pulse, "a")).isEqualTo(Outcome.FAILED);
        assertThat(world.ledger("a"))
                .extracting(RunRecord::reason, RunRecord::attempt)
                .containsExactly(tuple("exhausted", 1));
    }

    /** Rule B30: nextRun is for people, wakeAt is for queries. */
    @Test
    void nextRunIsTheNextFireAlsoWhileAClaimOrARetryIsPending() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            assertThat(world.store.document("a").orElseThrow())
                    .containsEntry("nextRun", Instant.parse("2026-02-16T09:00:00Z"));
            return TaskResult.retryAfter(Duration.ofMinutes(3), "busy");
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RETRYING);

        assertThat(world.store.document("a").orElseThrow())
                .containsEntry("nextRun", Instant.parse("2026-02-16T09:00:00Z"))
                .extractingByKey("heartbeat")
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("wakeAt", Instant.parse("2026-02-15T09:03:00Z"));
    }

    /** Rules A5, B12: a forced fire keeps its key and its time in all attempts, and leaves the cursor. */
    @Test
    void aForcedFireKeepsItsKeyAndItsTimeInAllAttempts() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            return context.attempt() < 3 ? TaskResult.retryAfter(Duration.ofMinutes(1), "busy") : TaskResult.done();
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        heartbeat.schedules().runNow("a", ANN);
        for (int i = 0; i < 4; i++) {
            heartbeat.pulse();
            world.clock.advance(Duration.ofMinutes(1));
        }

        assertThat(world.starts).extracting(TaskContext::attempt).containsExactly(1, 2, 3);
        assertThat(world.starts)
                .extracting(TaskContext::idempotencyKey)
                .containsOnly(world.starts.peek().idempotencyKey());
        assertThat(world.starts).extracting(TaskContext::fireTime).containsOnly(World.START);
        assertThat(world.starts).allMatch(TaskContext::forced);
        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
        assertThat(stored("a").state().cursor()).isEqualTo(World.START);
    }

    /** Rule A5: the first claim that reads the null consumes it, whatever its fire. */
    @Test
    void aWishThatMeetsADueFireIsMetByIt() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        heartbeat.schedules().runNow("a", ANN);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).singleElement().satisfies(context -> {
            assertThat(context.forced()).isFalse();
            assertThat(context.fireTime()).isEqualTo("2026-02-15T09:00:00Z");
        });
    }

    /** Rule B6: the field may be missing as well; a wish after the one-off has run is a wish like any other. */
    @Test
    void aOneOffWithoutLastRunRunsAtItsTimeAndMayBeForcedAfterwards() {
        Heartbeat heartbeat = world.working();
        world.store.putDocument("once", World.byHand("@at 2026-02-15T09:00:00Z"));
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        world.at("09:00:00");
        heartbeat.pulse();
        heartbeat.pulse();
        assertThat(world.starts).hasSize(1);
        heartbeat.schedules().runNow("once", ANN);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::forced).containsExactly(false, true);
    }

    /** Rule B2: nothing that did not run is left out of the ledger. */
    @Test
    void everyFireOfADayOfSlowRunsIsInTheLedgerOnce() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.clock.advance(Duration.ofMinutes(25));
            return world.note(context);
        }));
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("08:10:00");
        for (int i = 0; i < 20; i++) {
            heartbeat.pulse();
        }
        RunRecord newest = world.ledger("a").stream()
                .max(java.util.Comparator.comparing(RunRecord::fireTime))
                .orElseThrow();
        long fires = Duration.between(World.START, newest.fireTime()).toMinutes() / 10;

        assertThat(world.ledger("a").stream().mapToInt(RunRecord::count).sum()).isEqualTo((int) fires);
        assertThat(world.starts).extracting(TaskContext::fireTime).doesNotHaveDuplicates();
        assertThat(world.ledger("a"))
                .filteredOn(run -> run.reason() != null)
                .extracting(RunRecord::reason)
                .containsOnly("coalesced");
    }

    @Test
    void anEqualDefinitionOfAnotherInstanceLeavesTheVersionAlone() {
        Version version = world.working().schedules().define(world.now("a").build());

        assertThat(world.working().schedules().define(world.now("a").build())).isEqualTo(version);
        world.working().pulse();
        assertThat(world.working().pulse().detail("a").orElseThrow().reason()).isEqualTo(PulseDetail.NOT_DUE);
    }

    /** Rule B27: what a pause swallowed is told of, also when nothing comes after it. */
    @Test
    void aOneOffThatAPauseSwallowedIsSkippedInTheLedgerAndNeverRuns() {
        Heartbeat heartbeat = world.working();
        Map<String, Object> asked = new HashMap<>(World.byHand("@at 2026-02-15T09:00:00Z"));
        asked.put("lastRun", null);
        world.store.putDocument("asked", asked);
        heartbeat
                .schedules()
                .define(world.schedule("once", "@at 2026-02-15T09:00:00Z").build());
        for (String id : List.of("asked", "once")) {
            heartbeat.schedules().pause(id, Instant.parse("2026-02-15T10:00:00Z"), ANN);
        }
        world.at("09:30:00");
        heartbeat.pulse();
        assertThat(world.ledger("once")).isEmpty();
        world.at("10:00:00");

        assertThat(outcome(heartbeat.pulse(), "once")).isEqualTo(Outcome.SKIPPED);
        world.at("10:10:00");
        assertThat(heartbeat.pulse().details()).isEmpty();
        assertThat(world.starts).isEmpty();
        for (String id : List.of("asked", "once")) {
            assertThat(world.ledger(id))
                    .extracting(RunRecord::outcome, RunRecord::reason, RunRecord::fireTime)
                    .containsExactly(tuple(Outcome.SKIPPED, "paused", Instant.parse("2026-02-15T09:00:00Z")));
            assertThat(world.store.schedule(id).orElseThrow().wakeAt()).isEqualTo(Instant.MAX);
        }
    }

    /** Rule B27. */
    @Test
    void theLastFiresBeforeNotAfterThatAPauseSwallowedAreInTheLedger() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 * * * *")
                        .notAfter(Instant.parse("2026-02-15T12:00:00Z"))
                        .build());
        world.at("09:00:00");
        heartbeat.pulse();
        heartbeat.schedules().pause("a", Instant.parse("2026-02-15T13:00:00Z"), ANN);
        world.at("13:00:00");
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).hasSize(1);
        assertThat(world.ledger("a"))
                .extracting(RunRecord::outcome, RunRecord::reason, RunRecord::firstFire, RunRecord::fireTime)
                .containsExactlyInAnyOrder(
                        tuple(
                                Outcome.EXECUTED,
                                null,
                                Instant.parse("2026-02-15T09:00:00Z"),
                                Instant.parse("2026-02-15T09:00:00Z")),
                        tuple(
                                Outcome.SKIPPED,
                                "paused",
                                Instant.parse("2026-02-15T10:00:00Z"),
                                Instant.parse("2026-02-15T11:00:00Z")));
    }

    /** Rule B27: whoever was to note it may die in between; the fire is still not run. */
    @Test
    void aSwallowedOneOffWhoseNoteGotLostIsNotRunByTheNextPulse() {
        Heartbeat heartbeat =
                world.heartbeat(builder -> builder.budget(Duration.ofSeconds(2)).task("work", world::note));
        heartbeat
                .schedules()
                .define(world.schedule("once", "@at 2026-02-15T09:00:00Z").build());
        heartbeat.schedules().pause("once", Instant.parse("2026-02-15T10:00:00Z"), ANN);
        world.at("10:00:00");
        world.probe.failAlways("record");
        heartbeat.pulse();
        heartbeat.close();
        world.probe.heal("record");
        world.clock.advance(Duration.ofMinutes(10));
        Heartbeat other = world.working();
        other.pulse();

        assertThat(world.starts).isEmpty();
        assertThat(world.ledger("once")).extracting(RunRecord::outcome).containsExactly(Outcome.SKIPPED);
    }

    /** Rule A4: a schedule made in Java waits for its first fire, whatever it was before. */
    @Test
    void aOneOffMadeInJavaThatBecomesACronWaitsForItsFirstFire() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "@at 2026-03-01T09:00:00Z").build());
        heartbeat.schedules().define(world.schedule("a", "0 * * * *").build());
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        world.at("09:00:00");
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::fireTime, TaskContext::forced)
                .containsExactly(tuple(Instant.parse("2026-02-15T09:00:00Z"), false));
    }
}
