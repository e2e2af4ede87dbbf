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
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the record of an attempt writes: rule A8. */
class SettleRuleTest {
    private static final Retry THREE = Retry.attempts(3).backoff(Duration.ofSeconds(30), Duration.ofMinutes(10));
    private static final Instant ENDED = at("09:00:07");

    /** Each row: starts of the fire, failures before this attempt, how it went; then what the record says. */
    @ParameterizedTest(name = "{0} starts, {1} failures, {2}, retryable {3}")
    @CsvSource({
        "1, 0, EXECUTED,  false, EXECUTED,  0, false",
        "3, 2, EXECUTED,  false, EXECUTED,  0, false",
        "1, 5, SKIPPED,   false, SKIPPED,   0, false",
        "1, 0, FAILED,    true,  RETRYING,  1, false",
        "2, 1, FAILED,    true,  RETRYING,  2, false",
        "3, 2, FAILED,    true,  FAILED,    3, true",
        "1, 0, FAILED,    false, FAILED,    1, true",
        "1, 0, TIMED_OUT, true,  RETRYING,  1, false",
        "3, 2, TIMED_OUT, true,  TIMED_OUT, 3, true",
        "1, 4, FAILED,    true,  RETRYING,  5, false",
        "4, 0, FAILED,    true,  FAILED,    1, false",
        "4, 1, TIMED_OUT, true,  TIMED_OUT, 2, false",
        "4, 2, FAILED,    true,  FAILED,    3, true",
    })
    void anAttemptEndsItsFireOrWaitsAndTurnsTheHeartbeatRedOrNot(
            int starts, int failures, Outcome went, boolean retryable, Outcome outcome, int after, boolean red) {
        ClaimRequest claim = claim(starts, failures);
        Attempt attempt = new Attempt(went, null, Map.of(), went.isFailure() ? "no connection" : null, retryable, null);

        SettleRule.Settled settled = SettleRule.settle(claim, attempt, THREE, at("09:00:01"), ENDED, "p1");

        assertThat(settled.record().run().outcome()).isEqualTo(outcome);
        assertThat(settled.record().token()).isEqualTo(claim.token());
        assertThat(settled.record().state().failures()).isEqualTo(after);
        assertThat(settled.error())
                .isEqualTo(red ? new HeartbeatError(GivenDocument.ID, "no connection", ENDED) : null);
        PendingFire pending = settled.record().state().pending();
        if (outcome == Outcome.RETRYING) {
            assertThat(pending.state()).isEqualTo(State.WAITING);
            assertThat(pending.key()).isEqualTo(claim.fire().key());
            assertThat(pending.fireTime()).isEqualTo(claim.fire().fireTime());
            assertThat(pending.starts()).isEqualTo(starts);
            assertThat(pending.token()).isNull();
            assertThat(pending.owner()).isNull();
            assertThat(pending.until())
                    .isEqualTo(settled.retryAt())
                    .isEqualTo(ENDED.plus(
                            Backoff.wait(THREE, GivenDocument.ID, claim.fire().key(), starts)));
        } else {
            assertThat(pending).isNull();
            assertThat(settled.retryAt()).isNull();
        }
    }

    @Test
    void oneAttemptMeansAtMostOnce() {
        SettleRule.Settled settled =
                SettleRule.settle(claim(1, 0), failed(), Retry.none(), at("09:00:01"), ENDED, "p1");

        assertThat(settled.record().run().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(settled.error()).isNotNull();
    }

    @Test
    void aTaskMaySayWhenItWantsToBeTriedAgain() {
        Attempt attempt = Attempt.of(TaskResult.retryAfter(Duration.ofMinutes(42), "rate limit"));

        SettleRule.Settled settled = SettleRule.settle(claim(1, 0), attempt, THREE, at("09:00:01"), ENDED, "p1");

        assertThat(settled.retryAt()).isEqualTo(ENDED.plus(Duration.ofMinutes(42)));
        assertThat(settled.record().state().pending().until()).isEqualTo(settled.retryAt());
    }

    @Test
    void aWishForALaterAttemptIsVoidWhenNoStartIsLeft() {
        Attempt attempt = Attempt.of(TaskResult.retryAfter(Duration.ofMinutes(42), "rate limit"));

        SettleRule.Settled settled = SettleRule.settle(claim(3, 2), attempt, THREE, at("09:00:01"), ENDED, "p1");

        assertThat(settled.retryAt()).isNull();
        assertThat(settled.record().run().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void theEntryInTheLedgerSaysAllOfTheAttempt() {
        ClaimRequest claim = claim(2, 1);
        Attempt attempt = Attempt.of(TaskResult.of(Map.of("sent", 3)));

        SettleRule.Settled settled = SettleRule.settle(claim, attempt, THREE, at("09:00:01"), ENDED, "p1");

        assertThat(settled.record().run())
                .isEqualTo(new RunRecord(
                        GivenDocument.ID,
                        "fire-0900",
                        "send-mail",
                        "browser",
                        Outcome.EXECUTED,
                        null,
                        at("09:00"),
                        at("09:00"),
                        1,
                        true,
                        2,
                        claim.token(),
                        "p1",
                        at("09:00:01"),
                        ENDED,
                        null,
                        Map.of("sent", 3L)));
        assertThat(settled.record().lastResult()).isEqualTo(Map.of("sent", 3L));
    }

    @Test
    void theLastResultIsTheErrorTheReasonOrTheValues() {
        assertThat(lastResult(failed())).isEqualTo(Map.of("error", "no connection"));
        assertThat(lastResult(Attempt.of(TaskResult.skipped("nothing to send"))))
                .isEqualTo(Map.of("skipped", "nothing to send"));
        assertThat(lastResult(Attempt.of(TaskResult.done()))).isEmpty();
        assertThat(lastResult(Attempt.timedOut(Duration.ofSeconds(30))))
                .isEqualTo(Map.of("error", "timed out after 30 s"));
    }

    @Test
    void theRecordKeepsCursorWroteAndRuleOfItsClaim() {
        ClaimRequest claim = claim(1, 0);

        for (Attempt attempt : List.of(failed(), Attempt.of(TaskResult.done()))) {
            ScheduleState state = SettleRule.settle(claim, attempt, THREE, at("09:00:01"), ENDED, "p1")
                    .record()
                    .state();

            assertThat(state.cursor()).isEqualTo(at("09:00"));
            assertThat(state.wrote()).isEqualTo(at("09:00:01"));
            assertThat(state.rule()).isEqualTo("the rule of the claim");
        }
    }

    @Test
    void whatWasMissedIsWrittenWithTheFirstRecordAndNotAgainAfterARetry() {
        FireSeries paused = new FireSeries(Outcome.SKIPPED, "paused", 2, true, at("05:00"), at("06:00"));
        FireSeries many = new FireSeries(Outcome.MISSED, "coalesced", 10_000, false, at("06:10"), at("08:50"));
        ClaimRequest claim = claim(1, 0, paused, many);

        SettleRule.Settled settled = SettleRule.settle(claim, failed(), THREE, at("09:00:01"), ENDED, "p1");

        assertThat(settled.record().missed())
                .containsExactly(
                        series(claim, "paused-20260215T060000Z", paused),
                        series(claim, "coalesced-20260215T085000Z", many));
        assertThat(settled.record().state().pending().missed()).isEmpty();
    }

    @Test
    void whatWasMissedIsWrittenWithTheEndOfAFireThatHadNoRetry() {
        FireSeries series = new FireSeries(Outcome.MISSED, "coalesced", 1, true, at("08:50"), at("08:50"));

        SettleRule.Settled settled = SettleRule.settle(
                claim(1, 0, series), Attempt.of(TaskResult.done()), THREE, at("09:00:01"), ENDED, "p1");

        assertThat(settled.record().missed()).hasSize(1);
    }

    @Test
    void aLostFireEndsRedAndCountsItsLastAttemptOnce() {
        Attempt lost =
                Attempt.settled(new Candidate.Settle(Outcome.FAILED, "lost", "the process that ran it was lost"));

        SettleRule.Settled settled = SettleRule.settle(settling(State.CLAIMED, 3, 2), lost, THREE, null, ENDED, "p1");

        assertThat(settled.record().run().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(settled.record().run().reason()).isEqualTo("lost");
        assertThat(settled.record().run().startedAt()).isNull();
        assertThat(settled.record().state().failures()).isEqualTo(3);
        assertThat(settled.record().state().pending()).isNull();
        assertThat(settled.error()).isNotNull();
    }

    @Test
    void anAcceptedRunPastItsDeadlineIsATimedOutAttemptAndMayBeTriedAgain() {
        Attempt timedOut = Attempt.settled(new Candidate.Settle(Outcome.TIMED_OUT, "accepted", "not completed"));

        SettleRule.Settled first =
                SettleRule.settle(settling(State.ACCEPTED, 1, 0), timedOut, THREE, null, ENDED, "p1");
        SettleRule.Settled last = SettleRule.settle(settling(State.ACCEPTED, 3, 2), timedOut, THREE, null, ENDED, "p1");

        assertThat(first.record().run().outcome()).isEqualTo(Outcome.RETRYING);
        assertThat(last.record().run().outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(last.error()).isNotNull();
    }

    @Test
    void aWaitThatHasNoStartLeftEndsWithoutAFailureMore() {
        Attempt exhausted = Attempt.settled(new Candidate.Settle(Outcome.FAILED, "exhausted", "no attempt is left"));

        SettleRule.Settled settled =
                SettleRule.settle(settling(State.WAITING, 3, 3), exhausted, THREE, null, ENDED, "p1");

        assertThat(settled.record().state().failures()).isEqualTo(3);
    }

    @Test
    void aLateAnswerIsANoteUnderAKeyOfItsOwnThatEndsNothing() {
        RunRecord executed = SettleRule.settle(
                        claim(1, 0), Attempt.of(TaskResult.of(Map.of("sent", 3))), THREE, at("09:00:01"), ENDED, "p1")
                .record()
                .run();
        RunRecord retrying = SettleRule.settle(claim(1, 0), failed(), THREE, at("09:00:01"), ENDED, "p1")
                .record()
                .run();

        RunRecord note = SettleRule.fenced(executed, "r7");

        assertThat(note.key()).isEqualTo("fire-0900-fenced-r7");
        assertThat(note.reason()).isEqualTo("fenced");
        assertThat(note.outcome()).isEqualTo(Outcome.EXECUTED);
        assertThat(note.result()).isEqualTo(Map.of("sent", 3L));
        assertThat(SettleRule.fenced(retrying, "r8").outcome())
                .as("no end else")
                .isEqualTo(Outcome.FAILED);
    }

    private static Map<String, Object> lastResult(Attempt attempt) {
        return SettleRule.settle(claim(1, 0), attempt, THREE, at("09:00:01"), ENDED, "p1")
                .record()
                .lastResult();
    }

    private static Attempt failed() {
        return Attempt.failed("no connection", true, null);
    }

    private static RunRecord series(ClaimRequest claim, String key, FireSeries series) {
        return new RunRecord(
                GivenDocument.ID,
                key,
                "send-mail",
                "browser",
                series.outcome(),
                series.reason(),
                series.last(),
                series.first(),
                series.count(),
                series.exact(),
                0,
                claim.token(),
                "p1",
                null,
                ENDED,
                null,
                Map.of());
    }

    private static ClaimRequest claim(int starts, int failures, FireSeries... missed) {
        return claim(GivenDocument.of("0 * * * *").ran("08:00"), starts, failures, missed);
    }

    /** The claim that ends a fire which was found in the state. */
    private static ClaimRequest settling(State found, int starts, int failures) {
        return claim(
                GivenDocument.of("0 * * * *").ran("08:00").pending(found, "09:00", starts, "09:00:20"),
                starts,
                failures);
    }

    private static ClaimRequest claim(GivenDocument seen, int starts, int failures, FireSeries... missed) {
        PendingFire fire = GivenDocument.fire(State.CLAIMED, "09:00", starts, null, missed);
        return new ClaimRequest(
                seen.edited(edit -> edit.queue("browser")).stored(),
                new ScheduleState(at("09:00"), at("09:00:01"), "the rule of the claim", fire, failures),
                at("09:00:01"),
                Duration.ofSeconds(20),
                null);
    }
}
