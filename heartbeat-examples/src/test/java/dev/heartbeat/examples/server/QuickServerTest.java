package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Audit;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickServerTest {
    private static final String SECRET = "a-secret-of-the-test";
    private static final Map<String, String> ENVIRONMENT = Map.of("CRON_SECRET", SECRET);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicReference<QuickServer> started = new AtomicReference<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Listening listener;

    @AfterEach
    void close() {
        if (started.get() != null) {
            started.get().close();
        }
        if (listener != null) {
            listener.close();
        }
    }

    private int run(Map<String, String> environment, String... args) {
        return HeartbeatServer.run(
                List.of(args),
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                started);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private HttpResponse<String> tick() throws Exception {
        return client.send(tickRequest(), BodyHandlers.ofString());
    }

    private HttpRequest tickRequest() {
        return HttpRequest.newBuilder(URI.create(started.get().url() + "/api/cron/tick"))
                .header("Authorization", "Bearer " + SECRET)
                .build();
    }

    private String health() throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(started.get().url() + "/api/system/health"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private String file(String json) throws Exception {
        return Files.writeString(folder.resolve("schedules.json"), json).toString();
    }

    @Test
    void schedulesArePrintedAndServedWithTheirCronInWords() throws Exception {
        assertThat(run(ENVIRONMENT, "--port", "0", "--no-ticker", "--demo")).isZero();
        assertThat(printed().lines())
                .anyMatch(line -> line.contains("say-hello") && line.endsWith("(every 5 minutes)"))
                .anyMatch(line -> line.contains("watch-own-health") && line.endsWith("(every minute)"))
                .anyMatch(line -> line.contains("fails-on-purpose") && line.endsWith("(every 2 minutes)"));
        HttpRequest described = HttpRequest.newBuilder(URI.create(started.get().url() + "/api/cron/tick?describe=true"))
                .header("Authorization", "Bearer " + SECRET)
                .build();
        assertThat(client.send(described, BodyHandlers.ofString()).body())
                .contains("\"description\":\"every 5 minutes\"")
                .contains("\"description\":\"every minute\"")
                .contains("\"description\":\"every 2 minutes\"");
    }

    @Test
    void thePageToLookAtIsPrintedAndServed() throws Exception {
        assertThat(run(ENVIRONMENT, "--port", "0", "--no-ticker")).isZero();
        String url = started.get().url() + "/heartbeat/";
        assertThat(printed()).contains("  see it  " + url + "  # open to everybody on this machine");

        for (String name : List.of("demo.html", "heartbeat-indicator.js", "public.json", "badge.svg", "badge.json")) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + name)).build();
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .as(name)
                    .isEqualTo(200);
        }
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(started.get().url() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void theFrontPageIsTheDashboardWithLivingNumbers() throws Exception {
        assertThat(run(ENVIRONMENT, "--port", "0", "--no-ticker")).isZero();

        assertThat(get("/").headers().firstValue("Location")).hasValue("/heartbeat/");
        assertThat(get("/heartbeat/").statusCode()).isEqualTo(200);
        assertThat(get("/heartbeat/api/me").body()).contains("\"role\":\"SUPER_USER\",\"name\":\"local\"");
        tick();
        assertThat(get("/heartbeat/api/summary").body()).contains("\"status\":\"alive\"");
        assertThat(get("/heartbeat/api/schedules").body()).contains("\"words\":\"every 5 minutes\"");
    }

    @Test
    void withAnAdminSecretItAsksForIt() throws Exception {
        String secret = "a-secret-of-the-admin";
        assertThat(run(
                        Map.of("CRON_SECRET", SECRET, "ADMIN_SECRET", secret),
                        "--port",
                        "0",
                        "--host",
                        "0.0.0.0",
                        "--no-ticker"))
                .isZero();
        assertThat(printed())
                .contains("/heartbeat/  # asks for the admin secret")
                .doesNotContain(secret);

        assertThat(get("/heartbeat/api/summary").statusCode()).isEqualTo(401);
        assertThat(get("/heartbeat/api/summary", "Authorization", "Bearer " + secret)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void behindAProxyThatSpeaksHttpsTheCookieIsNeverSentWithout() throws Exception {
        String secret = "a-secret-of-the-admin";
        assertThat(run(ENVIRONMENT, "--port", "0", "--no-ticker", "--https", "--admin-secret", secret))
                .isZero();

        HttpRequest login = HttpRequest.newBuilder(URI.create(started.get().url() + "/heartbeat/login"))
                .POST(BodyPublishers.ofString("secret=" + secret))
                .header("Origin", started.get().url().replace("http:", "https:"))
                .build();
        HttpResponse<String> in = client.send(login, BodyHandlers.ofString());
        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("__Host-heartbeat=")
                .endsWith("; HttpOnly; SameSite=Strict; Secure");
        assertThat(in.headers().map()).as("that is the proxy's").doesNotContainKey("strict-transport-security");
    }

    @Test
    void httpsMayBeSaidByTheEnvironmentAndNeedsAnAdminSecret() {
        Map<String, String> https = Map.of("CRON_SECRET", SECRET, "BEHIND_HTTPS", "true");
        assertThat(run(https, "--port", "0")).isEqualTo(2);
        assertThat(run(ENVIRONMENT, "--port", "0", "--https")).isEqualTo(2);
        assertThat(run(Map.of("CRON_SECRET", SECRET, "BEHIND_HTTPS", "yes"), "--port", "0"))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("--https or BEHIND_HTTPS: needs an admin secret")
                .contains("environment variable BEHIND_HTTPS: 'yes' is not allowed; true or false");
        assertThat(started.get()).isNull();

        assertThat(run(https, "--port", "0", "--no-ticker", "--admin-secret", "a-secret-of-the-admin"))
                .isZero();
    }

    @Test
    void withoutOneItDoesNotListenBeyondThisMachine() {
        assertThat(run(ENVIRONMENT, "--port", "0", "--host", "0.0.0.0")).isEqualTo(2);
        assertThat(run(ENVIRONMENT, "--port", "0", "--admin-secret", "short")).isEqualTo(2);
        assertThat(run(ENVIRONMENT, "--port", "0", "--admin-secret", SECRET))
                .as("the tick secret")
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("without an admin secret this server listens on loopback only")
                .contains("an admin secret has at least 16 characters")
                .contains("the admin secret is a tick secret too");
        assertThat(started.get()).isNull();
    }

    @Test
    void healthGoesFromUnknownToAliveToErrorAsPulsesTell() throws Exception {
        AtomicInteger status = new AtomicInteger(200);
        listener = Listening.with(exchange -> exchange.sendResponseHeaders(status.get(), -1));
        String url = listener.url();
        String file = file("[{\"id\":\"hook\",\"enabled\":true,\"cron\":\"0 0 1 1 *\",\"task\":\"http-request\","
                + "\"lastRun\":null,\"params\":{\"url\":\"" + url + "\"},\"retry\":{\"maxAttempts\":1}}]");

        assertThat(run(ENVIRONMENT, "--port", "0", "--no-ticker", "--schedules", file))
                .isZero();
        assertThat(health()).contains("\"pulse\":\"unknown\"");

        HttpResponse<String> tick = tick();
        assertThat(tick.statusCode()).isEqualTo(200);
        assertThat(tick.body())
                .startsWith("{\"success\":true,\"pulse\":\"alive\",\"processed\":1")
                .contains("{\"id\":\"hook\",\"task\":\"http-request\",\"status\":\"executed\"}");
        assertThat(listener.seen()).as("the request reached the listener").hasSize(1);
        assertThat(health()).contains("\"pulse\":\"alive\"").contains("\"schedulesExecuted\":1");

        assertThat(tick().body()).contains("\"reason\":\"not-due\"");
        assertThat(listener.seen()).as("a second tick at once runs nothing").hasSize(1);

        status.set(404);
        started.get().heartbeat().schedules().runNow("hook", Audit.by("test", "the listener is broken now"));
        assertThat(tick().body()).contains("\"status\":\"failed\"").contains("status 404 was not expected");
        assertThat(health())
                .contains("\"pulse\":\"error\"")
                .contains("\"errors\":1")
                .doesNotContain("404");
    }

    @Test
    void twelveTicksAtTheSameTimeSendEachRequestOnce() throws Exception {
        listener = Listening.with(204);
        String url = listener.url();
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < 5; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"hook-")
                    .append(i)
                    .append(
                            "\",\"enabled\":true,\"cron\":\"0 0 1 1 *\",\"task\":\"http-request\",\"params\":{\"url\":\"")
                    .append(url)
                    .append("\",\"method\":\"POST\",\"body\":\"x\",\"expectedStatus\":[200,204]}}");
        }
        assertThat(run(ENVIRONMENT, "--port", "0", "--no-ticker", "--schedules", file(json + "]")))
                .isZero();

        List<CompletableFuture<HttpResponse<String>>> ticks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ticks.add(client.sendAsync(tickRequest(), BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> each : ticks) {
            assertThat(each.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }

        assertThat(listener.seen())
                .hasSize(5)
                .extracting(seen -> seen.headers().getFirst("Idempotency-Key"))
                .doesNotHaveDuplicates();
        assertThat(started.get().store().runs(RunQuery.newest(100)).items())
                .extracting(RunRecord::outcome)
                .containsOnly(Outcome.EXECUTED);
    }

    @Test
    void theSampleStartsGreenAndPulsesAtOnceWithALineForEachPulse() throws Exception {
        CountDownLatch pulsed = new CountDownLatch(1);
        PrintStream watching = new PrintStream(out, true, StandardCharsets.UTF_8) {
            @Override
            public void flush() {
                super.flush();
                if (printed().contains("pulse from ticker: 2 executed")) {
                    pulsed.countDown();
                }
            }
        };
        HeartbeatServer.run(List.of("--port", "0"), ENVIRONMENT, watching, watching, started);

        assertThat(pulsed.await(30, TimeUnit.SECONDS)).as(printed()).isTrue();
        assertThat(health()).contains("\"pulse\":\"alive\"");
        assertThat(printed())
                .contains(started.get().url() + "/api/system/health")
                .contains("Bearer $CRON_SECRET")
                .doesNotContain(SECRET)
                .contains("watch-own-health")
                .contains("at the next pulse")
                .contains("alive");
    }

    @Test
    void theDemoFailsOnPurposeAndTurnsRed() throws Exception {
        assertThat(run(ENVIRONMENT, "--port", "0", "--no-ticker", "--demo")).isZero();

        assertThat(tick().body()).contains("\"pulse\":\"error\"").contains("this task fails on purpose");
        assertThat(health()).contains("\"pulse\":\"error\"");
    }

    @Test
    void aSecretIsMadeAndPrintedOnceWhenNoneIsGiven() throws Exception {
        assertThat(run(Map.of(), "--port", "0", "--no-ticker")).isZero();

        String secret = printed().replaceAll("(?s).*  secret  export CRON_SECRET=(\\S+)  #.*", "$1");
        assertThat(secret).hasSize(48);
        assertThat(printed().split(secret, -1)).as("printed once").hasSize(2);
        HttpRequest request = HttpRequest.newBuilder(URI.create(started.get().url() + "/api/cron/tick"))
                .header("Authorization", "Bearer " + secret)
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void aShortSecretABadFileAndABadHostAreWrongUsageAndStartNothing() throws Exception {
        assertThat(run(Map.of("CRON_SECRET", "short"), "--port", "0")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("environment variable CRON_SECRET: a tick secret has at least 16 characters")
                .doesNotContain("short");
        assertThat(run(ENVIRONMENT, "--port", "0", "--schedules", file("[{}]"))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("line 1: entry 1: field 'id' is missing");
        assertThat(run(ENVIRONMENT, "--port", "0", "--host", "0.0.0.0")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("loopback");
        assertThat(run(ENVIRONMENT, "--port", "0", "--host=")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("host '' is not allowed");
        assertThat(started.get()).isNull();
    }

    @Test
    void aPortThatIsTakenIsARuntimeFailure() throws Exception {
        listener = Listening.with(200);
        int taken = listener.port();

        assertThat(run(ENVIRONMENT, "--port", Integer.toString(taken))).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("127.0.0.1:" + taken);
    }

    @Test
    void helpIsPrintedAndNothingStarted() {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(printed())
                .startsWith("Usage: java -jar heartbeat-server.jar")
                .contains("CRON_SECRET");
        assertThat(started.get()).isNull();
    }

    @Test
    void schedulesWhoseTaskThisServerLacksAreNamedAtTheStart() throws Exception {
        run(
                ENVIRONMENT,
                "--port",
                "0",
                "--no-ticker",
                "--schedules",
                file("[{\"id\":\"mails\",\"enabled\":true,\"cron\":\"@daily\",\"task\":\"birthday-emails\"}]"));

        assertThat(printed()).contains("this server has no task 'birthday-emails' (schedules [mails])");
        assertThat(tick().body()).contains("\"reason\":\"no-executor\"");
    }

    @Test
    void aStopAnswersTheTickUnderWayAndThenListensNoMore() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        listener = Listening.with(exchange -> {
            called.countDown();
            answer.await();
            exchange.sendResponseHeaders(204, -1);
        });
        String file = file("[{\"id\":\"hook\",\"enabled\":true,\"cron\":\"@yearly\",\"task\":\"http-request\","
                + "\"params\":{\"url\":\"" + listener.url() + "\"}}]");
        assertThat(run(ENVIRONMENT, "--port", "0", "--no-ticker", "--schedules", file))
                .isZero();
        QuickServer server = started.get();
        HttpRequest tickRequest = tickRequest();
        CompletableFuture<HttpResponse<String>> tick = client.sendAsync(tickRequest, BodyHandlers.ofString());
        assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();

        Thread stopping = new Thread(server::close);
        stopping.start();
        answer.countDown();

        assertThat(tick.get(30, TimeUnit.SECONDS).body()).contains("\"status\":\"executed\"");
        stopping.join(30_000);
        assertThat(stopping.isAlive()).isFalse();
        assertThat(server.store().runs(RunQuery.newest(100)).items())
                .extracting(RunRecord::outcome)
                .containsExactly(Outcome.EXECUTED);
        assertThat(printed()).endsWith("Stopped." + System.lineSeparator());
        assertThatThrownBy(() -> client.send(tickRequest, BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void whatHoldsAScheduleBackIsSaidAtTheStart() throws Exception {
        String common = "\"cron\":\"0 9 * * 1\",\"task\":\"log\",\"params\":{\"message\":\"x\"}";
        run(
                ENVIRONMENT,
                "--port",
                "0",
                "--no-ticker",
                "--schedules",
                file("[{\"id\":\"off\",\"enabled\":false," + common + "},"
                        + "{\"id\":\"held\",\"enabled\":true,\"pausedUntil\":\"2999-01-01T00:00:00Z\"," + common + "},"
                        + "{\"id\":\"waits\",\"enabled\":true,\"timeZone\":\"America/New_York\","
                        + "\"lastRun\":\"2999-01-01T00:00:00Z\"," + common + "},"
                        + "{\"id\":\"utc\",\"enabled\":true,\"lastRun\":\"2999-01-01T00:00:00Z\"," + common + "},"
                        + "{\"id\":\"late\",\"enabled\":true,\"lastRun\":\"2001-01-01T00:00:00Z\"," + common + "}]"));

        assertThat(printed())
                .containsPattern("off .* next: disabled")
                .containsPattern("held .* next: paused until 2999-01-01T00:00:00Z")
                .containsPattern("waits .* next: 2999-01-07T09:00 America/New_York")
                .containsPattern("utc .* next: 2999-01-07T09:00 UTC")
                .containsPattern("late .* next: at the next pulse");
    }
}
