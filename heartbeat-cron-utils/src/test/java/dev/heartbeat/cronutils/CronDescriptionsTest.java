package dev.heartbeat.cronutils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.heartbeat.cron.LocalTimes;
import dev.heartbeat.cron.Timing;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronDescriptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *              | every minute",
                "*/10 * * * *           | every 10 minutes",
                "*/60 * * * *           | every hour",
                "30 * * * *             | every hour at minute 30",
                "0 9 * * 1              | at 09:00 at Monday day",
                "0 9 * * MON-FRI        | at 09:00 every day between Monday and Friday",
                "0 9 * * SUN-THU        | at 09:00 every day between Sunday and Thursday",
                "0 9 * * fri-0          | at 09:00 at Sunday, Friday and Saturday days",
                "0 9 * * 0,7            | at 09:00 at Sunday day",
                "0 9 * * */2            | at 09:00 at Sunday, Tuesday, Thursday and Saturday days",
                "0 0 1 1 *              | at 00:00 at 1 day at January month",
                "0 0 1 */3 *            | at 00:00 at 1 day every 3 months",
                "0 0 13 * 5             | at 00:00 at 13 day, or at 00:00 at Friday day",
                "0 0 1-31 * 5           | at 00:00",
                "0 0 */2 * 1            | at 00:00 every 2 days at Monday day",
                "0 0 * * 1-5/2          | at 00:00 at Monday, Wednesday and Friday days",
                "*/15 9-17 * * *        | every 15 minutes every hour between 9 and 17",
                "0,30 9 * * *           | every 30 minutes at 9 hour",
                "5-50/15 * * * *        | at 5, 20, 35 and 50 minutes",
                "@hourly                | every hour",
                "@daily                 | at 00:00",
                "@weekly                | at 00:00 at Sunday day",
                "@monthly               | at 00:00 at 1 day",
                "@yearly                | at 00:00 at 1 day at January month",
                "007 09 * * *           | at 09:07",
                "0 0 31 2 *             | at 00:00 at 31 day at February month",
            })
    void theCoresCron(String text, String words) {
        assertThat(CronDescriptions.describe(Timing.cron(text))).contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QUARTZ | 0 0 9 ? * MON-FRI  | at 09:00 every day between Monday and Friday",
                "QUARTZ | 0 0 9 ? * 1        | at 09:00 at Sunday day",
                "QUARTZ | 15 30 9 * * ?      | at 09:30:15",
                "QUARTZ | 0 0 0 ? * L        | at 00:00 at Saturday day",
                "QUARTZ | 0 0 0 ? * 6L       | at 00:00 last Friday of every month",
                "QUARTZ | 0 0 0 ? * 6#3      | at 00:00 Friday 3 of every month",
                "QUARTZ | 0 0 0 L * ?        | at 00:00 last day of month",
                "QUARTZ | 0 0 0 L-3 * ?      | at 00:00 3 days before the last day of the month",
                "QUARTZ | 0 0 0 LW * ?       | at 00:00 last weekday of month",
                "QUARTZ | 0 0 0 15W * ?      | at 00:00 the nearest weekday to the 15 of the month",
                "QUARTZ | 0 0/20 2 * * ?     | every 20 minutes at 2 hour",
                "QUARTZ | 0 5/20 2 * * ?     | at 5, 25 and 45 minutes at 2 hour",
                "QUARTZ | 0 0 0 1 1 ? 2030   | at 00:00 at 1 day at January month at 2030 year",
                "QUARTZ | * * * * * ?        | every second",
                "SPRING | 0 0 9 * * SUN      | at 09:00 at Sunday day",
                "SPRING | 0 0 9 * * */2      | at 09:00 at Sunday, Monday, Wednesday and Friday days",
                "SPRING | 0 0 0 13 * FRI     | at 00:00 at 13 day at Friday day",
                "SPRING | @hourly            | every hour",
                "CRON4J | 0 9 * * 1          | at 09:00 at Monday day",
                "CRON4J | 0 0 L * *          | at 00:00 last day of month",
            })
    void theDialects(CronDialect dialect, String text, String words) {
        assertThat(CronDescriptions.describe(dialect.timing(text))).contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de    | um 09:00 um Montag Tag",
                "de-CH | um 09:00 um Montag Tag",
                "fr    | à 09:00 à lundi jour",
                "es    | en 09:00 en lunes dia",
                "fi    | at 09:00 at Monday day",
                "''    | at 09:00 at Monday day",
            })
    void theLanguageIsThatOfTheLocaleOrEnglish(String tag, String words) {
        Locale machine = Locale.getDefault();
        try {
            Locale.setDefault(Locale.JAPAN);
            assertThat(CronDescriptions.describe(Timing.cron("0 9 * * 1"), Locale.forLanguageTag(tag)))
                    .contains(words);
            assertThat(CronDescriptions.describe(Timing.cron("0 9 * * 1"))).contains("at 09:00 at Monday day");
        } finally {
            Locale.setDefault(machine);
        }
    }

    @Test
    void eitherOfTwoDaysIsTwoHalvesInLanguagesWithoutAWordForOr() {
        assertThat(CronDescriptions.describe(Timing.cron("0 0 13 * 5"), Locale.GERMAN))
                .contains("um 00:00 um 13 Tag / um 00:00 um Freitag Tag");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@every PT30M", "@at 2026-03-01T09:00:00Z"})
    void whatIsNoCronHasNoDescription(String text) {
        assertThat(CronDescriptions.describe(Timing.cron(text))).isEmpty();
    }

    @Test
    void aTimingOfOnesOwnHasNoDescription() {
        LocalTimes never = new LocalTimes() {
            @Override
            public Optional<LocalDateTime> next(LocalDateTime after) {
                return Optional.empty();
            }

            @Override
            public Optional<LocalDateTime> previous(LocalDateTime before) {
                return Optional.empty();
            }
        };
        assertThat(CronDescriptions.describe(Timing.local("tides of Dover", never)))
                .isEmpty();
        assertThat(CronDescriptions.describe(Timing.local("@quartz of my own", never)))
                .isEmpty();
    }

    @Test
    void everyRandomExpressionOfEveryDialectHasADescription() {
        Seed seed = new Seed();
        for (CronDialect dialect : CronDialect.values()) {
            RandomDialect texts = new RandomDialect(dialect, seed.random());
            for (int i = 0; i < 3_000; i++) {
                Timing timing = dialect.timing(texts.next());
                assertThat(CronDescriptions.describe(timing).orElse(""))
                        .as("%s, %s", timing, seed)
                        .isNotBlank()
                        .doesNotContain("-1", "null");
            }
        }
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> CronDescriptions.describe(null));
        assertThatNullPointerException()
                .isThrownBy(() -> CronDescriptions.describe(Timing.cron("@daily"), null))
                .withMessage("locale");
    }
}
