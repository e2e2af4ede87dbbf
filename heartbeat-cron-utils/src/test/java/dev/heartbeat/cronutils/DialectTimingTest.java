package dev.heartbeat.cronutils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.InvalidCronException;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ScheduleDocument;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTimingTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final int THREADS = 8;

    @Test
    void timingsAreEqualByDialectAndText() {
        Timing timing = CronDialect.SPRING.timing("0 0 9 ? * 5L");
        assertThat(timing)
                .isEqualTo(CronDialect.SPRING.timing(" 0 0 9 ? * 5L\n"))
                .hasSameHashCodeAs(CronDialect.SPRING.timing("0 0 9 ? * 5L"))
                .isNotEqualTo(CronDialect.QUARTZ.timing("0 0 9 ? * 5L"))
                .isNotEqualTo(CronDialect.SPRING.timing("0 0 9 ? * FRIL"))
                .hasToString("@spring 0 0 9 ? * 5L");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QUARTZ | 0 0 9 ? * MON   | @quartz 0 0 9 ? * MON",
                "QUARTZ | 0  0\t9 ? * mon | @quartz 0  0\t9 ? * mon",
                "SPRING | @daily          | @spring @daily",
                "CRON4J | 0 9 * * 1       | @cron4j 0 9 * * 1",
            })
    void theTextIsReadBackAsAnEqualTiming(CronDialect dialect, String expression, String text) {
        Timing timing = dialect.timing(expression);
        assertThat(timing.text()).isEqualTo(text);
        assertThat(CronDialect.read(text)).isEqualTo(timing);
        assertThatExceptionOfType(InvalidCronException.class)
                .as("the core never takes it for something else")
                .isThrownBy(() -> Timing.cron(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 9 * * 1", "@daily", "@every PT30M", "@at 2026-03-01T09:00:00Z"})
    void withoutAPrefixTheCoreReads(String text) {
        assertThat(CronDialect.read(text)).isEqualTo(Timing.cron(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@quartz",
                "@quartz ",
                "@quartz0 0 9 ? * MON",
                "@QUARTZ 0 0 9 ? * MON",
                "@unix 0 9 * * 1",
                "@quartz @quartz 0 0 9 ? * MON"
            })
    void aPrefixAloneOrAnUnknownOneIsRefused(String text) {
        assertThatExceptionOfType(InvalidCronException.class).isThrownBy(() -> CronDialect.read(text));
    }

    @Test
    void aScheduleAsksForItsFiresAndADocumentIsReadWithTheReader() {
        Schedule schedule = Schedule.builder("report", CronDialect.QUARTZ.timing("30 0 9 ? * 6L"), "report")
                .zone(NEW_YORK)
                .build();
        Instant from = Instant.parse("2026-02-15T12:00:00Z");
        assertThat(schedule.nextFire(from)).contains(Instant.parse("2026-02-27T14:00:30Z"));
        assertThat(schedule.previousFire(from)).contains(Instant.parse("2026-01-30T14:00:30Z"));
        assertThat(schedule.isOneOff()).isFalse();

        var fields = ScheduleDocument.definition(schedule);
        assertThat(fields).containsEntry("cron", "@quartz 30 0 9 ? * 6L");
        assertThat(ScheduleDocument.read("report", fields, CronDialect::read).schedule())
                .isEqualTo(schedule);
        assertThatExceptionOfType(InvalidScheduleException.class)
                .as("a store without the reader quarantines it")
                .isThrownBy(() -> ScheduleDocument.read("report", fields));
        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> ScheduleDocument.read(
                        "a",
                        java.util.Map.of("enabled", true, "cron", "@quartz 0 0 9 * * *", "task", "t"),
                        CronDialect::read))
                .withMessageContaining("field 'cron'")
                .withMessageContaining("Quartz");
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsShareParserAndTimings(CronDialect dialect) throws Exception {
        List<String> texts = dialect == CronDialect.CRON4J
                ? List.of("*/7 9-17 * * 1-5", "0 0 L * *", "30 2 13 * 5")
                : List.of("*/40 0/7 9-17 ? * 2", "0 0 0 LW * ?", "0 30 2 15W * ?", "0 0 0 ? * 6#3");
        List<Timing> shared = texts.stream().map(dialect::timing).toList();
        List<List<Instant>> want = shared.stream().map(DialectTimingTest::fires).toList();
        List<String> words = shared.stream()
                .map(t -> CronDescriptions.describe(t).orElseThrow())
                .toList();

        Callable<Integer> work = () -> {
            int compared = 0;
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < texts.size(); i++) {
                    assertThat(fires(shared.get(i))).isEqualTo(want.get(i));
                    Timing own = dialect.timing(texts.get(i));
                    assertThat(fires(own)).isEqualTo(want.get(i));
                    assertThat(CronDescriptions.describe(own)).contains(words.get(i));
                    compared++;
                }
            }
            return compared;
        };
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Integer> done : threads.invokeAll(java.util.Collections.nCopies(THREADS, work))) {
                assertThat(done.get()).isEqualTo(20 * texts.size());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Instant> fires(Timing timing) {
        List<Instant> fires = new ArrayList<>();
        Instant at = Instant.parse("2026-02-15T12:00:00Z").plus(Duration.ofDays(1));
        for (int i = 0; i < 5; i++) {
            at = timing.next(at, NEW_YORK, DstPolicy.VIXIE).orElseThrow();
            fires.add(at);
            fires.add(timing.previous(at, NEW_YORK, DstPolicy.VIXIE).orElseThrow());
        }
        return fires;
    }
}
