package dev.heartbeat.cronutils;

import static dev.heartbeat.cron.DstPolicy.SHIFT;
import static dev.heartbeat.cron.DstPolicy.VIXIE;
import static dev.heartbeat.cron.DstPolicy.WALL;
import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.heartbeat.cron.CronExpression;
import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectDaylightSavingTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final CronParser QUARTZ =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

    /** The whole period that cron-utils loses when asked in the zone itself, and what is right. */
    @ParameterizedTest
    @CsvSource({
        "0 0 0 1 * ?,     Africa/Cairo,        2026-04-24T01:30+03:00,    2026-05-01T00:00+03:00",
        "0 0 0 1 1 ?,     America/Sao_Paulo,   2014-10-19T17:08-02:00,    2015-01-01T00:00-02:00",
        "0 0 0 1 * ?,     America/Havana,      2019-03-10T11:00-04:00,    2019-04-01T00:00-04:00",
        "0 */30 2 * * ?,  Australia/Lord_Howe, 2017-10-01T01:58:59+10:30, 2017-10-01T02:30+11:00",
        "0 */30 2 1 10 ?, Australia/Lord_Howe, 2017-10-01T01:58:59+10:30, 2017-10-01T02:30+11:00",
    })
    void noPeriodIsLostWhereCronUtilsAloneLosesIt(String text, String zone, String from, String want) {
        Instant alone = ExecutionTime.forCron(QUARTZ.parse(text))
                .nextExecution(instant(from).atZone(ZoneId.of(zone)))
                .orElseThrow()
                .toInstant();
        assertThat(alone).as("cron-utils alone").isAfter(instant(want));

        for (DstPolicy policy : DstPolicy.values()) {
            assertThat(CronDialect.QUARTZ.timing(text).next(instant(from), ZoneId.of(zone), policy))
                    .as("%s", policy)
                    .contains(instant(want));
        }
    }

    @ParameterizedTest
    @CsvSource({"00", "00.001", "05", "59"})
    void theSecondsOfTheLastRunDoNotMakeASecondRun(String seconds) {
        Timing timing = CronDialect.QUARTZ.timing("0 30 1 * * ?");
        Instant from = instant("2026-11-01T01:30:" + seconds + "-04:00");
        assertThat(timing.next(from, NEW_YORK, VIXIE)).contains(instant("2026-11-02T01:30-05:00"));
        assertThat(timing.next(from, NEW_YORK, SHIFT)).contains(instant("2026-11-02T01:30-05:00"));
        assertThat(timing.next(from, NEW_YORK, WALL)).contains(instant("2026-11-01T01:30-05:00"));
    }

    @Test
    void cronUtilsAloneMakesThatSecondRun() {
        assertThat(ExecutionTime.forCron(QUARTZ.parse("0 30 1 * * ?"))
                        .nextExecution(instant("2026-11-01T01:30:05-04:00").atZone(NEW_YORK))
                        .orElseThrow()
                        .toInstant())
                .isEqualTo(instant("2026-11-01T01:30-05:00"));
    }

    @ParameterizedTest
    @CsvSource({
        // a fixed time in a gap of an hour, at midnight, and of half an hour
        "0 30 2 * * ?,    America/New_York,    2026-03-08T01:00-05:00,    VIXIE, 2026-03-08T03:00-04:00",
        "0 30 2 * * ?,    America/New_York,    2026-03-08T01:00-05:00,    SHIFT, 2026-03-08T03:30-04:00",
        "0 30 2 * * ?,    America/New_York,    2026-03-08T01:00-05:00,    WALL,  2026-03-09T02:30-04:00",
        "15 30 2 * * ?,   America/New_York,    2026-03-08T01:00-05:00,    VIXIE, 2026-03-08T03:00-04:00",
        "15 30 2 * * ?,   America/New_York,    2026-03-08T01:00-05:00,    SHIFT, 2026-03-08T03:30:15-04:00",
        "0 0 0 ? * 6,     Africa/Cairo,        2026-04-23T12:00+02:00,    VIXIE, 2026-04-24T01:00+03:00",
        "0 0 0 ? * 6,     Africa/Cairo,        2026-04-23T12:00+02:00,    SHIFT, 2026-04-24T01:00+03:00",
        "0 0 0 ? * 6,     Africa/Cairo,        2026-04-23T12:00+02:00,    WALL,  2026-05-01T00:00+03:00",
        "0 10 2 * * ?,    Australia/Lord_Howe, 2017-10-01T01:00+10:30,    VIXIE, 2017-10-01T02:30+11:00",
        "0 10 2 * * ?,    Australia/Lord_Howe, 2017-10-01T01:00+10:30,    SHIFT, 2017-10-01T02:40+11:00",
        "0 30 0 * * ?,    America/Havana,      2019-03-09T12:00-05:00,    VIXIE, 2019-03-10T01:00-04:00",
        // an overlap: once in the first pass, or twice
        "0 30 0 * * ?,    America/Havana,      2019-11-03T00:30-04:00,    VIXIE, 2019-11-04T00:30-05:00",
        "0 30 0 * * ?,    America/Havana,      2019-11-03T00:30-04:00,    WALL,  2019-11-03T00:30-05:00",
        "0 45 1 * * ?,    Australia/Lord_Howe, 2017-04-02T01:45+11:00,    VIXIE, 2017-04-03T01:45+10:30",
        "0 45 1 * * ?,    Australia/Lord_Howe, 2017-04-02T01:45+11:00,    WALL,  2017-04-02T01:45+10:30",
        // a star, or a step to the end of the range, follows the wall
        "0 */20 2 * * ?,  America/New_York,    2026-03-08T01:50-05:00,    VIXIE, 2026-03-09T02:00-04:00",
        "0 0/20 2 * * ?,  America/New_York,    2026-03-08T01:50-05:00,    VIXIE, 2026-03-09T02:00-04:00",
        "* 30 2 * * ?,    America/New_York,    2026-03-08T01:50-05:00,    VIXIE, 2026-03-09T02:30-04:00",
        "'0 0,20,40 2 * * ?', America/New_York,  2026-03-08T01:50-05:00,    VIXIE, 2026-03-08T03:00-04:00",
        "0 0 * * * ?,     America/New_York,    2026-11-01T01:00-04:00,    VIXIE, 2026-11-01T01:00-05:00",
        "*/30 * * * * ?,  America/New_York,    2026-11-01T01:59:45-04:00, VIXIE, 2026-11-01T01:00-05:00",
    })
    void gapsAndOverlapsFollowThePolicy(String text, String zone, String from, DstPolicy policy, String want) {
        assertThat(CronDialect.QUARTZ.timing(text).next(instant(from), ZoneId.of(zone), policy))
                .contains(instant(want));
    }

    /** Where a dialect and the core mean the same times they fire at the same instants, changes of the offset included. */
    @Test
    void dialectsFireAsTheCoreDoesAroundEveryChangeOfTwentyYears() {
        List<List<String>> same = List.of(
                List.of("30 2 * * *", "0 30 2 * * ?", "0 30 2 * * *", "30 2 * * *"),
                List.of("0 0 1 * *", "0 0 0 1 * ?", "0 0 0 1 * *", "0 0 1 * *"),
                List.of("*/20 * * * *", "0 0/20 * * * ?", "0 */20 * * * *", "*/20 * * * *"),
                List.of("15 0-3 * * 0", "0 15 0-3 ? * SUN", "0 15 0-3 * * 7", "15 0-3 * * sun"));
        int compared = 0;
        for (String id : List.of(
                "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "America/Havana", "America/Sao_Paulo")) {
            ZoneId zone = ZoneId.of(id);
            var change = zone.getRules().nextTransition(Instant.parse("2006-01-01T00:00:00Z"));
            while (change != null && change.getInstant().isBefore(Instant.parse("2026-12-31T00:00:00Z"))) {
                for (List<String> texts : same) {
                    CronExpression core = CronExpression.parse(texts.get(0));
                    for (CronDialect dialect : CronDialect.values()) {
                        Timing timing = dialect.timing(texts.get(1 + dialect.ordinal()));
                        for (int hours = -30; hours <= 30; hours += 5) {
                            Instant from = change.getInstant().plusSeconds(hours * 3_600L + hours);
                            for (DstPolicy policy : DstPolicy.values()) {
                                assertThat(timing.next(from, zone, policy))
                                        .as("%s after %s in %s, %s", timing, from, zone, policy)
                                        .isEqualTo(core.next(from, zone, policy));
                                assertThat(timing.previous(from, zone, policy))
                                        .as("%s before %s in %s, %s", timing, from, zone, policy)
                                        .isEqualTo(core.previous(from, zone, policy));
                                compared++;
                            }
                        }
                    }
                }
                change = zone.getRules().nextTransition(change.getInstant());
            }
        }
        assertThat(compared).isGreaterThan(10_000);
    }

    private static Instant instant(String offsetDateTime) {
        return OffsetDateTime.parse(offsetDateTime).toInstant();
    }
}
