package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PendingFire.State;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the record of an accepted run writes, and of an answer that is settled from what the store holds. */
class AcceptedRuleTest {
    private static final Retry THREE = Retry.attempts(3).backoff(Duration.ofSeconds(30), Duration.ofMinutes(10));
    private static final Instant ENDED = at("09:00:07");
    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final FireSeries MISSED =
            new FireSeries(Outcome.MISSED, "coalesced", 2, true, at("08:40"), at("08:50"));

    @Test
    void anAcceptedAttemptKeepsItsClaimUntilItsDeadlineAndEndsNothing() {
        ClaimRequest claim = claim(State.CLAIMED, 2, 1, MISSED);

        SettleRule.Settled settled = settle(claim, TaskResult.accepted(WITHIN));

        PendingFire fire = settled.record().state().pending();
        assertThat(fire).isEqualTo(claim.fire().accepted(ENDED.plus(WITHIN)).withoutMissed());
        assertThat(settled.record().state()).isEqualTo(claim.state().withPending(fire));
        assertThat(settled.record().completeWithin()).isEqualTo(WITHIN);
        assertThat(settled.record().lastResult()).as("left alone").isNull();
        assertThat(settled.record().missed()).as("told now").hasSize(1);
        assertThat(settled.record().run().outcome()).isEqualTo(Outcome.RUNNING);
        assertThat(settled.record().run().reason()).isEqualTo("accepted");
        assertThat(settled.record().run().isEnd()).isFalse();
        assertThat(settled.error()).isNull();
        assertThat(settled.retryAt()).isNull();
    }

    /** Each row as in the table of answers that a task gives itself. */
    @ParameterizedTest(name = "{0}, {1} starts, {2} failures, {3}")
    @CsvSource({
        "CLAIMED,  1, 0, done,     EXECUTED, 0, false",
        "ACCEPTED, 3, 2, done,     EXECUTED, 0, false",
        "ACCEPTED, 1, 5, skipped,  SKIPPED,  0, false",
        "CLAIMED,  1, 0, failed,   RETRYING, 1, false",
        "ACCEPTED, 1, 0, failed,   RETRYING, 1, false",
        "ACCEPTED, 2, 1, failed,   RETRYING, 2, false",
        "ACCEPTED, 3, 2, failed,   FAILED,   3, true",
        "CLAIMED,  3, 0, failed,   FAILED,   1, false",
        "ACCEPTED, 2, 1, accepted, RUNNING,  1, false",
    })
    void anAnswerByTokenIsSettledAsTheTasksOwnWouldBe(
            State is, int starts, int failures, String result, Outcome outcome, int after, boolean red) {
        StoredSchedule seen = stored(is, starts, failures);
        RunToken answer = AnswerToken.of(seen.state().pending().token(), "r1");

        SettleRule.Settled settled = SettleRule.settle(
                ClaimRule.inForce(seen),
                answer,
                Attempt.of(result(result)),
                THREE,
                seen.state().wrote(),
                ENDED,
                "p1");

        assertThat(settled.record().token()).isEqualTo(seen.state().pending().token());
        assertThat(settled.record().run().token()).isEqualTo(answer);
        assertThat(settled.record().run().outcome()).isEqualTo(outcome);
        assertThat(settled.record().run().startedAt()).isEqualTo(at("09:00:01"));
        assertThat(settled.record().run().attempt()).isEqualTo(starts);
        assertThat(settled.record().run().pulseId()).isEqualTo("p1");
        assertThat(settled.record().state().failures()).isEqualTo(after);
        assertThat(settled.record().state().cursor()).isEqualTo(seen.state().cursor());
        assertThat(settled.record().state().wrote()).isEqualTo(seen.state().wrote());
        assertThat(settled.record().state().rule()).isEqualTo(seen.state().rule());
        assertThat(settled.error())
                .isEqualTo(red ? new HeartbeatError(GivenDocument.ID, "no connection", ENDED) : null);
        PendingFire pending = settled.record().state().pending();
        if (outcome == Outcome.RETRYING) {
            assertThat(pending.state()).isEqualTo(State.WAITING);
            assertThat(pending.until()).isEqualTo(settled.retryAt());
            assertThat(pending.answered()).isEqualTo(answer);
            assertThat(pending.progress()).as("of the attempt that failed").isNull();
        } else if (outcome == Outcome.RUNNING) {
            assertThat(pending.until()).isEqualTo(ENDED.plus(WITHIN));
        } else {
            assertThat(pending).isNull();
        }
    }

    @Test
    void theTasksOwnFailureIsRememberedUnderItsClaim() {
        ClaimRequest claim = claim(State.CLAIMED, 1, 0);

        SettleRule.Settled settled = settle(claim, TaskResult.failed("no connection"));

        assertThat(settled.record().run().token()).isEqualTo(claim.token());
        assertThat(settled.record().state().pending().answered()).isEqualTo(claim.token());
    }

    @Test
    void aCancelledAttemptEndsItsFireAndSaysNothingAboutTheTask() {
        ClaimRequest claim = claim(State.CLAIMED, 1, 2, MISSED);

        SettleRule.Settled settled = SettleRule.settle(claim, Attempt.cancelled(), THREE, at("09:00:01"), ENDED, "p1");

        assertThat(settled.record().run().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(settled.record().run().isEnd()).isTrue();
        assertThat(settled.record().state()).isEqualTo(claim.state().withPending(null));
        assertThat(settled.record().missed()).hasSize(1);
        assertThat(settled.record().lastResult()).isEqualTo(Map.of("cancelled", true));
        assertThat(settled.error()).isNull();
        assertThat(settled.retryAt()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"done, EXECUTED", "skipped, SKIPPED", "failed, CANCELLED"})
    void anAnswerToAFireThatWasCalledOffCountsIfTheWorkIsDone(String result, Outcome outcome) {
        PendingFire fire =
                GivenDocument.fire(State.ACCEPTED, "09:00", 1, "09:10").cancelling();
        StoredSchedule seen =
                GivenDocument.of("0 * * * *").ran("09:00").pending(fire).stored();

        SettleRule.Settled settled = settle(ClaimRule.inForce(seen), result(result));

        assertThat(settled.record().run().outcome()).isEqualTo(outcome);
        assertThat(settled.record().state().pending()).isNull();
        assertThat(settled.error()).isNull();
    }

    // due and claim

    @ParameterizedTest
    @EnumSource(State.class)
    void aFireThatWasCalledOffEndsUnlessAnInstanceWorksOnIt(State is) {
        PendingFire fire = GivenDocument.fire(is, "09:00", 1, "09:30").cancelling();
        StoredSchedule seen = GivenDocument.of("0 * * * *")
                .ran("09:00")
                .failures(2)
                .pending(fire)
                .stored();

        Decision before = DueRule.decide(seen, at("09:10"), at("09:10"), 3, OneDocument.STALE, Window.NONE);
        Decision after = DueRule.decide(seen, at("09:30"), at("09:30"), 3, OneDocument.STALE, Window.NONE);

        if (is == State.CLAIMED) {
            assertThat(before.reason()).isEqualTo(Decision.RUNNING);
        } else {
            assertThat(before).isEqualTo(after);
        }
        Candidate candidate = after.candidate();
        assertThat(candidate.settle()).isEqualTo(new Candidate.Settle(Outcome.CANCELLED, null, null));
        assertThat(candidate.key()).isEqualTo(fire.key());
        ClaimRequest claim = claim(candidate);
        assertThat(claim.startedAt()).as("no start").isNull();
        assertThat(claim.fire().starts()).isEqualTo(1);
        assertThat(claim.fire().cancelRequested())
                .as("should whoever settles it be gone")
                .isTrue();
        SettleRule.Settled settled =
                SettleRule.settle(claim, Attempt.settled(candidate.settle()), THREE, null, ENDED, "p1");
        assertThat(settled.record().run().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(settled.record().state().failures()).as("failures").isEqualTo(2);
    }

    @Test
    void aClaimedFireThatWasCalledOffIsNotStartedAgainAfterItsHolderIsGone() {
        PendingFire fire =
                GivenDocument.fire(State.CLAIMED, "09:00", 1, "09:00:20").cancelling();
        StoredSchedule seen =
                GivenDocument.of("0 * * * *").ran("09:00").pending(fire).stored();

        assertThat(DueRule.decide(seen, at("09:01"), at("09:01"), 3, OneDocument.STALE, Window.NONE)
                        .candidate()
                        .isStart())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void aFireThatWasCalledOffIsCancelledAlsoIfTheNextOneTakesItsPlace(State is) {
        PendingFire fire = GivenDocument.fire(is, "09:00", 1, "09:30").cancelling();
        StoredSchedule seen = GivenDocument.of("0 * * * *")
                .ran("09:00")
                .failures(2)
                .pending(fire)
                .stored();

        Candidate candidate = DueRule.decide(seen, at("10:00"), at("10:00"), 3, OneDocument.STALE, Window.NONE)
                .candidate();
        ClaimRequest claim = claim(candidate);

        assertThat(candidate.isStart()).isTrue();
        assertThat(candidate.fireTime()).isEqualTo(at("10:00"));
        assertThat(candidate.failures()).isEqualTo(2);
        assertThat(claim.fire().cancelRequested()).as("the next fire").isFalse();
        assertThat(claim.superseded().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(claim.superseded().reason()).isNull();
        assertThat(claim.superseded().error()).isNull();
        assertThat(ClaimRule.supersededError(candidate, 1, ENDED)).isNull();
    }

    @Test
    void theNextAttemptRemembersTheAnswerToTheOneBefore() {
        RunToken answer = RunToken.of(GivenDocument.ID, "fire-0900", "answer");
        PendingFire waiting =
                GivenDocument.fire(State.WAITING, "09:00", 1, "09:05").answered(answer);
        StoredSchedule seen =
                GivenDocument.of("0 * * * *").ran("09:00").pending(waiting).stored();

        PendingFire retried = claim(DueRule.decide(seen, at("09:05"), at("09:05"), 3, OneDocument.STALE, Window.NONE)
                        .candidate())
                .fire();
        PendingFire next = claim(DueRule.decide(seen, at("10:00"), at("10:00"), 3, OneDocument.STALE, Window.NONE)
                        .candidate())
                .fire();

        assertThat(retried.answered()).isEqualTo(answer);
        assertThat(retried.pulseId()).isEqualTo("p1");
        assertThat(next.answered()).isNull();
    }

    private static ClaimRequest claim(Candidate candidate) {
        return ClaimRule.request(candidate, ENDED, "r1", "owner", Duration.ofSeconds(20), "p1");
    }

    private static SettleRule.Settled settle(ClaimRequest claim, TaskResult result) {
        return SettleRule.settle(claim, Attempt.of(result), THREE, at("09:00:01"), ENDED, "p1");
    }

    private static TaskResult result(String name) {
        return switch (name) {
            case "done" -> TaskResult.done();
            case "skipped" -> TaskResult.skipped("nothing to send");
            case "failed" -> TaskResult.failed("no connection");
            default -> TaskResult.accepted(WITHIN);
        };
    }

    private static StoredSchedule stored(State is, int starts, int failures) {
        return GivenDocument.of("0 * * * *")
                .cursor("09:00")
                .wrote("09:00:01")
                .lastRun("09:00:01")
                .failures(failures)
                .pending(is, "09:00", starts, "09:00:20")
                .stored();
    }

    private static ClaimRequest claim(State is, int starts, int failures, FireSeries... missed) {
        PendingFire fire = GivenDocument.fire(is, "09:00", starts, null, missed);
        return new ClaimRequest(
                GivenDocument.of("0 * * * *").ran("08:00").stored(),
                new ScheduleState(at("09:00"), at("09:00:01"), "the rule of the claim", fire, failures),
                at("09:00:01"),
                Duration.ofSeconds(20),
                null);
    }
}
