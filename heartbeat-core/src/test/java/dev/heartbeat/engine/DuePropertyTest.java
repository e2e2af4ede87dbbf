package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random pulses and outages over random timings, with edits, disabled spans and a lastRun that a person moves: at each
 * pulse what is run and what is missed are the fires that the timing itself iterates, up to that very pulse.
 */
class DuePropertyTest {
    private static final int ROUNDS = 400;
    private static final int PULSES = 30;
    private static final List<String> ZONES =
            List.of("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata");

    private final Seed seed = new Seed();
    private final Random random = seed.random();
    private int runs;
    private int missed;
    private int edits;
    private int holds;

    @Test
    void everyFireUpToThePulseIsRunOrMissedOnceWhateverOutagesComeBetween() {
        for (int round = 0; round < ROUNDS; round++) {
            new Round(round, false).play();
        }
        assertThat(runs).as("runs with %s", seed).isGreaterThan(5 * ROUNDS);
        assertThat(missed).as("missed with %s", seed).isGreaterThan(5 * ROUNDS);
    }

    @Test
    void everyFireAskedForIsRunOrMissedOnceAlsoWhenPeopleEditDisableAndMoveLastRun() {
        for (int round = 0; round < ROUNDS; round++) {
            new Round(round, true).play();
        }
        assertThat(runs).as("runs with %s", seed).isGreaterThan(3 * ROUNDS);
        assertThat(edits).as("edits with %s", seed).isGreaterThan(ROUNDS);
        assertThat(holds).as("holds with %s", seed).isGreaterThan(ROUNDS / 4);
    }

    private final class Round {
        private final boolean people;
        private final Set<String> rules = new HashSet<>();
        private final Set<Instant> accounted = new HashSet<>();
        private final Instant start =
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(365 * 24 * 3_600));
        private final OneDocument document;
        private final String name;
        private Instant now = start;
        private Instant claimedAt = start;
        private Instant wrote = Instant.MIN;
        private Instant moved = Instant.MIN;
        private Instant writtenAt = start;
        private boolean edited;

        Round(int round, boolean people) {
            this.people = people;
            Schedule schedule = Schedule.builder("s", timing(), "send-mail")
                    .zone(ZoneId.of(any(ZONES)))
                    .dst(any(List.of(DstPolicy.values())))
                    .build();
            rules.add(schedule.rule());
            this.document = new OneDocument(
                    new StoredSchedule(
                            schedule,
                            LastRun.MISSING,
                            null,
                            null,
                            ScheduleState.startingAt(start, schedule.rule()),
                            start,
                            new Version("v0")),
                    Retry.none());
            this.name = "round " + round + " from " + start + " of " + schedule + " with " + seed;
        }

        void play() {
            for (int pulse = 0; pulse < PULSES; pulse++) {
                pass();
                if (people) {
                    meddle();
                }
                if (schedule().enabled()) {
                    pulse();
                } else {
                    assertThat(document.decide(now).reason()).as(name).isEqualTo(Decision.DISABLED);
                }
            }
        }

        private Schedule schedule() {
            return document.stored().schedule();
        }

        /** Lets the time pass: a part of a gap between fires, or an outage over some of them. */
        private void pass() {
            Instant next = schedule().nextFire(now).orElseThrow();
            long gap = Duration.between(now, schedule().nextFire(next).orElseThrow())
                    .toMillis();
            int fires = random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 1;
            now = random.nextInt(8) == 0
                    ? next
                    : now.plusMillis((long) (random.nextDouble() * gap * fires)).plusMillis(1);
        }

        private void meddle() {
            switch (random.nextInt(8)) {
                case 0 -> edit();
                case 1 ->
                    define(schedule().toBuilder().enabled(!schedule().enabled()).build());
                case 2 -> moveLastRun();
                default -> {}
            }
        }

        private void edit() {
            Schedule next = schedule().toBuilder()
                    .timing(Timing.cron(timing()))
                    .zone(ZoneId.of(any(ZONES)))
                    .build();
            if (rules.add(next.rule())) {
                edits++;
                edited = true;
                define(next);
            }
        }

        private void define(Schedule next) {
            document.define(next, now);
            writtenAt = now;
        }

        private void moveLastRun() {
            long seconds = Duration.between(claimedAt, now).toSeconds() + 1;
            Instant lastRun = claimedAt
                    .plusSeconds((long) ((random.nextDouble() * 3 - 1) * seconds))
                    .truncatedTo(ChronoUnit.MILLIS);
            document.lastRun(LastRun.at(lastRun), now);
            writtenAt = now;
            moved = lastRun.isAfter(wrote) ? lastRun : Instant.MIN;
        }

        private void pulse() {
            List<Instant> due = due();
            Decision decision = document.decide(now);
            Candidate candidate = decision.candidate();
            String where = name + " at " + now + ", now " + document.stored();
            if (due.isEmpty()) {
                assertThat(candidate).as(where).isNull();
                boolean held = moved.isAfter(now);
                holds += held ? 1 : 0;
                assertThat(decision.reason()).as(where).isEqualTo(held ? Decision.HELD : Decision.NOT_DUE);
                return;
            }
            Instant latest = due.get(due.size() - 1);
            assertThat(candidate).as(where).isNotNull();
            assertThat(candidate.fireTime()).as(where).isEqualTo(latest);
            assertThat(candidate.cursor()).as(where).isEqualTo(latest);
            assertThat(candidate.key()).as(where).isEqualTo(FireKey.of(latest));
            assertThat(candidate.missed()).as(where).isEqualTo(series(due.subList(0, due.size() - 1)));
            for (Instant fire : due) {
                assertThat(accounted.add(fire))
                        .as("%s twice in %s", fire, where)
                        .isTrue();
            }
            ClaimRequest claim = document.claim(candidate, now);
            document.succeed(claim, now);
            runs++;
            missed += due.size() - 1;
            claimedAt = now;
            writtenAt = now;
            wrote = now.truncatedTo(ChronoUnit.MILLIS);
            moved = Instant.MIN;
            edited = false;
        }

        /** The fires after the last claim, the edit and the lastRun of a person, up to now. */
        private List<Instant> due() {
            Instant from = moved.isAfter(claimedAt) ? moved : claimedAt;
            if (edited && writtenAt.isAfter(from)) {
                from = writtenAt;
            }
            List<Instant> due = new ArrayList<>();
            Instant fire = schedule().nextFire(from).orElseThrow();
            while (!fire.isAfter(now)) {
                due.add(fire);
                fire = schedule().nextFire(fire).orElseThrow();
            }
            return due;
        }

        private List<FireSeries> series(List<Instant> passed) {
            if (passed.isEmpty()) {
                return List.of();
            }
            int count = Math.min(passed.size(), FireSeries.COUNT_LIMIT);
            boolean exact = count == passed.size();
            Instant last = passed.get(passed.size() - 1);
            return List.of(new FireSeries(Outcome.MISSED, "coalesced", count, exact, passed.get(0), last));
        }
    }

    /** A timing that fires again and again, from each minute to a few times a year. */
    private String timing() {
        int minute = random.nextInt(60);
        int hour = random.nextInt(24);
        return switch (random.nextInt(8)) {
            case 0 -> "*/" + (1 + random.nextInt(30)) + " * * * *";
            case 1 -> minute + " * * * *";
            case 2 -> minute + " " + random.nextInt(4) + " * * *"; // where clocks change
            case 3 -> minute + "," + random.nextInt(60) + " " + hour + ",1-3 * * *";
            case 4 -> minute + " */" + (1 + random.nextInt(11)) + " * * MON-FRI";
            case 5 -> minute + " " + hour + " " + (1 + random.nextInt(28)) + " * SUN";
            case 6 -> "*/7 2 1-7 */" + (1 + random.nextInt(5)) + " *";
            default -> "@every PT" + (1 + random.nextInt(500)) + "M";
        };
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
