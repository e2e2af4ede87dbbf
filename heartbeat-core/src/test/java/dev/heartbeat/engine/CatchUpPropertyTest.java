package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Rule A6 against an oracle that knows nothing of it but the words: it lists the fires one by one, as the timing iterates
 * them, and sorts them into those that run in this pulse, those that pass, and those that stay due.
 */
class CatchUpPropertyTest {
    private static final int ROUNDS = 500;
    private static final int PULSES = 25;
    private static final List<String> TIMINGS = List.of(
            "*/10 * * * *", "* * * * *", "0 * * * *", "30 2 * * *", "15 1,2,3 * * *", "0 9 * * MON-FRI", "@every PT7M");
    private static final List<String> ZONES =
            List.of("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata");

    private final Seed seed = new Seed();
    private final Random random = seed.random();
    private final TreeMap<String, Integer> seen = new TreeMap<>();

    @Test
    void whatRunsWhatPassesAndWhatStaysDueIsWhatTheWordsSayForEverySetting() {
        for (int round = 0; round < ROUNDS; round++) {
            new Round(round).play();
        }
        assertThat(seen).as("with %s", seed).containsOnlyKeys("coalesced", "left due", "run", "too-old");
        assertThat(seen.values())
                .as("with %s", seed)
                .allSatisfy(times -> assertThat(times).isGreaterThan(ROUNDS));
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** What becomes of the fires that are due in one pulse. */
    private record Fate(List<Instant> run, List<Instant> passed, String reason) {}

    private final class Round {
        private final Schedule schedule = Schedule.builder("s", any(TIMINGS), "t")
                .zone(ZoneId.of(any(ZONES)))
                .dst(any(List.of(DstPolicy.values())))
                .catchUp(catchUp())
                .build();
        private final Instant start =
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(365 * 24 * 3_600));
        private final OneDocument document = new OneDocument(
                new StoredSchedule(
                        schedule,
                        LastRun.MISSING,
                        null,
                        null,
                        ScheduleState.startingAt(start, schedule.rule()),
                        start,
                        new Version("v0")),
                Retry.none());
        private final String name;
        private final long gap;
        private final List<Instant> due = new ArrayList<>();
        private Instant listed = start;
        private Instant now = start;

        Round(int round) {
            name = "round " + round + " of " + schedule + ", " + schedule.catchUp() + " from " + start + " with "
                    + seed;
            Instant third = start;
            for (int i = 0; i < 3; i++) {
                third = schedule.nextFire(third).orElseThrow();
            }
            gap = Duration.between(start, third).toMillis() / 3 + 1;
        }

        private CatchUp catchUp() {
            CatchUp catchUp = any(List.of(
                    CatchUp.once(), CatchUp.skip(), CatchUp.all(), CatchUp.all(2), CatchUp.all(2 + random.nextInt(9))));
            return random.nextBoolean() ? catchUp : catchUp.within(Duration.ofMinutes(1 + random.nextInt(600)));
        }

        void play() {
            for (int pulse = 0; pulse < PULSES; pulse++) {
                long fires = random.nextInt(3) == 0 ? 1 + random.nextInt(30) : 1;
                now = now.plusMillis(1 + (long) (random.nextDouble() * fires * gap));
                due.addAll(fires(listed, now));
                listed = now;
                pulse(fate());
            }
            accountForAll();
        }

        private List<Instant> fires(Instant after, Instant upTo) {
            List<Instant> fires = new ArrayList<>();
            Instant fire = schedule.nextFire(after).orElseThrow();
            while (!fire.isAfter(upTo)) {
                fires.add(fire);
                fire = schedule.nextFire(fire).orElseThrow();
            }
            return fires;
        }

        /** The words of the rule. */
        private Fate fate() {
            CatchUp catchUp = schedule.catchUp();
            Duration age = catchUp.equals(CatchUp.skip())
                    ? OneDocument.STALE
                    : catchUp.within().orElse(Duration.ofDays(100_000));
            List<Instant> young =
                    due.stream().filter(fire -> !fire.plus(age).isBefore(now)).toList();
            if (young.isEmpty()) {
                return new Fate(List.of(), List.copyOf(due), "too-old");
            }
            if (!catchUp.isAll()) {
                return new Fate(
                        due.subList(due.size() - 1, due.size()).stream().toList(),
                        List.copyOf(due.subList(0, due.size() - 1)),
                        "coalesced");
            }
            return new Fate(
                    young.subList(0, Math.min(young.size(), catchUp.runsPerPulse())),
                    List.copyOf(due.subList(0, due.size() - young.size())),
                    "too-old");
        }

        private void pulse(Fate fate) {
            List<Instant> run = new ArrayList<>();
            List<RunRecord> before = new ArrayList<>(document.ledger().values());
            for (int turn = 0; turn < schedule.catchUp().runsPerPulse(); turn++) {
                Candidate candidate = document.decide(now).candidate();
                if (candidate == null) {
                    break;
                }
                assertThat(document.stored().wakeAt()).as(name).isBeforeOrEqualTo(now);
                ClaimRequest claim = document.claim(candidate, now);
                SettleRule.Settled settled =
                        candidate.isStart() ? document.succeed(claim, now) : document.settle(claim, now);
                if (candidate.isStart()) {
                    run.add(candidate.fireTime());
                }
                boolean more = document.decide(now).candidate() != null;
                assertThat(CatchUpRule.goesOn(claim, settled.record().state(), now))
                        .as("whether it goes on in %s at %s", name, now)
                        .isEqualTo(more);
            }
            String where = name + " at " + now + ", due " + due;
            assertThat(run).as(where).isEqualTo(fate.run());
            List<RunRecord> series = document.ledger().values().stream()
                    .filter(entry -> !before.contains(entry) && entry.outcome() == Outcome.MISSED)
                    .toList();
            if (fate.passed().isEmpty()) {
                assertThat(series).as(where).isEmpty();
            } else {
                assertThat(series).as(where).singleElement().satisfies(entry -> {
                    assertThat(entry.reason()).isEqualTo(fate.reason());
                    assertThat(entry.count()).isEqualTo(fate.passed().size());
                    assertThat(entry.firstFire()).isEqualTo(fate.passed().get(0));
                    assertThat(entry.fireTime())
                            .isEqualTo(fate.passed().get(fate.passed().size() - 1));
                    assertThat(entry.exact()).isTrue();
                });
            }
            due.removeAll(fate.run());
            due.removeAll(fate.passed());
            seen.merge("run", fate.run().size(), Integer::sum);
            seen.merge(fate.reason(), fate.passed().size(), Integer::sum);
            seen.merge("left due", due.size(), Integer::sum);
        }

        /** Fires expected = fires run + counted in series + open at the end. */
        private void accountForAll() {
            int counted = document.ledger().values().stream()
                    .mapToInt(RunRecord::count)
                    .sum();
            assertThat(counted + due.size())
                    .as(name)
                    .isEqualTo(fires(start, now).size());
        }
    }
}
