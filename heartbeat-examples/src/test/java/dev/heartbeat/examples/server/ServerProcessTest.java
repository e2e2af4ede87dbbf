package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest extends ServerProcess {
    @TempDir
    Path folder;

    @Test
    void itPulsesAtOnceTellsThatItIsAliveAndTheSecretItMadeOpensTheTick() throws Exception {
        start(null, "--port", "0");
        String health = urlOf("health");
        String url = urlOf("tick");
        String secret = lineWith("  secret ").replaceAll(".*CRON_SECRET=(\\w+) .*", "$1");

        assertThat(lineWith("pulse from ticker")).contains("2 executed").endsWith("alive");
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> answer = client.send(tick(url, secret), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"success\":true");
        assertThat(client.send(HttpRequest.newBuilder(URI.create(health)).build(), BodyHandlers.ofString())
                        .body())
                .startsWith("{\"pulse\":\"alive\"");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no SIGTERM")
    void sigtermAnswersTheTickUnderWayAndEndsAsTheJvmDoes() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (Listening listening = Listening.with(exchange -> {
            called.countDown();
            answer.await();
            exchange.sendResponseHeaders(204, -1);
        })) {
            Path file = Files.writeString(
                    folder.resolve("schedules.json"),
                    "[{\"id\":\"hook\",\"enabled\":true,\"cron\":\"@yearly\",\"task\":\"http-request\","
                            + "\"params\":{\"url\":\"" + listening.url() + "\"}}]");
            start(SECRET, "--port", "0", "--no-ticker", "--schedules", file.toString());
            String url = urlOf("tick");
            CompletableFuture<HttpResponse<String>> tick =
                    HttpClient.newHttpClient().sendAsync(tick(url, SECRET), BodyHandlers.ofString());
            assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();

            process.toHandle().destroy(); // SIGTERM; Process.destroy() would close its output too
            lineWith("Stopping");
            answer.countDown();

            assertThat(tick.get(60, TimeUnit.SECONDS).body()).contains("\"status\":\"executed\"");
            assertThat(exitCode()).isEqualTo(143);
            assertThat(printed).contains("pulse from http: 1 executed").contains("Stopped.");
        }
    }

    @Test
    void wrongUsageIsTwoARuntimeFailureOneAndHelpZero() throws Exception {
        start("short", "--port", "0");
        assertThat(exitCode()).isEqualTo(2);
        start(SECRET, "--prot", "0");
        assertThat(exitCode()).isEqualTo(2);
        start(SECRET, "--help");
        assertThat(exitCode()).isZero();
        try (Listening taken = Listening.with(200)) {
            start(SECRET, "--port", Integer.toString(taken.port()));
            assertThat(exitCode()).isEqualTo(1);
        }
        assertThat(printed)
                .contains("CRON_SECRET: a tick secret has at least 16 characters")
                .contains("did you mean --port?")
                .contains("Usage:")
                .contains("could not listen");
    }
}
