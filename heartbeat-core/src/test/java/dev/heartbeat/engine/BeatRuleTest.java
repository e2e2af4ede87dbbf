package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.engine.BeatRule.Contribution;
import dev.heartbeat.engine.BeatRule.Counts;
import dev.heartbeat.engine.BeatRule.Face;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How pulses and late runs merge into the heartbeat record: rules B20 and B21. */
class BeatRuleTest {
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final Seed seed = new Seed();

    @ParameterizedTest
    @CsvSource({
        "2026-02-15T09:00:00Z,     PT10M, 2026-02-15T09:00:00Z",
        "2026-02-15T09:09:59.999Z, PT10M, 2026-02-15T09:00:00Z",
        "2026-02-15T09:10:00Z,     PT10M, 2026-02-15T09:10:00Z",
        "2026-02-15T09:07:30Z,     PT1S,  2026-02-15T09:07:30Z",
        "2026-02-15T23:59:00Z,     PT24H, 2026-02-15T00:00:00Z",
        "1969-12-31T23:59:59Z,     PT10M, 1969-12-31T23:50:00Z",
    })
    void aBeatIsTheIntervalOfTheClockThatAPulseStartedIn(Instant instant, Duration interval, Instant beat) {
        assertThat(BeatRule.beat(instant, interval)).isEqualTo(beat);
    }

    @Test
    void theFirstPulseMakesTheRecord() {
        HeartbeatRecord record =
                merge(null, pulse("09:03:20", counts(5, 3, 2, 1), error("mail", "09:03:21")), "09:03:30");

        assertThat(record)
                .isEqualTo(new HeartbeatRecord(
                        at("09:00"),
                        at("09:03:20"),
                        5,
                        3,
                        2,
                        1,
                        List.of(error("mail", "09:03:21")),
                        1,
                        at("09:10"),
                        "pulse-09:03:20",
                        "curl",
                        42));
    }

    @Test
    void anIdlePulseThatOverlapsAFailingOneNeverClearsItsError() {
        // A starts 09:00:00, fails a task, closes 09:00:50; B starts 09:00:01, idle, closes 09:00:02
        HeartbeatRecord afterB = merge(null, pulse("09:00:01", Counts.NONE), "09:00:02");
        HeartbeatRecord afterA =
                merge(afterB, pulse("09:00:00", counts(1, 0, 0, 0), error("mail", "09:00:40")), "09:00:50");
        HeartbeatRecord afterWake = merge(afterA, pulse("09:00:51", Counts.NONE), "09:00:51");

        assertThat(afterA.errors()).containsExactly(error("mail", "09:00:40"));
        assertThat(afterA.timestamp()).as("the later start").isEqualTo(at("09:00:01"));
        assertThat(afterA.schedulesProcessed()).isEqualTo(1);
        assertThat(afterWake.errors()).containsExactly(error("mail", "09:00:40"));
        assertThat(afterWake.timestamp()).isEqualTo(at("09:00:51"));
        assertThat(afterWake.status()).isEqualTo("error");
    }

    @Test
    void theSameInTheOtherOrderIsTheSame() {
        HeartbeatRecord afterA =
                merge(null, pulse("09:00:00", counts(1, 0, 0, 0), error("mail", "09:00:40")), "09:00:50");
        HeartbeatRecord afterB = merge(afterA, pulse("09:00:01", Counts.NONE), "09:00:52");

        assertThat(afterB.errors()).containsExactly(error("mail", "09:00:40"));
        assertThat(afterB.timestamp()).isEqualTo(at("09:00:01"));
    }

    @Test
    void twoPulsesOfOneBeatAddWhatTheyExecutedAndKeepTheLargestProcessed() {
        HeartbeatRecord one = merge(null, pulse("09:00:00", counts(7, 3, 2, 2)), "09:00:10");
        HeartbeatRecord both = merge(one, pulse("09:00:05", counts(5, 4, 6, 1)), "09:00:20");

        assertThat(both.schedulesExecuted()).isEqualTo(7);
        assertThat(both.browserTasksExecuted()).isEqualTo(3);
        assertThat(both.schedulesProcessed()).isEqualTo(7);
        assertThat(both.browserTasksProcessed()).isEqualTo(6);
    }

    @Test
    void errorsUniteById() {
        HeartbeatRecord one =
                merge(null, pulse("09:00:00", Counts.NONE, error("a", "09:00:01"), error("b", "09:00:01")), "09:00:10");
        HeartbeatRecord both =
                merge(one, pulse("09:00:05", Counts.NONE, error("b", "09:00:06"), error("c", "09:00:06")), "09:00:20");

        assertThat(both.errors())
                .containsExactlyInAnyOrder(error("a", "09:00:01"), error("b", "09:00:06"), error("c", "09:00:06"));
        assertThat(both.errorsTotal()).isEqualTo(3);
    }

    @Test
    void anErrorThatWasKeptBackDoesNotReplaceAYoungerOneOfItsIdAndAgeInItsPlace() {
        HeartbeatRecord others = merge(null, pulse("09:09:50", Counts.NONE, error("pulse", "09:09:58")), "09:09:59");

        HeartbeatRecord keptBack =
                merge(others, pulse("09:01:00", Counts.NONE, error("pulse", "09:01:30")), "09:11:00");
        HeartbeatRecord next = merge(keptBack, pulse("09:10:55", Counts.NONE), "09:11:00");

        assertThat(keptBack.errors()).containsExactly(error("pulse", "09:09:58"));
        assertThat(next.errors()).containsExactly(error("pulse", "09:09:58"));
    }

    @Test
    void aPulseThatWasKeptBackDoesNotReplaceTheRecordOfThisBeatWhoseTimestampIsFromTheFuture() {
        HeartbeatRecord before = merge(null, pulse("09:06:30", Counts.NONE, error("mail", "09:06:33")), "09:06:34");
        HeartbeatRecord thisBeat = merge(before, pulse("09:10:02", Counts.NONE), "09:10:03");
        HeartbeatRecord ahead = merge(thisBeat, pulse("09:16:29", Counts.NONE), "09:16:30");

        HeartbeatRecord keptBack = merge(ahead, pulse("08:59:53", Counts.NONE), "09:13:28");
        HeartbeatRecord next = merge(keptBack, pulse("09:13:27", Counts.NONE), "09:13:28");

        assertThat(next.beat()).isEqualTo(at("09:10"));
        assertThat(next.errors()).containsExactly(error("mail", "09:06:33"));
    }

    @Test
    void aLaterBeatReplacesTheRecord() {
        HeartbeatRecord old = merge(null, pulse("09:00:05", counts(9, 9, 9, 9), error("mail", "09:00:06")), "09:00:20");
        HeartbeatRecord next = merge(old, pulse("09:10:02", counts(1, 1, 0, 0)), "09:10:03");

        assertThat(next)
                .isEqualTo(new HeartbeatRecord(
                        at("09:10"),
                        at("09:10:02"),
                        1,
                        1,
                        0,
                        0,
                        List.of(),
                        0,
                        at("09:20"),
                        "pulse-09:10:02",
                        "curl",
                        42));
    }

    @ParameterizedTest(name = "an error of {0} at 09:10:03: kept {1}")
    @CsvSource({
        "09:10:03, true",
        "09:09:59, true",
        "09:05:03.001, true",
        "09:05:03, false",
        "09:05:02.999, false",
        "09:00:01, false"
    })
    void aLaterBeatKeepsErrorsYoungerThanHalfAnInterval(String happened, boolean kept) {
        HeartbeatRecord old = merge(null, pulse("09:00:05", Counts.NONE, error("mail", happened)), "09:00:20");
        HeartbeatRecord next = merge(old, pulse("09:10:02", Counts.NONE), "09:10:03");

        assertThat(next.errors()).isEqualTo(kept ? List.of(error("mail", happened)) : List.of());
        assertThat(next.errorsTotal()).isEqualTo(kept ? 1 : 0);
    }

    @Test
    void anErrorDatedIntoTheFutureIsTakenAsOfNowSoThatItAges() {
        HeartbeatRecord old = merge(null, pulse("09:00:05", Counts.NONE, error("mail", "23:00")), "09:00:20");
        HeartbeatRecord next = merge(old, pulse("09:10:02", Counts.NONE), "09:10:03");
        HeartbeatRecord afterNext = merge(next, pulse("09:20:02", Counts.NONE), "09:20:03");

        assertThat(next.errors()).containsExactly(error("mail", "09:10:03"));
        assertThat(afterNext.errors()).isEmpty();
    }

    @Test
    void aRunThatFailsAfterItsPulseHasAnsweredTurnsTheHeartbeatRed() {
        HeartbeatRecord answered = merge(null, pulse("09:00:00", counts(1, 0, 0, 0)), "09:01:00");
        HeartbeatRecord late = merge(answered, lateRun("09:00:00", Counts.NONE, error("mail", "09:01:15")), "09:01:15");

        assertThat(answered.isHealthy()).isTrue();
        assertThat(late.errors()).containsExactly(error("mail", "09:01:15"));
        assertThat(late.timestamp()).isEqualTo(answered.timestamp());
        assertThat(late.pulseId()).isEqualTo(answered.pulseId());
        assertThat(late.source()).isEqualTo(answered.source());
        assertThat(late.durationMs()).isEqualTo(answered.durationMs());
    }

    @Test
    void aRunThatFailsAfterTheNextPulseHasAnsweredIsSeenInItsRecord() {
        HeartbeatRecord first = merge(null, pulse("09:00:00", counts(1, 0, 0, 0)), "09:01:00");
        HeartbeatRecord next = merge(first, pulse("09:10:00", counts(2, 2, 0, 0)), "09:10:01");
        HeartbeatRecord late =
                merge(next, lateRun("09:00:00", counts(0, 1, 0, 0), error("mail", "09:12:00")), "09:12:00");

        assertThat(late.errors()).containsExactly(error("mail", "09:12:00"));
        assertThat(late.beat()).isEqualTo(at("09:10"));
        assertThat(late.timestamp()).isEqualTo(at("09:10:00"));
        assertThat(late.schedulesExecuted())
                .as("counted in its own beat or not at all")
                .isEqualTo(2);
    }

    @Test
    void aRunThatEndsWellAfterItsPulseHasAnsweredIsCountedInItsBeat() {
        HeartbeatRecord answered = merge(null, pulse("09:00:00", counts(3, 1, 1, 0)), "09:01:00");
        HeartbeatRecord late = merge(answered, lateRun("09:00:00", counts(0, 1, 0, 1)), "09:02:00");

        assertThat(late.schedulesExecuted()).isEqualTo(2);
        assertThat(late.browserTasksExecuted()).isEqualTo(1);
        assertThat(late.schedulesProcessed()).isEqualTo(3);
        assertThat(late.timestamp()).isEqualTo(at("09:00:00"));
    }

    @Test
    void aPulseOfAnOlderBeatThatClosesLateLeavesItsErrorsAndNothingElse() {
        HeartbeatRecord next = merge(null, pulse("09:10:01", counts(1, 1, 0, 0)), "09:10:02");
        HeartbeatRecord slow =
                merge(next, pulse("09:09:50", counts(9, 9, 9, 9), error("mail", "09:10:30")), "09:10:50");

        assertThat(slow.beat()).isEqualTo(at("09:10"));
        assertThat(slow.timestamp()).isEqualTo(at("09:10:01"));
        assertThat(slow.schedulesExecuted()).isEqualTo(1);
        assertThat(slow.schedulesProcessed()).isEqualTo(1);
        assertThat(slow.errors()).containsExactly(error("mail", "09:10:30"));
    }

    @Test
    void aRecordFromTheFutureDoesNotKeepItsTimestamp() {
        HeartbeatRecord ahead = merge(null, pulse("10:30", counts(1, 1, 0, 0)), "10:30");
        HeartbeatRecord merged = merge(ahead, pulse("09:00:05", counts(2, 2, 0, 0)), "09:00:06");

        assertThat(merged.timestamp()).isEqualTo(at("09:00:05"));
        assertThat(merged.beat()).isEqualTo(at("09:00"));
        assertThat(merged.nextPulseExpected()).isEqualTo(at("09:10"));
    }

    @Test
    void aRecordLessThanAMinuteAheadKeepsItsTimestamp() {
        HeartbeatRecord ahead = merge(null, pulse("09:02:00", counts(1, 1, 0, 0)), "09:02");
        HeartbeatRecord merged = merge(ahead, pulse("09:01:00", counts(2, 2, 0, 0)), "09:01:00");

        assertThat(merged.timestamp()).isEqualTo(at("09:02:00"));
        assertThat(merged.schedulesExecuted()).isEqualTo(3);
    }

    @Test
    void aRecordOfThisBeatFromTheFutureLosesItsTimestampButNoErrorAndNoCount() {
        HeartbeatRecord ahead =
                merge(null, pulse("09:09:00", counts(4, 3, 0, 0), error("mail", "09:00:30")), "09:09:00");
        HeartbeatRecord merged = merge(ahead, pulse("09:07:00", counts(0, 0, 0, 0)), "09:07:01");

        assertThat(merged.timestamp()).isEqualTo(at("09:07:00"));
        assertThat(merged.errors())
                .as("an idle pulse clears no error of its beat")
                .hasSize(1);
        assertThat(merged.schedulesExecuted()).isEqualTo(3);
        assertThat(merged.schedulesProcessed()).isEqualTo(4);
    }

    @Test
    void aLateRunLeavesARecordFromTheFutureAsItIsButForItsError() {
        HeartbeatRecord ahead = merge(null, pulse("10:30", counts(1, 1, 0, 0)), "10:30");
        HeartbeatRecord late = merge(ahead, lateRun("09:00:00", Counts.NONE, error("mail", "09:01")), "09:01");

        assertThat(late.timestamp()).isEqualTo(at("10:30"));
        assertThat(late.errors()).hasSize(1);
    }

    @Test
    void aPulseThatFailsItselfMergesAnErrorOfItsOwn() {
        HeartbeatRecord clean = merge(null, pulse("09:00:00", counts(1, 1, 0, 0)), "09:00:05");
        HeartbeatRecord failed = merge(clean, pulse("09:00:30", Counts.NONE, error("pulse", "09:00:31")), "09:00:31");

        assertThat(failed.error()).contains("pulse: no connection");
        assertThat(failed.schedulesExecuted()).isEqualTo(1);
    }

    @Test
    void atMost100ErrorsAreKeptAndAllAreCounted() {
        HeartbeatError[] many = new HeartbeatError[150];
        for (int i = 0; i < many.length; i++) {
            many[i] = error("s" + i, "09:00:01");
        }
        HeartbeatRecord one = merge(null, pulse("09:00:00", Counts.NONE, many), "09:00:10");
        HeartbeatRecord again = merge(one, pulse("09:00:20", Counts.NONE, many), "09:00:30");
        HeartbeatRecord more = merge(again, lateRun("09:00:20", Counts.NONE, error("more", "09:00:31")), "09:00:35");
        HeartbeatRecord known = merge(more, lateRun("09:00:20", Counts.NONE, error("s0", "09:00:41")), "09:00:50");

        assertThat(one.errors()).hasSize(100);
        assertThat(one.errorsTotal()).isEqualTo(150);
        assertThat(again.errorsTotal()).as("the same ones, found again").isEqualTo(150);
        assertThat(more.errors()).hasSize(100);
        assertThat(more.errorsTotal()).as("a run that ended late").isEqualTo(151);
        assertThat(known.errorsTotal()).as("one that is listed").isEqualTo(151);
    }

    @Test
    void aLaterBeatCountsOnlyTheErrorsThatItKeeps() {
        HeartbeatRecord old = merge(
                null,
                pulse("09:00:00", Counts.NONE, error("a", "09:00:01"), error("b", "09:08"), error("c", "09:09")),
                "09:09:10");
        HeartbeatRecord next =
                merge(old, pulse("09:10:00", Counts.NONE, error("c", "09:10:01"), error("d", "09:10:01")), "09:10:10");

        assertThat(next.errors()).extracting(HeartbeatError::id).containsExactlyInAnyOrder("b", "c", "d");
        assertThat(next.errorsTotal()).isEqualTo(3);
    }

    @Test
    void thePulsesAndLateRunsOfOneBeatMergeToTheSameInAnyOrder() {
        Random random = seed.random();
        for (int round = 0; round < 300; round++) {
            List<Contribution> all = new ArrayList<>();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                String start = "09:0" + random.nextInt(9) + ":" + (10 + random.nextInt(50));
                Counts counts = counts(random.nextInt(9), random.nextInt(9), random.nextInt(9), random.nextInt(9));
                HeartbeatError error = error("s" + random.nextInt(4), start);
                HeartbeatError[] errors = random.nextBoolean() ? new HeartbeatError[] {error} : new HeartbeatError[0];
                all.add(pulse(start, counts, errors));
                if (random.nextInt(3) == 0) {
                    all.add(lateRun(start, counts.withoutProcessed(), errors));
                }
            }
            HeartbeatRecord earlier =
                    random.nextBoolean() ? null : merge(null, pulse("08:51:00", counts(5, 5, 5, 5)), "08:51:01");
            HeartbeatRecord before = mergeAll(earlier, all);
            Collections.shuffle(all, random); // a late run may come before its pulse, which is still closing
            HeartbeatRecord after = mergeAll(earlier, all);

            assertThat(essence(after)).as("%s with %s", all, seed).isEqualTo(essence(before));
        }
    }

    private static List<Object> essence(HeartbeatRecord record) {
        return List.of(
                record.beat(),
                record.timestamp(),
                Counts.of(record),
                Set.copyOf(record.errors()),
                record.errorsTotal());
    }

    private static HeartbeatRecord mergeAll(HeartbeatRecord earlier, List<Contribution> all) {
        HeartbeatRecord record = earlier;
        for (Contribution contribution : all) {
            record = merge(record, contribution, "09:09:59");
        }
        return record;
    }

    private static HeartbeatRecord merge(HeartbeatRecord stored, Contribution added, String now) {
        return BeatRule.merge(stored, added, at(now), INTERVAL);
    }

    private static Contribution pulse(String start, Counts counts, HeartbeatError... errors) {
        return new Contribution(
                BeatRule.beat(at(start), INTERVAL),
                new Face(at(start), "pulse-" + start, "curl", 42),
                false,
                counts,
                List.of(errors));
    }

    private static Contribution lateRun(String start, Counts counts, HeartbeatError... errors) {
        return new Contribution(
                BeatRule.beat(at(start), INTERVAL),
                new Face(at(start), "pulse-" + start, "run", 0),
                true,
                counts,
                List.of(errors));
    }

    private static Counts counts(int processed, int executed, int browserProcessed, int browserExecuted) {
        return new Counts(processed, executed, browserProcessed, browserExecuted);
    }

    private static HeartbeatError error(String id, String at) {
        return new HeartbeatError(id, "no connection", at(at));
    }
}
