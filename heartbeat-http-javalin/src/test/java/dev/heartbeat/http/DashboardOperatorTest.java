package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person does from the dashboard. */
class DashboardOperatorTest {
    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    private List<String> audit() {
        return desk.heartbeat.audit(null, 100).items().stream()
                .map(entry -> entry.who() + " " + entry.verb() + " " + entry.target() + " " + entry.why())
                .toList();
    }

    @Test
    void pulseNowAnswersAsTheTickDoesAndIsInTheAuditHistory() {
        desk.define(desk.schedule("mail", "10 12 * * *"));
        desk.at("12:10:00");

        HttpResponse answer = desk.post("pulse", "");
        assertThat(answer.status()).isEqualTo(200);
        JsonNode pulse = Desk.json(answer);
        assertThat(pulse.get("success").asBoolean()).isTrue();
        assertThat(pulse.get("details").get(0).get("status").asText()).isEqualTo("executed");
        assertThat(pulse.get("text").asText()).isEqualTo("1 task executed");
        JsonNode line = desk.json("pulses").get("items").get(0);
        assertThat(line.get("id")).isEqualTo(pulse.get("id"));
        assertThat(line.get("source").asText()).isEqualTo("dashboard");
        assertThat(audit()).containsExactly("ann pulse heartbeat from the dashboard");
        assertThat(desk.json("audit").get("items").get(0).get("text").asText()).isEqualTo("ann asked for a pulse");
    }

    @Test
    void whileAPulseIsUnderWayTheButtonIsToldSoAndNothingIsQueued() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        desk.work.set(context -> {
            began.countDown();
            await(mayEnd);
            return TaskResult.done();
        });
        desk.define(desk.schedule("slow", "10 12 * * *"));
        desk.at("12:10:00");
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> pulse = other.submit(() -> desk.heartbeat.pulse());
            await(began);
            assertThat(desk.json("summary").get("running").asBoolean()).isTrue();

            HttpResponse busy = desk.post("pulse", "");

            assertThat(busy.status()).isEqualTo(409);
            assertThat(busy.headers()).containsKey("Retry-After");
            assertThat(audit()).isEmpty();
            mayEnd.countDown();
            pulse.get(30, TimeUnit.SECONDS);
            assertThat(desk.json("pulses").get("items")).hasSize(1);
        } finally {
            mayEnd.countDown();
            other.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRunThatIsAskedForIsFollowedToItsEnd() {
        desk.define(desk.schedule("mail", "0 9 * * 1"));

        HttpResponse asked = desk.post("schedules/mail/run", "{\"why\":\"a customer waits\"}");
        assertThat(asked.status()).isEqualTo(202);
        JsonNode handle = Desk.json(asked);
        assertThat(handle.get("pulseNeeded").asBoolean()).isTrue();
        String poll = handle.get("poll").asText().replaceFirst("^api/", "");
        assertThat(desk.json(poll).get("state").asText()).isEqualTo("asked");
        assertThat(desk.json("schedules/mail").get("schedule").get("asked").asBoolean())
                .isTrue();

        desk.clock.advance(Duration.ofSeconds(2));
        desk.post("pulse", "");

        JsonNode outcome = desk.json(poll);
        assertThat(outcome.get("state").asText()).isEqualTo("ended");
        assertThat(outcome.get("ended").asBoolean()).isTrue();
        assertThat(outcome.get("text").asText()).isEqualTo("Executed in 0 ms");
        assertThat(outcome.get("run").get("forced").asBoolean()).isTrue();
        assertThat(audit())
                .containsExactly("ann pulse heartbeat from the dashboard", "ann run-now mail a customer waits");
    }

    @Test
    void theOutcomeIsThatOfTheRunAskedForAndNoOtherOne() {
        desk.define(desk.schedule("mail", "*/10 * * * *"));
        desk.pulseAt("12:10:00");
        desk.at("12:11:00");
        String poll = poll(desk.post("schedules/mail/run", ""));
        desk.work.set(context -> TaskResult.skipped("nothing there"));
        desk.pulseAt("12:12:00");
        desk.work.set(context -> TaskResult.done());
        desk.pulseAt("12:20:00");

        JsonNode outcome = desk.json(poll);
        assertThat(outcome.get("state").asText()).isEqualTo("ended");
        assertThat(outcome.get("run").get("endedAt").asText()).isEqualTo("2026-02-15T12:12:00Z");
        assertThat(outcome.get("text").asText()).startsWith("Skipped: nothing there");
    }

    @Test
    void theRunIsFoundThoughTheClockOfTheInstanceThatTakesItIsSlow() {
        desk.define(desk.schedule("mail", "0 9 * * 1"));
        desk.define(desk.schedule("other", "*/10 * * * *"));
        String poll = poll(desk.post("schedules/mail/run", ""));
        SettableClock slow = new SettableClock(Given.NOON.minusSeconds(40));
        try (Heartbeat elsewhere = Heartbeat.builder(desk.store)
                .clock(slow)
                .task("work", context -> TaskResult.skipped("done elsewhere"))
                .build()) {
            elsewhere.pulse();
        }

        JsonNode outcome = desk.json(poll);
        assertThat(outcome.get("state").asText()).isEqualTo("ended");
        assertThat(outcome.get("run").get("startedAt").asText()).isEqualTo("2026-02-15T11:59:20Z");
        assertThat(outcome.get("text").asText()).startsWith("Skipped: done elsewhere");
    }

    @Test
    void aRunAfterWhichManyOthersEndedIsNotTakenForOneOfThem() {
        desk.define(desk.schedule("mail", "*/10 * * * *"));
        desk.pulseAt("12:10:00");
        String poll = poll(desk.post("schedules/mail/run", ""));
        for (int i = 1; i <= 12; i++) {
            desk.at("13:00:00");
            desk.clock.advance(Duration.ofMinutes(10L * i));
            desk.heartbeat.pulse();
        }

        assertThat(desk.json(poll).get("state").asText()).isEqualTo("gone");
    }

    @Test
    void aStartThatIsAskedForDuringARunIsTheOneAfterIt() {
        AtomicReference<RunToken> token = new AtomicReference<>();
        desk.define(desk.schedule("mail", "5 12 * * *"));
        desk.work.set(context -> {
            token.set(context.token());
            return TaskResult.accepted(Duration.ofHours(1));
        });
        desk.pulseAt("12:05:00");
        String poll = poll(desk.post("schedules/mail/run", ""));
        assertThat(desk.json(poll).get("state").asText()).isEqualTo("asked");
        desk.at("12:06:00");
        desk.heartbeat.runs().complete(token.get(), TaskResult.done());
        assertThat(desk.json(poll).get("state").asText()).isEqualTo("asked");

        desk.work.set(context -> TaskResult.skipped("the second"));
        desk.pulseAt("12:07:00");

        JsonNode outcome = desk.json(poll);
        assertThat(outcome.get("state").asText()).isEqualTo("ended");
        assertThat(outcome.get("text").asText()).startsWith("Skipped: the second");
    }

    @Test
    void aStartThatIsAskedForWhileARetryWaitsIsThatRetry() {
        desk.define(Schedule.builder("tried", "5 12 * * *", "work"));
        desk.work.set(context -> TaskResult.failed("no"));
        desk.pulseAt("12:05:00");
        String poll = poll(desk.post("schedules/tried/run", ""));
        desk.work.set(context -> TaskResult.done());
        desk.at("12:05:01"); // the retry by itself would come later
        desk.heartbeat.pulse();

        JsonNode outcome = desk.json(poll);
        assertThat(outcome.get("state").asText()).isEqualTo("ended");
        assertThat(outcome.get("run").get("attempt").asInt()).isEqualTo(2);
        assertThat(outcome.get("run").get("forced").asBoolean()).isFalse();
    }

    private static String poll(HttpResponse asked) {
        return Desk.json(asked).get("poll").asText().replaceFirst("^api/", "");
    }

    @Test
    void onTheWayItIsRetryingOrGoesOnElsewhere() {
        desk.define(Schedule.builder("tried", "0 9 * * 1", "fail"));
        desk.define(desk.schedule("long", "0 9 * * 1"));
        desk.work.set(context -> {
            context.progress(0.5, "page 3");
            return TaskResult.accepted(Duration.ofHours(1));
        });
        String tried = poll(desk.post("schedules/tried/run", ""));
        String taken = poll(desk.post("schedules/long/run", ""));
        desk.pulseAt("12:01:00");

        assertThat(desk.json(tried).get("state").asText()).isEqualTo("retrying");
        assertThat(desk.json(tried).get("ended").asBoolean()).isFalse();
        assertThat(desk.json(taken).get("state").asText()).isEqualTo("accepted");
    }

    @Test
    void whatHoldsTheRunBackIsSaid() {
        desk.define(desk.schedule("mail", "0 9 * * 1"));
        desk.post("schedules/mail/pause", "{\"why\":\"shop is down\"}");
        String poll = poll(desk.post("schedules/mail/run", ""));
        desk.pulseAt("12:01:00");

        JsonNode outcome = desk.json(poll);
        assertThat(outcome.get("state").asText()).isEqualTo("asked");
        assertThat(outcome.get("held").get("by").asText()).isEqualTo("paused");
        assertThat(outcome.get("text").asText()).isEqualTo("Held back. Paused by ann: shop is down");
    }

    @Test
    void ofAScheduleThatIsGoneNobodyKnows() {
        desk.define(desk.schedule("mail", "0 9 * * 1"));
        String poll = poll(desk.post("schedules/mail/run", ""));
        desk.heartbeat.schedules().delete("mail", dev.heartbeat.Audit.by("bob", ""));

        assertThat(desk.json(poll).get("state").asText()).isEqualTo("gone");
        assertThat(desk.get("schedules/mail/run/nonsense").status()).isEqualTo(404);
    }

    @Test
    void aOneOffThatHasNotRunIsNotBroughtForward() {
        desk.define(desk.schedule("launch", "@at 2026-03-01T09:00:00Z"));

        assertThat(desk.post("schedules/launch/run", "").status()).isEqualTo(409);
        assertThat(desk.post("schedules/none/run", "").status()).isEqualTo(404);
        assertThat(audit()).isEmpty();
    }

    @Test
    void aScheduleIsPausedAndResumed() {
        desk.define(desk.schedule("mail", "0 9 * * 1"));

        JsonNode paused = Desk.json(
                desk.post("schedules/mail/pause", "{\"until\":\"2026-02-16T00:00:00Z\",\"why\":\"shop is down\"}"));
        assertThat(paused.get("schedule").get("held").get("by").asText()).isEqualTo("paused");
        assertThat(paused.get("schedule").get("pause").get("until").asText()).isEqualTo("2026-02-16T00:00:00Z");
        HttpResponse resumed = desk.post("schedules/mail/resume", "");
        assertThat(resumed.status()).isEqualTo(200);
        assertThat(Desk.json(resumed).get("schedule").get("held").isNull()).isTrue();
        assertThat(desk.post("schedules/mail/resume", "").status())
                .as("it was not paused")
                .isEqualTo(200);
        Desk.json(desk.post("schedules/mail/pause", ""));
        assertThat(desk.json("schedules/mail")
                        .get("schedule")
                        .get("pause")
                        .get("until")
                        .isNull())
                .isTrue();

        assertThat(audit())
                .containsExactly(
                        "ann pause mail from the dashboard",
                        "ann resume mail from the dashboard",
                        "ann pause mail shop is down");
        assertThat(desk.post("schedules/none/pause", "").status()).isEqualTo(404);
        assertThat(desk.post("schedules/none/resume", "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/5 * * * *", "0 9 * * 1", "@every PT1H"})
    void underAPauseWithoutAnEndThereIsNoNextFire(String cron) {
        desk.define(desk.schedule("mail", cron));

        JsonNode paused = Desk.json(desk.post("schedules/mail/pause", ""));
        assertThat(paused.get("schedule").get("next")).isEmpty();
        assertThat(Desk.json(desk.post("schedules/mail/resume", ""))
                        .get("schedule")
                        .get("next"))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"until\":\"2026-02-15T11:00:00Z\"}",
                "{\"until\":\"tomorrow\"}",
                "{\"until\":5}",
                "{\"untill\":\"2026-02-16T00:00:00Z\"}",
                "[]",
                "{",
                "why=now"
            })
    void aPauseThatCannotBeReadIsRefused(String body) {
        desk.define(desk.schedule("mail", "0 9 * * 1"));

        assertThat(desk.post("schedules/mail/pause", body).status()).isEqualTo(400);
        assertThat(audit()).isEmpty();
    }

    @Test
    void reasonsAndBodiesAreBounded() {
        desk.define(desk.schedule("mail", "0 9 * * 1"));

        assertThat(desk.post("schedules/mail/run", "{\"why\":\"" + "x".repeat(501) + "\"}")
                        .status())
                .isEqualTo(400);
        assertThat(desk.post("schedules/mail/run", " ".repeat(HttpRequest.MOST_BODY + 1))
                        .status())
                .isEqualTo(413);
        assertThat(audit()).isEmpty();
    }

    @Test
    void idsAreDecodedPartByPart() {
        desk.define(desk.schedule("a b+c%", "0 9 * * 1"));

        HttpResponse asked = desk.post("schedules/a%20b+c%25/run", "");
        assertThat(asked.status()).isEqualTo(202);
        assertThat(desk.json(poll(asked)).get("schedule").asText()).isEqualTo("a b+c%");
        assertThat(desk.post("schedules/a%zz/run", "").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, pulse, 'POST, OPTIONS'",
        "HEAD, pulse, 'POST, OPTIONS'",
        "DELETE, schedules/mail/run, 'POST, OPTIONS'",
        "GET, schedules/mail/pause, 'POST, OPTIONS'",
        "POST, summary, 'GET, HEAD, OPTIONS'",
        "PUT, me, 'GET, HEAD, OPTIONS'"
    })
    void otherMethodsDoNothing(String method, String path, String allowed) {
        desk.define(desk.schedule("mail", "0 9 * * 1"));

        HttpResponse answer = desk.ask(method, "api/" + path, "", Desk.fromOurPage());

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("Allow", allowed);
        assertThat(desk.heartbeat.audit(null, 9).items())
                .extracting(AuditEntry::verb)
                .isEmpty();
        assertThat(desk.store.snapshot().pulses()).isEmpty();
    }

    @Test
    void optionsGrantNothingToOthers() {
        HttpResponse answer =
                desk.ask("OPTIONS", "api/pulse", "", "Host", "localhost:8080", "Origin", "http://localhost:9999");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers())
                .containsEntry("Allow", "POST, OPTIONS")
                .doesNotContainKey("Access-Control-Allow-Origin");
    }

    @Test
    void headIsAsGetWithoutTheBody() {
        HttpResponse head = desk.ask("HEAD", "api/summary", "", "Host", "localhost:8080");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers()).containsKey("Content-Length");
    }

    @Test
    void afterTheHeartbeatIsClosedNothingIsDone() {
        desk.define(desk.schedule("mail", "0 9 * * 1"));
        desk.heartbeat.close();

        assertThat(desk.post("pulse", "").status()).isEqualTo(503);
        assertThat(desk.post("schedules/mail/run", "").status()).isEqualTo(503);
    }
}
