package dev.heartbeat.cron;

import static dev.heartbeat.cron.DstPolicy.SHIFT;
import static dev.heartbeat.cron.DstPolicy.VIXIE;
import static dev.heartbeat.cron.DstPolicy.WALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CronDaylightSavingTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    /** Cases in which another engine lost a month, a year or an hour, or chose the second pass. */
    @ParameterizedTest
    @CsvSource({
        "0 0 1 * *,     Africa/Cairo,        2026-04-24T01:30+03:00,    2026-05-01T00:00+03:00",
        "0 0 1 1 *,     America/Sao_Paulo,   2014-10-19T17:08-02:00,    2015-01-01T00:00-02:00",
        "0 0 1 * *,     America/Havana,      2019-03-10T11:00-04:00,    2019-04-01T00:00-04:00",
        "* * 11 1 1-3,  Africa/Cairo,        2000-04-28T01:50+03:00,    2001-01-01T00:00+02:00",
        "*/30 2 * * *,  Australia/Lord_Howe, 2017-10-01T01:58:59+10:30, 2017-10-01T02:30+11:00",
        "*/30 2 1 10 *, Australia/Lord_Howe, 2017-10-01T01:58:59+10:30, 2017-10-01T02:30+11:00",
        "30 1 * * 0,    America/New_York,    2006-10-27T19:22-04:00,    2006-10-29T01:30-04:00"
    })
    void nothingIsLostAroundAChangeUnderAnyPolicy(String text, String zone, String from, String want) {
        for (DstPolicy policy : DstPolicy.values()) {
            assertThat(Timing.cron(text).next(instant(from), ZoneId.of(zone), policy))
                    .as("%s", policy)
                    .contains(instant(want));
        }
    }

    @Test
    void theSecondsOfTheLastRunDoNotMakeASecondRunInAnOverlap() {
        for (String from :
                List.of("2026-11-01T01:30-04:00", "2026-11-01T01:30:00.001-04:00", "2026-11-01T01:30:05-04:00")) {
            assertThat(next("30 1 * * *", from, VIXIE)).isEqualTo(instant("2026-11-02T01:30-05:00"));
            assertThat(next("30 1 * * *", from, SHIFT)).isEqualTo(instant("2026-11-02T01:30-05:00"));
            assertThat(next("30 1 * * *", from, WALL)).isEqualTo(instant("2026-11-01T01:30-05:00"));
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "7", "59"})
    void fourDaysOfTicksOverAnOverlapMakeFourRuns(int secondOfTick) {
        Timing timing = Timing.cron("30 1 * * *");
        Instant lastRun = instant("2026-10-30T12:00-04:00").plusSeconds(secondOfTick);
        int runs = 0;
        for (Instant now = lastRun; now.isBefore(instant("2026-11-03T12:00-05:00")); now = now.plusSeconds(60)) {
            if (!timing.next(lastRun, NEW_YORK, VIXIE).orElseThrow().isAfter(now)) {
                runs++;
                lastRun = now;
            }
        }
        assertThat(runs).isEqualTo(4);
    }

    @Test
    void aFixedTimeInAGapRunsAtItsEndIsSkippedOrMovesByThePolicy() {
        String from = "2026-03-08T01:00-05:00";
        assertThat(next("30 2 * * *", from, VIXIE)).isEqualTo(instant("2026-03-08T03:00-04:00"));
        assertThat(next("30 2 * * *", from, WALL)).isEqualTo(instant("2026-03-09T02:30-04:00"));
        assertThat(next("30 2 * * *", from, SHIFT)).isEqualTo(instant("2026-03-08T03:30-04:00"));
    }

    @Test
    void aStarInMinuteOrHourFollowsTheWallUnderVixie() {
        String from = "2026-03-08T01:50-05:00";
        assertThat(next("*/20 2 * * *", from, VIXIE)).isEqualTo(instant("2026-03-09T02:00-04:00"));
        assertThat(next("*/20 2 * * *", from, SHIFT)).isEqualTo(instant("2026-03-08T03:00-04:00"));
        assertThat(next("0,20,40 2 * * *", from, VIXIE)).isEqualTo(instant("2026-03-08T03:00-04:00"));
        assertThat(fires("30 * * * *", "2026-11-01T00:45-04:00", 3, VIXIE))
                .containsExactly(
                        instant("2026-11-01T01:30-04:00"),
                        instant("2026-11-01T01:30-05:00"),
                        instant("2026-11-01T02:30-05:00"));
        assertThat(fires("30 0-23 * * *", "2026-11-01T00:45-04:00", 2, VIXIE))
                .containsExactly(instant("2026-11-01T01:30-04:00"), instant("2026-11-01T02:30-05:00"));
    }

    @Test
    void severalTimesInOneGapAndATimeAtItsEndAreOneFire() {
        assertThat(fires("0,30 2,3 * * *", "2026-03-08T01:00-05:00", 3, VIXIE))
                .containsExactly(
                        instant("2026-03-08T03:00-04:00"),
                        instant("2026-03-08T03:30-04:00"),
                        instant("2026-03-09T02:00-04:00"));
        assertThat(fires("0,30 2,3 * * *", "2026-03-08T01:00-05:00", 3, SHIFT))
                .containsExactly(
                        instant("2026-03-08T03:00-04:00"),
                        instant("2026-03-08T03:30-04:00"),
                        instant("2026-03-09T02:00-04:00"));
    }

    @Test
    void movedTimesAndOthersComeInTheOrderOfRealTime() {
        assertThat(fires("10,50 2-3 * * *", "2026-03-08T01:00-05:00", 3, SHIFT))
                .containsExactly(
                        instant("2026-03-08T03:10-04:00"),
                        instant("2026-03-08T03:50-04:00"),
                        instant("2026-03-09T02:10-04:00"));
        assertThat(fires("30 2 8 3 *", "2026-03-08T01:00-05:00", 2, SHIFT))
                .containsExactly(instant("2026-03-08T03:30-04:00"), instant("2027-03-08T02:30-05:00"));
        assertThat(Timing.cron("30 2,4 * * *").previous(instant("2026-03-08T04:00-04:00"), NEW_YORK, SHIFT))
                .contains(instant("2026-03-08T03:30-04:00"));
        assertThat(Timing.cron("30 2,4 * * *").previous(instant("2026-03-08T03:15-04:00"), NEW_YORK, SHIFT))
                .contains(instant("2026-03-07T04:30-05:00"));
        assertThat(Timing.cron("30 2,4 * * *").previous(instant("2026-03-08T03:15-04:00"), NEW_YORK, VIXIE))
                .contains(instant("2026-03-08T03:00-04:00"));
    }

    @Test
    void aMidnightThatAGapLeavesOutIsNotLost() {
        String from = "2026-04-23T12:00+02:00";
        ZoneId cairo = ZoneId.of("Africa/Cairo");
        Timing friday = Timing.cron("0 0 * * 5");
        assertThat(friday.next(instant(from), cairo, VIXIE)).contains(instant("2026-04-24T01:00+03:00"));
        assertThat(friday.next(instant(from), cairo, SHIFT)).contains(instant("2026-04-24T01:00+03:00"));
        assertThat(friday.next(instant(from), cairo, WALL)).contains(instant("2026-05-01T00:00+03:00"));
    }

    @Test
    void theDayThatSamoaLeftOutFollowsTheWallUnderVixieToo() {
        ZoneId apia = ZoneId.of("Pacific/Apia");
        Timing noon = Timing.cron("0 12 * * *");
        Instant from = instant("2011-12-29T12:00-10:00");
        for (DstPolicy policy : DstPolicy.values()) {
            assertThat(noon.next(from, apia, policy)).contains(instant("2011-12-31T12:00+14:00"));
        }
        assertThat(Timing.cron("0 12 30 12 *").next(from, apia, SHIFT)).contains(instant("2011-12-31T12:00+14:00"));
        assertThat(Timing.cron("0 12 30 12 *").next(from, apia, VIXIE)).contains(instant("2012-12-30T12:00+14:00"));
    }

    @Test
    void theDayThatKwajaleinHadTwiceFollowsTheWallUnderVixieToo() {
        ZoneId kwajalein = ZoneId.of("Pacific/Kwajalein");
        Timing noon = Timing.cron("0 12 30 9 *");
        Instant first = instant("1969-09-30T12:00+11:00");
        assertThat(noon.next(first, kwajalein, VIXIE)).contains(instant("1969-09-30T12:00-12:00"));
        assertThat(noon.next(first, kwajalein, WALL)).contains(instant("1969-09-30T12:00-12:00"));
        assertThat(noon.next(first, kwajalein, SHIFT)).contains(instant("1970-09-30T12:00-12:00"));
        assertThat(noon.previous(instant("1970-01-01T00:00-12:00"), kwajalein, SHIFT))
                .contains(first);
    }

    @ParameterizedTest
    @EnumSource(DstPolicy.class)
    void aDayAwayFromAnyChangeIsTheSameUnderAllPolicies(DstPolicy policy) {
        List<Instant> fires = fires("*/5 * * * *", "2026-06-01T00:00-04:00", 288, policy);
        assertThat(fires).first().isEqualTo(instant("2026-06-01T00:05-04:00"));
        assertThat(Duration.between(fires.get(0), fires.get(287))).isEqualTo(Duration.ofMinutes(287 * 5));
    }

    private static Instant next(String text, String from, DstPolicy policy) {
        return Timing.cron(text).next(instant(from), NEW_YORK, policy).orElseThrow();
    }

    private static List<Instant> fires(String text, String from, int count, DstPolicy policy) {
        List<Instant> fires = new ArrayList<>();
        Instant at = instant(from);
        for (int i = 0; i < count; i++) {
            at = Timing.cron(text).next(at, NEW_YORK, policy).orElseThrow();
            fires.add(at);
        }
        return fires;
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }
}
