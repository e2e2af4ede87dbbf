package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** From when on fires are due: rule A3, with edits, lastRun and pauses by people. */
class DueRuleBaseTest {
    private static final String HOURLY = "0 * * * *";

    @ParameterizedTest(name = "{5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "08:00, 08:00, 08:00, 00:00, 10:00, the cursor counts",
                "-,     08:30, -,     00:00, 10:00, without a cursor lastRun counts",
                "-,     10:00, -,     00:00, -,     without a cursor a lastRun at the fire has run it",
                "08:00, 10:00, 08:00, 00:00, -,     a lastRun that a person moved forward has run what is before it",
                "08:00, 09:30, 08:00, 00:00, 10:00, a lastRun that a person moved forward counts",
                "08:00, 23:00, 08:00, 00:00, -,     a lastRun in the future holds the schedule",
                "08:00, 07:00, 08:00, 10:20, 10:00, an old lastRun that a form wrote back changes nothing",
                "08:00, 08:00, 08:00, 10:20, 10:00, the same lastRun that a form wrote back changes nothing",
            })
    void theBaseDecidesWhatIsDueAtHalfPastTen(
            String cursor, String lastRun, String wrote, String writtenAt, String fireTime, String why) {
        GivenDocument given =
                GivenDocument.of(HOURLY).lastRun(lastRun).wrote(wrote).writtenAt(writtenAt);

        Candidate candidate =
                decide(cursor == null ? given : given.cursor(cursor), "10:30").candidate();

        assertThat(candidate == null ? null : candidate.fireTime()).as(why).isEqualTo(at(fireTime));
    }

    @Test
    void aLastRunInTheFutureIsNamedAsTheReasonUntilItsNextFire() {
        Decision decision = decide(GivenDocument.of(HOURLY).ran("08:00").lastRun("20:30"), "10:30");

        assertThat(decision.reason()).isEqualTo("held-by-last-run");
        assertThat(decision.until()).isEqualTo(at("20:30"));
        assertThat(decide(GivenDocument.of(HOURLY).ran("08:00").lastRun("20:30"), "21:00")
                        .candidate()
                        .fireTime())
                .isEqualTo(at("21:00"));
    }

    /** Also what has begun waits; otherwise the hold would be gone with the lastRun that the next start writes. */
    @ParameterizedTest
    @EnumSource(
            value = PendingFire.State.class,
            names = {"WAITING", "CLAIMED"})
    void aLastRunInTheFutureHoldsAPendingFireToo(PendingFire.State state) {
        GivenDocument given =
                GivenDocument.of(HOURLY).ran("08:00").lastRun("20:30").pending(state, "10:00", 1, "10:10");

        assertThat(decide(given, "10:30").reason()).isEqualTo("held-by-last-run");
        assertThat(decide(given, "20:31").candidate().fireTime())
                .as("then the pending fire goes on")
                .isEqualTo(at("10:00"));
    }

    @Test
    void aLastRunOfThePastIsNoReason() {
        assertThat(decide(GivenDocument.of(HOURLY).ran("08:00").lastRun("10:10"), "10:30")
                        .reason())
                .isEqualTo("not-due");
    }

    @Test
    void aTimingEditedToAnEarlierHourDoesNotMissWhatWasNeverAskedFor() {
        GivenDocument given = GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .writtenAt("12:00")
                .edited(edit -> edit.timing(Timing.cron("0 11 * * *")));

        assertThat(decide(given, "12:05").candidate())
                .as("the fire of 11:00 today")
                .isNull();
        Candidate tomorrow = decide(given, "2026-02-16 11:00:10").candidate();
        assertThat(tomorrow.fireTime()).isEqualTo(at("2026-02-16 11:00"));
        assertThat(tomorrow.missed()).isEmpty();
    }

    @Test
    void aTimingEditedJustBeforeAFireOfTheNewOneRunsIt() {
        GivenDocument given = GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .writtenAt("11:59")
                .edited(edit -> edit.timing(Timing.cron("0 12 * * *")));

        assertThat(decide(given, "12:05").candidate().fireTime()).isEqualTo(at("12:00"));
    }

    @Test
    void aTimingEditedToADenserOneRunsOneFireAndMissesNoneFromBeforeTheEdit() {
        GivenDocument given = GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .writtenAt("12:00")
                .edited(edit -> edit.timing(Timing.cron("*/10 * * * *")));

        assertThat(decide(given, "12:09").candidate()).isNull();
        Candidate candidate = decide(given, "12:31").candidate();
        assertThat(candidate.fireTime()).isEqualTo(at("12:30"));
        assertThat(candidate.missed()).singleElement().satisfies(series -> {
            assertThat(series.first()).isEqualTo(at("12:10"));
            assertThat(series.last()).isEqualTo(at("12:20"));
            assertThat(series.count()).isEqualTo(2);
        });
    }

    @Test
    void zoneAndDstPolicyBelongToTheTiming() {
        GivenDocument zone = GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .writtenAt("18:00")
                .edited(edit -> edit.zone(ZoneId.of("America/New_York")));
        GivenDocument policy =
                GivenDocument.of("0 * * * *").ran("09:00").writtenAt("18:00").edited(edit -> edit.dst(DstPolicy.SHIFT));

        assertThat(decide(zone, "18:30").candidate())
                .as("09:00 in New York is 14:00 UTC")
                .isNull();
        assertThat(decide(policy, "18:30").candidate()).isNull();
        assertThat(decide(policy, "19:00").candidate().fireTime()).isEqualTo(at("19:00"));
    }

    @Test
    void anEditOfTheParamsKeepsWhatIsDue() {
        GivenDocument given = GivenDocument.of(HOURLY)
                .ran("09:00")
                .writtenAt("10:20")
                .edited(edit -> edit.param("to", "b@example.org"));

        assertThat(decide(given, "10:30").candidate().fireTime()).isEqualTo(at("10:00"));
    }

    @Test
    void aPauseThatHasEndedLiftsTheBaseToItsEnd() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("08:00").pausedUntil("11:30");

        assertThat(decide(given, "11:45").reason()).isEqualTo("not-due");
        assertThat(decide(given, "11:45").until()).isEqualTo(at("12:00"));
        assertThat(decide(given, "12:00").candidate().fireTime()).isEqualTo(at("12:00"));
    }

    @Test
    void aSpanOfEnabledFalseCannotBeKnownAndCountsAsAnOutage() {
        Candidate candidate = decide(GivenDocument.of(HOURLY).ran("08:00").writtenAt("11:45"), "11:50")
                .candidate();

        assertThat(candidate.fireTime()).isEqualTo(at("11:00"));
        assertThat(candidate.missed()).extracting(series -> series.count()).containsExactly(2);
    }

    @Test
    void aScheduleDefinedInJavaWaitsForItsFirstFire() {
        GivenDocument given = GivenDocument.of(HOURLY).cursor("08:30").writtenAt("08:30");

        assertThat(decide(given, "08:59").reason()).isEqualTo("not-due");
        assertThat(decide(given, "09:00").candidate().forced()).isFalse();
        assertThat(decide(given, "09:00").candidate().fireTime()).isEqualTo(at("09:00"));
    }

    @Test
    void aScheduleDefinedInJavaThatShallRunAtTheFirstPulseIsForced() {
        GivenDocument given = GivenDocument.of(HOURLY).cursor("08:30").lastRun(LastRun.NULL);

        assertThat(decide(given, "08:31").candidate().forced()).isTrue();
    }

    private static Decision decide(GivenDocument given, String now) {
        return DueRule.decide(given.stored(), at(now), at(now), 3, OneDocument.STALE, Window.NONE);
    }
}
