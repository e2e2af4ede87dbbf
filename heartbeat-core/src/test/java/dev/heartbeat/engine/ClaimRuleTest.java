package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PendingFire.State;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the claim of a candidate writes: rules A2, A5, A7, A8. */
class ClaimRuleTest {
    private static final Instant NOW = at("10:00:05.123456789");
    private static final Duration LEASE = Duration.ofSeconds(20);

    @Test
    void theClaimOfADueFireWritesTokenCursorLastRunAndRule() {
        StoredSchedule seen =
                GivenDocument.of("0 * * * *").ran("08:00").failures(2).stored();

        ClaimRequest claim = claim(seen);

        FireSeries missed = new FireSeries(Outcome.MISSED, "coalesced", 1, true, at("09:00"), at("09:00"));
        assertThat(claim.fire())
                .isEqualTo(new PendingFire(
                        "20260215T100000Z",
                        at("10:00"),
                        false,
                        false,
                        1,
                        State.CLAIMED,
                        new RunToken("mail/20260215T100000Z/r1"),
                        "owner-1",
                        null,
                        List.of(missed),
                        false,
                        "p1",
                        null,
                        null));
        assertThat(claim.seen()).isSameAs(seen);
        assertThat(claim.lease()).isEqualTo(LEASE);
        assertThat(claim.state().cursor()).isEqualTo(at("10:00"));
        assertThat(claim.state().rule()).isEqualTo(seen.schedule().rule());
        assertThat(claim.state().failures()).isEqualTo(2);
        assertThat(claim.superseded()).isNull();
    }

    @Test
    void lastRunIsTheStartOfTheAttemptCutToMillisecondsAndSoIsWhatWasWritten() {
        ClaimRequest claim = claim(GivenDocument.of("0 * * * *").ran("09:00").stored());

        assertThat(claim.startedAt()).isEqualTo(at("10:00:05.123"));
        assertThat(claim.state().wrote()).isEqualTo(at("10:00:05.123"));
    }

    @Test
    void afterTheClaimLastRunIsNotTakenForOneThatAPersonMoved() {
        StoredSchedule seen = GivenDocument.of("0 * * * *").ran("09:00").stored();
        ClaimRequest claim = claim(seen);

        StoredSchedule written = new StoredSchedule(
                seen.schedule(),
                LastRun.at(Instant.ofEpochMilli(claim.startedAt().toEpochMilli())),
                null,
                null,
                claim.state(),
                NOW,
                seen.version());

        assertThat(written.isLastRunMovedByPerson()).isFalse();
    }

    @Test
    void theClaimOfAForcedFireLeavesTheCursorAndConsumesTheNull() {
        ClaimRequest claim = claim(GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .lastRun(LastRun.NULL)
                .version("v42")
                .stored());

        assertThat(claim.fire().key()).isEqualTo("force-v42");
        assertThat(claim.fire().forced()).isTrue();
        assertThat(claim.fire().fireTime()).isEqualTo(NOW);
        assertThat(claim.token().value()).isEqualTo("mail/force-v42/r1");
        assertThat(claim.state().cursor()).isEqualTo(at("09:00"));
        assertThat(claim.startedAt()).isNotNull();
    }

    @Test
    void theFirstClaimOfADocumentWrittenByHandMakesItsCursorOfItsBase() {
        ClaimRequest claim =
                claim(GivenDocument.of("0 9 * * *").writtenAt("09:40").stored());

        assertThat(claim.fire().forced()).isTrue();
        assertThat(claim.state().cursor()).isEqualTo(at("09:40"));
    }

    @Test
    void aRetryKeepsTheKeyAndCountsOneStartMoreUnderANewToken() {
        StoredSchedule seen = GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .failures(1)
                .pending(State.WAITING, "09:00", 1, "09:30")
                .stored();

        ClaimRequest claim = claim(seen);

        assertThat(claim.fire().key()).isEqualTo(seen.state().pending().key());
        assertThat(claim.fire().starts()).isEqualTo(2);
        assertThat(claim.fire().fireTime()).isEqualTo(at("09:00"));
        assertThat(claim.token().value()).endsWith("/r1");
        assertThat(claim.state().failures()).isEqualTo(1);
    }

    @Test
    void aTakeOverCountsTheLostLeaseAsAFailureAndAStart() {
        ClaimRequest claim = claim(GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .failures(1)
                .pending(State.CLAIMED, "09:00", 1, "09:00:20")
                .stored());

        assertThat(claim.fire().starts()).isEqualTo(2);
        assertThat(claim.state().failures()).isEqualTo(2);
        assertThat(claim.fire().state()).isEqualTo(State.CLAIMED);
    }

    @Test
    void aClaimWithoutAStartLeavesLastRunAndCountsNone() {
        ClaimRequest claim = claim(GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .lastRun(LastRun.NULL)
                .pending(State.CLAIMED, "09:00", 3, "09:00:20")
                .stored());

        assertThat(claim.startedAt()).isNull();
        assertThat(claim.state().wrote()).isEqualTo(at("09:00"));
        assertThat(claim.fire().starts()).isEqualTo(3);
    }

    @ParameterizedTest(name = "{0} with {1} starts: {2} {3}")
    @CsvSource({
        "WAITING, 2, FAILED, superseded",
        "CLAIMED, 1, FAILED, superseded",
        "ACCEPTED, 1, FAILED, superseded",
        "WAITING, 0, MISSED, coalesced"
    })
    void aSupersededFireEndsFailedIfItWasEverStartedElsePassed(State is, int starts, Outcome outcome, String reason) {
        StoredSchedule seen = GivenDocument.of("0 * * * *")
                .ran("09:00")
                .edited(edit -> edit.queue("browser"))
                .pending(is, "09:00", starts, "09:30")
                .stored();

        RunRecord superseded = claim(seen).superseded();

        assertThat(superseded.outcome()).isEqualTo(outcome);
        assertThat(superseded.reason()).isEqualTo(reason);
        assertThat(superseded.error() != null).isEqualTo(starts > 0);
        assertThat(superseded)
                .isEqualTo(new RunRecord(
                        "mail",
                        "fire-0900",
                        "send-mail",
                        "browser",
                        outcome,
                        reason,
                        at("09:00"),
                        at("09:00"),
                        1,
                        true,
                        starts,
                        null,
                        "p1",
                        starts > 0 ? seen.state().wrote() : null,
                        NOW,
                        superseded.error(),
                        Map.of()));
    }

    @ParameterizedTest(name = "{0} with {1} starts after {2} failures: {3}")
    @CsvSource({
        "WAITING, 1, 1, false",
        "WAITING, 1, 2, false",
        "WAITING, 1, 3, true",
        "CLAIMED, 1, 1, false",
        "CLAIMED, 1, 2, true",
        "WAITING, 0, 5, false",
    })
    void aSupersededFireIsAnErrorOnceTheScheduleHasFailedAsOftenAsItMay(
            State is, int starts, int failures, boolean error) {
        Candidate candidate = candidate(GivenDocument.of("0 * * * *")
                .ran("09:00")
                .failures(failures)
                .pending(is, "09:00", starts, "09:30")
                .stored());

        HeartbeatError left = ClaimRule.supersededError(candidate, 3, NOW);

        assertThat(left != null).isEqualTo(error);
        if (left != null) {
            assertThat(left.id()).isEqualTo("mail");
            assertThat(left.at()).isEqualTo(NOW);
            assertThat(left.error()).startsWith("3 attempts in a row have failed");
        }
    }

    @Test
    void aFireThatSupersedesNoneIsNoError() {
        Candidate candidate =
                candidate(GivenDocument.of("0 * * * *").ran("09:00").failures(7).stored());

        assertThat(ClaimRule.supersededError(candidate, 3, NOW)).isNull();
    }

    private static Candidate candidate(StoredSchedule seen) {
        return DueRule.decide(seen, NOW, NOW, 3, OneDocument.STALE, Window.NONE).candidate();
    }

    private static ClaimRequest claim(StoredSchedule seen) {
        return ClaimRule.request(candidate(seen), NOW, "r1", "owner-1", LEASE, "p1");
    }
}
