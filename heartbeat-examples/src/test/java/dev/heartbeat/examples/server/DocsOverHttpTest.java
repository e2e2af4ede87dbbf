package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.examples.Docs;
import dev.heartbeat.http.HeartbeatHttp;
import dev.heartbeat.http.HeartbeatPlugin;
import dev.heartbeat.http.HttpSettings;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.TaskResult;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows of requests and answers, sent to a server and compared with what it says. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DocsOverHttpTest {
    private static final String SECRET = "a-secret-of-the-test";
    private static final String TICK = "/api/cron/tick";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-02-15T12:00:00Z"));
    private final BlockingQueue<String> tokens = new LinkedBlockingQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Heartbeat heartbeat = Heartbeat.builder(
                    InMemoryHeartbeatStore.builder().clock(clock).build())
            .clock(clock)
            .task("works", context -> TaskResult.done())
            .task("fails", context -> TaskResult.failed("no"))
            .task("accepts", context -> {
                tokens.add(context.token().value());
                return TaskResult.accepted(Duration.ofHours(2));
            })
            .build();
    private Javalin app;

    @BeforeEach
    void start() {
        HttpSettings settings = HttpSettings.withSecrets(SECRET).healthCache(Duration.ZERO);
        app = Javalin.create(
                        config -> config.registerPlugin(new HeartbeatPlugin(new HeartbeatHttp(heartbeat, settings))))
                .start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        app.stop();
        heartbeat.close();
    }

    private String url() {
        return "http://127.0.0.1:" + app.port();
    }

    private void define(String task) {
        heartbeat
                .schedules()
                .define(Schedule.builder(task, "0 9 * * 1", task)
                        .retry(Retry.attempts(2))
                        .runAtFirstPulse()
                        .build());
    }

    private JsonNode get(String path) throws Exception {
        return json.readTree(client.send(
                        HttpRequest.newBuilder(URI.create(url() + path))
                                .header("Authorization", "Bearer " + SECRET)
                                .build(),
                        BodyHandlers.ofString())
                .body());
    }

    private JsonNode shown(String page, String words) throws Exception {
        return json.readTree(Docs.block(page, "json", words).text());
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void theCommandOfTheFirstPagesOfTroubleshootingSendsATick() throws Exception {
        Shell.assumeBashAndCurl();
        String command = Docs.block("docs/troubleshooting.md", "", TICK).text().replace("http://127.0.0.1:8080", url());

        assertThat(Shell.bash(command, Map.of("CRON_SECRET", SECRET)).printed()).contains("\"success\":true");
    }

    @Test
    void aTickAnswersWhatIsShown() throws Exception {
        define("works");
        heartbeat
                .schedules()
                .define(Schedule.builder("pos-sync", "0 9 * * *", "works").build());
        JsonNode shown = shown("docs/http.md", "\"processed\"");
        JsonNode tick = get(TICK);

        assertThat(keys(shown)).isEqualTo(keys(tick));
        assertThat(keys(shown.at("/heartbeat"))).isEqualTo(keys(tick.at("/heartbeat")));
        for (int i = 0; i < 2; i++) {
            JsonNode detail = tick.at("/details/" + i);
            assertThat(keys(shown.at("/details/" + i))).isEqualTo(keys(detail));
            assertThat(shown.at("/details/" + i + "/status")).isEqualTo(detail.at("/status"));
        }
    }

    @Test
    void healthAnswersWhatIsShownOfEachColour() throws Exception {
        assertThat(get("/api/system/health")).isEqualTo(shown("docs/troubleshooting.md", "\"unknown\""));

        define("works");
        get(TICK);
        looksLike(shown("docs/http.md", "\"schedulesExecuted\""));

        clock.advance(Duration.ofMinutes(15));
        looksLike(shown("docs/troubleshooting.md", "\"warning\""));

        define("fails");
        get(TICK);
        clock.advance(Duration.ofMinutes(10));
        get(TICK);
        looksLike(shown("docs/troubleshooting.md", "\"error\""));
    }

    private void looksLike(JsonNode shown) throws Exception {
        JsonNode health = get("/api/system/health");
        assertThat(keys(shown)).isEqualTo(keys(health));
        for (String field : List.of("pulse", "healthy")) {
            assertThat(shown.get(field)).as(field).isEqualTo(health.get(field));
        }
    }

    @Test
    void aWorkerAnswersForARunAsShown() throws Exception {
        Shell.assumeBashAndCurl();
        define("accepts");
        get(TICK);
        String command = Docs.block("docs/completion.md", "", "$TOKEN").text().replace("https://example.org", url());

        String printed = Shell.bash(command + " --silent", Map.of("CRON_SECRET", SECRET, "TOKEN", tokens.take()))
                .printed();

        assertThat(printed).contains("{\"completion\":\"accepted\"}");
        assertThat(json.readTree("{\"completion\":\"accepted\"}")).isEqualTo(shown("docs/http.md", "\"completion\""));
    }

    @Test
    void aFailureIsToldInTheBodyAsShown() throws Exception {
        define("accepts");
        get(TICK);
        String body = Docs.block("docs/completion.md", "json", "retryAfter")
                .text()
                .replaceAll("\"token\":\"[^\"]*\"", "\"token\":\"" + tokens.take() + "\"");

        String answer = client.send(
                        HttpRequest.newBuilder(URI.create(url() + "/api/cron/runs"))
                                .header("Authorization", "Bearer " + SECRET)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body();

        assertThat(answer).isEqualTo("{\"completion\":\"accepted\"}");
        JsonNode detail = get(TICK).at("/details/0");
        assertThat(detail.at("/retryAt").asText()).isEqualTo("2026-02-15T12:15:00Z");
    }

    @Test
    void theFileOfSchedulesOfTheServerIsRead(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("schedules.json"),
                Docs.block("docs/server.md", "json", "\"cron\"").text());

        assertThat(ScheduleFile.read(file))
                .extracting(document -> document.schedule().id())
                .containsExactly("warm-cache");
    }
}
