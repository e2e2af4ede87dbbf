package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static dev.heartbeat.store.PendingFire.State.CLAIMED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.task.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What passes without a run: rule A6 with catch-up once, and pauses. */
class DueRuleSeriesTest {
    private static final String HOURLY = "0 * * * *";

    @ParameterizedTest(name = "at {0}: {1} missed")
    @CsvSource(
            nullValues = "-",
            value = {
                "10:00:10, 0, -,     -",
                "10:59:59, 0, -,     -",
                "11:00:10, 1, 10:00, 10:00",
                "12:00,    2, 10:00, 11:00",
                "23:30,   13, 10:00, 22:00",
            })
    void theFiresBeforeTheLatestAreOneSeries(String now, int count, String first, String last) {
        Candidate candidate = decide(GivenDocument.of(HOURLY).ran("09:00"), now);

        if (count == 0) {
            assertThat(candidate.missed()).isEmpty();
        } else {
            assertThat(candidate.missed())
                    .containsExactly(new FireSeries(Outcome.MISSED, "coalesced", count, true, at(first), at(last)));
        }
    }

    @ParameterizedTest(name = "{0} missed: {1}, exact {2}")
    @CsvSource({"9999, 9999, true", "10000, 10000, true", "10001, 10000, false", "20000, 10000, false"})
    void countsAreExactTo10000AndThenAtLeast(int missed, int count, boolean exact) {
        GivenDocument given = GivenDocument.of("@every PT1S").cursor("00:00");

        FireSeries series = DueRule.decide(
                        given.stored(),
                        at("00:00").plusSeconds(missed + 1),
                        at("00:00"),
                        3,
                        OneDocument.STALE,
                        Window.NONE)
                .candidate()
                .missed()
                .get(0);

        assertThat(series.count()).isEqualTo(count);
        assertThat(series.exact()).isEqualTo(exact);
        assertThat(series.first()).isEqualTo(at("00:00:01"));
        assertThat(series.last())
                .as("also when counting stopped")
                .isEqualTo(at("00:00").plusSeconds(missed));
    }

    @Test
    void aMonthOfMinutesIsOneRunAndOneSeries() {
        Candidate candidate = decide(GivenDocument.of("* * * * *").ran("09:00"), "2026-03-15 09:00:30");

        assertThat(candidate.fireTime()).isEqualTo(at("2026-03-15 09:00"));
        assertThat(candidate.missed())
                .containsExactly(new FireSeries(
                        Outcome.MISSED, "coalesced", 10_000, false, at("09:01"), at("2026-03-15 08:59")));
    }

    @Test
    void theFiresOfAPauseAreOneSeriesSkipped() {
        Candidate candidate = decide(GivenDocument.of(HOURLY).ran("09:00").pausedUntil("11:30"), "12:00:10");

        assertThat(candidate.fireTime()).isEqualTo(at("12:00"));
        assertThat(candidate.missed())
                .containsExactly(new FireSeries(Outcome.SKIPPED, "paused", 2, true, at("10:00"), at("11:00")));
    }

    @Test
    void theFireAtTheVeryEndOfAPauseIsSkippedWithTheOthers() {
        Candidate candidate = decide(GivenDocument.of(HOURLY).ran("09:00").pausedUntil("11:00"), "12:00:10");

        assertThat(candidate.missed())
                .containsExactly(new FireSeries(Outcome.SKIPPED, "paused", 2, true, at("10:00"), at("11:00")));
    }

    @Test
    void whatPassedAfterThePauseIsASeriesOfItsOwn() {
        Candidate candidate = decide(GivenDocument.of(HOURLY).ran("09:00").pausedUntil("11:30"), "14:30");

        assertThat(candidate.fireTime()).isEqualTo(at("14:00"));
        assertThat(candidate.missed())
                .containsExactly(
                        new FireSeries(Outcome.SKIPPED, "paused", 2, true, at("10:00"), at("11:00")),
                        new FireSeries(Outcome.MISSED, "coalesced", 2, true, at("12:00"), at("13:00")));
    }

    @Test
    void aPauseBetweenTwoFiresSkipsNone() {
        Candidate candidate = decide(GivenDocument.of(HOURLY).ran("09:00").pausedUntil("09:30"), "10:00");

        assertThat(candidate.missed()).isEmpty();
    }

    @Test
    void anOldPauseSkipsNothingAgain() {
        Candidate candidate = decide(GivenDocument.of(HOURLY).ran("12:00").pausedUntil("11:30"), "14:00");

        assertThat(candidate.missed())
                .containsExactly(new FireSeries(Outcome.MISSED, "coalesced", 1, true, at("13:00"), at("13:00")));
    }

    @Test
    void theSeriesOfASupersededFireThatTheLedgerHasNotSeenComeAlong() {
        FireSeries older = new FireSeries(Outcome.MISSED, "coalesced", 2, true, at("06:00"), at("07:00"));
        GivenDocument given = GivenDocument.of(HOURLY)
                .ran("08:00")
                .pending(GivenDocument.fire(CLAIMED, "08:00", 1, "08:00:20", older));

        assertThat(decide(given, "10:30").missed())
                .containsExactly(older, new FireSeries(Outcome.MISSED, "coalesced", 1, true, at("09:00"), at("09:00")));
    }

    @Test
    void theSeriesOfATakenOverFireStayWithIt() {
        FireSeries older = new FireSeries(Outcome.MISSED, "coalesced", 2, true, at("06:00"), at("07:00"));
        GivenDocument given = GivenDocument.of(HOURLY)
                .ran("08:00")
                .pending(GivenDocument.fire(CLAIMED, "08:00", 1, "08:00:20", older));

        assertThat(decide(given, "08:30").missed()).isEqualTo(List.of(older));
    }

    @Test
    void firesPastNotAfterAreNotMissed() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").edited(edit -> edit.notAfter(at("12:00")));

        Candidate candidate = decide(given, "20:00");

        assertThat(candidate.fireTime()).isEqualTo(at("11:00"));
        assertThat(candidate.missed())
                .containsExactly(new FireSeries(Outcome.MISSED, "coalesced", 1, true, at("10:00"), at("10:00")));
    }

    private static Candidate decide(GivenDocument given, String now) {
        return DueRule.decide(given.stored(), at(now), at(now), 3, OneDocument.STALE, Window.NONE)
                .candidate();
    }
}
