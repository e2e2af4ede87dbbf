package dev.heartbeat.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.Fire;
import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Days with more work than the budget has room for, through the real engine. */
class OverloadSimulationTest {
    private static final Instant DAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final long seed = Long.getLong("heartbeat.seed", System.nanoTime());

    private static Schedule schedule(String id, String cron, String task, Priority priority) {
        return Schedule.builder(id, cron, task)
                .priority(priority)
                .timeout(Duration.ofHours(1))
                .build();
    }

    private static List<Schedule> many(int count, String name, String cron, Priority priority) {
        List<Schedule> many = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            many.add(schedule(name + i, cron, name, priority));
        }
        return many;
    }

    private static int starts(SimulationResult result, String name) {
        return (int) result.fires().stream()
                .filter(fire -> fire.scheduleId().startsWith(name) && fire.outcome() == Outcome.EXECUTED)
                .count();
    }

    /** Rule B5: nothing that is too long for the budget is held back for ever, and on a quiet day not at all. */
    @Test
    void aTaskLongerThanTheBudgetRunsEachTimeAndGoesOnAsRunning() {
        SimulationResult day = Simulation.of(schedule("backup", "*/30 * * * *", "backup", Priority.LOW))
                .takes("backup", Duration.ofMinutes(5))
                .run(DAY, Duration.ofDays(1));

        assertThat(day.outcomesOf("backup")).containsExactly(entry("executed", 47));
        assertThat(day.firesOf("backup"))
                .allSatisfy(fire -> assertThat(fire.delay()).contains(Duration.ZERO));
        assertThat(day.pulses().stream()
                        .filter(pulse -> pulse.detail("backup").isPresent())
                        .map(pulse -> pulse.detail("backup").orElseThrow().outcome()))
                .containsOnly(Outcome.RUNNING);
    }

    @Test
    void aTaskLongerThanTheBudgetStartsAtTheEndOfAPulseWhereItTakesAPlaceFromNobody() {
        List<Schedule> all = many(10, "short", "*/10 * * * *", Priority.NORMAL);
        all.add(schedule("long", "0 */2 * * *", "long", Priority.HIGH));
        SimulationResult day = Simulation.of(all)
                .takes("short", Duration.ofSeconds(10))
                .takes("long", Duration.ofMinutes(5))
                .setup(builder -> builder.parallelism(2))
                .run(DAY, Duration.ofDays(1));

        assertThat(day.outcomesOf("long")).containsExactly(entry("executed", 11));
        assertThat(day.firesOf("long").subList(1, 11))
                .as("the first one nobody knew")
                .allSatisfy(fire -> assertThat(fire.delay()).contains(Duration.ofSeconds(50)));
    }

    /** Rule B5, with no place to spare: it starts at the head of its class when it has waited an interval. */
    @Test
    void aTaskLongerThanTheBudgetStartsAfterAnIntervalWhenShortWorkWouldFillEveryPulse() {
        List<Schedule> all = many(12, "short", "*/10 * * * *", Priority.NORMAL);
        all.add(schedule("long", "0 */2 * * *", "long", Priority.NORMAL));
        SimulationResult day = Simulation.of(all)
                .takes("short", Duration.ofSeconds(11))
                .takes("long", Duration.ofMinutes(5))
                .setup(builder -> builder.parallelism(2))
                .run(DAY, Duration.ofDays(1));

        assertThat(day.outcomesOf("long")).containsEntry("executed", 11).containsEntry("deferred: budget", 11);
        assertThat(day.firesOf("long"))
                .allSatisfy(
                        fire -> assertThat(fire.delay().orElseThrow()).isBetween(INTERVAL, INTERVAL.plusMinutes(1)));
    }

    @Test
    void whatWillNotFitWaitsForThePulseInWhichItDoes() {
        SimulationResult hours = Simulation.of(
                        schedule("a", "*/20 * * * *", "a", Priority.HIGH),
                        schedule("b", "*/20 * * * *", "b", Priority.NORMAL))
                .takes("a", Duration.ofSeconds(40))
                .takes("b", Duration.ofSeconds(30))
                .setup(builder -> builder.parallelism(1))
                .run(DAY, Duration.ofHours(3));

        assertThat(hours.firesOf("a"))
                .allSatisfy(fire -> assertThat(fire.delay()).contains(Duration.ZERO));
        assertThat(hours.firesOf("b").subList(1, 8))
                .as("the first one nobody knew")
                .allSatisfy(fire -> assertThat(fire.delay()).contains(INTERVAL));
        assertThat(hours.pulses().get(4).detail("b").orElseThrow().reason())
                .isEqualTo("would-not-fit: likely takes 30 s, 15 s were left");
    }

    @Test
    void theNonCriticalWaitsFirst() {
        List<Schedule> all = many(6, "pay", "*/10 * * * *", Priority.CRITICAL);
        all.addAll(many(12, "mail", "*/10 * * * *", Priority.NORMAL));
        SimulationResult day = Simulation.of(all)
                .takes("pay", Duration.ofSeconds(15))
                .takes("mail", Duration.ofSeconds(10))
                .setup(builder -> builder.parallelism(2))
                .run(DAY, Duration.ofDays(1));

        for (Schedule each : all.subList(0, 6)) {
            assertThat(day.outcomesOf(each.id())).containsExactly(entry("executed", 143));
        }
        assertThat(starts(day, "mail"))
                .as("each pulse has 110 s, less 90, and what goes on as running")
                .isBetween(143, 6 * 143);
        assertThat(day.fires())
                .filteredOn(fire -> fire.outcome() == Outcome.MISSED)
                .isNotEmpty()
                .allMatch(fire -> fire.scheduleId().startsWith("mail"))
                .extracting(Fire::reason)
                .containsOnly("overload");
    }

    @Test
    void aBurstOfLowFinishesBesideSteadyHigh() {
        List<Schedule> all = many(14, "high", "*/10 * * * *", Priority.HIGH);
        all.addAll(many(20, "low", "0 6 * * *", Priority.LOW));
        SimulationResult day = Simulation.of(all)
                .takes("high", Duration.ofSeconds(10))
                .takes("low", Duration.ofSeconds(10))
                .setup(builder -> builder.parallelism(2))
                .run(DAY, Duration.ofDays(1));

        assertThat(starts(day, "low")).isEqualTo(20);
        assertThat(day.fires())
                .filteredOn(fire -> fire.scheduleId().startsWith("low"))
                .allSatisfy(fire -> assertThat(fire.delay().orElseThrow()).isLessThan(Duration.ofHours(1)));
        assertThat(starts(day, "high")).isGreaterThan(143 * 10 - 25);
    }

    /** Random loads: everybody has turns, every fire stands in the ledger once, and a pulse answers within its budget. */
    @Test
    void noPriorityStarvesWhateverTheLoad() {
        Random random = new Random(seed);
        for (int load = 0; load < 8; load++) {
            int places = 1 + random.nextInt(3);
            List<Schedule> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Priority priority = Priority.values()[1 + i % 3];
                String cron = List.of("*/10 * * * *", "*/20 * * * *", "5,35 * * * *", "0 * * * *")
                        .get(random.nextInt(4));
                all.add(schedule(priority.text() + i, cron, "task" + i, priority));
            }
            Simulation simulation = Simulation.of(all).setup(builder -> builder.parallelism(places));
            for (int i = 0; i < 12; i++) {
                simulation.takes("task" + i, Duration.ofSeconds(1 + random.nextInt(i == 0 ? 200 : 40)));
            }
            SimulationResult day = simulation.run(DAY, Duration.ofDays(1));

            for (Schedule schedule : all) {
                List<Fire> fires = day.firesOf(schedule.id());
                assertThat(fires)
                        .as("-Dheartbeat.seed=%d, load %d: %s in %s", seed, load, schedule, fires)
                        .filteredOn(fire -> fire.outcome() == Outcome.EXECUTED)
                        .hasSizeGreaterThanOrEqualTo(8);
                Set<Instant> told = new HashSet<>();
                assertThat(fires)
                        .as("-Dheartbeat.seed=%d, load %d: once each", seed, load)
                        .allMatch(fire -> told.add(fire.at()));
                Instant fire = schedule.nextFire(DAY).orElseThrow();
                for (Instant last = fires.get(fires.size() - 1).at(); !fire.isAfter(last); ) {
                    assertThat(told)
                            .as("-Dheartbeat.seed=%d, load %d: all of them", seed, load)
                            .contains(fire);
                    fire = schedule.nextFire(fire).orElseThrow();
                }
            }
            assertThat(day.pulses()).allMatch(pulse -> pulse.durationMs() <= 60_000);
            assertThat(day.pulses()).hasSize(144);
        }
    }

    @Test
    void whatIsNotKnownStartsInTheHopeThatItFitsAndWhatIsKnownOnlyIfItDoes() {
        SimulationResult hours = Simulation.of(many(30, "new", "0 * * * *", Priority.NORMAL))
                .takes("new", Duration.ofSeconds(10))
                .setup(builder -> builder.parallelism(4))
                .run(DAY, Duration.ofHours(3));

        Pulse first = hours.pulses().get(6);
        assertThat(first.count(Outcome.EXECUTED)).as("four places, five turns").isEqualTo(20);
        assertThat(first.count(Outcome.RUNNING)).as("the sixth").isEqualTo(4);
        assertThat(first.count(Outcome.DEFERRED)).isEqualTo(6);
        Pulse second = hours.pulses().get(12);
        assertThat(second.count(Outcome.EXECUTED)).isEqualTo(20);
        assertThat(second.count(Outcome.RUNNING)).isZero();
        assertThat(second.details())
                .filteredOn(detail -> detail.outcome() == Outcome.DEFERRED)
                .hasSize(10)
                .extracting(PulseDetail::reason)
                .containsOnly("would-not-fit: likely takes 10 s, 5 s were left");
    }
}
