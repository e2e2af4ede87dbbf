package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RandomDocument;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The rules played through over random timings, pulses, outages, failures, crashes and late answers: each fire of the
 * timing, as iterated by the timing itself, ends once in the ledger.
 */
class LedgerTest {
    private static final int ROUNDS = 300;
    private static final int PULSES = 40;
    private static final List<String> TIMINGS = List.of(
            "*/10 * * * *",
            "* * * * *",
            "0 * * * *",
            "30 2 * * *",
            "*/20 0-4 * * *",
            "15 1,2,3 * * *",
            "0 9 * * MON-FRI",
            "59 23 28-31 * *",
            "@every PT7M",
            "@every PT5H");
    private static final List<String> ZONES =
            List.of("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata");
    private static final List<Instant> STARTS = List.of(
            Instant.parse("2026-03-07T20:17:00Z"),
            Instant.parse("2026-03-28T22:00:00Z"),
            Instant.parse("2026-10-24T21:30:30Z"),
            Instant.parse("2026-10-31T23:59:59Z"),
            Instant.parse("2026-04-04T12:00:00Z"));

    private final Seed seed = new Seed();
    private final Random random = seed.random();
    private int allFires;
    private int allSuccesses;

    @Test
    void everyFireEndsOnceInTheLedgerWhateverPulsesFailuresAndCrashesCome() {
        for (int round = 0; round < ROUNDS; round++) {
            new Round(round, false).play();
        }
        assertThat(allFires).as("fires with %s", seed).isGreaterThan(20 * ROUNDS);
        assertThat(allSuccesses).as("successes with %s", seed).isGreaterThan(5 * ROUNDS);
    }

    @Test
    void everyFireEndsOnceInTheLedgerAlsoWhenPeopleForceStartsAndPause() {
        for (int round = 0; round < ROUNDS; round++) {
            new Round(round, true).play();
        }
        assertThat(allFires).as("fires with %s", seed).isGreaterThan(20 * ROUNDS);
        assertThat(allSuccesses).as("successes with %s", seed).isGreaterThan(5 * ROUNDS);
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private final class Round {
        private final String name;
        private final boolean people;
        private final Schedule schedule = Schedule.builder("s", any(TIMINGS), "send-mail")
                .zone(ZoneId.of(any(ZONES)))
                .dst(any(List.of(DstPolicy.values())))
                .catchUp(random.nextBoolean() ? CatchUp.once() : RandomDocument.catchUp(random))
                .build();
        private final Instant start = any(STARTS).plusSeconds(random.nextInt(3_600));
        private final Retry retry = Retry.attempts(1 + random.nextInt(4))
                .backoff(Duration.ofSeconds(random.nextInt(90)), Duration.ofMinutes(10));
        private final OneDocument document = new OneDocument(
                new StoredSchedule(
                        schedule,
                        LastRun.MISSING,
                        null,
                        null,
                        ScheduleState.startingAt(start, schedule.rule()),
                        start,
                        new Version("v0")),
                retry);
        private final Map<String, Integer> starts = new HashMap<>();
        private final Map<String, Integer> successes = new HashMap<>();
        private final List<ClaimRequest> open = new ArrayList<>();
        private final long gap;
        private Instant now = start;

        Round(int round, boolean people) {
            this.people = people;
            this.name = "round " + round + " of " + schedule + ", " + schedule.catchUp() + " from " + start + ", "
                    + retry + ", with " + seed;
            Instant fire = start;
            for (int i = 0; i < 6; i++) {
                fire = schedule.nextFire(fire).orElseThrow();
            }
            gap = Duration.between(start, fire).toSeconds() / 6;
        }

        void play() {
            for (int pulse = 0; pulse < PULSES; pulse++) {
                pass();
                meddle();
                lateAnswers();
                pulse();
            }
            drain();
            accountForEveryFire();
        }

        private void pass() {
            long most = switch (random.nextInt(6)) {
                case 0, 1 -> 30;
                case 2, 3 -> gap;
                case 4 -> 2 * gap;
                default -> 8 * gap; // an outage
            };
            now = now.plusSeconds((long) (random.nextDouble() * most)).plusMillis(random.nextInt(1_000));
        }

        private void meddle() {
            if (!people) {
                return;
            }
            LastRun old = document.stored().lastRun();
            switch (random.nextInt(12)) {
                case 0 -> document.lastRun(LastRun.NULL, now);
                case 1 -> document.pause(now.plusSeconds((long) (random.nextDouble() * 3 * gap)), now);
                case 2 -> document.pause(now, now);
                case 4 -> document.pause(schedule.nextFire(now).orElseThrow(), now);
                case 3 -> { // a form writes an old value back
                    if (old.value() != null) {
                        document.lastRun(LastRun.at(old.value().minusSeconds(random.nextInt(1_000))), now);
                    }
                }
                default -> {}
            }
        }

        /** Processes that were only stalled record after all, or find that they are fenced. */
        private void lateAnswers() {
            for (Iterator<ClaimRequest> late = open.iterator(); late.hasNext(); ) {
                if (random.nextInt(3) == 0) {
                    record(late.next(), random.nextBoolean());
                    late.remove();
                } else {
                    late.next();
                }
            }
        }

        /** One turn, or several where the schedule runs every fire. */
        private void pulse() {
            int turns = Math.min(5, schedule.catchUp().runsPerPulse());
            for (int turn = 0; turn < turns; turn++) {
                Candidate candidate = document.decide(now).candidate();
                if (candidate == null) {
                    return;
                }
                turn(candidate);
            }
        }

        private void turn(Candidate candidate) {
            assertThat(document.stored().wakeAt()).as(name).isBeforeOrEqualTo(now);
            ClaimRequest claim = document.claim(candidate, now);
            if (!candidate.isStart()) {
                if (random.nextInt(5) > 0) {
                    settle(claim, candidate);
                }
                return;
            }
            int started = starts.merge(claim.fire().key(), 1, Integer::sum);
            assertThat(started)
                    .as("starts of %s in %s", claim.fire().key(), name)
                    .isLessThanOrEqualTo(retry.maxAttempts());
            assertThat(claim.fire().starts()).as(name).isEqualTo(started);
            switch (random.nextInt(10)) {
                case 0, 1 -> open.add(claim); // a crash or a stall
                case 2 -> {
                    document.release(claim, now);
                    starts.merge(claim.fire().key(), -1, Integer::sum);
                }
                default -> record(claim, random.nextInt(3) > 0);
            }
        }

        private void settle(ClaimRequest claim, Candidate candidate) {
            Attempt attempt = Attempt.settled(candidate.settle());
            assertThat(document.record(
                            SettleRule.settle(claim, attempt, retry, null, now, "p")
                                    .record(),
                            now))
                    .isTrue();
        }

        private void record(ClaimRequest claim, boolean success) {
            Attempt attempt = success
                    ? new Attempt(Outcome.EXECUTED, null, Map.of(), null, false, null)
                    : Attempt.failed("no connection", random.nextInt(8) > 0, null);
            SettleRule.Settled settled = SettleRule.settle(claim, attempt, retry, claim.startedAt(), now, "p");
            boolean inForce = document.isInForce(claim.token());

            assertThat(document.record(settled.record(), now)).as(name).isEqualTo(inForce);
            if (inForce && success) {
                successes.merge(claim.fire().key(), 1, Integer::sum);
            }
        }

        /** Pulses until nothing is left to do; a pulse that has only ended fires goes on to a start that was asked for. */
        private void drain() {
            boolean goesOn = false;
            for (int i = 0; i < 100; i++) {
                if (!goesOn) {
                    now = now.plus(Duration.ofMinutes(11)).plusSeconds(people ? gap : 0);
                }
                goesOn = false;
                Candidate candidate = document.decide(now).candidate();
                if (candidate != null && candidate.isStart()) {
                    record(document.claim(candidate, now), true);
                } else if (candidate != null) {
                    settle(document.claim(candidate, now), candidate);
                    goesOn = true;
                } else if (document.stored().state().pending() == null
                        && !document.decide(now).reason().equals(Decision.PAUSED)) {
                    break;
                }
                if (i > 10
                        && document.stored().state().pending() == null
                        && !document.stored().isForced()) {
                    break;
                }
            }
            assertThat(document.stored().state().pending()).as(name).isNull();
            assertThat(document.stored().isForced())
                    .as("a start that was asked for in %s", name)
                    .isFalse();
        }

        private void accountForEveryFire() {
            List<RunRecord> series = new ArrayList<>();
            int passed = 0;
            for (RunRecord entry : document.ledger().values()) {
                if (entry.attempt() == 0 && !entry.firstFire().equals(entry.fireTime())
                        || entry.key().startsWith("coalesced-")
                        || entry.key().startsWith("too-old-")
                        || entry.key().startsWith("paused-")) {
                    series.add(entry);
                    assertThat(entry.exact()).as(name).isTrue();
                    passed += entry.count();
                }
            }
            int inSeries = 0;
            int fires = 0;
            Instant end = document.stored().state().cursor();
            Instant fire = schedule.nextFire(start).orElseThrow();
            while (!fire.isAfter(end)) {
                fires++;
                Instant at = fire;
                long in = series.stream()
                        .filter(each -> !at.isBefore(each.firstFire()) && !at.isAfter(each.fireTime()))
                        .count();
                inSeries += (int) in;
                long own = document.ledger().containsKey(FireKey.of(at)) ? 1 : 0;
                assertThat(own + in).as("entries for %s in %s", at, name).isEqualTo(1);
                fire = schedule.nextFire(fire).orElseThrow();
            }
            assertThat(passed).as("counted in series of %s", name).isEqualTo(inSeries);
            assertThat(successes)
                    .as(name)
                    .allSatisfy((key, times) -> assertThat(times).as(key).isEqualTo(1));
            allFires += fires;
            allSuccesses += successes.size();
            long forced = document.ledger().keySet().stream()
                    .filter(key -> key.startsWith("force-"))
                    .count();
            assertThat(document.ledger()).as("nothing else in %s", name).hasSize((int)
                    (fires - inSeries + series.size() + forced));
        }
    }
}
