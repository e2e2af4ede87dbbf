package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.Schedules;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules B27 and B33: pauses of a queue and of everything, with the effect of a pause of each schedule. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WidePauseFlowTest {
    private static final Audit ANN = Audit.by("ann", "the provider is down");
    private static final String QUEUE = "queue";
    private static final String EVERYTHING = "everything";

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static void pause(Schedules schedules, String what, String until) {
        Instant end = until == null ? Pause.INDEFINITELY : Instant.parse("2026-02-15T" + until + ":00Z");
        if (what.equals(QUEUE)) {
            schedules.pauseQueue("mail", end, ANN);
        } else {
            schedules.pauseAll(end, ANN);
        }
    }

    private static boolean resume(Schedules schedules, String what) {
        return what.equals(QUEUE) ? schedules.resumeQueue("mail", ANN) : schedules.resumeAll(ANN);
    }

    private Schedule.Builder mail(String id, String cron) {
        return world.schedule(id, cron).queue("mail");
    }

    private static String reason(Pulse pulse, String id) {
        return pulse.detail(id).map(PulseDetail::reason).orElse(null);
    }

    @ParameterizedTest
    @ValueSource(strings = {QUEUE, EVERYTHING})
    void firesInThePauseAreOneSeriesAndTheCadenceGoesOnAfterIt(String what) {
        Heartbeat heartbeat = world.working();
        Heartbeat other = world.working();
        heartbeat.schedules().define(mail("a", "*/10 * * * *").build());
        world.at("08:10:00");
        heartbeat.pulse();
        pause(heartbeat.schedules(), what, "09:05");
        for (String time : new String[] {"08:20:00", "08:40:00", "09:00:00", "09:04:59"}) {
            world.at(time);
            other.pulse();
            heartbeat.pulse();
        }
        assertThat(world.starts("a")).isEqualTo(1);
        assertThat(world.ledger("a")).hasSize(1);
        world.at("09:05:00");
        other.pulse();
        assertThat(world.starts("a")).as("what passed is not made up").isEqualTo(1);
        world.at("09:10:00");
        other.pulse();

        assertThat(world.ledger("a"))
                .extracting(RunRecord::outcome, RunRecord::reason, RunRecord::fireTime, RunRecord::count)
                .containsExactlyInAnyOrder(
                        tuple(Outcome.EXECUTED, null, Instant.parse("2026-02-15T08:10:00Z"), 1),
                        tuple(Outcome.SKIPPED, "paused", Instant.parse("2026-02-15T09:00:00Z"), 5),
                        tuple(Outcome.EXECUTED, null, Instant.parse("2026-02-15T09:10:00Z"), 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {QUEUE, EVERYTHING})
    void resumingEndsItNowAndIsKept(String what) {
        Heartbeat heartbeat = world.working();
        Schedules schedules = heartbeat.schedules();
        schedules.define(mail("a", "*/10 * * * *").build());
        pause(schedules, what, null);
        world.at("08:30:00");
        heartbeat.pulse();
        world.at("08:35:00");
        assertThat(resume(schedules, what)).isTrue();
        assertThat(resume(schedules, what)).as("it is over").isFalse();
        heartbeat.pulse();
        assertThat(world.starts("a")).isZero();
        world.at("08:40:00");
        heartbeat.pulse();

        assertThat(world.starts)
                .extracting(TaskContext::fireTime)
                .containsExactly(Instant.parse("2026-02-15T08:40:00Z"));
        assertThat(world.ledger("a"))
                .extracting(RunRecord::reason, RunRecord::count)
                .contains(tuple("paused", 3));
    }

    @Test
    void aQueuesPauseHoldsTheSchedulesOfThatQueueAlone() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(mail("a", "*/10 * * * *").build());
        heartbeat.schedules().define(mail("b", "*/10 * * * *").queue("reports").build());
        heartbeat.schedules().define(world.schedule("c", "*/10 * * * *").build());
        heartbeat.schedules().pauseQueue("mail", Pause.INDEFINITELY, ANN);
        world.at("08:10:00");

        Pulse pulse = heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::scheduleId).containsExactlyInAnyOrder("b", "c");
        assertThat(reason(pulse, "a")).isEqualTo("queue-paused");
    }

    /** A store knows the document alone: it finds it due at each pulse, which writes nothing. */
    @Test
    void aSchedulesOwnPauseAndAWiderOneDoNotEndEachOther() {
        Heartbeat heartbeat = world.working();
        Schedules schedules = heartbeat.schedules();
        schedules.define(mail("a", "*/10 * * * *").build());
        schedules.pause("a", Instant.parse("2026-02-15T08:25:00Z"), ANN);
        schedules.pauseQueue("mail", Instant.parse("2026-02-15T08:45:00Z"), ANN);
        schedules.pauseAll(Instant.parse("2026-02-15T08:35:00Z"), ANN);
        StoredSchedule before = world.store.schedule("a").orElseThrow();
        for (String time : new String[] {"08:10:00", "08:20:00", "08:30:00", "08:40:00"}) {
            world.at(time);
            heartbeat.pulse();
        }
        assertThat(schedules.resumeAll(ANN)).as("over by itself").isFalse();
        assertThat(world.store.schedule("a")).contains(before);
        world.at("08:50:00");
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(1);
        assertThat(world.ledger("a"))
                .extracting(RunRecord::reason, RunRecord::count)
                .containsExactlyInAnyOrder(tuple("paused", 4), tuple(null, 1));
    }

    /** A last fire that the pause swallowed ends in the ledger when the pause does. */
    @ParameterizedTest
    @ValueSource(strings = {QUEUE, EVERYTHING})
    void theLastFireOfAllIsNotSwallowedInSilence(String what) {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(mail("once", "@at 2026-02-15T09:00:00Z").build());
        heartbeat
                .schedules()
                .define(mail("last", "0 * * * *")
                        .notAfter(Instant.parse("2026-02-15T09:30:00Z"))
                        .build());
        pause(heartbeat.schedules(), what, "10:00");
        world.at("09:00:00");
        heartbeat.pulse();
        assertThat(world.store.snapshot().runs()).isEmpty();
        world.at("10:00:00");
        heartbeat.pulse();
        heartbeat.pulse();

        for (String id : new String[] {"once", "last"}) {
            assertThat(world.ledger(id))
                    .extracting(RunRecord::outcome, RunRecord::reason, RunRecord::fireTime)
                    .containsExactly(tuple(Outcome.SKIPPED, "paused", Instant.parse("2026-02-15T09:00:00Z")));
        }
        assertThat(world.starts).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {QUEUE, EVERYTHING})
    void aWishWaitsForTheEnd(String what) {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(mail("a", "0 0 1 1 *").build());
        pause(heartbeat.schedules(), what, null);
        heartbeat.schedules().runNow("a", ANN);
        heartbeat.pulse();
        assertThat(world.starts("a")).isZero();
        resume(heartbeat.schedules(), what);
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(1);
    }

    /** Rule B26, for a wider pause: the run finishes and is recorded. */
    @Test
    void aRunUnderWayFinishes() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.working().schedules().pauseAll(Pause.INDEFINITELY, ANN);
            return world.note(context);
        }));
        heartbeat.schedules().define(mail("a", "*/10 * * * *").build());
        world.at("08:10:00");
        heartbeat.pulse();
        world.at("08:20:00");
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(1);
        assertThat(world.ledger("a"))
                .singleElement()
                .satisfies(run -> assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED));
    }

    @Test
    void whatIsDefinedDuringAPauseIsPausedAndWhatIsDefinedAfterItIsNot() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().pauseAll(Instant.parse("2026-02-15T09:00:00Z"), ANN);
        world.at("08:30:00");
        heartbeat
                .schedules()
                .define(world.schedule("during", "@at 2026-02-15T08:40:00Z").build());
        world.at("08:45:00");
        heartbeat.pulse();
        world.at("09:30:00");
        heartbeat
                .schedules()
                .define(world.schedule("after", "@at 2026-02-15T08:50:00Z").build());
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::scheduleId).containsExactly("after");
        assertThat(world.ledger("during")).extracting(RunRecord::reason).containsExactly("paused");
    }

    @Test
    void whoPausedWhatWhyAndUntilWhenIsReadBackAndAudited() {
        Heartbeat heartbeat = world.working();
        Schedules schedules = heartbeat.schedules();
        assertThat(schedules.pauses()).isEqualTo(Pauses.NONE);
        Instant until = Instant.parse("2026-02-15T10:00:00Z");
        schedules.pauseQueue("mail", until, ANN);
        world.at("08:05:00");
        schedules.pauseAll(Pause.INDEFINITELY, Audit.by("bob", ""));
        schedules.pauseQueue("mail", Pause.INDEFINITELY, Audit.by("cid", "longer"));
        assertThat(schedules.resumeQueue("reports", ANN)).isFalse();
        world.at("08:06:00");
        assertThat(schedules.resumeAll(ANN)).isTrue();

        Pauses pauses = world.working().schedules().pauses();
        assertThat(pauses.queue("mail"))
                .as("it began with the first one")
                .contains(new Pauses.Entry(World.START, new Pause(Pause.INDEFINITELY, "cid", "longer")));
        assertThat(pauses.everything())
                .contains(new Pauses.Entry(
                        Instant.parse("2026-02-15T08:05:00Z"),
                        new Pause(Instant.parse("2026-02-15T08:06:00Z"), "bob", "")));
        assertThat(world.store.snapshot().audit())
                .extracting(AuditEntry::verb, AuditEntry::who, AuditEntry::target, AuditEntry::why)
                .containsExactlyInAnyOrder(
                        tuple("pause-queue", "ann", "mail", "the provider is down"),
                        tuple("pause-all", "bob", "*", ""),
                        tuple("pause-queue", "cid", "mail", "longer"),
                        tuple("resume-all", "ann", "*", "the provider is down"));
    }

    @Test
    void twoPeopleAtOnceLoseNeitherPause() {
        Schedules bobs = world.working().schedules();
        Probe way = new Probe(world.store);
        Schedules anns = world.heartbeat(way, builder -> builder).schedules();
        way.once("compareAndSet", call -> {
            bobs.pauseQueue("reports", Pause.INDEFINITELY, Audit.by("bob", ""));
            return call.proceed();
        });
        anns.pauseQueue("mail", Pause.INDEFINITELY, ANN);

        assertThat(anns.pauses().queues().keySet()).containsExactlyInAnyOrder("mail", "reports");
    }

    @Test
    void duringMaintenancePulsesLeaveAHeartbeatAndTheHealthSaysWhy() {
        Heartbeat heartbeat = world.working();
        Heartbeat other = world.working();
        heartbeat.schedules().define(mail("a", "*/10 * * * *").build());
        heartbeat.pulse();
        heartbeat.schedules().pauseAll(Instant.parse("2026-02-15T10:00:00Z"), ANN);
        assertThat(heartbeat.health().conditions())
                .as("at once, where it was asked for")
                .extracting(Condition::name)
                .containsExactly(Condition.MAINTENANCE);
        world.at("08:10:00");

        Pulse pulse = other.pulse();

        assertThat(pulse.heartbeat().orElseThrow().timestamp()).isEqualTo(Instant.parse("2026-02-15T08:10:00Z"));
        assertThat(reason(pulse, "a")).isEqualTo("maintenance");
        assertThat(pulse.detail("a").orElseThrow().nextRun())
                .as("the first one after it")
                .isEqualTo(Instant.parse("2026-02-15T10:10:00Z"));
        assertThat(other.health().status()).isEqualTo(PulseStatus.ALIVE);
        assertThat(other.health().conditions()).singleElement().satisfies(condition -> {
            assertThat(condition.cause())
                    .isEqualTo("Everything is paused until 2026-02-15T10:00:00Z by ann (the provider is down);"
                            + " no schedule starts");
            assertThat(condition.since()).isEqualTo(World.START);
            assertThat(condition.nextStep()).contains("resumeAll");
        });
        world.at("10:00:00");
        assertThat(other.health().conditions()).extracting(Condition::name).doesNotContain(Condition.MAINTENANCE);
    }

    /** A million paused schedules are not a million lines. */
    @Test
    void ofManyThatArePausedTheDetailsNameAFew() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.upcoming(5).task("work", world::note));
        for (int i = 0; i < 30; i++) {
            heartbeat.schedules().define(mail("m" + i, "*/10 * * * *").build());
        }
        heartbeat.schedules().pauseQueue("mail", Pause.INDEFINITELY, ANN);
        world.at("08:10:00");

        assertThat(heartbeat.pulse().details()).hasSize(5).allMatch(detail -> "queue-paused".equals(detail.reason()));
    }

    /** Rule B19: what is paused wakes nobody until the pause ends, and hides nothing that falls due behind it. */
    @Test
    void theTickerDoesNotSpinOnWhatIsPausedAndWakesForWhatIsNot() throws Exception {
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
        Probe way = new Probe(store);
        CountDownLatch runs = new CountDownLatch(2);
        CountDownLatch resumed = new CountDownLatch(1);
        Heartbeat heartbeat = Heartbeat.builder(way.store())
                .name("paused")
                .upcoming(1)
                .task("work", context -> {
                    (context.scheduleId().startsWith("p") ? resumed : runs).countDown();
                    return TaskResult.done();
                })
                .build();
        try {
            Schedules schedules = heartbeat.schedules();
            schedules.pauseQueue("mail", Pause.INDEFINITELY, ANN);
            for (int i = 0; i < 10; i++) {
                schedules.define(mail("p" + i, "@every PT1S").build());
                schedules.define(mail("pp" + i, "0 0 1 1 *").runAtFirstPulse().build());
            }
            schedules.define(world.schedule("q", "@every PT2S").build()); // not among the next one to be listed
            heartbeat.start();
            await(runs);
            assertThat(way.calls("findDue")).isLessThan(12);
            schedules.resumeQueue("mail", ANN);
            await(resumed);
        } finally {
            heartbeat.close();
        }
    }

    /** The end of the pause is a time to wake at, also where the store knows of none. */
    @Test
    void theTickerWakesWhenThePauseEnds() throws Exception {
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
        CountDownLatch run = new CountDownLatch(1);
        Heartbeat heartbeat = Heartbeat.builder(store)
                .name("paused")
                .task("work", context -> {
                    run.countDown();
                    return TaskResult.done();
                })
                .build();
        try {
            heartbeat.schedules().pauseAll(Instant.now().plusMillis(1_500), ANN);
            heartbeat
                    .schedules()
                    .define(world.schedule("a", "0 0 1 1 *").runAtFirstPulse().build());
            heartbeat.start();
            await(run);
        } finally {
            heartbeat.close();
        }
    }
}
