package dev.heartbeat.inmemory;

import static dev.heartbeat.inmemory.assertj.SimulationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.heartbeat.Audit;
import dev.heartbeat.Pulse;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The simulator: the real engine in a time of its own. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SimulationTest {
    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    private static Schedule.Builder schedule(String id, String cron) {
        return Schedule.builder(id, cron, "work");
    }

    private static Instant at(String time) {
        return Instant.parse("2026-03-02T" + time + "Z");
    }

    @Test
    void everyFireOfAWeekIsThereInMoments() {
        SimulationResult week = Simulation.of(
                        schedule("deals", "0 9 * * 1,4").zone(NEW_YORK).build(),
                        schedule("video", "30 17 * * 5").build())
                .takes("work", Duration.ofSeconds(20))
                .run(MONDAY, WEEK);

        assertThat(week)
                .stayedAlive()
                .firesOf("deals")
                .firedAt("2026-03-02T14:00:00Z", "2026-03-05T14:00:00Z")
                .wereExecuted()
                .startedWithin(Duration.ZERO);
        assertThat(week.firesOf("video"))
                .extracting(Fire::at, Fire::startedAt, Fire::endedAt, Fire::attempts)
                .containsExactly(tuple(
                        Instant.parse("2026-03-06T17:30:00Z"),
                        Instant.parse("2026-03-06T17:30:00Z"),
                        Instant.parse("2026-03-06T17:30:20Z"),
                        1));
        assertThat(week.pulses()).hasSize(7 * 24 * 6);
        assertThat(week.pulses().get(0).startedAt()).isEqualTo(MONDAY);
        assertThat(week.fires()).hasSize(3).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    }

    @Test
    void aNightWithTwoOneOClocksHasOneRunOfADailyJobAndAllOfAnHourlyOne() {
        SimulationResult night = Simulation.of(
                        schedule("daily", "30 1 * * *").zone(NEW_YORK).build(),
                        schedule("hourly", "30 * * * *").zone(NEW_YORK).build())
                .run(Instant.parse("2026-11-01T04:00:00Z"), Duration.ofHours(4));

        assertThat(night).firesOf("daily").firedAt("2026-11-01T05:30:00Z");
        assertThat(night)
                .firesOf("hourly")
                .firedAt(
                        "2026-11-01T04:30:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z");
    }

    @Test
    void anOutageMissesAllButTheLatestFireAndTheRestGoesOn() {
        SimulationResult day = Simulation.of(schedule("a", "0 * * * *").build())
                .outage(at("02:30:00"), at("05:25:00"))
                .run(MONDAY, Duration.ofHours(7));

        assertThat(day.firesOf("a"))
                .extracting(Fire::at, Fire::outcome, Fire::reason)
                .containsExactly(
                        tuple(at("01:00:00"), Outcome.EXECUTED, null),
                        tuple(at("02:00:00"), Outcome.EXECUTED, null),
                        tuple(at("03:00:00"), Outcome.MISSED, "coalesced"),
                        tuple(at("04:00:00"), Outcome.MISSED, "coalesced"),
                        tuple(at("05:00:00"), Outcome.EXECUTED, null),
                        tuple(at("06:00:00"), Outcome.EXECUTED, null));
        assertThat(day.firesOf("a").get(4).delay()).contains(Duration.ofMinutes(30));
        assertThat(day.pulses()).hasSize(7 * 6 - 18);
    }

    @Test
    void lateAndJitteredPulsesAreTheSameForOneSeed() {
        Simulation simulation = Simulation.of(schedule("a", "*/30 * * * *").build());
        List<Fire> first =
                simulation.jitter(Duration.ofMinutes(25), 7).run(MONDAY, WEEK).firesOf("a");
        List<Fire> again = simulation.run(MONDAY, WEEK).firesOf("a");
        List<Fire> other =
                simulation.jitter(Duration.ofMinutes(25), 8).run(MONDAY, WEEK).firesOf("a");

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
        assertThat(first)
                .allSatisfy(fire -> assertThat(fire.delay().orElseThrow()).isLessThan(Duration.ofMinutes(35)))
                .anySatisfy(fire -> assertThat(fire.delay().orElseThrow()).isGreaterThan(Duration.ofMinutes(5)));
    }

    @Test
    void runsWaitForAPlaceAndAPulseForItsBudget() {
        SimulationResult hour = Simulation.of(
                        schedule("a", "30 0 * * *").build(),
                        schedule("b", "30 0 * * *").build(),
                        schedule("c", "30 0 * * *").build())
                .setup(heartbeat -> heartbeat.parallelism(2))
                .takes("work", Duration.ofSeconds(20))
                .run(MONDAY, HOUR);

        assertThat(hour.fires())
                .extracting(Fire::scheduleId, Fire::startedAt, Fire::endedAt)
                .containsExactly(
                        tuple("a", at("00:30:00"), at("00:30:20")),
                        tuple("b", at("00:30:00"), at("00:30:20")),
                        tuple("c", at("00:30:20"), at("00:30:40")));
        Pulse pulse = hour.pulses().get(3);
        assertThat(pulse.durationMs()).isEqualTo(40_000);
        assertThat(pulse.count(Outcome.EXECUTED)).isEqualTo(3);
    }

    @Test
    void aRunLongerThanThePulseEndsInTheBackgroundAndNothingOverlapsIt() {
        SimulationResult day = Simulation.of(
                        schedule("slow", "*/10 * * * *").timeout(HOUR).build())
                .takes("work", Duration.ofMinutes(25))
                .run(MONDAY, Duration.ofHours(6));

        assertThat(day).firesOf("slow").didNotOverlap();
        assertThat(day)
                .firesOf("slow")
                .filteredOn(fire -> fire.outcome() == Outcome.EXECUTED)
                .hasSize(11);
        assertThat(day.firesOf("slow"))
                .as("each fire once, up to the last run that has ended")
                .extracting(Fire::at)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 31)
                        .mapToObj(i -> MONDAY.plus(Duration.ofMinutes(10L * i)))
                        .toList());
        assertThat(day.pulses().get(1).count(Outcome.RUNNING)).isEqualTo(1);
        assertThat(day.pulses().get(1).durationMs()).isLessThanOrEqualTo(60_000);
    }

    @Test
    void aTaskThatTakesTooLongTimesOutAndIsTriedAgain() {
        SimulationResult hour = Simulation.of(schedule("a", "0 0 * * *")
                        .runAtFirstPulse()
                        .timeout(Duration.ofSeconds(10))
                        .retry(Retry.attempts(2))
                        .build())
                .takes("work", Duration.ofMinutes(5))
                .run(MONDAY, HOUR);

        assertThat(hour)
                .firesOf("a")
                .hadOutcome(Outcome.TIMED_OUT, 1)
                .singleElement()
                .satisfies(fire -> {
                    assertThat(fire.attempts()).isEqualTo(2);
                    assertThat(fire.error()).isEqualTo("timed out after 10 s");
                    assertThat(Duration.between(fire.startedAt(), fire.endedAt()))
                            .isEqualTo(Duration.ofSeconds(10));
                });
        assertThat(hour.pulses()).extracting(Pulse::status).contains(PulseStatus.ERROR);
    }

    @Test
    void scriptedAnswersComeInTheirOrderAndThenAllIsWell() {
        SimulationResult hours = Simulation.of(
                        schedule("a", "0 * * * *").retry(Retry.attempts(2)).build())
                .answers("work", TaskResult.retryAfter(Duration.ofMinutes(15), "not yet"), TaskResult.failed("no"))
                .answers("work", TaskResult.skipped("nothing to do"))
                .run(MONDAY, Duration.ofHours(4));

        assertThat(hours.firesOf("a"))
                .extracting(Fire::at, Fire::outcome, Fire::attempts, Fire::startedAt, Fire::error)
                .containsExactly(
                        tuple(at("01:00:00"), Outcome.FAILED, 2, at("01:20:00"), "no"),
                        tuple(at("02:00:00"), Outcome.SKIPPED, 1, at("02:00:00"), null),
                        tuple(at("03:00:00"), Outcome.EXECUTED, 1, at("03:00:00"), null));
        assertThat(hours.pulses())
                .filteredOn(pulse -> pulse.status() == PulseStatus.ERROR)
                .extracting(Pulse::startedAt)
                .as("red from the failure to the end of its beat")
                .containsExactly(at("01:20:00"));
    }

    @Test
    void codeThatIsHandedInSeesTheSimulatedTimeAndKeepsItsLimits() {
        List<Instant> seen = new ArrayList<>();
        Task task = Task.action("work", context -> {
                    seen.add(context.now());
                    throw new IllegalStateException("broken");
                })
                .retry(Retry.none())
                .build();
        SimulationResult hour = Simulation.of(schedule("a", "30 * * * *").build())
                .task(task)
                .takes("work", Duration.ofSeconds(3))
                .run(MONDAY, HOUR);

        assertThat(seen).containsExactly(at("00:30:03"));
        assertThat(hour.firesOf("a"))
                .extracting(Fire::outcome, Fire::attempts, Fire::error)
                .containsExactly(tuple(Outcome.FAILED, 1, "IllegalStateException: broken"));
    }

    @Test
    void whatTheSetUpSaysOfStoreClockAndExecutorIsReplaced() {
        AtomicInteger touched = new AtomicInteger();
        SimulationResult hour = Simulation.of(schedule("a", "30 * * * *").build())
                .setup(heartbeat -> heartbeat
                        .clock(() -> {
                            touched.incrementAndGet();
                            return Instant.EPOCH;
                        })
                        .executor(work -> touched.incrementAndGet()))
                .takes("work", Duration.ofSeconds(1))
                .run(MONDAY, HOUR);

        assertThat(touched).hasValue(0);
        assertThat(hour).firesOf("a").wereExecuted();
    }

    @Test
    void listenersOfTheSetUpHearOfPulsesInSimulatedTime() {
        List<Instant> heard = new ArrayList<>();
        Simulation.of()
                .setup(heartbeat -> heartbeat.listener(new dev.heartbeat.PulseListener() {
                    @Override
                    public void pulseEnded(Pulse pulse) {
                        heard.add(pulse.startedAt());
                    }
                }))
                .pulseEvery(Duration.ofMinutes(20))
                .run(MONDAY, HOUR);

        assertThat(heard).containsExactly(MONDAY, at("00:20:00"), at("00:40:00"));
    }

    @Test
    void aPulseThatWouldOverlapTheOneBeforeDoesNotCome() {
        SimulationResult run = Simulation.of(
                        schedule("a", "0 0 * * *").runAtFirstPulse().build())
                .setup(heartbeat -> heartbeat.budget(Duration.ofMinutes(4)))
                .pulseEvery(Duration.ofMinutes(1))
                .takes("work", Duration.ofMinutes(2).plusSeconds(30))
                .task(Task.action("work", context -> {}).timeout(HOUR).build())
                .run(MONDAY, Duration.ofMinutes(5));

        assertThat(run.pulses()).extracting(Pulse::startedAt).containsExactly(MONDAY, at("00:03:00"), at("00:04:00"));
    }

    @Test
    void eachCatchUpTellsItsOwnStoryOfAnOutage() {
        Map<String, CatchUp> kinds = Map.of(
                "once", CatchUp.once(),
                "skip", CatchUp.skip(),
                "all", CatchUp.all(),
                "two", CatchUp.all(2),
                "young", CatchUp.all().within(Duration.ofHours(2)));
        SimulationResult day = Simulation.of(kinds.entrySet().stream()
                        .map(kind -> schedule(kind.getKey(), "30 * * * *")
                                .catchUp(kind.getValue())
                                .build())
                        .toList())
                .takes("work", Duration.ofSeconds(5))
                .outage(at("01:00:00"), at("05:10:00"))
                .run(MONDAY, Duration.ofHours(6));

        // fires at 00:30 to 05:30; those of 01:30 to 04:30 fall into the outage
        assertThat(day).firesOf("once").hadOutcome(Outcome.EXECUTED, 3).hadOutcome(Outcome.MISSED, 3);
        assertThat(day).firesOf("skip").hadOutcome(Outcome.EXECUTED, 2).hadOutcome(Outcome.MISSED, 4);
        assertThat(day).firesOf("all").hasSize(6).wereExecuted().didNotOverlap();
        assertThat(day.firesOf("all"))
                .as("one after the other in one pulse")
                .extracting(Fire::startedAt)
                .contains(at("05:10:00"), at("05:10:05"), at("05:10:10"), at("05:10:15"));
        assertThat(day).firesOf("two").hasSize(6).wereExecuted();
        assertThat(day.firesOf("two"))
                .extracting(Fire::startedAt)
                .contains(at("05:10:00"), at("05:10:05"), at("05:20:00"), at("05:20:05"));
        assertThat(day).firesOf("young").hadOutcome(Outcome.EXECUTED, 4).hadOutcome(Outcome.MISSED, 2);
        assertThat(day.firesOf("young"))
                .filteredOn(fire -> fire.outcome() == Outcome.MISSED)
                .extracting(Fire::reason)
                .containsOnly("too-old");
    }

    @Test
    void aBacklogGoesOnAsLongAsTheBudgetAllowsAndTheNextPulseTakesTheRest() {
        SimulationResult day = Simulation.of(schedule("a", "*/10 * * * *")
                        .catchUp(CatchUp.all())
                        .timeout(Duration.ofMinutes(5))
                        .build())
                .takes("work", Duration.ofSeconds(20))
                .outage(at("00:05:00"), at("02:00:00"))
                .run(MONDAY, Duration.ofHours(6));

        assertThat(day).firesOf("a").hasSize(35).wereExecuted().didNotOverlap();
        assertThat(day.pulses())
                .filteredOn(pulse -> pulse.startedAt().equals(at("02:00:00")))
                .singleElement()
                .satisfies(pulse -> {
                    assertThat(pulse.durationMs()).isLessThanOrEqualTo(60_000);
                    assertThat(pulse.count(Outcome.EXECUTED)).isEqualTo(2);
                    assertThat(pulse.count(Outcome.RUNNING)).isEqualTo(1);
                });
    }

    @Test
    void whatSomebodyDoesIsDoneAtItsInstant() {
        Audit ann = Audit.by("ann", "");
        SimulationResult day = Simulation.of(
                        schedule("paused", "30 * * * *").build(),
                        schedule("edited", "30 * * * *").build(),
                        schedule("missed", "30 * * * *").build())
                .outage(at("01:00:00"), at("04:05:00"))
                .at(at("05:05:00"), heartbeat -> heartbeat.schedules().pause("paused", at("07:00:00"), ann))
                .at(
                        at("05:05:00"),
                        heartbeat -> heartbeat
                                .schedules()
                                .define(schedule("edited", "*/15 * * * *").build()))
                .at(
                        at("06:00:00"),
                        heartbeat ->
                                heartbeat.schedules().backfill("missed", at("00:00:00"), at("06:00:00"), false, ann))
                .run(MONDAY, Duration.ofHours(8));

        assertThat(day)
                .firesOf("paused")
                .filteredOn(fire -> "paused".equals(fire.reason()))
                .extracting(Fire::at)
                .containsExactly(at("05:30:00"), at("06:30:00"));
        assertThat(day.firesOf("edited"))
                .filteredOn(fire -> fire.at().isAfter(at("05:00:00")))
                .extracting(Fire::at)
                .startsWith(at("05:15:00"), at("05:30:00"), at("05:45:00"))
                .hasSize(11);
        assertThat(day.firesOf("missed"))
                .filteredOn(Fire::isBackfilled)
                .extracting(Fire::at, Fire::outcome, Fire::startedAt)
                .as("one in each pulse")
                .containsExactly(
                        tuple(at("01:30:00"), Outcome.EXECUTED, at("06:00:00")),
                        tuple(at("02:30:00"), Outcome.EXECUTED, at("06:10:00")));
        assertThat(day.snapshot().audit()).extracting(AuditEntry::verb).containsExactly("backfill", "pause");
    }

    @Test
    void whatSomebodyDoesWaitsForThePulseThatIsUnderWay() {
        List<Object> done = new ArrayList<>();
        Simulation.of(schedule("a", "10 * * * *").build())
                .takes("work", Duration.ofSeconds(20))
                .at(at("00:10:05"), heartbeat -> done.add(heartbeat.health().at()))
                .at(at("00:10:05"), heartbeat -> done.add("second"))
                .at(at("00:03:00"), heartbeat -> done.add(heartbeat.health().at()))
                .run(MONDAY, HOUR);

        assertThat(done).containsExactly(at("00:03:00"), at("00:10:20"), "second");
    }

    @Test
    void whatSomebodyWouldDoAtAnInstantThatDoesNotComeIsRefused() {
        for (Instant instant : List.of(MONDAY.minusNanos(1), MONDAY.plus(HOUR))) {
            Simulation simulation =
                    Simulation.of(schedule("a", "30 * * * *").build()).at(instant, heartbeat -> {});

            assertThatIllegalStateException()
                    .isThrownBy(() -> simulation.run(MONDAY, HOUR))
                    .withMessageContainingAll("at " + instant, "PT1H", "does not come");
        }
    }

    @Test
    void whatIsStillAtWorkAtTheEndIsInTheStoreAndNotAmongTheFires() {
        SimulationResult run = Simulation.of(schedule("a", "0 0 * * *")
                        .runAtFirstPulse()
                        .timeout(HOUR)
                        .build())
                .takes("work", Duration.ofMinutes(30))
                .run(MONDAY, Duration.ofMinutes(10));

        assertThat(run.firesOf("a")).isEmpty();
        assertThat(run.snapshot().schedules().get("a").state().pending())
                .extracting(PendingFire::state)
                .isEqualTo(PendingFire.State.CLAIMED);
    }

    /** Counted, not timed: what a year costs in events. The benchmark says how long it takes. */
    @Test
    void aYearOfTwoHundredSchedulesRunsEachFireOnce() {
        List<Schedule> schedules = IntStream.range(0, 200)
                .mapToObj(i -> schedule("s" + i, (i % 60) + " " + (i % 24) + " * * *")
                        .zone(NEW_YORK)
                        .build())
                .toList();
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Instant end = start.plus(Duration.ofDays(365));

        SimulationResult year = Simulation.of(schedules).run(start, Duration.ofDays(365));

        assertThat(year.pulses()).hasSize(365 * 24 * 6);
        assertThat(year).stayedAlive().fires().wereExecuted().startedWithin(Duration.ofMinutes(10));
        for (Schedule schedule : schedules) {
            List<Instant> asked = new ArrayList<>();
            Optional<Instant> fire = schedule.nextFire(start);
            while (fire.isPresent() && !fire.get().isAfter(end.minus(Duration.ofMinutes(10)))) {
                asked.add(fire.get());
                fire = schedule.nextFire(fire.get());
            }
            assertThat(year.firesOf(schedule.id())).extracting(Fire::at).isEqualTo(asked);
        }
    }

    @Test
    void aSimulationLeavesNoThread() throws InterruptedException {
        Simulation.of(schedule("a", "*/10 * * * *").timeout(HOUR).build())
                .takes("work", Duration.ofMinutes(25))
                .run(MONDAY, HOUR);

        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("simulation-")) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void aScriptForATaskThatTheSetUpRegistersIsRefusedNotIgnored() {
        Simulation simulation = Simulation.of(schedule("a", "30 * * * *").build())
                .setup(heartbeat -> heartbeat.task("work", context -> TaskResult.done()))
                .takes("work", HOUR);

        assertThatIllegalStateException()
                .isThrownBy(() -> simulation.run(MONDAY, HOUR))
                .withMessageContainingAll("takes", "[work]", "setup", "task()");
    }

    @Test
    void badInputIsRefusedAtTheCall() {
        Schedule schedule = schedule("a", "30 * * * *").build();
        refused(simulation -> Simulation.of(schedule, schedule), "'a'", "twice");
        refused(simulation -> simulation.pulseEvery(Duration.ZERO), "pulseEvery PT0S", "PT1S");
        refused(simulation -> simulation.jitter(Duration.ofSeconds(-1), 1), "jitter PT-1S");
        refused(simulation -> simulation.outage(MONDAY, MONDAY), "outage", "later");
        refused(simulation -> simulation.takes("work", Duration.ofDays(8)), "takes PT192H");
        refused(simulation -> simulation.run(MONDAY, Duration.ZERO), "run PT0S");
        refused(simulation -> simulation.run(MONDAY, HOUR).firesOf("b"), "'b'", "[a]");
        Task task = Task.action("work", context -> {}).build();
        refused(simulation -> simulation.task(task).task(task), "'work'");
        refused(simulation -> simulation.task(task).answers("work", TaskResult.done()), "'work'");
        refused(simulation -> simulation.answers("work", TaskResult.done()).task(task), "'work'");
    }

    private static void refused(Consumer<Simulation> call, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        call.accept(Simulation.of(schedule("a", "30 * * * *").build())))
                .withMessageContainingAll(words);
    }
}
