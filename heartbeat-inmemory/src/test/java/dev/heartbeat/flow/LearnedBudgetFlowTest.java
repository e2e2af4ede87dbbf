package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The budget of instances that share a store: what they learn, whom they defer, and what the ledger says of it. */
class LearnedBudgetFlowTest {
    private static final StateKey PROFILE = new StateKey("profile", "work");
    private static final StateKey WAITING = new StateKey("budget", "waiting");
    private static final Duration SHORT = Duration.ofMillis(200);

    private final World world = new World();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        world.close();
    }

    private List<?> recent() {
        StateCell cell = world.store.snapshot().cells().get(PROFILE);
        return cell == null ? List.of() : (List<?>) cell.value().get("recent");
    }

    /** What earlier runs of a task took, as another process has left it. */
    private void learned(String task, Duration took) {
        world.store.compareAndSet(
                List.of(new StateCell(
                        new StateKey("profile", task), Version.NONE, Map.of("recent", List.of(took.toMillis())))),
                CallLimit.of(Duration.ofSeconds(5)));
    }

    /** A heartbeat of one place and a short budget, whose task {@code block} holds the place until it is released. */
    private Heartbeat crowded() {
        return world.heartbeat(builder -> builder.parallelism(1)
                .budget(SHORT)
                .task("work", world::note)
                .task(Task.named("block", context -> {
                            release.await();
                            return TaskResult.done();
                        })
                        .timeout(Duration.ofHours(1))
                        .build()));
    }

    private void defineBlocker(Heartbeat heartbeat) {
        heartbeat
                .schedules()
                .define(Schedule.builder("blocker", "0 0 1 1 *", "block")
                        .priority(Priority.CRITICAL)
                        .runAtFirstPulse()
                        .build());
    }

    @Test
    void whatRunsTakeIsLearnedForAllInstancesAndWrittenOnceAPulse() {
        Heartbeat first = world.working();
        Heartbeat second = world.working();
        for (int i = 0; i < 3; i++) {
            first.schedules().define(world.schedule("s" + i, "*/10 * * * *").build());
        }
        world.at("08:10:00");
        first.pulse();
        assertThat(recent()).hasSize(3);
        assertThat(world.probe.calls("compareAndSet")).isEqualTo(1);

        world.at("08:20:00");
        second.pulse();
        assertThat(recent()).hasSize(6);
        assertThat(world.probe.calls("compareAndSet")).isEqualTo(2);
    }

    @Test
    void aPulseThatRunsNothingWritesTheFiguresOfTheDayAlone() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("08:10:00");
        heartbeat.pulse();
        StateCell learned = world.store.snapshot().cells().get(PROFILE);
        heartbeat.pulse();
        world.at("08:15:00");
        heartbeat.pulse();

        assertThat(world.probe.calls("compareAndSet")).isEqualTo(3);
        assertThat(world.store.snapshot().cells())
                .containsEntry(PROFILE, learned)
                .allSatisfy((key, cell) -> assertThat(key.kind()).isIn("profile", "figures"));
    }

    @Test
    void whatTwoInstancesLearnAtTheSameTimeIsBothKept() {
        Heartbeat first = world.working();
        Heartbeat second = world.heartbeat(new Probe(world.store), builder -> builder.task("work", world::note));
        first.schedules().define(world.now("a").build());
        world.probe.once("compareAndSet", call -> {
            second.schedules().define(world.now("b").build());
            second.pulse();
            return call.proceed();
        });

        first.pulse();

        assertThat(recent()).hasSize(2);
    }

    @Test
    void aRunThatTimesOutIsLearnedAsItsTimeoutAtLeast() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task(Task.named("work", context -> {
                    release.await();
                    return TaskResult.done();
                })
                .timeout(Duration.ofMillis(300))
                .build()));
        heartbeat.schedules().define(world.now("a").build());

        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RETRYING);
        assertThat(recent())
                .singleElement()
                .satisfies(ms -> assertThat((Long) ms).isGreaterThanOrEqualTo(300));
    }

    @Test
    void whatEndsAfterThePulseIsLearnedByTheNextOneOrAtTheClose() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(SHORT)
                .listener(new PulseListener() {
                    @Override
                    public void runEnded(PulseDetail detail) {
                        ended.countDown();
                    }
                })
                .task("work", context -> {
                    release.await();
                    return TaskResult.done();
                }));
        heartbeat.schedules().define(world.now("a").build());
        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.RUNNING);
        assertThat(recent()).isEmpty();
        release.countDown();
        await(ended);
        heartbeat.close();

        assertThat(recent()).hasSize(1);
    }

    /** Only what is learned holds back, and what is left counts, not what was left at the start. */
    @Test
    void aPredictionThatWasTooLongIsLookedAtAgainWhenARunEndsEarly() {
        learned("work", Duration.ofSeconds(40));
        Heartbeat heartbeat = world.heartbeat(builder -> builder.parallelism(1)
                .task(Task.named("work", world::note)
                        .timeout(Duration.ofMinutes(5))
                        .build()));
        heartbeat.schedules().define(world.now("a").build());
        heartbeat.schedules().define(world.now("b").build());

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.count(Outcome.EXECUTED))
                .as("2 x 40 s on one place in 55 s")
                .isEqualTo(2);
    }

    /** Rule C2, over a restart and two instances: what one process has deferred, another one finds passed over. */
    @Test
    void aFireDeferredUntilItsNextOneComesIsMissedForTheOverload() {
        learned("work", Duration.ofSeconds(20));
        learned("block", Duration.ofHours(1));
        Heartbeat crowded = crowded();
        defineBlocker(crowded);
        assertThat(outcome(crowded.pulse(), "blocker")).isEqualTo(Outcome.RUNNING);
        crowded.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("08:10:00");
        assertThat(crowded.pulse().detail("a").orElseThrow()).satisfies(detail -> {
            assertThat(detail.outcome()).isEqualTo(Outcome.DEFERRED);
            assertThat(detail.reason()).isEqualTo(PulseDetail.BUDGET);
        });
        assertThat(world.store.snapshot().schedules().get("a").state().pending())
                .as("nothing was claimed for it")
                .isNull();
        world.at("08:20:00");
        crowded.pulse();
        Heartbeat other = world.working();
        world.at("08:50:00");
        other.pulse();

        assertThat(world.ledger("a"))
                .extracting(
                        RunRecord::outcome,
                        RunRecord::reason,
                        RunRecord::count,
                        run -> run.fireTime().toString())
                .containsExactlyInAnyOrder(
                        tuple(Outcome.MISSED, "overload", 2, "2026-02-15T08:20:00Z"),
                        tuple(Outcome.MISSED, "coalesced", 2, "2026-02-15T08:40:00Z"),
                        tuple(Outcome.EXECUTED, null, 1, "2026-02-15T08:50:00Z"));
        assertThat(world.store.snapshot().cells().get(WAITING).value())
                .as("it waits no more")
                .isEqualTo(Map.of("waiting", List.of()));
    }

    /** Claimed in the hope of a place, and given back: the fire was not even begun. */
    @Test
    void aFireWhoseClaimWasGivenBackIsMissedForTheOverloadToo() {
        Heartbeat crowded = crowded();
        defineBlocker(crowded);
        crowded.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("08:10:00");
        assertThat(outcome(crowded.pulse(), "a")).isEqualTo(Outcome.DEFERRED);
        assertThat(world.store.snapshot().schedules().get("a").state().pending())
                .as("it was claimed")
                .isNotNull();
        Heartbeat other = world.working();
        world.at("08:20:00");
        other.pulse();

        assertThat(world.ledger("a"))
                .extracting(RunRecord::outcome, RunRecord::reason)
                .containsExactlyInAnyOrder(tuple(Outcome.MISSED, "overload"), tuple(Outcome.EXECUTED, null));
    }

    @Test
    void aFireThatNoPulseSawIsMissedAsBefore() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.at("08:30:00");
        heartbeat.pulse();

        assertThat(world.ledger("a"))
                .filteredOn(run -> run.outcome() == Outcome.MISSED)
                .extracting(RunRecord::reason)
                .containsExactly("coalesced");
    }

    @Test
    void cellsThatSomebodyHasSpoiltHoldNothingUp() {
        world.store.compareAndSet(
                List.of(
                        new StateCell(PROFILE, Version.NONE, Map.of("recent", "often")),
                        new StateCell(WAITING, Version.NONE, Collections.singletonMap("waiting", null))),
                CallLimit.of(Duration.ofSeconds(5)));
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.now("a").build());

        assertThat(outcome(heartbeat.pulse(), "a")).isEqualTo(Outcome.EXECUTED);
        assertThat(recent()).hasSize(1);
    }
}
