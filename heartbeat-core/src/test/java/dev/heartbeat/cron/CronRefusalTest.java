package dev.heartbeat.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronRefusalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "60 * * * *;minute;1;60;60 is out of range;0-59",
                "0 24 * * *;hour;3;24;24 is out of range;0-23",
                "0 0 0 * *;day-of-month;5;0;0 is out of range;1-31",
                "0 0 1 13 *;month;7;13;13 is out of range;1-12 or JAN-DEC",
                "0 0 * * 8;day-of-week;9;8;8 is out of range;0-7 (0 and 7 are Sunday) or SUN-SAT",
                "5-1 * * * *;minute;1;5-1;the range ends before it starts;0-59",
                "0 0 * * 5-0;day-of-week;9;5-0;the range ends before it starts;0-7",
                "0 0 * * fri-mon;day-of-week;9;fri-mon;the range ends before it starts;0-7",
                "0 0 1 nov-feb *;month;7;nov-feb;the range ends before it starts;1-12",
                "5/15 * * * *;minute;1;5/15;a step needs * or a range before it;0-59",
                "*/0 * * * *;minute;1;*/0;a step must be 1 or more;0-59",
                "*/x * * * *;minute;1;*/x;a step is missing or is no number;0-59",
                "0 1,2,,4 * * *;hour;7;;a value is missing;0-23",
                "0 ,4 * * *;hour;3;;a value is missing;0-23",
                "0 4, * * *;hour;5;;a value is missing;0-23",
                "0 4,99,7 * * *;hour;5;99;99 is out of range;0-23",
                "0 4- * * *;hour;3;4-;a value is missing;0-23",
                "0 0 ? * 1;day-of-month;5;?;no value starts so;1-31",
                "0 0 15W * 1;day-of-month;5;15W;ends before;1-31",
                "0 0 L * 1;day-of-month;5;L;is no name of this field;1-31",
                "0 0 * * 5#2;day-of-week;9;5#2;ends before;0-7",
                "0 0 * * MONDAY;day-of-week;9;MONDAY;is no name of this field;0-7",
                "0 0 * MON *;month;7;MON;is no name of this field;1-12",
                "H * * * *;minute;1;H;is no name of this field;0-59",
                "+5 * * * *;minute;1;+5;no value starts so;0-59",
                "-5 * * * *;minute;1;-5;no value starts so;0-59",
                "** * * * *;minute;1;**;ends before;0-59",
                "1-2-3 * * * *;minute;1;1-2-3;ends before;0-59",
                "*-5 * * * *;minute;1;*-5;ends before;0-59",
                "*/2/3 * * * *;minute;1;*/2/3;ends before;0-59",
                "00005 * * * *;minute;1;00005;up to 4 digits;0-59",
                "99999999999 * * * *;minute;1;99999999999;up to 4 digits;0-59",
                "0 9|10 * * 1;hour;3;9|10;ends before;0-23",
                "\u0661 * * * *;minute;1;\\u0661;no value starts so;0-59",
                "0 \uff19 * * *;hour;3;\\uFF19;no value starts so;0-23",
                "1\u0660 * * * *;minute;1;1\\u0660;ends before;0-59",
                "0 0 1 \u017fep *;month;7;\\u017Fep;no value starts so;1-12"
            })
    void theMessageNamesFieldPositionTextRangeAndAnExample(
            String text, String field, int character, String bad, String fault, String range) {
        InvalidCronException refusal = refusal(text);

        assertThat(refusal.expression()).isEqualTo(text);
        assertThat(refusal.field()).contains(field);
        assertThat(refusal)
                .hasMessageContainingAll(
                        "(" + field + "), character " + character + ": \"" + (bad == null ? "" : bad) + "\": ",
                        fault,
                        "Allowed: " + range,
                        "Example: ",
                        "\"0 9 * * MON-FRI\"");
    }

    @Test
    void theWholeMessageReadsAsOneHelp() {
        assertThat(refusal("0 9-25 * * 1"))
                .hasMessage("Cannot read the cron expression \"0 9-25 * * 1\": field 2 of 5 (hour), character 3:"
                        + " \"9-25\": 25 is out of range. Allowed: 0-23, * for all, lists with commas, ranges with -,"
                        + " steps such as */2 after * or a range. Example: \"9-17\" in this field,"
                        + " \"0 9 * * MON-FRI\" in all.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "'';0",
                "' \t\n';0",
                "*;1",
                "0 9 * *;4",
                "0 0 9 * * 1;6",
                "0 9 * * 1 || 0 10 * * 2;11",
                "0 9 * * 1 2026;6"
            })
    void aWrongNumberOfFieldsIsCounted(String text, int count) {
        InvalidCronException refusal = refusal(text);

        assertThat(refusal.field()).isEmpty();
        assertThat(refusal)
                .hasMessageContainingAll(
                        "found " + count + " fields, wanted 5",
                        "minute hour day-of-month month day-of-week",
                        "Example: \"0 9 * * MON-FRI\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"@", "@reboot", "@Daily", "@DAILY", "@daily x", "@@daily", "@every_hour", "@at2026", "@every1h"})
    void anUnknownMacroIsAnsweredWithTheKnownOnes(String text) {
        InvalidCronException refusal = refusal(text);

        assertThat(refusal.field()).isEmpty();
        assertThat(refusal)
                .hasMessageContainingAll(
                        "\"" + text + "\"",
                        "@hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually",
                        "Example: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 9 * *\n1",
                "0 9 * *\r\n1 ",
                "0\u00a09 * * 1",
                "0\u20039 * * 1",
                "\u00a00 9 * * 1",
                "\ufeff0 9 * * 1",
                "0 9 * * 1\u0000",
                "0 9 * * 1\u000b",
                "0 9 * * 1\f"
            })
    void whiteSpaceOtherThanBlanksAndTabsIsRefusedInside(String text) {
        assertThat(refusal(text)).hasMessageContaining("Example: ");
    }

    @Test
    void blanksTabsAndLineBreaksAroundAreAccepted() {
        for (String text : new String[] {" 0 9 * * 1 ", "\t0\t9 \t * * 1\n", "\r\n0 9 * * 1\r\n"}) {
            assertThatCode(() -> CronExpression.parse(text)).doesNotThrowAnyException();
        }
    }

    @Test
    void aTextMayHave256CharactersAndNoMore() {
        String longest = "0" + ",0".repeat(123) + " 9 * * 1 ";
        assertThat(longest).hasSize(256);
        assertThatCode(() -> Timing.cron(longest)).doesNotThrowAnyException();
        assertThat(refusal(longest + " ")).hasMessageContainingAll("it has 257 characters", "up to 256", "...\"");
        assertThat(refusal("0|0".repeat(20_000)).getMessage()).hasSizeLessThan(400);
        assertThat(refusal(" ".repeat(1_000) + "0 9 * * 1")).hasMessageContaining("up to 256");
    }

    @Test
    void aCronExpressionIsNotEveryOrAt() {
        for (String text : new String[] {"@every PT1H", "@at 2026-03-01T09:00:00Z", "@every", "@at"}) {
            assertThat(catchThrowableOfType(InvalidCronException.class, () -> CronExpression.parse(text)))
                    .hasMessageContainingAll("\"" + text + "\"", "use Timing.cron");
        }
    }

    @Test
    void namesAreReadAlikeInEveryLocaleOfTheJvm() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThatCode(() -> CronExpression.parse("0 0 1 APRIL,JUN FRI".replace("APRIL", "APR")))
                    .doesNotThrowAnyException();
            assertThatCode(() -> CronExpression.parse("0 0 * * FRI,fri")).doesNotThrowAnyException();
            assertThat(refusal("0 0 * * fr\u0131")).hasMessageContaining("fr\\u0131");
        } finally {
            Locale.setDefault(before);
        }
    }

    private static InvalidCronException refusal(String text) {
        InvalidCronException refusal = catchThrowableOfType(InvalidCronException.class, () -> Timing.cron(text));
        assertThat(refusal).as(text).isNotNull();
        return refusal;
    }
}
