package dev.heartbeat.cronutils;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Fires known from calendars. 2026-02-15 is a Sunday; February has 28 days that year, all weeks in it are whole. */
class DialectFiresTest {
    private static final String FROM = "2026-02-15T12:00:00";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 0 9 ? * MON-FRI   | 02-16T09:00 02-17T09:00 02-18T09:00 02-19T09:00 02-20T09:00 02-23T09:00",
                "0 0 9 ? * 2         | 02-16T09:00 02-23T09:00",
                "0 0 9 ? * 1         | 02-22T09:00 03-01T09:00",
                "0 0 9 ? * 7         | 02-21T09:00 02-28T09:00",
                "0 0 9 ? * sun       | 02-22T09:00 03-01T09:00",
                "0 0 0 ? * L         | 02-21T00:00 02-28T00:00",
                "0 0 0 ? * 6L        | 02-27T00:00 03-27T00:00 04-24T00:00",
                "0 0 0 ? * FRIL      | 02-27T00:00 03-27T00:00 04-24T00:00",
                "0 0 0 ? * 6#3       | 02-20T00:00 03-20T00:00 04-17T00:00",
                "0 0 0 ? * fri#3     | 02-20T00:00 03-20T00:00 04-17T00:00",
                "0 0 0 ? * 5#5       | 04-30T00:00 07-30T00:00 10-29T00:00 12-31T00:00",
                "0 0 0 ? * SAT-MON   | 02-16T00:00 02-21T00:00 02-22T00:00 02-23T00:00",
                "0 0 0 ? * 7-2       | 02-16T00:00 02-21T00:00 02-22T00:00 02-23T00:00",
                "0 0 0 ? * */2       | 02-17T00:00 02-19T00:00 02-21T00:00 02-22T00:00",
                "0 0 0 L * ?         | 02-28T00:00 03-31T00:00 04-30T00:00",
                "0 0 0 L-3 * ?       | 02-25T00:00 03-28T00:00 04-27T00:00",
                "0 0 0 L-30 * ?      | 03-01T00:00 05-01T00:00 07-01T00:00",
                "0 0 0 LW * ?        | 02-27T00:00 03-31T00:00 04-30T00:00 05-29T00:00",
                "0 0 0 15W * ?       | 02-16T00:00 03-16T00:00 04-15T00:00 05-15T00:00 06-15T00:00",
                "0 0 0 1W * ?        | 03-02T00:00 04-01T00:00 05-01T00:00 06-01T00:00 07-01T00:00 08-03T00:00",
                "0 0 22-2 * * ?      | 02-15T22:00 02-15T23:00 02-16T00:00 02-16T01:00 02-16T02:00 02-16T22:00",
                "0 0 0 1 NOV-FEB ?   | 11-01T00:00 12-01T00:00 2027-01-01T00:00 2027-02-01T00:00",
                "0 0/20 13 * * ?     | 02-15T13:00 02-15T13:20 02-15T13:40 02-16T13:00",
                "0 5/25 13 * * ?     | 02-15T13:05 02-15T13:30 02-15T13:55 02-16T13:05",
                "*/20 59 23 * * ?    | 02-15T23:59 02-15T23:59:20 02-15T23:59:40 02-16T23:59",
                "58 59 23 28 2 ?     | 02-28T23:59:58 2027-02-28T23:59:58",
                "5/30 0 0 1 1 ?      | 2027-01-01T00:00:05 2027-01-01T00:00:35 2028-01-01T00:00:05",
                "0 0 0 1 1 ? 2030    | 2030-01-01T00:00 -",
                "0 0 0 1 6 ? 2028/2  | 2028-06-01T00:00 2030-06-01T00:00 2032-06-01T00:00",
                "0 0 0 29 2 ? 2027-2035 | 2028-02-29T00:00 2032-02-29T00:00 -",
                "0 0 0 1 1 ? 2020    | -",
                "0 0 0 30 2 ?        | -",
                "0 0 0 ? 2 MON#5     | 2044-02-29T00:00 2072-02-29T00:00 -",
            })
    void quartz(String text, String fires) {
        check(CronDialect.QUARTZ, text, fires);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 0 9 * * MON-FRI  | 02-16T09:00 02-17T09:00 02-18T09:00 02-19T09:00 02-20T09:00 02-23T09:00",
                "0 0 9 * * 0        | 02-22T09:00 03-01T09:00",
                "0 0 9 * * 7        | 02-22T09:00 03-01T09:00",
                "0 0 9 * * 1        | 02-16T09:00 02-23T09:00",
                "0 0 0 * * 5-7      | 02-20T00:00 02-21T00:00 02-22T00:00 02-27T00:00",
                "0 0 0 * * FRI-SUN  | 02-20T00:00 02-21T00:00 02-22T00:00 02-27T00:00",
                "0 0 0 * * SUN-TUE  | 02-16T00:00 02-17T00:00 02-22T00:00 02-23T00:00 02-24T00:00",
                "0 0 0 * * 0-7      | 02-16T00:00 02-17T00:00 02-18T00:00",
                "0 0 0 * * */2      | 02-16T00:00 02-18T00:00 02-20T00:00 02-22T00:00 02-23T00:00",
                "0 0 0 * * 5/2      | 02-20T00:00 02-22T00:00 02-27T00:00",
                "0 0 0 ? * 5L       | 02-27T00:00 03-27T00:00",
                "0 0 0 * * FRIL     | 02-27T00:00 03-27T00:00",
                "0 0 0 ? * FRI#2    | 03-13T00:00 04-10T00:00",
                "0 0 0 ? * 0#1      | 03-01T00:00 04-05T00:00",
                "0 0 0 ? * 7#1      | 03-01T00:00 04-05T00:00",
                "0 0 0 * * MON#1,FRI#3 | 02-20T00:00 03-02T00:00 03-20T00:00 04-06T00:00",
                "0 0 0 L * *        | 02-28T00:00 03-31T00:00",
                "0 0 0 L-3 * ?      | 02-25T00:00 03-28T00:00",
                "0 0 0 LW * *       | 02-27T00:00 03-31T00:00",
                "0 0 0 15W * *      | 02-16T00:00 03-16T00:00",
                "0 0 0 13 * FRI     | 03-13T00:00 11-13T00:00 2027-08-13T00:00",
                "0 0 0 ? * ?        | 02-16T00:00 02-17T00:00",
                "*/20 0 0 1 * *     | 03-01T00:00 03-01T00:00:20 03-01T00:00:40 04-01T00:00",
                "@hourly            | 02-15T13:00 02-15T14:00",
                "@daily             | 02-16T00:00 02-17T00:00",
                "@midnight          | 02-16T00:00 02-17T00:00",
                "@weekly            | 02-22T00:00 03-01T00:00",
                "@monthly           | 03-01T00:00 04-01T00:00",
                "@yearly            | 2027-01-01T00:00 2028-01-01T00:00",
                "@annually          | 2027-01-01T00:00 2028-01-01T00:00",
                "0 0 0 31 4,6 *     | -",
            })
    void spring(String text, String fires) {
        check(CronDialect.SPRING, text, fires);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 9 * * 1         | 02-16T09:00 02-23T09:00",
                "0 9 * * sun       | 02-22T09:00 03-01T09:00",
                "0 0 * * 0         | 02-22T00:00 03-01T00:00",
                "0 0 * * sun-tue   | 02-16T00:00 02-17T00:00 02-22T00:00 02-23T00:00",
                "0 0 13 * 5        | 03-13T00:00 11-13T00:00",
                "0 0 L * *         | 02-28T00:00 03-31T00:00",
                "0 0 l 2 *         | 02-28T00:00 2027-02-28T00:00 2028-02-29T00:00",
                "0 0 */9 * *       | 02-19T00:00 02-28T00:00 03-01T00:00 03-10T00:00",
                "*/25 13 * jan-mar * | 02-15T13:00 02-15T13:25 02-15T13:50 02-16T13:00",
                "5-20/5,40 13 * * * | 02-15T13:05 02-15T13:10 02-15T13:15 02-15T13:20 02-15T13:40 02-16T13:05",
                "0 0 30 2 *        | -",
            })
    void cron4j(String text, String fires) {
        check(CronDialect.CRON4J, text, fires);
    }

    private static void check(CronDialect dialect, String text, String fires) {
        Timing timing = dialect.timing(text);
        LocalDateTime at = LocalDateTime.parse(FROM);
        List<LocalDateTime> found = new ArrayList<>();
        for (String fire : fires.strip().split(" ")) {
            LocalDateTime next = next(timing, at);
            if (fire.equals("-")) {
                assertThat(next).as("%s after %s", text, at).isNull();
                break;
            }
            LocalDateTime want =
                    LocalDateTime.parse(fire.length() < 16 || fire.charAt(4) != '-' ? "2026-" + fire : fire);
            assertThat(next).as("%s after %s", text, at).isEqualTo(want);
            found.add(next);
            at = next;
        }
        Collections.reverse(found);
        for (int i = 1; i < found.size(); i++) {
            assertThat(previous(timing, found.get(i - 1)))
                    .as("%s before %s", text, found.get(i - 1))
                    .isEqualTo(found.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeBeforeTheFirstYearAndBehindTheLastIsNoError(CronDialect dialect) {
        Timing timing = dialect.timing(
                dialect == CronDialect.CRON4J
                        ? "0 9 * * *"
                        : "0 0 9 * * " + (dialect == CronDialect.QUARTZ ? "?" : "*"));
        Instant first = Instant.parse("1970-01-01T09:00:00Z");
        Instant last = Instant.parse("2099-12-31T09:00:00Z");
        assertThat(timing.next(Instant.MIN, ZoneOffset.UTC, DstPolicy.VIXIE)).contains(first);
        assertThat(timing.next(first.minusNanos(1), ZoneOffset.UTC, DstPolicy.VIXIE))
                .contains(first);
        assertThat(timing.previous(first, ZoneOffset.UTC, DstPolicy.VIXIE)).isEmpty();
        assertThat(timing.previous(Instant.MIN, ZoneOffset.UTC, DstPolicy.VIXIE))
                .isEmpty();
        assertThat(timing.previous(Instant.MAX, ZoneOffset.UTC, DstPolicy.VIXIE))
                .contains(last);
        assertThat(timing.previous(last.plusNanos(1), ZoneOffset.UTC, DstPolicy.VIXIE))
                .contains(last);
        assertThat(timing.next(last, ZoneOffset.UTC, DstPolicy.VIXIE)).isEmpty();
        assertThat(timing.next(Instant.MAX, ZoneOffset.UTC, DstPolicy.VIXIE)).isEmpty();
    }

    @Test
    void theOnlyFireMayBeFartherThanCronUtilsLooksAhead() {
        Timing timing =
                CronDialect.QUARTZ.timing("0 0 12 ? 3 7#5 */23"); // 1970 + 23 k: 2085 has the first such Saturday
        Instant only = Instant.parse("2085-03-31T12:00:00Z");
        assertThat(timing.next(Instant.EPOCH, ZoneOffset.UTC, DstPolicy.VIXIE)).contains(only);
        assertThat(timing.previous(Instant.MAX, ZoneOffset.UTC, DstPolicy.VIXIE))
                .contains(only);
        assertThat(timing.next(only, ZoneOffset.UTC, DstPolicy.VIXIE)).isEmpty();
    }

    @Test
    void aDateThatNeverComesNeverFiresInEitherDirection() {
        Timing timing = CronDialect.QUARTZ.timing("0 0 0 31 4 ?");
        Instant now = Instant.parse("2026-02-15T12:00:00Z");
        assertThat(timing.next(now, ZoneOffset.UTC, DstPolicy.VIXIE)).isEmpty();
        assertThat(timing.previous(now, ZoneOffset.UTC, DstPolicy.VIXIE)).isEmpty();
    }

    /** The search backwards of cron-utils forgets years here. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 22 6 ? APR 6#4 2026-2037/3 | 2035-04-27T06:22    | 2032-04-23T06:22",
                "0 48 5 LW 3 ? */5            | 2048-05-27T03:13:26 | 2045-03-31T05:48",
                "0 1 */9 L JUL ? */6          | 2033-04-30T07:00:19 | 2030-07-31T18:01",
                "0 */20 21/7 ? 2 WEDL 2035/7  | 2042-02-26T21:00    | 2035-02-28T21:40",
                "0 39 8,20 L 8 ? 2025,2038    | 2036-12-16T09:01:25 | 2025-08-31T20:39",
            })
    void previousFindsYearsThatWereForgotten(String text, String before, String want) {
        assertThat(previous(CronDialect.QUARTZ.timing(text), LocalDateTime.parse(before)))
                .isEqualTo(LocalDateTime.parse(want));
    }

    private static LocalDateTime next(Timing timing, LocalDateTime after) {
        return timing.next(after.toInstant(ZoneOffset.UTC), ZoneOffset.UTC, DstPolicy.VIXIE)
                .map(fire -> LocalDateTime.ofInstant(fire, ZoneOffset.UTC))
                .orElse(null);
    }

    private static LocalDateTime previous(Timing timing, LocalDateTime before) {
        return timing.previous(before.toInstant(ZoneOffset.UTC), ZoneOffset.UTC, DstPolicy.VIXIE)
                .map(fire -> LocalDateTime.ofInstant(fire, ZoneOffset.UTC))
                .orElse(null);
    }
}
