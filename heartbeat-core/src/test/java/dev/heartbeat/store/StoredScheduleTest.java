package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static dev.heartbeat.store.PendingFire.State.ACCEPTED;
import static dev.heartbeat.store.PendingFire.State.CLAIMED;
import static dev.heartbeat.store.PendingFire.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StoredScheduleTest {
    private static final String HOURLY = "0 * * * *";
    private static final String ONE_OFF = "@at 2026-02-15T09:00:00Z";

    @ParameterizedTest(name = "{5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "09:00, 09:00:02, 09:00:02, 09:00:05, 09:00,   the cursor",
                "09:00, -,        -,        12:00,    09:00,   the cursor of a schedule that waits for its first fire",
                "-,     08:30,    -,        12:00,    08:30,   without a cursor lastRun",
                "-,     -,        -,        12:00,    12:00,   without both the time of the last write",
                "09:00, 10:30,    09:00:02, 10:30,    10:30,   a lastRun later than what was written was set by a person",
                "09:00, 23:30,    09:00:02, 10:30,    23:30,   also one in the future",
                "09:00, 10:30,    -,        10:30,    10:30,   also before anything was written",
                "09:00, 09:00:02, 09:00:02, 12:00,    09:00,   a lastRun that a form wrote back changes nothing",
                "09:00, 08:00:02, 09:00:02, 12:00,    09:00,   an older one that a form wrote back changes nothing",
                "10:00, 09:30,    09:00:02, 12:00,    10:00,   a person cannot move the base back",
            })
    void theBaseIs(String cursor, String lastRun, String wrote, String writtenAt, String base, String why) {
        GivenDocument given =
                GivenDocument.of(HOURLY).lastRun(lastRun).wrote(wrote).writtenAt(writtenAt);
        StoredSchedule stored = (cursor == null ? given : given.cursor(cursor)).stored();

        assertThat(stored.base(true)).as(why).isEqualTo(at(base));
        assertThat(stored.base(false)).as(why).isEqualTo(at(base));
        assertThat(stored.isLastRunMovedByPerson())
                .isEqualTo(lastRun != null && (wrote == null || at(lastRun).isAfter(at(wrote))));
    }

    @Test
    void theBaseOfANullLastRunWithoutACursorIsTheTimeOfTheLastWrite() {
        StoredSchedule stored = GivenDocument.of(HOURLY)
                .lastRun(LastRun.NULL)
                .writtenAt("12:00")
                .stored();

        assertThat(stored.base(true)).isEqualTo(at("12:00"));
    }

    @Test
    void anEditOfTheTimingLiftsTheBaseToTheTimeOfTheLastWrite() {
        GivenDocument given = GivenDocument.of("0 9 * * *").ran("09:00").writtenAt("12:00");

        assertThat(given.stored().base(true)).isEqualTo(at("09:00"));
        assertThat(given.edited(edit -> edit.zone(ZoneId.of("Asia/Tokyo")))
                        .stored()
                        .base(true))
                .isEqualTo(at("12:00"));
    }

    @Test
    void anEditOfAnythingElseLeavesTheBase() {
        StoredSchedule stored = GivenDocument.of(HOURLY)
                .ran("09:00")
                .writtenAt("12:00")
                .edited(edit -> edit.param("to", "b@example.org").task("other").enabled(true))
                .stored();

        assertThat(stored.base(true)).isEqualTo(at("09:00"));
    }

    @Test
    void anEditOfTheTimingNeverMovesTheBaseBack() {
        StoredSchedule stored = GivenDocument.of(HOURLY)
                .ran("09:00")
                .lastRun("13:30")
                .writtenAt("12:00")
                .edited(edit -> edit.zone(ZoneId.of("Asia/Tokyo")))
                .stored();

        assertThat(stored.base(true)).isEqualTo(at("13:30"));
    }

    @Test
    void aPauseLiftsTheBaseOnlyWhenPausesAreAskedFor() {
        StoredSchedule stored =
                GivenDocument.of(HOURLY).ran("09:00").pausedUntil("11:30").stored();

        assertThat(stored.base(true)).isEqualTo(at("11:30"));
        assertThat(stored.base(false)).isEqualTo(at("09:00"));
        assertThat(stored.nextRun()).contains(at("12:00"));
    }

    @Test
    void aPauseThatEndedBeforeTheBaseChangesNothing() {
        StoredSchedule stored =
                GivenDocument.of(HOURLY).ran("09:00").pausedUntil("08:30").stored();

        assertThat(stored.base(true)).isEqualTo(at("09:00"));
    }

    @Test
    void aFireAtTheVeryEndOfAPauseBelongsToThePause() {
        StoredSchedule stored =
                GivenDocument.of(HOURLY).ran("09:00").pausedUntil("11:00").stored();

        assertThat(stored.nextRun()).contains(at("12:00"));
    }

    @Test
    void theNextRunIsTheFirstFireThatNotBeforeAndNotAfterAllow() {
        Schedule schedule = Schedule.builder("mail", HOURLY, "send-mail")
                .notBefore(at("11:00"))
                .notAfter(at("12:00"))
                .build();

        assertThat(GivenDocument.of(schedule).cursor("09:00").stored().nextRun())
                .contains(at("11:00"));
        assertThat(GivenDocument.of(schedule).cursor("11:00").stored().nextRun())
                .isEmpty();
    }

    @Test
    void aOneOffThatNeverRanCountsFromTheBeginningOfTime() {
        for (LastRun lastRun : new LastRun[] {LastRun.NULL, LastRun.MISSING}) {
            StoredSchedule stored = GivenDocument.of("@at 1999-12-31T23:00:00Z")
                    .lastRun(lastRun)
                    .stored();

            assertThat(stored.nextRun()).contains(Instant.parse("1999-12-31T23:00:00Z"));
            assertThat(stored.isForced()).isFalse();
        }
    }

    @Test
    void aOneOffThatRanHasNoNextRun() {
        assertThat(GivenDocument.of(ONE_OFF).ran("09:00").stored().nextRun()).isEmpty();
        assertThat(GivenDocument.of(ONE_OFF).lastRun("09:00:01").stored().nextRun())
                .isEmpty();
    }

    @ParameterizedTest(name = "{5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "'0 * * * *',                 NULL,    09:00, 09:00, true,  null",
                "'0 * * * *',                 NULL,    -,     -,     true,  null in a document without a cursor",
                "'0 * * * *',                 NULL,    09:00, -,     true,  null in a schedule that waits for its first fire",
                "'0 * * * *',                 MISSING, -,     -,     true,  missing in a document written by hand",
                "'0 * * * *',                 MISSING, 09:00, 09:00, true,  missing after a run: a person took it away",
                "'0 * * * *',                 MISSING, 09:00, -,     false, missing in a schedule defined in Java",
                "'0 * * * *',                 AT,      09:00, 09:00, false, an instant",
                "'@at 2026-02-15T09:00:00Z',  NULL,    -,     -,     false, null in a one-off that never ran",
                "'@at 2026-02-15T09:00:00Z',  MISSING, -,     -,     false, missing in a one-off that never ran",
                "'@at 2026-02-15T09:00:00Z',  NULL,    09:00, 09:00, true,  null in a one-off that ran",
                "'@at 2026-02-15T09:00:00Z',  MISSING, 09:00, 09:00, true,  missing in a one-off that ran",
            })
    void aStartIsAskedForBy(String cron, LastRun.Kind kind, String cursor, String wrote, boolean forced, String what) {
        GivenDocument given = GivenDocument.of(cron).wrote(wrote);
        GivenDocument with = cursor == null ? given : given.cursor(cursor);
        StoredSchedule stored = with.lastRun(
                        switch (kind) {
                            case AT -> LastRun.at(at("09:00"));
                            case NULL -> LastRun.NULL;
                            case MISSING -> LastRun.MISSING;
                        })
                .stored();

        assertThat(stored.isForced()).as(what).isEqualTo(forced);
    }

    @Test
    void itWakesAtItsNextRunWhenNothingElseHolds() {
        assertThat(GivenDocument.of(HOURLY).ran("09:00").stored().wakeAt()).isEqualTo(at("10:00"));
    }

    @Test
    void itNeverWakesWhileDisabled() {
        StoredSchedule stored = GivenDocument.of(HOURLY)
                .lastRun(LastRun.NULL)
                .edited(edit -> edit.enabled(false))
                .pending(CLAIMED, "09:00", 1, "09:00:20")
                .stored();

        assertThat(stored.wakeAt()).isEqualTo(Instant.MAX);
    }

    @Test
    void itNeverWakesWhenNoFireComesAnyMore() {
        assertThat(GivenDocument.of(ONE_OFF).ran("09:00").stored().wakeAt()).isEqualTo(Instant.MAX);
    }

    @ParameterizedTest
    @EnumSource(PendingFire.State.class)
    void itWakesAtTheEndOfItsPendingFireEarlierThanItsNextRun(PendingFire.State is) {
        StoredSchedule stored = GivenDocument.of(HOURLY)
                .ran("09:00")
                .pending(is, "09:00", 1, "09:00:20")
                .stored();

        assertThat(stored.wakeAt()).isEqualTo(at("09:00:20"));
    }

    @ParameterizedTest
    @EnumSource(PendingFire.State.class)
    void itWakesAtTheEndOfItsPendingFireLaterThanItsNextRun(PendingFire.State is) {
        StoredSchedule stored = GivenDocument.of(HOURLY)
                .ran("09:00")
                .pending(is, "09:00", 1, "11:30")
                .stored();

        assertThat(stored.wakeAt()).isEqualTo(at("11:30"));
    }

    @Test
    void aForcedStartWakesItInTheWaitForARetryButNotDuringARun() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL);

        assertThat(given.pending(WAITING, "09:00", 1, "09:10").stored().wakeAt())
                .isEqualTo(Instant.MIN);
        assertThat(given.pending(CLAIMED, "09:00", 1, "09:10").stored().wakeAt())
                .isEqualTo(at("09:10"));
        assertThat(given.pending(ACCEPTED, "09:00", 1, "09:10").stored().wakeAt())
                .isEqualTo(at("09:10"));
    }

    @ParameterizedTest
    @EnumSource(PendingFire.State.class)
    void aFireThatWasCalledOffWakesItAtOnceUnlessAnInstanceWorksOnIt(PendingFire.State is) {
        StoredSchedule seen = GivenDocument.of("0 * * * *")
                .ran("09:00")
                .pending(GivenDocument.fire(is, "09:00", 1, "09:30").cancelling())
                .stored();

        assertThat(seen.wakeAt()).isEqualTo(is == PendingFire.State.CLAIMED ? at("09:30") : Instant.MIN);
    }

    @Test
    void itWakesAtOnceForAForcedStartOrWhenNotBeforeAllowsIt() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").lastRun(LastRun.NULL);

        assertThat(given.stored().wakeAt()).isEqualTo(Instant.MIN);
        assertThat(given.edited(edit -> edit.notBefore(at("12:30"))).stored().wakeAt())
                .isEqualTo(at("12:30"));
    }

    @Test
    void aPauseHoldsBackWhateverWouldWakeIt() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").pausedUntil("11:30");

        assertThat(given.pending(WAITING, "09:00", 1, "09:10").stored().wakeAt())
                .isEqualTo(at("11:30"));
        assertThat(given.pending(null).lastRun(LastRun.NULL).stored().wakeAt()).isEqualTo(at("11:30"));
        assertThat(given.lastRun("09:00").stored().wakeAt()).isEqualTo(at("12:00"));
    }

    @ParameterizedTest(name = "{0} to {1}, next {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "05:00, 08:00, 05:00, 05:00",
                "05:00, 08:00, 05:30, 06:00",
                "05:00, 08:00, 07:00, 07:00",
                "05:00, 08:00, 07:01, -", // the end is exclusive
                "05:00, 08:01, 07:01, 08:00",
                "05:00, 08:00, -,     -",
                "05:00, 23:00, 09:00, 09:00",
                "05:00, 23:00, 09:01, -", // behind the cursor: the timing's own
            })
    void theNextFireOfABackfillIsOneOfItsRangeUpToTheBase(String from, String to, String next, String fire) {
        StoredSchedule stored =
                GivenDocument.of(HOURLY).ran("09:00").backfill(from, to, next).stored();

        assertThat(stored.nextBackfill()).isEqualTo(Optional.ofNullable(at(fire)));
        assertThat(stored.wakeAt()).isEqualTo(fire == null ? at("10:00") : Instant.MIN);
    }

    @Test
    void aBackfillWaitsForTheEndOfAPauseForTheRunningFireAndForEnabled() {
        GivenDocument given = GivenDocument.of(HOURLY).ran("09:00").backfill("05:00", "08:00", "05:00");

        assertThat(given.pending(CLAIMED, "09:00", 1, "09:00:20").stored().wakeAt())
                .isEqualTo(at("09:00:20"));
        assertThat(given.pending(null).pausedUntil("11:30").stored().wakeAt()).isEqualTo(at("11:30"));
        assertThat(given.edited(edit -> edit.enabled(false)).stored().wakeAt()).isEqualTo(Instant.MAX);
    }

    @Test
    void anotherStateLeavesAllElse() {
        StoredSchedule stored =
                GivenDocument.of(HOURLY).ran("09:00").pausedUntil("11:30").stored();

        StoredSchedule other = stored.withState(ScheduleState.NEW);

        assertThat(other.state()).isEqualTo(ScheduleState.NEW);
        assertThat(other.withState(stored.state())).isEqualTo(stored);
        assertThat(other.id()).isEqualTo("mail");
    }
}
