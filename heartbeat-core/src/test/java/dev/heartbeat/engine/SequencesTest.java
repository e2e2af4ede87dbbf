package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sequences of claims, records, crashes and edits that a plausible implementation gets wrong. */
class SequencesTest {
    private static final Retry THREE = Retry.attempts(3).backoff(Duration.ofSeconds(30), Duration.ofSeconds(30));

    @Test
    void aLastRunLaterThanTheNextFireSwallowsNoFire() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);
        ClaimRequest nine = document.claim(at("09:05"));
        document.fail(nine, at("09:05:10"));
        ClaimRequest retry = document.claim(at("09:58"));
        document.succeed(retry, at("10:12")); // a run of 14 minutes, over the next fire

        ClaimRequest ten = document.claim(at("10:12:01"));

        assertThat(ten.fire().fireTime()).isEqualTo(at("10:00"));
        assertThat(ten.fire().missed()).isEmpty();
    }

    @Test
    void anHourThatPassedBetweenTwoPulsesIsInTheLedger() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);

        document.succeed(document.claim(at("10:05")), at("10:05:10"));

        assertThat(document.ledger()).containsOnlyKeys("20260215T100000Z", "coalesced-20260215T090000Z");
        assertThat(document.decide(at("10:59")).candidate()).isNull();
        assertThat(document.decide(at("11:00")).candidate().fireTime()).isEqualTo(at("11:00"));
    }

    @Test
    void aTaskThatFailsAtEachFireTurnsRedAlthoughEachNextFireSupersedesItsRetry() {
        Retry slow = Retry.attempts(3).backoff(Duration.ofHours(1), Duration.ofHours(1));
        OneDocument document = document(GivenDocument.of("*/10 * * * *").ran("11:30"), slow);
        List<String> errors = new ArrayList<>();
        for (String fire : List.of("11:40", "11:50", "12:00", "12:10", "12:20")) {
            Candidate candidate = document.decide(at(fire)).candidate();
            assertThat(candidate.fireTime()).as("the cadence does not slip").isEqualTo(at(fire));
            HeartbeatError superseded = ClaimRule.supersededError(candidate, slow.maxAttempts(), at(fire));
            if (superseded != null) {
                errors.add(fire);
            }
            Attempt attempt = Attempt.failed("no connection", true, Duration.ofMinutes(9));
            SettleRule.Settled settled =
                    document.end(document.claim(candidate, at(fire)), attempt, at(fire).plusSeconds(60));
            assertThat(settled.error()).isNull();
            assertThat(settled.retryAt()).isEqualTo(at(fire).plusSeconds(600));
        }

        assertThat(errors).containsExactly("12:10", "12:20");
        assertThat(document.ledger().values())
                .extracting(RunRecord::outcome, RunRecord::reason)
                .allSatisfy(entry -> assertThat(entry.toList()).containsExactly(Outcome.FAILED, "superseded"));
        assertThat(document.ledger()).hasSize(4);
    }

    @Test
    void oneSuccessEndsTheFailuresInARow() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);
        document.fail(document.claim(at("09:00")), at("09:00:10"));
        document.fail(document.claim(at("09:10")), at("09:10:10"));
        assertThat(document.stored().state().failures()).isEqualTo(2);

        document.succeed(document.claim(at("09:20")), at("09:20:10"));

        assertThat(document.stored().state().failures()).isZero();
        assertThat(document.ledger().get("20260215T090000Z").attempt()).isEqualTo(3);
    }

    @Test
    void aFireExhaustsItsStartsByFailureTimeoutAndLostLeaseAlike() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);
        document.fail(document.claim(at("09:00")), at("09:00:10"));
        document.claim(at("09:05")); // the process dies

        SettleRule.Settled last =
                document.end(document.claim(at("09:06")), Attempt.timedOut(Duration.ofSeconds(30)), at("09:06:30"));

        assertThat(last.record().run().outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(last.record().run().attempt()).isEqualTo(3);
        assertThat(last.record().state().failures()).isEqualTo(3);
        assertThat(last.error()).isNotNull();
    }

    @Test
    void aTaskThatKillsItsProcessIsStartedOnlyAsOftenAsItMay() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);
        for (String start : List.of("09:00", "09:01", "09:02")) {
            assertThat(document.claim(at(start)).startedAt()).isNotNull();
        }

        Candidate candidate = document.decide(at("09:03")).candidate();
        ClaimRequest claim = document.claim(candidate, at("09:03"));
        SettleRule.Settled settled =
                SettleRule.settle(claim, Attempt.settled(candidate.settle()), THREE, null, at("09:03"), "p");
        document.record(settled.record(), at("09:03"));

        assertThat(candidate.isStart()).isFalse();
        assertThat(document.ledger().get("20260215T090000Z").reason()).isEqualTo("lost");
        assertThat(document.ledger().get("20260215T090000Z").attempt()).isEqualTo(3);
        assertThat(settled.error()).isNotNull();
        assertThat(document.stored().state().failures()).isEqualTo(3);
    }

    @Test
    void claimsGivenBackBeforeTheirTaskWasCalledUseNoStart() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), Retry.none());
        for (String claimed : List.of("09:00", "09:10", "09:20", "09:30")) {
            document.release(document.claim(at(claimed)), at(claimed).plusSeconds(5));
        }

        ClaimRequest claim = document.claim(at("09:40"));

        assertThat(claim.fire().starts()).isEqualTo(1);
        assertThat(claim.fire().key()).isEqualTo("20260215T090000Z");
        assertThat(document.stored().state().failures()).isZero();
        document.succeed(claim, at("09:40:10"));
        assertThat(document.ledger().get("20260215T090000Z").outcome()).isEqualTo(Outcome.EXECUTED);
    }

    @Test
    void theKeyOfAFireIsTheSameInAllAttemptsAndItsTokenDiffers() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);
        ClaimRequest first = document.claim(at("09:00"));
        ClaimRequest second = document.claim(at("09:01"));

        assertThat(second.fire().key()).isEqualTo(first.fire().key());
        assertThat(second.token()).isNotEqualTo(first.token());
        SettleRule.Settled late =
                SettleRule.settle(first, Attempt.failed("x", true, null), THREE, at("09:00"), at("09:02"), "p");
        assertThat(document.record(late.record(), at("09:02")))
                .as("the stale token")
                .isFalse();
        assertThat(document.isInForce(second.token())).isTrue();
    }

    @Test
    void aStartAskedForBeforeATakeOverIsTheTakeOver() {
        OneDocument document = document(GivenDocument.of("0 9 * * *").ran("2026-02-14 09:00"), THREE);
        document.claim(at("09:00"));
        document.lastRun(LastRun.NULL, at("09:00:10"));

        ClaimRequest takeOver = document.claim(at("09:01"));
        document.succeed(takeOver, at("09:01:10"));

        assertThat(takeOver.fire().key()).isEqualTo("20260215T090000Z");
        assertThat(document.decide(at("09:30")).candidate())
                .as("no run twice more")
                .isNull();
    }

    @Test
    void aStartAskedForIsKeptWhenAnExhaustedFireIsEnded() {
        OneDocument document = document(GivenDocument.of("0 9 * * *").ran("2026-02-14 09:00"), Retry.none());
        document.claim(at("09:00"));
        document.lastRun(LastRun.NULL, at("09:00:10"));
        Candidate lost = document.decide(at("09:01")).candidate();
        ClaimRequest claim = document.claim(lost, at("09:01"));
        document.record(
                SettleRule.settle(claim, Attempt.settled(lost.settle()), Retry.none(), null, at("09:01"), "p")
                        .record(),
                at("09:01"));

        Candidate forced = document.decide(at("09:02")).candidate();

        assertThat(lost.isStart()).isFalse();
        assertThat(forced.forced()).isTrue();
        document.succeed(document.claim(forced, at("09:02")), at("09:02:05"));
        assertThat(document.decide(at("09:03")).candidate()).isNull();
    }

    @Test
    void aStartAskedForInTheWaitForARetryIsTheRetry() {
        OneDocument document = document(GivenDocument.of("0 9 * * *").ran("2026-02-14 09:00"), THREE);
        document.end(document.claim(at("09:00")), Attempt.failed("x", true, Duration.ofHours(2)), at("09:00:05"));
        document.lastRun(LastRun.NULL, at("09:10"));

        ClaimRequest retry = document.claim(at("09:10:01"));
        document.succeed(retry, at("09:10:05"));

        assertThat(retry.fire().starts()).isEqualTo(2);
        assertThat(document.decide(at("12:00")).candidate()).isNull();
    }

    @Test
    void aStartAskedForBetweenClaimAndRecordIsOneMore() {
        OneDocument document = document(GivenDocument.of("0 9 * * *").ran("2026-02-14 09:00"), THREE);
        ClaimRequest claim = document.claim(at("09:00"));
        document.lastRun(LastRun.NULL, at("09:00:05"));
        document.succeed(claim, at("09:00:10"));

        ClaimRequest forced = document.claim(at("09:01"));
        document.succeed(forced, at("09:01:10"));

        assertThat(forced.fire().forced()).isTrue();
        assertThat(document.decide(at("09:02")).candidate()).isNull();
        assertThat(document.ledger()).hasSize(2);
    }

    @Test
    void aForcedStartThatWasGivenBackIsStillOwed() {
        OneDocument document =
                document(GivenDocument.of("0 9 * * *").ran("09:00").lastRun(LastRun.NULL), THREE);
        ClaimRequest forced = document.claim(at("09:20"));

        document.release(forced, at("09:20:05"));

        ClaimRequest again = document.claim(at("09:30"));
        assertThat(again.fire().key()).isEqualTo(forced.fire().key());
        assertThat(again.fire().fireTime()).as("of its first claim").isEqualTo(at("09:20"));
        assertThat(again.fire().starts()).isEqualTo(1);
    }

    @Test
    void aOneOffRunsOnceAndNotAgainForANullThatWasThereBefore() {
        OneDocument document =
                document(GivenDocument.of("@at 2026-02-15T12:00:00Z").lastRun(LastRun.NULL), THREE);
        assertThat(document.decide(at("11:00")).candidate()).isNull();

        document.succeed(document.claim(at("12:00:10")), at("12:00:20"));

        assertThat(document.ledger()).containsOnlyKeys("20260215T120000Z");
        assertThat(document.decide(at("12:30")).candidate()).isNull();
        assertThat(document.stored().wakeAt()).isEqualTo(java.time.Instant.MAX);
    }

    @Test
    void anEditDuringARunCountsFromTheRecordOfThatRun() {
        OneDocument document = document(GivenDocument.of("0 9 * * *").ran("2026-02-14 09:00"), THREE);
        ClaimRequest claim = document.claim(at("09:00"));
        Schedule edited = document.stored().schedule().toBuilder()
                .timing(Timing.cron("*/10 * * * *"))
                .build();
        document.define(edited, at("09:05"));
        document.succeed(claim, at("09:25"));

        assertThat(document.decide(at("09:29")).candidate()).isNull();
        ClaimRequest next = document.claim(at("09:30"));
        assertThat(next.fire().missed()).isEmpty();
        assertThat(next.state().rule()).isEqualTo(edited.rule());
    }

    @Test
    void anEditLeavesAPendingFireWhichReadsTheNewParamsAtItsNextClaim() {
        OneDocument document = document(GivenDocument.of("0 9 * * *").ran("2026-02-14 09:00"), THREE);
        document.fail(document.claim(at("09:00")), at("09:00:05"));
        document.define(
                document.stored().schedule().toBuilder()
                        .timing(Timing.cron("0 11 * * *"))
                        .param("to", "b@example.org")
                        .build(),
                at("09:00:10"));

        ClaimRequest retry = document.claim(at("09:05"));

        assertThat(retry.fire().key()).isEqualTo("20260215T090000Z");
        assertThat(retry.seen().schedule().params().text("to")).isEqualTo("b@example.org");
        document.succeed(retry, at("09:05:05"));
        assertThat(document.decide(at("11:00")).candidate().fireTime()).isEqualTo(at("11:00"));
    }

    @Test
    void aResumeEndsThePauseAndItsFiresAreSkippedOnce() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);
        document.pause(at("2026-02-20 00:00"), at("08:30"));
        assertThat(document.decide(at("11:15")).reason()).isEqualTo("paused");
        document.pause(at("11:30"), at("11:30"));
        assertThat(document.decide(at("11:30")).candidate())
                .as("nothing fires at the resume")
                .isNull();

        document.succeed(document.claim(at("12:00")), at("12:00:10"));
        document.succeed(document.claim(at("13:00")), at("13:00:10"));

        assertThat(document.ledger())
                .containsOnlyKeys("20260215T120000Z", "paused-20260215T110000Z", "20260215T130000Z");
        assertThat(document.ledger().get("paused-20260215T110000Z").count()).isEqualTo(3);
    }

    @Test
    void aRunUnderWayWhenItIsPausedOrDisabledIsRecorded() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);
        ClaimRequest claim = document.claim(at("09:00"));
        document.pause(at("12:30"), at("09:00:05"));
        document.define(document.stored().schedule().toBuilder().enabled(false).build(), at("09:00:06"));

        document.succeed(claim, at("09:00:10"));

        assertThat(document.ledger()).containsOnlyKeys("20260215T090000Z");
        assertThat(document.stored().pause().until()).isEqualTo(at("12:30"));
        assertThat(document.stored().schedule().enabled()).isFalse();
    }

    @Test
    void anOldCopyOfTheDocumentThatWasPutBackMovesPastTheFireThatEnded() {
        OneDocument document = document(GivenDocument.of("0 * * * *").ran("08:00"), THREE);
        StoredSchedule old = document.stored();
        document.succeed(document.claim(at("09:00")), at("09:00:10"));
        Candidate again = DueRule.decide(old, at("09:10"), at("09:10"), 3, OneDocument.STALE, Window.NONE)
                .candidate();

        assertThat(document.ledger()).containsKey(again.key());
        ClaimRequest claim = ClaimRule.request(again, at("09:10"), "r", "me", OneDocument.LEASE, "p");
        assertThat(DueRule.decide(
                                old.withState(claim.past()),
                                at("09:10"),
                                at("09:10"),
                                3,
                                OneDocument.STALE,
                                Window.NONE)
                        .candidate())
                .isNull();
    }

    @Test
    void anAcceptedRunThatTimedOutCountsAsAFailureInARow() {
        OneDocument document = document(
                GivenDocument.of("0 9 * * *")
                        .ran("09:00")
                        .pending(dev.heartbeat.store.PendingFire.State.ACCEPTED, "09:00", 1, "09:10"),
                THREE);
        Candidate candidate = document.decide(at("09:10")).candidate();
        ClaimRequest claim = document.claim(candidate, at("09:10"));

        SettleRule.Settled settled =
                SettleRule.settle(claim, Attempt.settled(candidate.settle()), THREE, null, at("09:10"), "p");

        assertThat(settled.record().run().outcome()).isEqualTo(Outcome.RETRYING);
        assertThat(settled.record().state().failures()).isEqualTo(1);
    }

    private static OneDocument document(GivenDocument given, Retry retry) {
        return new OneDocument(given.stored(), retry);
    }
}
