package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static dev.heartbeat.store.PendingFire.State.CLAIMED;
import static dev.heartbeat.store.PendingFire.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is due: the order of rule A4, with the pending fire before the timing. */
class DueRuleTest {
    private static final String HOURLY = "0 * * * *";
    private static final int MAX_ATTEMPTS = 3;

    @ParameterizedTest(name = "at {0}: {1}")
    @CsvSource(
            nullValues = "-",
            value = {
                "08:30,        -",
                "09:00,        -",
                "09:59:59.999, -",
                "10:00,        10:00",
                "10:00:20,     10:00",
                "10:59:59.999, 10:00",
                "11:00,        11:00",
                "14:30,        14:00"
            })
    void theLatestFireAfterTheBaseUpToNowIsDue(String now, String fireTime) {
        Decision decision = decide(GivenDocument.of(HOURLY).ran("09:00"), now);

        if (fireTime == null) {
            assertNo(decision, "not-due", "10:00");
        } else {
            assertThat(decision.candidate().fireTime()).isEqualTo(at(fireTime));
        }
    }

    @Test
    void aDueFireIsAFreshStartUnderItsOwnKeyAndTakesTheCursorAlong() {
        StoredSchedule seen = GivenDocument.of(HOURLY).ran("09:00").failures(2).stored();

        Candidate candidate = DueRule.decide(
                        seen, at("10:00:05"), at("10:00:05"), MAX_ATTEMPTS, OneDocument.STALE, Window.NONE)
                .candidate();

        assertThat(candidate)
                .isEqualTo(new Candidate(
                        seen, "20260215T100000Z", at("10:00"), false, 0, at("10:00"), 2, List.of(), null, null));
        assertThat(candidate.isStart()).isTrue();
        assertThat(candidate.id()).isEqualTo(GivenDocument.ID);
    }

    @Test
    void aStepBackOfTheClockRunsNothingTwice() {
        GivenDocument ran = GivenDocument.of("*/10 * * * *").ran("10:00");

        assertNo(decide(ran, "09:55"), "not-due", "10:10");
        assertNo(decide(ran, "10:00"), "not-due", "10:10");
    }

    @Test
    void aTimingThatNeverFiresIsNeverDue() {
        assertNo(decide(GivenDocument.of("0 0 31 2 *").cursor("09:00"), "2030-01-01 00:00"), "not-due", null);
    }

    @Test
    void aDisabledScheduleIsNotDueWhateverElseHolds() {
        GivenDocument given = GivenDocument.of(HOURLY)
                .ran("09:00")
                .lastRun(LastRun.NULL)
                .pausedUntil("23:00")
                .pending(CLAIMED, "09:00", 1, "09:00:20")
                .edited(edit -> edit.enabled(false));

        assertNo(decide(given, "12:30"), "disabled", null);
    }

    @Test
    void aPausedScheduleIsNotDueWhateverElseHolds() {
        GivenDocument given = GivenDocument.of(HOURLY)
                .ran("09:00")
                .lastRun(LastRun.NULL)
                .pausedUntil("12:30:00.001")
                .pending(CLAIMED, "09:00", 1, "09:00:20");

        assertNo(decide(given, "12:30"), "paused", "12:30:00.001");
        assertThat(decide(given, "12:30:00.001").candidate()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = PendingFire.State.class,
            names = {"CLAIMED", "ACCEPTED"})
    void aClaimInForceHoldsTheScheduleEvenIfItsNextFireIsDueOrAStartIsAskedFor(PendingFire.State is) {
        GivenDocument given =
                GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL).pending(is, "09:00", 1, "12:30:00.001");

        assertNo(decide(given, "12:30"), "running", "12:30:00.001");
        assertThat(decide(given, "12:30:00.001").candidate()).as("expired").isNotNull();
    }

    @Test
    void aRetryThatIsNotYetDueHoldsTheScheduleEvenIfItsNextFireIsDue() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").pending(WAITING, "09:00", 1, "10:05");

        assertNo(decide(given, "09:30"), "retrying", "10:05");
        assertNo(decide(given, "10:04"), "retrying", "10:05");
    }

    @ParameterizedTest(name = "now {0}, store {1}: {2}")
    @CsvSource({
        "10:00:00, 09:00:19.999, running",
        "10:00:00, 09:00:20, ''",
        "08:00:00, 09:00:20, ''",
        "08:00:00, 09:00:19, running",
    })
    void aLeaseIsJudgedByTheTimeOfTheStoreAlone(String now, String storeNow, String reason) {
        StoredSchedule seen = GivenDocument.of("0 0 * * *")
                .ran("07:00")
                .pending(CLAIMED, "07:00", 1, "09:00:20")
                .stored();

        assertThat(DueRule.decide(seen, at(now), at(storeNow), MAX_ATTEMPTS, OneDocument.STALE, Window.NONE)
                        .reason())
                .isEqualTo(reason);
    }

    @Test
    void anExpiredClaimIsTakenOverWithItsKeyItsStartsAndOneFailureMore() {
        StoredSchedule seen = GivenDocument.of(HOURLY)
                .ran("09:00")
                .failures(1)
                .pending(CLAIMED, "09:00", 2, "09:00:20")
                .stored();

        Candidate candidate = DueRule.decide(
                        seen, at("09:10"), at("09:10"), MAX_ATTEMPTS, OneDocument.STALE, Window.NONE)
                .candidate();

        assertThat(candidate)
                .isEqualTo(
                        new Candidate(seen, "fire-0900", at("09:00"), false, 2, at("09:00"), 2, List.of(), null, null));
    }

    @Test
    void aRetryWhoseTimeHasComeIsTheCandidateAndItsFailureIsNotCountedAgain() {
        StoredSchedule seen = GivenDocument.of(HOURLY)
                .ran("09:00")
                .failures(1)
                .pending(WAITING, "09:00", 1, "09:10")
                .stored();

        Candidate candidate = DueRule.decide(
                        seen, at("09:10"), at("09:10"), MAX_ATTEMPTS, OneDocument.STALE, Window.NONE)
                .candidate();

        assertThat(candidate)
                .isEqualTo(
                        new Candidate(seen, "fire-0900", at("09:00"), false, 1, at("09:00"), 1, List.of(), null, null));
    }

    @Test
    void aPendingFireWithoutAnEndIsFree() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").pending(CLAIMED, "09:00", 1, null);

        assertThat(decide(given, "09:10").candidate().starts()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} with {1} of {2} starts: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "CLAIMED,  2, 3, -,         -",
                "CLAIMED,  3, 3, FAILED,    lost",
                "CLAIMED,  3, 2, FAILED,    lost",
                "CLAIMED,  1, 1, FAILED,    lost",
                "WAITING,  2, 3, -,         -",
                "WAITING,  3, 3, FAILED,    exhausted",
                "WAITING,  2, 1, FAILED,    exhausted",
                "WAITING,  0, 1, -,         -",
                "ACCEPTED, 1, 3, TIMED_OUT, accepted",
                "ACCEPTED, 3, 3, TIMED_OUT, accepted",
            })
    void aPendingFireWithoutAStartLeftOrPastItsDeadlineEndsWithoutOne(
            PendingFire.State is, int starts, int maxAttempts, Outcome outcome, String reason) {
        StoredSchedule seen = GivenDocument.of(HOURLY)
                .ran("09:00")
                .pending(is, "09:00", starts, "09:05")
                .stored();

        Candidate candidate = DueRule.decide(
                        seen, at("09:05"), at("09:05"), maxAttempts, OneDocument.STALE, Window.NONE)
                .candidate();

        assertThat(candidate.isStart()).isEqualTo(outcome == null);
        if (outcome != null) {
            assertThat(candidate.settle().outcome()).isEqualTo(outcome);
            assertThat(candidate.settle().reason()).isEqualTo(reason);
            assertThat(candidate.settle().error()).isNotBlank();
        }
        assertThat(candidate.key()).isEqualTo("fire-0900");
        assertThat(candidate.starts()).isEqualTo(starts);
    }

    @ParameterizedTest(name = "{0} with {1} starts: {2} failures")
    @CsvSource({"CLAIMED, 1, 2", "CLAIMED, 3, 2", "WAITING, 1, 1", "WAITING, 0, 1", "ACCEPTED, 1, 2"})
    void theNextFireTakesThePlaceOfAFreePendingOneAndCountsTheAttemptThatItEnds(
            PendingFire.State is, int starts, int failures) {
        StoredSchedule seen = GivenDocument.of(HOURLY)
                .ran("09:00")
                .failures(1)
                .pending(is, "09:00", starts, "09:59")
                .stored();

        Candidate candidate = DueRule.decide(
                        seen, at("10:00"), at("10:00"), MAX_ATTEMPTS, OneDocument.STALE, Window.NONE)
                .candidate();

        assertThat(candidate.fireTime()).isEqualTo(at("10:00"));
        assertThat(candidate.starts()).isZero();
        assertThat(candidate.isStart()).isTrue();
        assertThat(candidate.superseded()).isEqualTo(seen.state().pending());
        assertThat(candidate.failures()).isEqualTo(failures);
    }

    @Test
    void aPendingFireOfManyFiresAgoIsNotRunAfterTheScheduleWasDisabledForAMonth() {
        GivenDocument given = GivenDocument.of("0 9 * * *").ran("09:00").pending(CLAIMED, "09:00", 1, "09:00:20");

        Candidate candidate = decide(given, "2026-03-16 12:00").candidate();

        assertThat(candidate.fireTime()).isEqualTo(at("2026-03-16 09:00"));
        assertThat(candidate.superseded().key()).isEqualTo("fire-0900");
        assertThat(candidate.missed()).singleElement().satisfies(series -> {
            assertThat(series.reason()).isEqualTo("coalesced");
            assertThat(series.count()).isEqualTo(28);
        });
    }

    @Test
    void aPendingFireIsUntouchedByNotBeforeAndNotAfter() {
        GivenDocument given = GivenDocument.of(HOURLY)
                .ran("09:00")
                .pending(WAITING, "09:00", 1, "09:10")
                .edited(edit -> edit.notBefore(at("09:01")).notAfter(at("09:05")));

        assertThat(decide(given, "09:10").candidate().key()).isEqualTo("fire-0900");
    }

    @ParameterizedTest(name = "at {0}: {1}")
    @CsvSource(
            nullValues = "-",
            value = {"09:58, -", "09:59, 09:59", "10:01, 09:59", "23:00, 09:59"})
    void notAfterIsHeldAgainstTheFireTimeAndNotAgainstNow(String now, String fireTime) {
        GivenDocument given = GivenDocument.of("59 * * * *").ran("08:59").edited(edit -> edit.notAfter(at("10:00")));

        Candidate candidate = decide(given, now).candidate();

        assertThat(candidate == null ? null : candidate.fireTime()).isEqualTo(at(fireTime));
    }

    @ParameterizedTest(name = "at {0}: {1}")
    @CsvSource(
            nullValues = "-",
            value = {"10:30, -", "10:59, -", "11:00, 11:00", "12:30, 12:00"})
    void firesBeforeNotBeforeAreNeitherRunNorMissed(String now, String fireTime) {
        GivenDocument given = GivenDocument.of(HOURLY).ran("08:00").edited(edit -> edit.notBefore(at("11:00")));

        Candidate candidate = decide(given, now).candidate();

        assertThat(candidate == null ? null : candidate.fireTime()).isEqualTo(at(fireTime));
        if (candidate != null) {
            assertThat(candidate.missed())
                    .allSatisfy(series -> assertThat(series.first()).isEqualTo(at("11:00")));
        }
    }

    @Test
    void aOneOffRunsOnceHoweverLate() {
        GivenDocument given = GivenDocument.of("@at 2026-02-15T09:00:00Z").writtenAt("12:00");

        assertNo(decide(given, "08:59"), "not-due", "09:00");
        Candidate candidate = decide(given, "2026-03-01 09:00").candidate();
        assertThat(candidate.fireTime()).isEqualTo(at("09:00"));
        assertThat(candidate.forced()).isFalse();
        assertNo(decide(given.ran("09:00"), "2026-03-01 09:00"), "not-due", null);
    }

    private static Decision decide(GivenDocument given, String now) {
        return DueRule.decide(given.stored(), at(now), at(now), MAX_ATTEMPTS, OneDocument.STALE, Window.NONE);
    }

    private static void assertNo(Decision decision, String reason, String until) {
        assertThat(decision.candidate()).isNull();
        assertThat(decision.reason()).isEqualTo(reason);
        assertThat(decision.until()).isEqualTo(at(until));
    }
}
