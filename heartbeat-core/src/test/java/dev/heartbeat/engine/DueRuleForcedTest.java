package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static dev.heartbeat.store.PendingFire.State.ACCEPTED;
import static dev.heartbeat.store.PendingFire.State.CLAIMED;
import static dev.heartbeat.store.PendingFire.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.StoredSchedule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that a person asked for: rule A5. */
class DueRuleForcedTest {
    private static final String HOURLY = "0 * * * *";
    private static final String ONE_OFF = "@at 2026-02-15T12:00:00Z";

    @Test
    void aNullLastRunIsAForcedFireOfNowKeyedByTheVersionThatLeavesTheCursor() {
        StoredSchedule seen = GivenDocument.of(HOURLY)
                .ran("09:00")
                .lastRun(LastRun.NULL)
                .failures(1)
                .version("v42")
                .stored();

        Candidate candidate = DueRule.decide(seen, at("09:20:30.5"), at("09:20"), 3, OneDocument.STALE, Window.NONE)
                .candidate();

        assertThat(candidate)
                .isEqualTo(new Candidate(
                        seen, "force-v42", at("09:20:30.5"), true, 0, at("09:00"), 1, List.of(), null, null));
    }

    @Test
    void twoInstancesWithDifferentClocksMakeOneKeyAndTwoForcesUnderAFrozenClockMakeTwo() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL);

        String key = decide(given.version("v1"), "09:20").candidate().key();

        assertThat(decide(given.version("v1"), "09:20:01").candidate().key()).isEqualTo(key);
        assertThat(decide(given.version("v2"), "09:20").candidate().key()).isNotEqualTo(key);
    }

    @Test
    void aMissingLastRunInADocumentWrittenByHandIsForcedAndTheCursorIsMadeOfTheBase() {
        Candidate candidate =
                decide(GivenDocument.of(HOURLY).writtenAt("09:10"), "09:20").candidate();

        assertThat(candidate.forced()).isTrue();
        assertThat(candidate.fireTime()).isEqualTo(at("09:20"));
        assertThat(candidate.cursor()).isEqualTo(at("09:10"));
    }

    @Test
    void aMissingLastRunAfterARunIsForced() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.MISSING);

        assertThat(decide(given, "09:20").candidate().forced()).isTrue();
    }

    @Test
    void aMissingLastRunInAScheduleDefinedInJavaIsNotForced() {
        assertThat(decide(GivenDocument.of(HOURLY).cursor("08:30"), "08:40").reason())
                .isEqualTo("not-due");
    }

    @Test
    void aNullOrMissingLastRunDoesNotForceAOneOffThatNeverRan() {
        for (LastRun lastRun : List.of(LastRun.NULL, LastRun.MISSING)) {
            GivenDocument given = GivenDocument.of(ONE_OFF).lastRun(lastRun);

            assertThat(decide(given, "11:59").reason()).isEqualTo("not-due");
            Candidate candidate = decide(given, "12:05").candidate();
            assertThat(candidate.forced()).isFalse();
            assertThat(candidate.key()).isEqualTo("20260215T120000Z");
        }
    }

    @Test
    void aNullForcesAOneOffThatRanOnceMore() {
        GivenDocument given = GivenDocument.of(ONE_OFF).ran("12:00").lastRun(LastRun.NULL);

        assertThat(decide(given, "12:30").candidate().forced()).isTrue();
    }

    @Test
    void aDueFireComesBeforeAForcedOneAndIsTheStartThatWasAskedFor() {
        Candidate candidate = decide(GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL), "10:05")
                .candidate();

        assertThat(candidate.forced()).isFalse();
        assertThat(candidate.fireTime()).isEqualTo(at("10:00"));
    }

    @Test
    void aForceWaitsWhileDisabled() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL);

        assertThat(decide(given.edited(edit -> edit.enabled(false)), "09:20").reason())
                .isEqualTo("disabled");
        assertThat(decide(given.edited(edit -> edit.enabled(true)), "09:30")
                        .candidate()
                        .forced())
                .isTrue();
    }

    @Test
    void aForceWaitsWhilePausedAndThenRunsAtTheEndOfThePause() {
        GivenDocument given =
                GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL).pausedUntil("09:30");

        assertThat(decide(given, "09:20").reason()).isEqualTo("paused");
        assertThat(decide(given, "09:30").candidate().forced()).isTrue();
    }

    @ParameterizedTest(name = "at {0}: {1}")
    @CsvSource({"09:19:59, false", "09:20, true", "09:29:59, true", "09:30, false", "12:00, false"})
    void aForceIsHeldAgainstNotBeforeAndNotAfterAtNow(String now, boolean forced) {
        GivenDocument given = GivenDocument.of("0 0 1 1 *")
                .ran("09:00")
                .lastRun(LastRun.NULL)
                .edited(edit -> edit.notBefore(at("09:20")).notAfter(at("09:30")));

        assertThat(decide(given, now).candidate() != null).isEqualTo(forced);
    }

    @Test
    void aForceDuringARunWaitsForItsEnd() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL);

        assertThat(decide(given.pending(CLAIMED, "09:00", 1, "09:20:20"), "09:20")
                        .reason())
                .isEqualTo("running");
        assertThat(decide(given.pending(ACCEPTED, "09:00", 1, "09:20:20"), "09:20")
                        .reason())
                .isEqualTo("running");
        assertThat(decide(given.pending(null), "09:20").candidate().forced()).isTrue();
    }

    @Test
    void aForceInTheWaitForARetryStartsThePendingFireNow() {
        GivenDocument given =
                GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL).pending(WAITING, "09:00", 1, "09:40");

        Candidate candidate = decide(given, "09:20").candidate();

        assertThat(candidate.key()).isEqualTo("fire-0900");
        assertThat(candidate.forced()).isFalse();
        assertThat(candidate.starts()).isEqualTo(1);
        assertThat(candidate.isStart()).isTrue();
    }

    @Test
    void aForceInTheWaitForARetryGivesWayToADueFire() {
        GivenDocument given =
                GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL).pending(WAITING, "09:00", 1, "10:40");

        Candidate candidate = decide(given, "10:20").candidate();

        assertThat(candidate.fireTime()).isEqualTo(at("10:00"));
        assertThat(candidate.superseded().key()).isEqualTo("fire-0900");
    }

    @Test
    void aForceOnAnExpiredClaimIsTheTakeOver() {
        GivenDocument given =
                GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL).pending(CLAIMED, "09:00", 1, "09:00:20");

        assertThat(decide(given, "09:20").candidate().key()).isEqualTo("fire-0900");
    }

    @Test
    void aForceOnAnExpiredClaimWithoutAStartLeftFirstEndsIt() {
        GivenDocument given =
                GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL).pending(CLAIMED, "09:00", 3, "09:00:20");

        assertThat(decide(given, "09:20").candidate().isStart()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"09:59", "10:00"})
    void aForceAfterAnEditOfTheTimingWritesDownWhereTheNewOneStarts(String writtenAt) {
        GivenDocument given = GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .lastRun(LastRun.NULL)
                .writtenAt(writtenAt)
                .edited(edit -> edit.timing(dev.heartbeat.cron.Timing.cron("0 12 * * *")));

        assertThat(decide(given, "10:05").candidate().cursor()).isEqualTo(at(writtenAt));
    }

    @Test
    void aForceAfterAPauseLeavesTheFiresOfThePauseToBeCounted() {
        GivenDocument given =
                GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL).pausedUntil("11:30");

        Candidate candidate = decide(given, "11:40").candidate();

        assertThat(candidate.forced()).isTrue();
        assertThat(candidate.cursor()).isEqualTo(at("09:00"));
        assertThat(candidate.missed()).isEmpty();
    }

    private static Decision decide(GivenDocument given, String now) {
        return DueRule.decide(given.stored(), at(now), at(now), 3, OneDocument.STALE, Window.NONE);
    }
}
