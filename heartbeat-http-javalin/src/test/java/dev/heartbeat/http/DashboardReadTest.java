package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Pause;
import dev.heartbeat.task.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dashboard is told. */
class DashboardReadTest {
    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void beforeTheFirstPulseTheSummarySaysWhatToDo() {
        JsonNode summary = desk.json("summary");

        assertThat(summary.get("status").asText()).isEqualTo("unknown");
        assertThat(summary.get("label").asText()).isEqualTo("Status Unknown");
        assertThat(summary.get("causes").get(0).get("nextStep").asText()).contains("Send a pulse");
        assertThat(summary.get("lastPulse").isNull()).isTrue();
        assertThat(summary.get("nextExpected").isNull()).isTrue();
        assertThat(summary.get("today").get("executed").asInt()).isZero();
        assertThat(summary.get("today").get("successRate").isNull()).isTrue();
        assertThat(summary.get("now").asText()).isEqualTo("2026-02-15T12:00:00Z");
    }

    @Test
    void theSummaryTellsOfTheLastPulseAndOfTheDayInAZone() {
        desk.define(desk.schedule("mail", "*/10 * * * *"));
        desk.define(desk.failing("bad", "0 13 * * *"));
        desk.pulseAt("12:10:00");
        desk.pulseAt("13:00:00");
        desk.at("13:02:00");

        JsonNode summary = desk.json("summary?tz=America/New_York");
        assertThat(summary.get("status").asText()).isEqualTo("error");
        assertThat(summary.get("causes").get(0).get("cause").asText()).startsWith("bad: connection refused");
        assertThat(summary.get("causes").get(0).get("nextStep").asText()).isNotEmpty();
        assertThat(summary.get("errors").get(0).get("error").asText()).doesNotContain("abc123");
        assertThat(summary.get("lastPulse").get("at").asText()).isEqualTo("2026-02-15T13:00:00Z");
        assertThat(summary.get("lastPulse").get("executed").asInt()).isEqualTo(1);
        assertThat(summary.get("nextExpected").asText()).isEqualTo("2026-02-15T13:10:00Z");
        JsonNode today = summary.get("today");
        assertThat(today.get("zone").asText()).isEqualTo("America/New_York");
        assertThat(today.get("date").asText()).isEqualTo("2026-02-15");
        assertThat(today.get("executed").asInt()).isEqualTo(2);
        assertThat(today.get("failed").asInt()).isEqualTo(1);
        assertThat(today.get("successRate").asDouble()).isEqualTo(0.6667);
        assertThat(summary.get("intervalMs").asLong()).isEqualTo(600_000);
        assertThat(summary.get("running").asBoolean()).isFalse();
        assertThat(summary.get("describes").asBoolean()).isTrue();
    }

    @Test
    void todayBeginsAtMidnightOfItsZone() {
        desk.define(desk.schedule("mail", "0 * * * *"));
        desk.at("2026-02-15T23:00:00Z");
        desk.heartbeat.pulse();
        desk.at("2026-02-16T01:00:00Z");
        desk.heartbeat.pulse();

        assertThat(desk.json("summary").get("today").get("executed").asInt()).isEqualTo(1);
        JsonNode newYork = desk.json("summary?tz=America/New_York").get("today");
        assertThat(newYork.get("date").asText()).isEqualTo("2026-02-15");
        assertThat(newYork.get("executed").asInt()).isEqualTo(2);
    }

    @Test
    void pausesInForceAreTold() {
        desk.heartbeat.schedules().pauseQueue("browser", Given.NOON.plusSeconds(3600), Audit.by("bob", "shop is down"));
        desk.heartbeat.schedules().pauseAll(Pause.INDEFINITELY, Audit.by("eve", "moving"));

        JsonNode pauses = desk.json("summary").get("pauses");
        assertThat(Desk.texts(pauses, "scope")).containsExactly("all", "queue");
        assertThat(pauses.get(0).get("until").isNull()).isTrue();
        assertThat(pauses.get(1).get("by").asText()).isEqualTo("bob");
        desk.clock.advance(Duration.ofHours(2));
        assertThat(Desk.texts(desk.json("summary").get("pauses"), "scope")).containsExactly("all");
    }

    @Test
    void aPollCostsAHandfulOfReadsHoweverMuchThereIs() {
        for (int i = 0; i < 50; i++) {
            desk.define(desk.schedule("mail-" + i, "*/10 * * * *"));
        }
        for (int i = 0; i < 20; i++) {
            desk.clock.advance(Duration.ofMinutes(10));
            desk.heartbeat.pulse();
        }

        assertThat(callsOf("summary")).containsExactly("heartbeat", "read", "read");
        assertThat(callsOf("summary")).as("health is kept a few seconds").containsExactly("read", "read");
        assertThat(desk.asked.documents.get()).isEqualTo(2);
        assertThat(callsOf("pulses?limit=20")).containsExactly("pulses");
        assertThat(desk.asked.documents.get()).isEqualTo(20);
        assertThat(callsOf("trend?days=30")).containsExactly("read");
        assertThat(callsOf("trend?hours=24&tz=Asia/Kolkata")).containsExactly("read");
        assertThat(callsOf("metrics")).containsExactly("read");
        assertThat(desk.asked.documents.get()).as("of 30 days").isEqualTo(1);
        assertThat(callsOf("counts")).containsExactly("read");
        assertThat(callsOf("schedules")).containsExactlyInAnyOrder("pulses", "read", "schedules");
        assertThat(callsOf("schedules/mail-7")).containsExactlyInAnyOrder("schedule", "pulses", "read");
        assertThat(desk.asked.documents.get()).isEqualTo(3);
        assertThat(callsOf("audit")).containsExactly("audit");
        assertThat(callsOf("me")).isEmpty();
    }

    private List<String> callsOf(String path) {
        desk.asked.forget();
        desk.json(path);
        return List.copyOf(desk.asked.calls);
    }

    @Test
    void theTimelineSaysWhatEachPulseDid() {
        desk.define(desk.schedule("one", "*/20 * * * *"));
        desk.define(desk.schedule("two", "*/20 * * * *"));
        desk.define(desk.schedule("three", "0 12 * * *").runAtFirstPulse());
        desk.define(Schedule.builder("tried", "10 12 * * *", "fail"));
        desk.define(desk.failing("bad", "30 12 * * *"));
        desk.pulseAt("12:00:00");
        desk.pulseAt("12:10:00");
        desk.pulseAt("12:15:00");
        desk.pulseAt("12:20:00");

        JsonNode page = desk.json("pulses");
        assertThat(Desk.texts(page.get("items"), "text"))
                .containsExactly(
                        "2 tasks executed; 1 task failed", // the last of three attempts
                        "1 task failed, retry scheduled",
                        "1 task failed, retry scheduled",
                        "1 task executed");
        assertThat(Desk.texts(page.get("items"), "mark")).containsExactly("error", "warning", "warning", "ok");
        assertThat(Desk.texts(page.get("items"), "at")).startsWith("2026-02-15T12:20:00Z", "2026-02-15T12:15:00Z");
        desk.pulseAt("12:30:00");
        JsonNode latest = desk.json("pulses?limit=1").get("items").get(0);
        assertThat(latest.get("mark").asText()).isEqualTo("error");
        assertThat(latest.get("text").asText()).contains("1 task failed");
    }

    @Test
    void pagesOfPulsesGoOnWhereTheLastOneEnded() {
        for (int i = 0; i < 7; i++) {
            desk.clock.advance(Duration.ofMinutes(10));
            desk.heartbeat.pulse();
        }
        List<String> seen = new ArrayList<>();
        String before = "";
        do {
            JsonNode page = desk.json("pulses?limit=3" + before);
            seen.addAll(Desk.texts(page.get("items"), "at"));
            before = page.get("next").isNull()
                    ? null
                    : "&before=" + Paths.encoded(page.get("next").asText());
            desk.clock.advance(Duration.ofSeconds(1));
            desk.heartbeat.pulse(); // what comes meanwhile shifts nothing
        } while (before != null);

        assertThat(seen).hasSize(7).doesNotHaveDuplicates().isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void aPulseIsLookedIntoDownToTheRunWithItsParams() {
        desk.work.set(context ->
                TaskResult.of(Map.of("video", "v-1", "apiToken", "xyz")).count("emails", 120));
        desk.define(desk.schedule("deals", "0 13 * * *")
                .param("playbookId", "template")
                .param("api_key", "12345")
                .param("nested", Map.of("Password", "hush", "url", "https://me:pw@example.com/x")));
        desk.define(desk.schedule("later", "0 15 * * *").queue("browser"));
        desk.store.putDocument("typo", Desk.byHand("not a cron"));
        desk.pulseAt("13:00:00");

        String id = desk.json("pulses").get("items").get(0).get("id").asText();
        JsonNode pulse = desk.json("pulses/" + id);
        assertThat(Desk.texts(pulse.get("runs"), "schedule")).containsExactlyInAnyOrder("deals", "typo");
        assertThat(Desk.texts(pulse.get("upcoming"), "schedule")).containsExactly("later");
        JsonNode deals = StreamSupport.stream(pulse.get("runs").spliterator(), false)
                .filter(run -> run.get("schedule").asText().equals("deals"))
                .findFirst()
                .orElseThrow();
        assertThat(deals.get("words").asText()).isEqualTo("Executed");

        JsonNode without = desk.json("runs/" + deals.get("id").asText());
        assertThat(without.get("params").isNull()).isTrue();
        JsonNode run = desk.json("runs/" + deals.get("id").asText() + "?params=true");
        assertThat(run.get("run").get("counts").get("emails").asInt()).isEqualTo(120);
        assertThat(run.get("run").get("result").get("video").asText()).isEqualTo("v-1");
        assertThat(run.get("run").get("result").get("apiToken").asText()).isEqualTo("[redacted]");
        assertThat(run.get("params").get("playbookId").asText()).isEqualTo("template");
        assertThat(run.get("params").get("api_key").asText()).isEqualTo("[redacted]");
        assertThat(run.get("params").get("nested").get("Password").asText()).isEqualTo("[redacted]");
        assertThat(run.get("params").get("nested").get("url").asText()).isEqualTo("https://[redacted]@example.com/x");
        assertThat(desk.get("pulses/none").status()).isEqualTo(404);
    }

    @Test
    void aRunThatHasNotEndedTellsHowItStands() {
        desk.define(Schedule.builder("tried", "10 12 * * *", "fail"));
        desk.pulseAt("12:10:00");
        String pulse = desk.json("pulses").get("items").get(0).get("id").asText();
        JsonNode handled = desk.json("pulses/" + pulse).get("runs").get(0);
        assertThat(handled.get("outcome").asText()).isEqualTo("retrying");
        assertThat(handled.get("retryAt").asText()).isNotEmpty();
        assertThat(handled.get("error").asText()).isEqualTo("connection refused, token=[redacted]");

        JsonNode run = desk.json("runs/" + handled.get("id").asText());
        assertThat(run.get("run").isNull()).isTrue();
        assertThat(run.get("current").get("state").asText()).isEqualTo("waiting");
        assertThat(run.get("current").get("attempt").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%", "", "bm8gc2VwYXJhdG9y", "Z29uZQpmaXJl"})
    void aRunThatNobodyKnowsIsNotFound(String id) {
        assertThat(desk.get("runs/" + id).status()).isIn(400, 404);
    }

    @Test
    void theLedgerIsListedForOneScheduleOrForAll() {
        desk.define(desk.schedule("one", "*/10 * * * *"));
        desk.define(desk.schedule("two", "*/20 * * * *"));
        desk.pulseAt("12:10:00");
        desk.pulseAt("12:20:00");

        assertThat(desk.json("runs").get("items")).hasSize(3);
        assertThat(Desk.texts(desk.json("runs?schedule=one&limit=1").get("items"), "endedAt"))
                .containsExactly("2026-02-15T12:20:00Z");
        assertThat(desk.json("runs?schedule=one&limit=1").get("next").isNull()).isFalse();
    }

    @Test
    void theTrendHasABucketForEachHourZerosIncluded() {
        desk.define(desk.schedule("busy", "*/10 * * * *").catchUp(dev.heartbeat.schedule.CatchUp.all(20)));
        desk.pulseAt("13:00:00");
        desk.pulseAt("14:30:00");
        desk.at("15:20:00");

        JsonNode trend = desk.json("trend?hours=4&tz=America/New_York");
        assertThat(trend.get("unit").asText()).isEqualTo("hour");
        assertThat(Desk.texts(trend.get("buckets"), "label")).containsExactly("07:00", "08:00", "09:00", "10:00");
        assertThat(Desk.texts(trend.get("buckets"), "executed")).containsExactly("0", "6", "9", "0");
        assertThat(trend.get("peak").get("label").asText()).isEqualTo("09:00");
        assertThat(trend.get("average").asDouble()).isEqualTo(3.8);
        assertThat(trend.get("total").asInt()).isEqualTo(15);
        assertThat(trend.get("text").get("peak").asText()).isEqualTo("Peak: 09:00 (9 tasks)");
        assertThat(trend.get("text").get("average").asText()).isEqualTo("Average: 3.8 tasks/hour");
        assertThat(trend.get("text").get("total").asText()).isEqualTo("Total: 15 tasks in 4 hours, 15 tasks today");
        assertThat(desk.json("trend").get("buckets")).hasSize(24);
    }

    @Test
    void daysOfTheTrendAreThoseOfTheZone() {
        desk.define(desk.schedule("mail", "0 3 * * *"));
        desk.at("2026-02-16T03:00:00Z");
        desk.heartbeat.pulse();
        desk.at("2026-02-17T03:00:00Z");
        desk.heartbeat.pulse();

        JsonNode utc = desk.json("trend?days=3");
        assertThat(Desk.texts(utc.get("buckets"), "label")).containsExactly("2026-02-15", "2026-02-16", "2026-02-17");
        assertThat(Desk.texts(utc.get("buckets"), "executed")).containsExactly("0", "1", "1");
        JsonNode newYork = desk.json("trend?days=3&tz=America/New_York");
        assertThat(Desk.texts(newYork.get("buckets"), "label"))
                .containsExactly("2026-02-14", "2026-02-15", "2026-02-16");
        assertThat(Desk.texts(newYork.get("buckets"), "executed")).containsExactly("0", "1", "1");
        assertThat(newYork.get("text").get("total").asText()).isEqualTo("Total: 2 tasks in 3 days");
        assertThat(desk.json("trend?days=60").get("buckets")).hasSize(60);
    }

    @Test
    void withoutTasksTheTrendHasNoPeak() {
        JsonNode trend = desk.json("trend?days=7");
        assertThat(trend.get("peak").isNull()).isTrue();
        assertThat(trend.get("total").asInt()).isZero();
        assertThat(trend.get("text").get("peak").asText()).isEqualTo("Peak: none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trend?hours=0",
                "trend?hours=49",
                "trend?days=61",
                "trend?days=x",
                "trend?hours=1&days=1",
                "trend?tz=Mars/Base",
                "summary?tz=nowhere",
                "pulses?limit=0",
                "pulses?limit=101",
                "pulses?before=nonsense",
                "runs?before=nonsense",
                "audit?before=nonsense",
                "schedules?limit=201",
                "schedules?filter=odd",
                "schedules?search=%zz",
                "history.csv?limit=100001"
            })
    void whatCannotBeReadIsRefusedInWords(String path) {
        HttpResponse answer = desk.get(path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json; charset=utf-8");
        assertThat(Desk.json(answer).get("detail").asText()).isNotEmpty();
    }

    @Test
    void schedulesAreFoundAndFiltered() {
        desk.define(desk.schedule("deals", "0 9 * * 1"));
        desk.define(desk.schedule("scrape", "0 * * * *").queue("browser"));
        desk.define(desk.schedule("off", "0 * * * *").enabled(false));
        desk.define(desk.failing("bad", "10 12 * * *"));
        desk.pulseAt("12:10:00");
        desk.heartbeat.schedules().pause("scrape", Given.NOON.plusSeconds(7200), Audit.by("bob", "shop is down"));

        assertThat(found("")).containsExactly("bad", "deals", "off", "scrape");
        assertThat(found("?search=BROWS")).containsExactly("scrape");
        assertThat(found("?search=work&filter=enabled")).containsExactly("deals", "scrape");
        assertThat(found("?filter=disabled")).containsExactly("off");
        assertThat(found("?filter=paused")).containsExactly("scrape");
        assertThat(found("?filter=failing")).containsExactly("bad");
        assertThat(found("?filter=held")).containsExactly("off", "scrape");
        assertThat(found("?search=nothing")).isEmpty();
        JsonNode first = desk.json("schedules?limit=3");
        assertThat(Desk.texts(first.get("items"), "id")).containsExactly("bad", "deals", "off");
        assertThat(found("?limit=3&after=" + Paths.encoded(first.get("next").asText())))
                .containsExactly("scrape");
    }

    private List<String> found(String query) {
        return Desk.texts(desk.json("schedules" + query).get("items"), "id");
    }

    @Test
    void aScheduleTellsWhenItFiresAndWhatHoldsItBack() {
        desk.define(desk.schedule("deals", "0 9 * * 1").zone(java.time.ZoneId.of("America/New_York")));
        desk.heartbeat.schedules().pause("deals", Given.NOON.plusSeconds(7200), Audit.by("bob", "shop is down"));

        JsonNode deals = desk.json("schedules/deals").get("schedule");
        assertThat(deals.get("cron").asText()).isEqualTo("0 9 * * 1");
        assertThat(deals.get("words").asText()).isEqualTo("words of deals");
        assertThat(deals.get("zone").asText()).isEqualTo("America/New_York");
        assertThat(deals.get("next"))
                .extracting(JsonNode::asText)
                .containsExactly("2026-02-16T14:00:00Z", "2026-02-23T14:00:00Z", "2026-03-02T14:00:00Z");
        assertThat(deals.get("held").get("by").asText()).isEqualTo("paused");
        assertThat(deals.get("held").get("words").asText())
                .isEqualTo("Paused by bob until 2026-02-15T14:00:00Z: shop is down");
        assertThat(deals.get("pause").get("until").asText()).isEqualTo("2026-02-15T14:00:00Z");
        assertThat(deals.get("lastRun").isNull()).isTrue();
        assertThat(deals.get("last").isNull()).isTrue();
        assertThat(deals.get("asked").asBoolean()).isFalse();
        assertThat(desk.get("schedules/none").status()).isEqualTo(404);
    }

    /** Field by field as the page on the API shows it. */
    @Test
    void whySaysWhatTheRulesSay() throws IOException {
        desk.define(desk.schedule("weekly-deals", "*/5 * * * *"));
        desk.heartbeat
                .schedules()
                .pause("weekly-deals", Given.NOON.plusSeconds(7200), Audit.by("ann", "token=abc123def"));
        desk.store.putDocument("typo", Desk.byHand("x * * * *"));
        String docs = Files.readString(Path.of("..", "docs", "dashboard-api.md"));
        int block = docs.indexOf("```json", docs.indexOf("## `GET api/schedules/{id}/why")) + 7;
        JsonNode shown = Desk.MAPPER.readTree(docs.substring(block, docs.indexOf("```", block)));

        JsonNode why = desk.json("schedules/weekly-deals/why");

        assertThat(toList(why.fieldNames())).isEqualTo(toList(shown.fieldNames()));
        assertThat(why.get("schedule").asText()).isEqualTo("weekly-deals");
        assertThat(why.get("due").asBoolean()).isFalse();
        assertThat(why.get("reason").asText()).isEqualTo("paused");
        assertThat(why.get("cause").asText())
                .startsWith("It is paused until 2026-02-15T14:00:00Z by ann")
                .doesNotContain("abc123def");
        assertThat(why.get("until").asText()).isEqualTo("2026-02-15T14:00:00Z");
        assertThat(why.get("nextStep").asText()).isEqualTo(shown.get("nextStep").asText());
        assertThat(why.get("notes").get(0).asText()).startsWith("It may fire every 5 min");
        assertThat(desk.json("schedules/typo/why").get("reason").asText()).isEqualTo("unreadable");
        assertThat(desk.get("schedules/none/why").status()).isEqualTo(404);
        assertThat(desk.get("schedules/weekly-deals/what").status()).isEqualTo(404);
    }

    private static List<String> toList(Iterator<String> names) {
        List<String> list = new ArrayList<>();
        names.forEachRemaining(list::add);
        return list;
    }

    @Test
    void theReasonsOfTheLastPulseAreAmongThem() {
        desk.store.putDocument("stranger", Map.of("enabled", true, "cron", "0 * * * *", "task", "unheard-of"));
        desk.store.putDocument("typo", Desk.byHand("x * * * *"));
        desk.define(desk.schedule("queued", "0 * * * *").queue("mails"));
        desk.define(desk.schedule("gone", "0 * * * *").notAfter(Given.NOON.minusSeconds(60)));
        desk.define(desk.schedule("early", "0 * * * *").notBefore(Given.NOON.plusSeconds(86_400)));
        desk.pulseAt("12:10:00");
        desk.heartbeat.schedules().pauseQueue("mails", Pause.INDEFINITELY, Audit.by("bob", ""));

        assertThat(heldBy("stranger")).isEqualTo("no-executor");
        assertThat(heldBy("queued")).isEqualTo("queue-paused");
        assertThat(heldBy("gone")).isEqualTo("over");
        assertThat(heldBy("early")).isEqualTo("not-before");
        JsonNode list = desk.json("schedules");
        assertThat(Desk.texts(list.get("unreadable"), "id")).containsExactly("typo");
        assertThat(list.get("unreadable").get(0).get("reason").asText()).contains("cron");
        desk.heartbeat.schedules().pauseAll(Pause.INDEFINITELY, Audit.by("bob", ""));
        assertThat(heldBy("early")).isEqualTo("all-paused");
    }

    private String heldBy(String id) {
        return desk.json("schedules/" + id)
                .get("schedule")
                .get("held")
                .get("by")
                .asText();
    }

    @Test
    void lastResultsAreTold() {
        desk.work.set(context -> TaskResult.of(Map.of("sent", 3, "sessionToken", "abc")));
        desk.define(desk.schedule("good", "10 12 * * *"));
        desk.define(desk.failing("bad", "10 12 * * *"));
        desk.pulseAt("12:10:00");

        JsonNode good = desk.json("schedules/good").get("schedule");
        assertThat(good.get("last").get("ok").asBoolean()).isTrue();
        assertThat(good.get("last").get("result").get("sent").asInt()).isEqualTo(3);
        assertThat(good.get("last").get("result").get("sessionToken").asText()).isEqualTo("[redacted]");
        assertThat(good.get("lastRun").asText()).isEqualTo("2026-02-15T12:10:00Z");
        JsonNode bad = desk.json("schedules/bad").get("schedule");
        assertThat(bad.get("last").get("ok").asBoolean()).isFalse();
        assertThat(bad.get("last").get("error").asText()).isEqualTo("connection refused, token=[redacted]");
        assertThat(bad.get("failuresInARow").asInt()).isEqualTo(1);
    }

    @Test
    void metricsSayWhatTheyMeanAndThatThereIsNotEnoughYet() {
        JsonNode metrics = desk.json("metrics");

        assertThat(metrics.get("from").asText()).isEqualTo("2026-01-17");
        assertThat(metrics.get("since").isNull()).isTrue();
        assertThat(Desk.texts(metrics.get("metrics"), "id"))
                .containsExactly(
                        "pulse-success-rate",
                        "average-execution-time",
                        "error-rate",
                        "tasks-per-pulse",
                        "time-between-pulses",
                        "pulse-delay",
                        "stale-incidents",
                        "error-incidents",
                        "critical-errors");
        assertThat(metrics.get("metrics")).allSatisfy(metric -> {
            assertThat(metric.get("definition").asText()).isNotEmpty();
            assertThat(metric.get("target").asText()).isNotEmpty();
            assertThat(metric.get("state").asText()).isEqualTo("not-enough-data");
            assertThat(metric.get("value").isNull()).isTrue();
        });
    }

    @Test
    void pulsesMeetTheTargetsOrDoNot() {
        desk.define(desk.schedule("mail", "0 * * * *"));
        Instant start = Given.NOON;
        for (int beat = 0; beat < 8 * 144; beat++) {
            Instant at = start.plus(Duration.ofMinutes(10L * beat)).plusSeconds(12);
            if (beat == 300) {
                desk.define(desk.failing("bad", "* * * * *")); // fails in this one beat
            }
            if (beat < 600 || beat > 602) { // a silence of half an hour
                desk.clock.set(at);
                desk.heartbeat.pulse();
            }
            if (beat == 300) {
                desk.heartbeat.schedules().delete("bad", Audit.by("bob", ""));
            }
        }

        JsonNode metrics = desk.json("metrics").get("metrics");
        assertThat(metric(metrics, "pulse-success-rate")).isEqualTo("99.91 % met");
        assertThat(metric(metrics, "average-execution-time")).endsWith(" ms met");
        assertThat(metric(metrics, "error-rate")).isEqualTo("0.52 % met");
        assertThat(metric(metrics, "time-between-pulses")).isEqualTo("10 min 1 s met");
        assertThat(metric(metrics, "pulse-delay")).isEqualTo("13.6 s met");
        assertThat(metric(metrics, "stale-incidents")).isEqualTo("0.8 a week not-met");
        assertThat(metric(metrics, "error-incidents")).isEqualTo("0.8 a week met");
        assertThat(metric(metrics, "critical-errors")).isEqualTo("null not-enough-data");
        assertThat(metric(metrics, "tasks-per-pulse")).isEqualTo("0.2 informational");
        desk.clock.advance(Duration.ofHours(1));
        assertThat(metric(desk.json("metrics").get("metrics"), "stale-incidents"))
                .as("a silence that lasts is one already")
                .isEqualTo("1.6 a week not-met");
    }

    private static String metric(JsonNode metrics, String id) {
        for (JsonNode metric : metrics) {
            if (metric.get("id").asText().equals(id)) {
                return metric.get("text").asText() + " " + metric.get("state").asText();
            }
        }
        throw new AssertionError(id);
    }

    @Test
    void countsAreToldByDayAndByMonth() {
        desk.work.set(context -> TaskResult.done().count("emails", 40));
        desk.define(desk.schedule("mail", "0 13 * * *").param("playbookId", "birthdays"));
        desk.define(desk.schedule("scrape", "0 13 * * *").queue("browser"));
        for (String day : List.of("2026-02-27", "2026-02-28", "2026-03-01")) {
            desk.at(day + "T13:00:00Z");
            desk.heartbeat.pulse();
        }

        JsonNode counts = desk.json("counts");
        assertThat(counts.get("names")).extracting(JsonNode::asText).containsExactly("emails");
        assertThat(Desk.texts(counts.get("days"), "date")).containsExactly("2026-03-01", "2026-02-28", "2026-02-27");
        assertThat(counts.get("days").get(0).get("counts").get("emails").asInt())
                .isEqualTo(80);
        JsonNode months = counts.get("months");
        assertThat(Desk.texts(months, "month")).startsWith("2026-03", "2026-02");
        assertThat(months.get(1).get("counts").get("emails").asInt()).isEqualTo(160);
        assertThat(Desk.texts(months, "whole").get(1)).isEqualTo("true");
        assertThat(counts.get("tasks")).hasSize(30);
        assertThat(counts.get("tasks").get(0).get("executed").asInt()).isEqualTo(2);
        assertThat(counts.get("tasks").get(0).get("browser").asInt()).isEqualTo(1);
        assertThat(counts.get("tasks").get(0).get("playbooks").asInt()).isEqualTo(1);
    }

    @Test
    void aStoreThatDoesNotAnswerIsToldAndDoesNotBreakThePage() {
        try (Heartbeat lost =
                Given.heartbeat(LostStore.of(desk.store), desk.clock).build()) {
            HeartbeatHttp http = new HeartbeatHttp(
                    lost,
                    HttpSettings.withSecrets(Given.SECRET)
                            .dashboard(DashboardSettings.viewers(request -> new Viewer(ViewerRole.SUPER_USER, "ann"))),
                    desk.clock);
            HttpResponse summary = http.dashboard(Given.request("GET", "/heartbeat/api/summary", "Host", "localhost"));
            assertThat(summary.status()).isEqualTo(200);
            JsonNode json = Desk.json(summary);
            assertThat(json.get("status").asText()).isEqualTo("error");
            assertThat(json.get("causes").get(0).get("name").asText()).isEqualTo("store-unreadable");
            assertThat(json.get("today").isNull()).isTrue();
            assertThat(http.dashboard(Given.request("GET", "/heartbeat/api/pulses", "Host", "localhost"))
                            .status())
                    .isEqualTo(503);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nothing", "pulses/a/b", "schedules/x/y", "schedules/x/y/z", "runs/a/b/c", "../summary"})
    void thereIsNothingElse(String path) {
        assertThat(desk.get(path).status()).isEqualTo(404);
    }
}
