package dev.heartbeat.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronExpressionTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Instant FROM = Instant.parse("2026-02-15T12:00:00Z");

    @Test
    void bothRestrictedDayFieldsMeanEitherDay() {
        assertThat(fires("0 0 13 * 5", "2026-02-01T00:00:00Z", 6))
                .containsExactly("2026-02-06", "2026-02-13", "2026-02-20", "2026-02-27", "2026-03-06", "2026-03-13");
        assertThat(fires("0 0 10 * 5", "2026-02-01T00:00:00Z", 3))
                .containsExactly("2026-02-06", "2026-02-10", "2026-02-13");
    }

    @Test
    void aSteppedStarInADayFieldIsAStarSoBothMustMatch() {
        assertThat(fires("0 0 */2 * 1", "2026-02-01T00:00:00Z", 3))
                .containsExactly("2026-02-09", "2026-02-23", "2026-03-09");
        assertThat(fires("0 0 1 * */2", "2026-02-01T01:00:00Z", 2)).containsExactly("2026-03-01", "2026-08-01");
    }

    @Test
    void onlyTheFirstCharacterMakesAFieldAStar() {
        assertThat(fires("0 0 *,5 * 1", "2026-02-01T00:00:00Z", 2)).containsExactly("2026-02-02", "2026-02-09");
        assertThat(fires("0 0 5,* * 1", "2026-02-01T00:00:00Z", 2)).containsExactly("2026-02-02", "2026-02-03");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0;0",
                "7;0",
                "SUN;0",
                "0-0;0",
                "7-7;0",
                "sun-sun;0",
                "0,7;0",
                "5-7;0,5,6",
                "0-7;0,1,2,3,4,5,6",
                "SUN-THU;0,1,2,3,4",
                "fri-0;0,5,6",
                "sat-sun;0,6",
                "FRI-7;0,5,6",
                "5-SUN;0,5,6",
                "mon-SUN/2;0,1,3,5",
                "*/7;0",
                "*/2;0,2,4,6",
                "1-7/3;0,1,4",
                "*;0,1,2,3,4,5,6",
                "tue,Thu-sat;2,4,5,6"
            })
    void daysOfTheWeekAreThoseOfCronie(String field, String days) {
        Set<String> fired = new TreeSet<>();
        for (String date : fires("0 0 * * " + field, "2026-02-01T00:00:00Z", 14)) {
            fired.add("" + LocalDate.parse(date).getDayOfWeek().getValue() % 7);
        }
        assertThat(String.join(",", fired)).isEqualTo(days);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "*/60 * * * *;0 * * * *",
                "*/9999 * * * *;0 * * * *",
                "007 009 * * *;7 9 * * *",
                "0 0 1 jan,JUL-sep *;0 0 1 1,7-9 *",
                "1-59/20 * * * *;1,21,41 * * * *",
                "\t 0   9 \t* * 1 ;0 9 * * 1",
                "0 0 31 * *;0 0 31 1,3,5,7,8,10,12 *",
                "@hourly;0 * * * *",
                "@daily;0 0 * * *",
                "@midnight;0 0 * * *",
                "@weekly;0 0 * * 0",
                "@monthly;0 0 1 * *",
                "@yearly;0 0 1 1 *",
                "@annually;0 0 1 1 *"
            })
    void theseAreTwoWaysToWriteTheSame(String one, String other) {
        for (String zone : List.of("UTC", "America/New_York", "Australia/Lord_Howe")) {
            for (DstPolicy policy : DstPolicy.values()) {
                List<Instant> fires = chain(Timing.cron(one), ZoneId.of(zone), policy, FROM, 200);
                assertThat(fires).hasSize(200).isEqualTo(chain(Timing.cron(other), ZoneId.of(zone), policy, FROM, 200));
            }
        }
    }

    @Test
    void theLeapDayIsFoundOverACenturyWithoutOne() {
        assertThat(fires("0 0 29 2 *", "2092-03-01T00:00:00Z", 3))
                .containsExactly("2096-02-29", "2104-02-29", "2108-02-29");
        assertThat(fires("0 0 29 2 *", "1996-03-01T00:00:00Z", 1)).containsExactly("2000-02-29");
        assertThat(CronExpression.parse("0 0 29 2 *")
                        .previous(Instant.parse("2104-02-29T00:00:00Z"), UTC, DstPolicy.VIXIE))
                .contains(Instant.parse("2096-02-29T00:00:00Z"));
    }

    @Test
    void aLeapDayOnASundayMayBeFortyYearsAway() {
        assertThat(fires("0 0 29 2 */7", "2088-01-01T00:00:00Z", 2)).containsExactly("2088-02-29", "2128-02-29");
        // 1900 had no leap day, nor will 2100: elsewhere the wait is 28 years.
        assertThat(fires("0 0 29 2 */7", "1880-02-29T00:00:00Z", 2)).containsExactly("1920-02-29", "1948-02-29");
    }

    @Test
    void theGregorianCycleOf400YearsRepeatsAllFires() {
        long cycle = 146_097L * 86_400;
        for (String text : List.of("0 0 29 2 *", "30 6 31 * 1-5", "*/7 3 * 2 SUN", "0 0 29 2 */7", "5 4 */3 */5 *")) {
            CronExpression expression = CronExpression.parse(text);
            for (Instant fire : chain(expression, UTC, DstPolicy.VIXIE, FROM, 300)) {
                for (int cycles : new int[] {-2_000, -5, 5, 2_000}) {
                    Instant there = fire.plusSeconds(cycles * cycle);
                    assertThat(expression.next(there.minusNanos(1), UTC, DstPolicy.VIXIE))
                            .as(text)
                            .contains(there);
                    assertThat(expression.previous(there.plusNanos(1), UTC, DstPolicy.VIXIE))
                            .as(text)
                            .contains(there);
                }
            }
        }
    }

    @Test
    void nextIsStrictlyAfterAndPreviousStrictlyBeforeToTheNanosecond() {
        CronExpression noon = CronExpression.parse("0 12 * * *");
        assertThat(noon.next(FROM.minusNanos(1), UTC, DstPolicy.VIXIE)).contains(FROM);
        assertThat(noon.next(FROM, UTC, DstPolicy.VIXIE)).contains(FROM.plusSeconds(86_400));
        assertThat(noon.previous(FROM.plusNanos(1), UTC, DstPolicy.VIXIE)).contains(FROM);
        assertThat(noon.previous(FROM, UTC, DstPolicy.VIXIE)).contains(FROM.minusSeconds(86_400));
    }

    @Test
    void oneYearOfFiresGoesUpStrictlyAndBackTheSameWay() {
        for (String zone : List.of("America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo")) {
            for (String text : List.of("*/20 * * * *", "15,45 0-3 * * *", "30 1-3 * * SUN,FRI", "0 */6 * * *")) {
                for (DstPolicy policy : DstPolicy.values()) {
                    CronExpression expression = CronExpression.parse(text);
                    Instant start = Instant.parse("2016-06-01T00:00:00Z");
                    List<Instant> up = new ArrayList<>();
                    Instant at = start;
                    while (at.isBefore(start.plusSeconds(366 * 86_400))) {
                        Instant fire =
                                expression.next(at, ZoneId.of(zone), policy).orElseThrow();
                        assertThat(fire).isAfter(at);
                        up.add(fire);
                        at = fire;
                    }
                    for (int i = up.size() - 1; i > 0; i--) {
                        assertThat(expression.previous(up.get(i), ZoneId.of(zone), policy))
                                .as("%s in %s under %s", text, zone, policy)
                                .contains(up.get(i - 1));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 9 * * 1", "0 9  * * mon-FRI", "*/10 * * * *", "@daily", "007 1 1 1 1"})
    void theTextIsThatWhichWasReadAndReadsBackEqual(String text) {
        Timing timing = Timing.cron("\t" + text + " \n");

        assertThat(timing.text()).isEqualTo(text);
        assertThat(timing)
                .hasToString(text)
                .isEqualTo(Timing.cron(timing.text()))
                .hasSameHashCodeAs(Timing.cron(text));
        assertThat(timing).isEqualTo(CronExpression.parse(text)).isNotEqualTo(Timing.cron("0 9 * * 2"));
    }

    @ParameterizedTest
    @CsvSource({"+05:30", "-03:00", "Z", "+18:00", "-18:00"})
    void aPlainOffsetIsAZone(String offset) {
        ZoneOffset zone = ZoneOffset.of(offset);
        Instant fire = OffsetDateTime.of(2026, 2, 16, 9, 0, 0, 0, zone).toInstant();
        CronExpression expression = CronExpression.parse("0 9 * * *");

        for (DstPolicy policy : DstPolicy.values()) {
            assertThat(expression.next(fire.minusSeconds(86_400), zone, policy)).contains(fire);
            assertThat(expression.previous(fire.plusSeconds(86_400), zone, policy))
                    .contains(fire);
        }
    }

    @Test
    void aZoneWithOffsetsInSecondsIsAnsweredToTheSecond() {
        // Before 1883 New York kept its own mean time, 4:56:02 behind UTC.
        ZoneId zone = ZoneId.of("America/New_York");
        CronExpression expression = CronExpression.parse("30 9 * * *");

        assertThat(expression.next(Instant.parse("1850-01-01T00:00:00Z"), zone, DstPolicy.VIXIE))
                .contains(Instant.parse("1850-01-01T14:26:02Z"));
        assertThat(expression.previous(Instant.parse("1850-01-01T14:26:03Z"), zone, DstPolicy.VIXIE))
                .contains(Instant.parse("1850-01-01T14:26:02Z"));
    }

    @Test
    void nullArgumentsAreNamed() {
        CronExpression expression = CronExpression.parse("0 9 * * 1");
        assertThatNullPointerException()
                .isThrownBy(() -> CronExpression.parse(null))
                .withMessage("text");
        assertThatNullPointerException()
                .isThrownBy(() -> expression.next(null, UTC, DstPolicy.VIXIE))
                .withMessage("after");
        assertThatNullPointerException()
                .isThrownBy(() -> expression.previous(null, UTC, DstPolicy.VIXIE))
                .withMessage("before");
        assertThatNullPointerException()
                .isThrownBy(() -> expression.next(FROM, null, DstPolicy.VIXIE))
                .withMessage("zone");
        assertThatNullPointerException()
                .isThrownBy(() -> expression.previous(FROM, ZoneOffset.UTC, null))
                .withMessage("dst");
    }

    @Test
    void aWeekdayJobRunsFiveDaysAWeek() {
        List<String> fires = fires("0 9 * * MON-FRI", "2026-02-15T00:00:00Z", 10);
        assertThat(fires)
                .allSatisfy(date ->
                        assertThat(LocalDate.parse(date).getDayOfWeek()).isNotIn(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY));
        assertThat(fires).first().isEqualTo("2026-02-16");
        assertThat(fires).last().isEqualTo("2026-02-27");
    }

    private static List<String> fires(String text, String from, int count) {
        return chain(CronExpression.parse(text), UTC, DstPolicy.VIXIE, Instant.parse(from), count).stream()
                .map(fire -> fire.toString().substring(0, 10))
                .toList();
    }

    private static List<Instant> chain(Timing timing, ZoneId zone, DstPolicy policy, Instant from, int count) {
        List<Instant> fires = new ArrayList<>();
        Instant at = from;
        for (int i = 0; i < count; i++) {
            at = timing.next(at, zone, policy).orElseThrow();
            fires.add(at);
        }
        return fires;
    }
}
