package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleDocumentTest {
    private final Seed seed = new Seed();

    @Test
    void enabledCronAndTaskAloneAreEnough() {
        ScheduleDocument document =
                ScheduleDocument.read("sync", Map.of("enabled", true, "cron", "0 * * * *", "task", "pos-sync"));

        assertThat(document.schedule())
                .isEqualTo(Schedule.builder("sync", "0 * * * *", "pos-sync").build());
        assertThat(document.lastRun()).isEqualTo(LastRun.MISSING);
        assertThat(document.lastResult()).isNull();
        assertThat(document.pause()).isNull();
        assertThat(document.state()).isEqualTo(ScheduleState.NEW);
    }

    @Test
    void readsThePlaybooksWeeklyDealsWithoutLastRun() {
        ScheduleDocument document = ScheduleDocument.read(
                "weekly-deals",
                Map.of(
                        "enabled",
                        true,
                        "cron",
                        "0 9 * * 1",
                        "task",
                        "weekly-deals-video",
                        "params",
                        Map.of("playbookId", "weekly-deals-template")));

        assertThat(document.schedule().task()).isEqualTo("weekly-deals-video");
        assertThat(document.schedule().params().text("playbookId")).isEqualTo("weekly-deals-template");
        assertThat(document.schedule().zone()).isEqualTo(ZoneOffset.UTC);
        assertThat(document.schedule().nextFire(at("12:00"))).contains(at("2026-02-16 09:00"));
        assertThat(document.lastRun()).isEqualTo(LastRun.MISSING);
    }

    @Test
    void readsThePlaybooksBirthdayEmailsWithANullLastRunAndAnUnknownField() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("enabled", true);
        fields.put("cron", "0 8 * * *");
        fields.put("task", "birthday-emails");
        fields.put("params", Map.of("playbookId", "birthday-campaign-template"));
        fields.put("createdAt", at("00:00"));
        fields.put("lastRun", null);

        ScheduleDocument document = ScheduleDocument.read("birthday", fields);

        assertThat(document.lastRun()).isEqualTo(LastRun.NULL);
        assertThat(document.schedule().params().text("playbookId")).isEqualTo("birthday-campaign-template");
    }

    @ParameterizedTest
    @CsvSource({
        "*/10 * * * *, 2026-02-15T12:10:00Z",
        "0 * * * *, 2026-02-15T13:00:00Z",
        "0 9 * * *, 2026-02-16T09:00:00Z",
        "0 9 * * 1, 2026-02-16T09:00:00Z",
        "0 0 1 * *, 2026-03-01T00:00:00Z"
    })
    void readsThePlaybooksCronExamples(String cron, Instant next) {
        ScheduleDocument document = ScheduleDocument.read("x", Map.of("enabled", true, "cron", cron, "task", "t"));

        assertThat(document.schedule().nextFire(at("12:00"))).contains(next);
    }

    @Test
    void readsTheScheduleOfABrowserTask() {
        Schedule schedule = ScheduleDocument.read(
                        "competitor-scrape",
                        Map.of("enabled", true, "cron", "0 * * * *", "task", "scrape", "queue", "browser"))
                .schedule();

        assertThat(schedule.isBrowserTask()).isTrue();
        assertThat(schedule.queue()).contains("browser");
    }

    @Test
    void readsAZoneAndALastRunAsText() {
        ScheduleDocument document = ScheduleDocument.read(
                "first-of-month",
                Map.of(
                        "enabled", true,
                        "cron", "0 0 1 * *",
                        "task", "compliance-audit",
                        "timeZone", "America/New_York",
                        "lastRun", "2026-02-01T05:00:01Z"));

        assertThat(document.schedule().zone()).isEqualTo(ZoneId.of("America/New_York"));
        assertThat(document.lastRun()).isEqualTo(LastRun.at(Instant.parse("2026-02-01T05:00:01Z")));
        assertThat(document.schedule().nextFire(at("12:00"))).contains(Instant.parse("2026-03-01T05:00:00Z"));
    }

    @Test
    void readsADisabledSchedule() {
        Map<String, Object> fields = new HashMap<>(Map.of("enabled", false, "cron", "*/10 * * * *", "task", "rewards"));
        fields.put("lastRun", null);

        ScheduleDocument document = ScheduleDocument.read("switched-off", fields);

        assertThat(document.schedule().enabled()).isFalse();
        assertThat(document.lastRun()).isEqualTo(LastRun.NULL);
    }

    @Test
    void readsAScheduleThatRanBefore() {
        ScheduleDocument document = ScheduleDocument.read(
                "pos-sync",
                Map.of(
                        "id", "pos-sync",
                        "enabled", true,
                        "cron", "*/30 * * * *",
                        "task", "pos-sync",
                        "lastRun", "2026-02-15T11:30:02Z"));

        assertThat(document.lastRun().instant()).contains(at("11:30:02"));
        assertThat(document.state().cursor()).as("no claim has touched it").isNull();
    }

    @Test
    void readsEveryFieldThatPeopleMaySet() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("enabled", true);
        fields.put("cron", "30 2 * * *");
        fields.put("task", "report");
        fields.put("timeZone", "Europe/Berlin");
        fields.put("dstPolicy", "shift");
        fields.put("queue", "reports");
        fields.put("circuit", "printer");
        fields.put("priority", "High");
        fields.put("timeout", "PT1M30S");
        fields.put("retry", Map.of("maxAttempts", 5, "backoff", 10, "maxBackoff", "PT5M"));
        fields.put("catchUp", "all(20)");
        fields.put("catchUpWithin", "PT6H");
        fields.put("window", 1_800);
        fields.put("notBefore", "2026-01-01T00:00:00Z");
        fields.put("notAfter", at("23:00"));
        fields.put("pausedUntil", "2026-02-15T10:00:00Z");
        fields.put("pausedBy", "ada");
        fields.put("pauseReason", "holiday");
        fields.put("params", Map.of("copies", 2, "to", List.of("a", "b")));
        fields.put("lastRun", at("02:30"));
        fields.put("lastResult", Map.of("pages", 7));

        ScheduleDocument document = ScheduleDocument.read("report", fields);

        assertThat(document.schedule())
                .isEqualTo(Schedule.builder("report", "30 2 * * *", "report")
                        .zone(ZoneId.of("Europe/Berlin"))
                        .dst(DstPolicy.SHIFT)
                        .queue("reports")
                        .circuit("printer")
                        .priority(Priority.HIGH)
                        .timeout(Duration.ofSeconds(90))
                        .retry(Retry.attempts(5).backoff(Duration.ofSeconds(10), Duration.ofMinutes(5)))
                        .catchUp(CatchUp.all(20).within(Duration.ofHours(6)))
                        .window(Duration.ofMinutes(30))
                        .notBefore(Instant.parse("2026-01-01T00:00:00Z"))
                        .notAfter(at("23:00"))
                        .param("copies", 2L)
                        .param("to", List.of("a", "b"))
                        .build());
        assertThat(document.pause()).isEqualTo(new Pause(at("10:00"), "ada", "holiday"));
        assertThat(document.lastRun()).isEqualTo(LastRun.at(at("02:30")));
        assertThat(document.lastResult()).isEqualTo(Map.of("pages", 7L));
    }

    @ParameterizedTest
    @CsvSource({
        "30, PT30S",
        "0.5, PT0.5S",
        "PT2M, PT2M",
        "' PT2M ', PT2M",
    })
    void aDurationIsTextOrANumberOfSeconds(String written, Duration read) {
        Object value = written.startsWith("0") ? (Object) Double.valueOf(written) : written;
        Object field = written.equals("30") ? (Object) 30 : value;

        ScheduleDocument document =
                ScheduleDocument.read("x", Map.of("enabled", true, "cron", "@daily", "task", "t", "timeout", field));

        assertThat(document.schedule().timeout()).contains(read);
    }

    @ParameterizedTest(name = "catchUp {0}, catchUpWithin {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "-,       -,    CatchUp[once]",
                "once,    -,    CatchUp[once]",
                "-,       3600, CatchUp[once within PT1H]",
                "skip,    -,    CatchUp[skip]",
                "SKIP,    PT1H, CatchUp[once within PT1H]",
                "all,     -,    CatchUp[all]",
                "all(20), P1D,  CatchUp[all(20) within PT24H]",
            })
    void catchUpIsAWordAndAnAge(String word, String within, String read) {
        Map<String, Object> fields = new HashMap<>(Map.of("enabled", true, "cron", "@daily", "task", "t"));
        fields.put("catchUp", word);
        fields.put("catchUpWithin", "3600".equals(within) ? (Object) 3_600L : within);

        Schedule schedule = ScheduleDocument.read("x", fields).schedule();

        assertThat(schedule.catchUp()).hasToString(read);
        fields.keySet().removeAll(List.of("catchUp", "catchUpWithin"));
        fields.putAll(ScheduleDocument.definition(schedule));
        assertThat(ScheduleDocument.read("x", fields).schedule()).isEqualTo(schedule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timeZone",
                "dstPolicy",
                "queue",
                "circuit",
                "priority",
                "timeout",
                "retry",
                "notBefore",
                "notAfter",
                "params",
                "pausedUntil",
                "pausedBy",
                "catchUp",
                "catchUpWithin",
                "window",
                "heartbeat",
                "lastResult"
            })
    void anOptionalFieldThatIsNullCountsAsNotSet(String field) {
        Map<String, Object> fields = new HashMap<>(Map.of("enabled", true, "cron", "@daily", "task", "t"));
        fields.put(field, null);

        assertThat(ScheduleDocument.read("x", fields))
                .isEqualTo(ScheduleDocument.read("x", Map.of("enabled", true, "cron", "@daily", "task", "t")));
    }

    @Test
    void aLastResultThatIsNoMapIsNotOurs() {
        assertThat(ScheduleDocument.read(
                                "x", Map.of("enabled", true, "cron", "@daily", "task", "t", "lastResult", "fine"))
                        .lastResult())
                .isNull();
    }

    @Test
    void theFirstBackoffOfADocumentMayBeLongerThanTheDefaultLongest() {
        Schedule schedule = ScheduleDocument.read(
                        "x", Map.of("enabled", true, "cron", "@daily", "task", "t", "retry", Map.of("backoff", "PT1H")))
                .schedule();

        assertThat(schedule.retry()).contains(Retry.DEFAULT.backoff(Duration.ofHours(1), Duration.ofHours(1)));
    }

    @Test
    void anotherDialectMayReadTheCronText() {
        Timing nine = Timing.cron("0 9 * * *");

        ScheduleDocument document =
                ScheduleDocument.read("x", Map.of("enabled", true, "cron", "every day at nine", "task", "t"), text -> {
                    assertThat(text).isEqualTo("every day at nine");
                    return nine;
                });

        assertThat(document.schedule().timing()).isEqualTo(nine);
    }

    @Test
    void aDocumentShowsOnlyWhatIsSet() {
        Schedule schedule = Schedule.builder("x", "@daily", "t").build();

        assertThat(new ScheduleDocument(schedule, LastRun.MISSING, null, null, ScheduleState.NEW).fields())
                .containsOnlyKeys("enabled", "cron", "task", "timeZone", "dstPolicy", "priority")
                .containsEntry("dstPolicy", "vixie")
                .containsEntry("priority", "normal");
        assertThat(new ScheduleDocument(schedule, LastRun.NULL, null, null, ScheduleState.NEW).fields())
                .containsEntry("lastRun", null);
    }

    @Test
    void whatIsWrittenReadsBackEqualForAnyDefinition() {
        Random random = seed.random();
        for (int i = 0; i < 2_000; i++) {
            ScheduleDocument written = RandomDocument.document(random);
            Map<String, Object> fields = new HashMap<>(written.fields());
            fields.put("heartbeat", ScheduleDocument.heartbeat(written.state()));

            assertThat(ScheduleDocument.read(written.schedule().id(), fields))
                    .as("%s with %s", fields, seed)
                    .isEqualTo(written);
        }
    }
}
