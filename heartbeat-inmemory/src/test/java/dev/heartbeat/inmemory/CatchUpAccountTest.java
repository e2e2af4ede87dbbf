package dev.heartbeat.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The account of fires over the real engine, for every setting of catch-up, with outages, late pulses, slow and failing
 * tasks, pauses, forced runs and backfills: each fire that the timing asks for has run, or is counted in one series, or is
 * open at the end, and no fire is there twice. Backfilled ones are counted apart.
 */
class CatchUpAccountTest {
    private static final int ROUNDS = 60;
    private static final int SCHEDULES = 4;
    private static final Duration LENGTH = Duration.ofHours(60);
    private static final Audit ANN = Audit.by("ann", "");
    private static final List<String> TIMINGS = List.of(
            "*/10 * * * *", "*/7 * * * *", "0 * * * *", "30 1,2,3 * * *", "15 */4 * * *", "@every PT17M", "0 9 * * *");
    private static final List<Instant> STARTS = List.of(
            Instant.parse("2026-03-07T20:17:00Z"),
            Instant.parse("2026-03-28T22:00:00Z"),
            Instant.parse("2026-10-31T03:30:30Z"),
            Instant.parse("2026-06-01T00:00:00Z"));

    private final long seed = Long.getLong("heartbeat.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Integer> seen = new HashMap<>();

    @Test
    void everyFireHasRunOrIsCountedOnceOrIsOpenAtTheEndForEverySetting() {
        for (int round = 0; round < ROUNDS; round++) {
            new Round(round).play();
        }
        assertThat(seen.keySet())
                .as("-Dheartbeat.seed=%s", seed)
                .contains("executed", "failed", "coalesced", "too-old", "paused", "open", "backfill", "forced");
        assertThat(seen.get("backfill")).as("-Dheartbeat.seed=%s", seed).isGreaterThan(ROUNDS);
        assertThat(seen.get("too-old")).as("-Dheartbeat.seed=%s", seed).isGreaterThan(ROUNDS);
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private final class Round {
        private final Instant from = any(STARTS);
        private final List<Schedule> schedules = new ArrayList<>();
        private final Map<String, Integer> successes = new HashMap<>();
        private final String name;
        private int asked;

        Round(int round) {
            for (int i = 0; i < SCHEDULES; i++) {
                CatchUp catchUp = any(List.of(CatchUp.once(), CatchUp.skip(), CatchUp.all(), CatchUp.all(3)));
                schedules.add(Schedule.builder("s" + i, any(TIMINGS), "work")
                        .zone(ZoneId.of(any(List.of("UTC", "America/New_York", "Europe/Berlin"))))
                        .retry(Retry.attempts(1 + random.nextInt(3)))
                        .catchUp(
                                random.nextBoolean()
                                        ? catchUp
                                        : catchUp.within(Duration.ofMinutes(5 + random.nextInt(400))))
                        .build());
            }
            name = "round " + round + " from " + from + " of " + schedules + " with "
                    + schedules.stream().map(Schedule::catchUp).toList() + " and -Dheartbeat.seed=" + seed;
        }

        private Instant instant() {
            return from.plusSeconds(1 + random.nextInt((int) LENGTH.toSeconds() - 1));
        }

        void play() {
            int failing = random.nextInt(4);
            Simulation simulation = Simulation.of(schedules)
                    .takes("work", Duration.ofSeconds(any(List.of(0, 0, 2, 12, 40))))
                    .task(Task.named("work", context -> {
                                if (random.nextInt(10) < failing) {
                                    return TaskResult.failed("no");
                                }
                                successes.merge(context.idempotencyKey(), 1, Integer::sum);
                                return TaskResult.done();
                            })
                            .build());
            if (random.nextBoolean()) {
                simulation.jitter(Duration.ofMinutes(random.nextInt(25)), random.nextLong());
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                Instant begin = instant();
                simulation.outage(begin, begin.plus(Duration.ofMinutes(1 + random.nextInt(900))));
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                simulation.at(instant(), meddling());
            }
            SimulationResult result = simulation.run(from, LENGTH);
            schedules.forEach(schedule -> account(schedule, result));
            assertThat(successes.values())
                    .as("successes of one fire in %s", name)
                    .allSatisfy(times -> assertThat(times).isEqualTo(1));
        }

        private Consumer<Heartbeat> meddling() {
            String id = any(schedules).id();
            Duration back = Duration.ofMinutes(1 + random.nextInt(2_000));
            Duration pause = Duration.ofMinutes(random.nextInt(200));
            return switch (random.nextInt(4)) {
                case 0 ->
                    heartbeat -> {
                        Instant now = heartbeat.health().at();
                        heartbeat.schedules().pause(id, now.plus(pause), ANN);
                    };
                case 1 ->
                    heartbeat -> {
                        asked += heartbeat.schedules().runNow(id, ANN) ? 1 : 0;
                    };
                default ->
                    heartbeat -> {
                        Instant now = heartbeat.health().at();
                        heartbeat.schedules().stopBackfill(id, ANN);
                        try {
                            heartbeat.schedules().backfill(id, now.minus(back), now, random.nextInt(5) == 0, ANN);
                        } catch (IllegalStateException e) {
                            assertThat(e).hasMessageContaining("under way"); // its last fire is
                        }
                    };
            };
        }

        private void account(Schedule schedule, SimulationResult result) {
            Set<Instant> expected = new TreeSet<>();
            Instant fire = schedule.nextFire(from).orElseThrow();
            while (fire.isBefore(from.plus(LENGTH))) {
                expected.add(fire);
                fire = schedule.nextFire(fire).orElseThrow();
            }
            List<Fire> fires = result.firesOf(schedule.id());
            List<Fire> backfilled = fires.stream().filter(Fire::isBackfilled).toList();
            Set<Instant> counted = new HashSet<>();
            Set<Instant> started = new HashSet<>();
            int forced = 0;
            for (Fire each : fires) {
                if (each.isBackfilled()) {
                    continue;
                }
                if (!expected.contains(each.at())) {
                    forced++;
                    continue;
                }
                assertThat(counted.add(each.at()))
                        .as("%s of %s is there twice in %s", each, schedule.id(), name)
                        .isTrue();
                if (each.attempts() > 0) {
                    started.add(each.at());
                }
                seen.merge(each.reason() == null ? each.outcome().text() : each.reason(), 1, Integer::sum);
            }
            ScheduleState state =
                    result.snapshot().schedules().get(schedule.id()).state();
            PendingFire pending = state.pending();
            for (Instant each : expected) {
                boolean open = each.isAfter(state.cursor())
                        || (pending != null
                                && !pending.backfilled()
                                && pending.fireTime().equals(each));
                assertThat(counted.contains(each))
                        .as("%s of %s is open (%s) or counted, %s, in %s", each, schedule.id(), open, state, name)
                        .isNotEqualTo(open);
                seen.merge("open", open ? 1 : 0, Integer::sum);
            }
            assertThat(forced)
                    .as("forced fires of %s in %s", schedule.id(), name)
                    .isLessThanOrEqualTo(asked);
            assertThat(backfilled.stream().map(Fire::at).collect(Collectors.toSet()))
                    .as("backfilled fires of %s in %s", schedule.id(), name)
                    .hasSameSizeAs(backfilled)
                    .doesNotContainAnyElementsOf(started);
            seen.merge("backfill", backfilled.size(), Integer::sum);
            seen.merge("forced", forced, Integer::sum);
            seen.merge(
                    "failed",
                    (int) fires.stream()
                            .filter(each -> each.outcome() == Outcome.FAILED)
                            .count(),
                    Integer::sum);
        }
    }
}
