package dev.heartbeat.cronutils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.InvalidCronException;
import dev.heartbeat.cron.Timing;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectRefusalTest {
    private final Seed seed = new Seed();

    /** Inputs that cron-utils takes, or on which it fails in its own ways; nobody should see those. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t\n",
                "* * * *",
                "* * * * * * * *",
                "60 * * * *",
                "0 0 0 * *",
                "0 0 * * 8",
                "5-1 * * * *",
                "-1 * * * *",
                "*/0 * * * *",
                "@reboot",
                "@Daily",
                "a b c d e",
                "0 9 * * MONDAY",
                "0 9 15W * *",
                "0 9 * * 5L",
                "H * * * *",
                "1,,2 * * * *",
                ",1 * * * *",
                "1, * * * *",
                ", * * * *",
                "0 9 ? * 1",
                "0 9 * * 5#2",
                "99999999999 * * * *",
                "+5 * * * *",
                "00007 * * * *",
                "\u0665 * * * *",
                "\uff15 * * * *",
                "0 9\u00a0* * 1",
                "0 9 * * 1 || 0 10 * * 2",
                "0 9|10 * * 1",
                "0|1|2|3 0|1|2|3 1|2|3 * 1|2|3",
                "0 9\n* * 1",
                "5/15 * * * *",
                "* * * * 5-1",
                "0 0 32 * *",
                "0 0 0,L * *",
                "0 0 1,L * *",
                "0 0 LW * *",
                "*-5 * * * *",
                "1-2-3 * * * *",
                "*/* * * * *",
                "1/ * * * *",
                "/2 * * * *",
                "jan * * * *",
                "0 0 * mon *",
                "0 0 * * jan",
                "@cron4j 0 9 * * 1",
            })
    void cron4j(String text) {
        assertRefused(CronDialect.CRON4J, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 0 9 * * MON",
                "0 0 9 * * *",
                "0 0 9 ? * ?",
                "0 0 9 1 * 2",
                "0 0 9 ? *",
                "0 0 9 ? * MON 2026 7",
                "0 0 9 ? * 0",
                "0 0 9 ? * 8",
                "0 0 9 ? * 6#0",
                "0 0 9 ? * 6#6",
                "0 0 9 ? * 8L",
                "0 0 9 ? * MON#1,FRI#3",
                "0 0 9 ? * 2L,3L",
                "0 0 9 ? * L,2",
                "0 0 9 1,L * ?",
                "0 0 9 L,1 * ?",
                "0 0 9 1,15W * ?",
                "0 0 9 LW,1 * ?",
                "0 0 9 0W * ?",
                "0 0 9 28W * ?",
                "0 0 9 31W * ?",
                "0 0 9 32W * ?",
                "0 0 9 L-0 * ?",
                "0 0 9 L-31 * ?",
                "0 0 9 L-3W * ?",
                "0 0 9 32 * ?",
                "0 0 9 1 13 ?",
                "60 0 9 1 * ?",
                "0 0 24 1 * ?",
                "0 0 9 1 * ? 1969",
                "0 0 9 1 * ? 2100",
                "0 0 9 1 * ? 2030-2026",
                "? 0 9 1 * ?",
                "0 L 9 1 * ?",
                "@daily",
                "0 0 9 C * ?",
            })
    void quartz(String text) {
        assertRefused(CronDialect.QUARTZ, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 9 * * *",
                "0 0 9 * * * 2026",
                "0 0 9 * * 8",
                "0 0 9 * * L",
                "0 0 9 * * FRI-MON",
                "0 0 22-2 * * *",
                "0 0 9 1,L * *",
                "0 0 9 31W * *",
                "0 0 9 * * 5#6",
                "0 0 9 32 * *",
                "@every PT1H",
                "@at 2026-03-01T09:00:00Z",
                "@reboot",
                "@daily @daily",
                "? 0 9 * * *",
                "0 0 9 * * MON#",
                "0 0 9 * * #2",
            })
    void spring(String text) {
        assertRefused(CronDialect.SPRING, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QUARTZ | 0 0 9 ? * 8     | day-of-week  | field 6 (day-of-week) | 1-7",
                "QUARTZ | 0 0 9 31W * ?   | day-of-month | LW is the last weekday | 1 to 27",
                "QUARTZ | 0 60 9 1 * ?    | minute       | field 2 (minute)      | 0-59",
                "QUARTZ | 0 0 9 1 * ? 1969 | year        | field 7 (year)        | 1970-2099",
                "QUARTZ | 0 0 9 * * *     |              | both day fields       | one of the two day fields",
                "SPRING | 0 0 9 * * FRI-MON | day-of-week | ends before it starts | 0 and 7 are Sunday",
                "SPRING | 0 9 * * *       |              | it has 5 fields       | second minute hour day-of-month",
                "CRON4J | 5/15 * * * *    | minute       | a step without        | after * or a range",
                "CRON4J | 0 24 * * *      | hour         | field 2 (hour)        | 0-23",
            })
    void theMessageNamesDialectTextFieldRangeAndAnExample(
            CronDialect dialect, String text, String field, String fault, String allowed) {
        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> dialect.timing(text))
                .satisfies(e -> {
                    assertThat(e.expression()).isEqualTo(text);
                    assertThat(e.field().orElse(null)).isEqualTo(field);
                })
                .withMessageContaining(dialect.prefix().substring(2))
                .withMessageContaining('"' + text + '"')
                .withMessageContaining(fault)
                .withMessageContaining("Allowed: ")
                .withMessageContaining(allowed)
                .withMessageContaining("Example: ");
    }

    @Test
    void aBarIsRefusedWithAWayOut() {
        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> CronDialect.CRON4J.timing("0 9 * * 1|0 10 * * 2"))
                .withMessageContaining("schedule of each");
    }

    @ParameterizedTest
    @EnumSource
    void aLongTextIsRefusedUnreadAndShownShort(CronDialect dialect) {
        String bars = "0" + "|0".repeat(20_000) + " 0 * * *";
        String list = "0" + ",0".repeat(5_000) + " 0 * * *";
        String blanks = " ".repeat(100_000);
        for (String text : new String[] {bars, list, blanks, "*".repeat(257)}) {
            assertThatExceptionOfType(InvalidCronException.class)
                    .isThrownBy(() -> dialect.timing(text))
                    .withMessageContaining("256")
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
            assertThatExceptionOfType(InvalidCronException.class)
                    .isThrownBy(() -> CronDialect.read(dialect.prefix() + " " + text));
        }
    }

    @ParameterizedTest
    @EnumSource
    void the256thCharacterIsAllowed(CronDialect dialect) {
        String text = dialect == CronDialect.CRON4J ? "0 9 * * 1" : "0 0 9 ? * 2";
        String longest = text + " ".repeat(256 - text.length());
        assertThat(dialect.timing(longest)).isEqualTo(dialect.timing(text));
        assertRefused(dialect, longest + " ");
    }

    @ParameterizedTest
    @EnumSource
    void nullIsNoExpression(CronDialect dialect) {
        assertThatNullPointerException().isThrownBy(() -> dialect.timing(null)).withMessage("expression");
        assertThatNullPointerException().isThrownBy(() -> CronDialect.read(null));
    }

    @ParameterizedTest
    @EnumSource
    void noTextMakesAnotherException(CronDialect dialect) {
        Random random = seed.random();
        int accepted = 0;
        RandomDialect valid = new RandomDialect(dialect, random);
        Instant from = Instant.parse("2026-02-15T12:00:00Z");
        for (int i = 0; i < 20_000; i++) {
            String text = random.nextBoolean() ? noise(random) : spoil(valid.next(), random);
            Throwable thrown = catchThrowable(() -> {
                Timing timing = dialect.timing(text);
                timing.next(from, ZoneOffset.UTC, DstPolicy.VIXIE)
                        .ifPresent(fire -> assertThat(fire).isAfter(from));
                timing.previous(from, ZoneOffset.UTC, DstPolicy.VIXIE)
                        .ifPresent(fire -> assertThat(fire).isBefore(from));
                assertThat(CronDescriptions.describe(timing)).isPresent();
            });
            if (thrown == null) {
                accepted++;
            } else {
                assertThat(thrown).as("%s, %s", text, seed).isInstanceOf(InvalidCronException.class);
                assertThat(thrown.getMessage()).as("%s, %s", text, seed).doesNotContain("cron-utils failed");
            }
        }
        assertThat(accepted).as("accepted, %s", seed).isBetween(200, 15_000);
    }

    /** Ends on text that is nearly valid. */
    private static String spoil(String text, Random random) {
        StringBuilder spoilt = new StringBuilder(text);
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(spoilt.length());
            char c = letter(random);
            switch (random.nextInt(3)) {
                case 0 -> spoilt.setCharAt(at, c);
                case 1 -> spoilt.insert(at, c);
                default -> spoilt.deleteCharAt(at);
            }
            if (spoilt.isEmpty()) {
                return "";
            }
        }
        return spoilt.toString();
    }

    private static String noise(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        for (int i = 0; i < length; i++) {
            text.append(random.nextInt(4) == 0 ? ' ' : letter(random));
        }
        return text.toString();
    }

    private static char letter(Random random) {
        String likely = "0123456789*/,-?LW#| \tMONSUNJANFEB@";
        return random.nextInt(20) == 0
                ? (char) random.nextInt(Character.MAX_VALUE)
                : likely.charAt(random.nextInt(likely.length()));
    }

    private static void assertRefused(CronDialect dialect, String text) {
        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> dialect.timing(text))
                .withMessageContaining("Allowed: ")
                .withMessageContaining("Example: ")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600).matches("[ -~]*"));
    }
}
