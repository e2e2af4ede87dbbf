package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.heartbeat.Audit;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
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
    private HttpServer listener;

    @AfterEach
    void close() {
        if (started.get() != null) {
            started.get().close();
        }
        if (listener != null) {
            listener.stop(0);
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

    /** A listener that answers with the status and counts what reaches it. */
    private String listen(int status, AtomicInteger requests, List<String> keys) throws Exception {
        listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/", exchange -> {
            requests.incrementAndGet();
            synchronized (keys) {
                keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        listener.start();
        return "http://127.0.0.1:" + listener.getAddress().getPort() + "/hook";
    }

    private String file(String json) throws Exception {
        return Files.writeString(folder.resolve("schedules.json"), json).toString();
    }

    @Test
    void healthGoesFromUnknownToAliveToErrorAsPulsesTell() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        String url = listen(200, requests, new ArrayList<>());
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
        assertThat(requests).as("the request reached the listener").hasValue(1);
        assertThat(health()).contains("\"pulse\":\"alive\"").contains("\"schedulesExecuted\":1");

        assertThat(tick().body()).contains("\"reason\":\"not-due\"");
        assertThat(requests).as("a second tick at once runs nothing").hasValue(1);

        listener.removeContext("/");
        started.get().heartbeat().schedules().runNow("hook", Audit.by("test", "the listener is broken now"));
        assertThat(tick().body()).contains("\"status\":\"failed\"").contains("status 404 was not expected");
        assertThat(health())
                .contains("\"pulse\":\"error\"")
                .contains("\"errors\":1")
                .doesNotContain("404");
    }

    @Test
    void twelveTicksAtTheSameTimeSendEachRequestOnce() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        List<String> keys = new ArrayList<>();
        String url = listen(204, requests, keys);
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

        assertThat(requests).hasValue(5);
        assertThat(keys).doesNotHaveDuplicates();
        assertThat(started.get().store().snapshot().runs())
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
                .doesNotContain("short\"");
        assertThat(run(ENVIRONMENT, "--port", "0", "--schedules", file("[{}]"))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("line 1: field 'id' is missing");
        assertThat(run(ENVIRONMENT, "--port", "0", "--host", "0.0.0.0")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("loopback");
        assertThat(started.get()).isNull();
    }

    @Test
    void aPortThatIsTakenIsARuntimeFailure() throws Exception {
        String url = listen(200, new AtomicInteger(), new ArrayList<>());
        int taken = URI.create(url).getPort();

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
}
