package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A forced fire from its wish to its end, with retries, crashes, pauses and fires of the timing in between: rule A5. */
class ForcedSequencesTest {
    private static final String DAILY = "0 9 * * *";
    private static final Retry THREE = Retry.attempts(3).backoff(Duration.ofSeconds(30), Duration.ofSeconds(30));

    @Test
    void aForcedFireThatFailsIsTriedAgainUnderItsKeyAndTimeAndStaysForced() {
        OneDocument document = document(forced(DAILY), THREE);
        ClaimRequest first = document.claim(at("09:20"));
        document.fail(first, at("09:20:05"));

        ClaimRequest second = document.claim(at("09:25"));

        assertThat(second.fire().key()).isEqualTo(first.fire().key()).isEqualTo("force-v7");
        assertThat(second.fire().fireTime()).as("of its first claim").isEqualTo(at("09:20"));
        assertThat(second.fire().forced()).isTrue();
        assertThat(second.fire().starts()).isEqualTo(2);
        assertThat(second.state().cursor()).as("stays").isEqualTo(at("09:00"));
    }

    @Test
    void aForcedFireThatIsTakenOverIsTheSameFireAndRunsNoThirdTime() {
        OneDocument document = document(forced(DAILY), THREE);
        ClaimRequest lost = document.claim(at("09:20")); // the process dies

        ClaimRequest takeOver = document.claim(at("09:21"));
        document.succeed(takeOver, at("09:21:05"));

        assertThat(takeOver.fire().key()).isEqualTo(lost.fire().key());
        assertThat(document.ledger()).containsOnlyKeys("force-v7");
        assertThat(document.decide(at("23:59")).candidate()).isNull();
    }

    @Test
    void aForcedFireWithoutAStartLeftEndsLostOnceAndAsksForNothing() {
        OneDocument document = document(forced(DAILY), Retry.none());
        document.claim(at("09:20")); // the process dies
        Candidate lost = document.decide(at("09:21")).candidate();
        ClaimRequest claim = document.claim(lost, at("09:21"));

        document.record(
                SettleRule.settle(claim, Attempt.settled(lost.settle()), Retry.none(), null, at("09:21"), "p")
                        .record(),
                at("09:21"));

        assertThat(document.ledger().get("force-v7").reason()).isEqualTo("lost");
        assertThat(document.decide(at("23:59")).candidate()).isNull();
        assertThat(document.decide(at("2026-02-16 09:00")).candidate().missed()).isEmpty();
    }

    @Test
    void theFireThatFallsDueDuringAForcedRunRunsAfterIt() {
        OneDocument document = document(forced(DAILY).ran("2026-02-14 09:00").lastRun(LastRun.NULL), THREE);
        ClaimRequest forced = document.claim(at("08:59:58"));
        assertThat(forced.fire().forced()).isTrue();
        document.succeed(forced, at("09:03"));

        ClaimRequest nine = document.claim(at("09:03:01"));

        assertThat(nine.fire().forced()).isFalse();
        assertThat(nine.fire().fireTime()).isEqualTo(at("09:00"));
        assertThat(nine.fire().missed()).isEmpty();
    }

    @Test
    void aFireOfTheTimingTakesThePlaceOfAForcedOneThatWaitsForItsRetry() {
        OneDocument document = document(forced(DAILY).ran("2026-02-14 09:00").lastRun(LastRun.NULL), THREE);
        document.fail(document.claim(at("08:50")), at("08:50:05"));

        document.succeed(document.claim(at("09:00:10")), at("09:00:20"));

        RunRecord superseded = document.ledger().get("force-v7");
        assertThat(superseded.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(superseded.reason()).isEqualTo("superseded");
        assertThat(superseded.fireTime()).isEqualTo(at("08:50"));
        assertThat(document.ledger()).containsOnlyKeys("force-v7", "20260215T090000Z");
        assertThat(document.decide(at("23:59")).candidate()).isNull();
    }

    @Test
    void aWishDuringAForcedRunIsAnotherFireWithAKeyOfItsOwn() {
        OneDocument document = document(forced(DAILY), THREE);
        ClaimRequest first = document.claim(at("09:20"));
        document.lastRun(LastRun.NULL, at("09:20:05"));
        document.succeed(first, at("09:20:10"));

        ClaimRequest second = document.claim(at("09:20:11"));
        document.succeed(second, at("09:20:20"));

        assertThat(second.fire().key())
                .startsWith("force-")
                .isNotEqualTo(first.fire().key());
        assertThat(document.ledger()).hasSize(2);
        assertThat(document.decide(at("09:30")).candidate()).isNull();
    }

    @Test
    void twoWishesBeforeTheClaimAreOneStart() {
        OneDocument document = document(forced(DAILY), THREE);
        document.lastRun(LastRun.NULL, at("09:10"));
        document.lastRun(LastRun.NULL, at("09:11"));

        document.succeed(document.claim(at("09:20")), at("09:20:05"));

        assertThat(document.decide(at("09:21")).candidate()).isNull();
    }

    @Test
    void aWishOnADocumentWrittenByHandRunsOnceAndTheNextFireIsThatOfTheTiming() {
        OneDocument document = document(GivenDocument.of(DAILY).writtenAt("08:30"), THREE);
        ClaimRequest forced = document.claim(at("08:40"));
        document.succeed(forced, at("08:40:05"));

        assertThat(forced.fire().forced()).isTrue();
        assertThat(document.decide(at("08:59")).candidate()).isNull();
        ClaimRequest nine = document.claim(at("09:00"));
        assertThat(nine.fire().key()).isEqualTo("20260215T090000Z");
        assertThat(nine.fire().missed()).isEmpty();
    }

    @Test
    void aWishAfterAPauseRunsAtOnceAndTheFiresOfThePauseAreToldWithTheNextFire() {
        OneDocument document =
                document(forced("0 * * * *").ran("09:00").lastRun(LastRun.NULL).pausedUntil("11:30"), THREE);
        document.succeed(document.claim(at("11:40")), at("11:40:05"));

        ClaimRequest noon = document.claim(at("12:00"));

        assertThat(noon.fire().missed())
                .containsExactly(new FireSeries(Outcome.SKIPPED, "paused", 2, true, at("10:00"), at("11:00")));
    }

    @Test
    void aWishThatAPersonTakesBackByWritingAnInstantIsNoStart() {
        OneDocument document = document(forced(DAILY), THREE);

        document.lastRun(LastRun.at(at("09:00")), at("09:10"));

        assertThat(document.decide(at("09:20")).reason()).isEqualTo("not-due");
    }

    @Test
    void aForcedFireGivenBackKeepsItsTimeAndGivesWayToAFireOfTheTimingWhichIsTheStartAskedFor() {
        OneDocument document = document(forced(DAILY).ran("2026-02-14 09:00").lastRun(LastRun.NULL), THREE);
        document.release(document.claim(at("08:50")), at("08:50:05"));
        assertThat(document.stored().state().pending().state()).isEqualTo(PendingFire.State.WAITING);

        document.succeed(document.claim(at("09:00:10")), at("09:00:20"));

        assertThat(document.ledger().get("force-v7").outcome())
                .as("never started")
                .isEqualTo(Outcome.MISSED);
        assertThat(document.ledger().get("20260215T090000Z").outcome()).isEqualTo(Outcome.EXECUTED);
        assertThat(document.decide(at("23:59")).candidate()).isNull();
        assertThat(document.stored().state().failures()).isZero();
    }

    private static GivenDocument forced(String cron) {
        return GivenDocument.of(cron).ran("09:00").lastRun(LastRun.NULL);
    }

    private static OneDocument document(GivenDocument given, Retry retry) {
        return new OneDocument(given.stored(), retry);
    }
}
