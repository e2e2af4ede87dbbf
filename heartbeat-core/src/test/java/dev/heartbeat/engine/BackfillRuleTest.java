package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static dev.heartbeat.store.PendingFire.State.CLAIMED;
import static dev.heartbeat.store.PendingFire.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule B37: after live work, one past fire, and the cursor stays where it is. */
class BackfillRuleTest {
    private static GivenDocument given() {
        return GivenDocument.of("0 * * * *").ran("09:00").backfill("05:00", "08:00", "05:00");
    }

    private static OneDocument document(GivenDocument given) {
        return new OneDocument(given.stored(), Retry.attempts(2));
    }

    private static Candidate decide(GivenDocument given, String now) {
        return DueRule.decide(given.stored(), at(now), at(now), 2, OneDocument.STALE, Window.NONE)
                .candidate();
    }

    @Test
    void whereNothingElseIsDueThePastFiresRunOldestFirstAndTheCadenceStays() {
        OneDocument document = document(given());
        for (String fire : List.of("05:00", "06:00", "07:00")) {
            ClaimRequest claim = document.claim(at("09:10"));
            assertThat(claim.fire().fireTime()).isEqualTo(at(fire));
            assertThat(claim.fire().key()).isEqualTo(FireKey.of(at(fire)));
            assertThat(claim.fire().backfilled()).isTrue();
            assertThat(claim.fire().forced()).isFalse();
            assertThat(claim.state().cursor()).isEqualTo(at("09:00"));
            document.succeed(claim, at("09:10:05"));
        }

        assertThat(document.decide(at("09:20")).candidate()).isNull();
        assertThat(document.stored().state().backfill()).isEqualTo(new Backfill(at("05:00"), at("08:00"), null, "ann"));
        assertThat(document.decide(at("10:00")).candidate().fireTime()).isEqualTo(at("10:00"));
        assertThat(document.ledger().values())
                .hasSize(3)
                .allSatisfy(entry -> assertThat(entry.isBackfilled()).isTrue())
                .extracting(RunRecord::outcome, RunRecord::reason)
                .allSatisfy(entry -> assertThat(entry.toList()).containsExactly(Outcome.EXECUTED, "backfill"));
    }

    @Test
    void whatIsDueComesFirst() {
        assertThat(decide(given(), "10:05").fireTime())
                .as("a fire of the timing")
                .isEqualTo(at("10:00"));
        assertThat(decide(given().lastRun(LastRun.NULL), "09:10").forced())
                .as("a start that was asked for")
                .isTrue();
        assertThat(decide(given().pending(WAITING, "09:00", 1, "09:05"), "09:10")
                        .key())
                .as("a retry")
                .isEqualTo("fire-0900");
        assertThat(decide(given().pending(WAITING, "09:00", 1, "09:15"), "09:10"))
                .as("while a retry waits")
                .isNull();
        assertThat(decide(given().edited(edit -> edit.catchUp(CatchUp.skip())), "10:30")
                        .settle()
                        .reason())
                .as("fires that are too old")
                .isEqualTo("too-old");
    }

    @Test
    void itWaitsWhileTheScheduleIsDisabledPausedOrHeld() {
        assertThat(decide(given().edited(edit -> edit.enabled(false)), "09:10")).isNull();
        assertThat(decide(given().pausedUntil("09:30"), "09:10")).isNull();
        assertThat(decide(given().lastRun("09:30"), "09:10")).isNull();
        assertThat(decide(given().pausedUntil("09:30"), "09:30").backfilled()).isTrue();
    }

    @Test
    void aPastFireIsTriedAgainTakenOverAndFailsAsAnyOther() {
        OneDocument document = document(given());
        SettleRule.Settled first = document.fail(document.claim(at("09:10")), at("09:10:05"));
        assertThat(first.record().run().reason()).isEqualTo("backfill");
        assertThat(document.decide(first.retryAt().minusMillis(1)).candidate()).isNull();

        ClaimRequest second = document.claim(first.retryAt()); // and its process dies
        assertThat(second.fire().key()).isEqualTo(FireKey.of(at("05:00")));
        assertThat(second.fire().starts()).isEqualTo(2);
        assertThat(second.fire().backfilled()).isTrue();
        Candidate lost = document.decide(at("09:50")).candidate();
        assertThat(lost.settle().reason()).isEqualTo("lost");
        ClaimRequest settling = document.claim(lost, at("09:50"));
        document.record(
                SettleRule.settle(settling, Attempt.settled(lost.settle()), Retry.attempts(2), null, at("09:50"), "p")
                        .record(),
                at("09:50"));

        RunRecord entry = document.ledger().get(FireKey.of(at("05:00")));
        assertThat(entry.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(entry.reason()).isEqualTo("backfill: lost");
        assertThat(entry.isBackfilled()).isTrue();
        assertThat(document.decide(at("09:55")).candidate().fireTime()).isEqualTo(at("06:00"));
    }

    @Test
    void aPastFireThatWaitsForItsRetryGivesWayToTheNextFireOfTheTiming() {
        OneDocument document = document(given());
        document.end(document.claim(at("09:59")), Attempt.failed("no", true, Duration.ofSeconds(30)), at("09:59:10"));

        ClaimRequest ten = document.claim(at("10:00"));

        assertThat(ten.fire().fireTime()).isEqualTo(at("10:00"));
        assertThat(document.ledger().get(FireKey.of(at("05:00"))).reason()).isEqualTo("backfill: superseded");
        document.succeed(ten, at("10:00:05"));
        assertThat(document.decide(at("10:10")).candidate().fireTime()).isEqualTo(at("06:00"));
    }

    @Test
    void aPastFireGivenBackBeforeItsTaskWasCalledIsNotLostToTheNextFireOfTheTiming() {
        OneDocument document = document(given());
        document.release(document.claim(at("09:59")), at("09:59:30"));

        document.succeed(document.claim(at("10:00")), at("10:00:05"));

        assertThat(document.ledger()).containsOnlyKeys(FireKey.of(at("10:00")));
        Candidate again = document.decide(at("10:10")).candidate();
        assertThat(again.fireTime()).isEqualTo(at("05:00"));
        assertThat(again.starts()).isZero();
    }

    @Test
    void aPastFireGivenBackAndCalledOffEndsWhenTheNextFireTakesItsPlace() {
        OneDocument document = document(given());
        ClaimRequest past = document.claim(at("09:59"));
        document.release(past, at("09:59:30"));
        document.cancel(at("09:59:40"));

        document.succeed(document.claim(at("10:00")), at("10:00:05"));

        assertThat(document.ledger().get(past.fire().key()).outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(document.decide(at("10:10")).candidate().fireTime()).isEqualTo(at("06:00"));
    }

    @Test
    void aPastFireGivenBackIsTheNextToRunIfNothingElseIsDue() {
        OneDocument document = document(given());
        ClaimRequest first = document.claim(at("09:10"));
        document.release(first, at("09:10:30"));

        ClaimRequest again = document.claim(at("09:20"));

        assertThat(again.fire().key()).isEqualTo(first.fire().key());
        assertThat(again.fire().starts()).isEqualTo(1);
        assertThat(again.state().backfill().next()).isEqualTo(at("06:00"));
    }

    @Test
    void aBackfillThatWasEndedGetsNothingBack() {
        OneDocument document = document(given());
        document.release(document.claim(at("09:59")), at("09:59:30"));
        document.backfill(document.stored().state().backfill().endedAt(at("05:00")), at("09:59:40"));

        document.succeed(document.claim(at("10:00")), at("10:00:05"));

        assertThat(document.decide(at("10:10")).candidate()).isNull();
    }

    @Test
    void anEditOfTheTimingBackfillsTheFiresOfTheNewOne() {
        GivenDocument given =
                given().edited(edit -> edit.timing(Timing.cron("30 * * * *"))).writtenAt("09:05");

        Candidate candidate = decide(given, "09:10");

        assertThat(candidate.fireTime()).isEqualTo(at("05:30"));
        assertThat(candidate.cursor()).as("written under the new rule").isEqualTo(at("09:05"));
        GivenDocument none =
                given().edited(edit -> edit.timing(Timing.cron("0 9 * * *"))).writtenAt("09:05");
        assertThat(decide(none, "09:10")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"once", "all"})
    void aTakenOverPastFireIsHeldAgainstTheFireOfTheTimingAsAnyPendingOne(String catchUp) {
        PendingFire crashed = new PendingFire(
                FireKey.of(at("05:00")),
                at("05:00"),
                false,
                true,
                1,
                CLAIMED,
                RunToken.of("mail", "k", "r"),
                "me",
                at("09:20"),
                List.of(),
                false,
                null,
                null,
                null);
        GivenDocument given = given().pending(crashed).edited(edit -> edit.catchUp(CatchUp.parse(catchUp)));

        Instant expected = catchUp.equals("all") ? at("05:00") : at("10:00");
        assertThat(decide(given, "10:05").fireTime()).isEqualTo(expected);
    }

    @Test
    void backfillsStartAfterAllLiveWorkWhateverTheirPriority() {
        Candidate past = decide(given().edited(edit -> edit.priority(Priority.CRITICAL)), "09:10");
        Candidate live =
                decide(GivenDocument.of("0 * * * *").ran("08:00").edited(edit -> edit.priority(Priority.LOW)), "09:10");

        assertThat(PlanRule.order(
                        List.of(past, live),
                        Deferrals.NONE,
                        at("09:10"),
                        Duration.ofMinutes(10),
                        schedule -> Window.NONE))
                .extracting(Planned::candidate)
                .containsExactly(live, past);
    }
}
