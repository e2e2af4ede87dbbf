package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.Condition;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpRequestTaskTest {
    private static final String CRON = "0 0 1 1 *";

    private final Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
            .task(HttpRequestTask.task())
            .build();

    @AfterEach
    void close() {
        heartbeat.close();
    }

    private PulseDetail run(Schedule.Builder schedule) {
        Schedule built = schedule.runAtFirstPulse().build();
        heartbeat.schedules().define(built);
        return heartbeat
                .pulse(PulseRequest.from("test").awaitingRuns())
                .detail(built.id())
                .orElseThrow();
    }

    private PulseDetail run(Map<String, ?> params) {
        return run(Schedule.builder("call", CRON, HttpRequestTask.NAME).params(params));
    }

    private Map<String, Object> lastResult() {
        return heartbeat.schedules().findStored("call").orElseThrow().lastResult();
    }

    private static String circuit(String url) {
        return HttpRequestTask.task()
                .circuit(Schedule.builder("call", CRON, HttpRequestTask.NAME)
                        .param("url", url)
                        .build());
    }

    @Test
    void allThatCallOneHostShareItsCircuit() {
        assertThat(circuit("https://Shop.Example/warm")).isEqualTo("shop.example");
        assertThat(circuit("http://shop.example:8443/?key=secret")).isEqualTo("shop.example:8443");
        assertThat(circuit("no address")).as("the run will say what is wrong").isEqualTo(HttpRequestTask.NAME);
    }

    @Test
    void aHostThatIsDownIsLeftAloneAfterFiveFailures() throws Exception {
        int port;
        try (Listening listening = Listening.with(exchange -> exchange.sendResponseHeaders(204, -1))) {
            port = URI.create(listening.url()).getPort();
        }
        for (int i = 1; i <= 6; i++) {
            PulseDetail detail = run(Schedule.builder("call-" + i, CRON, HttpRequestTask.NAME)
                    .retry(Retry.none())
                    .param("url", "http://127.0.0.1:" + port + "/" + i));

            assertThat(detail.outcome()).isEqualTo(i <= 5 ? Outcome.FAILED : Outcome.DEFERRED);
            assertThat(detail.reason()).isEqualTo(i <= 5 ? null : PulseDetail.CIRCUIT_OPEN);
        }
        assertThat(heartbeat.health().conditions())
                .filteredOn(condition -> condition.name().equals(Condition.CIRCUIT_OPEN))
                .singleElement()
                .satisfies(condition -> assertThat(condition.cause()).contains("circuit '127.0.0.1:" + port + "'"));
    }

    @Test
    void methodHeadersAndBodyAreSentAndTheAnswerIsCounted() throws Exception {
        byte[] answer = "twelve bytes".getBytes(StandardCharsets.UTF_8);
        try (Listening listening = Listening.with(exchange -> {
            exchange.sendResponseHeaders(202, answer.length);
            exchange.getResponseBody().write(answer);
        })) {
            PulseDetail detail = run(Map.of(
                    "url",
                    listening.url() + "?a=b",
                    "method",
                    "PUT",
                    "headers",
                    Map.of("X-Api-Key", "k1", "Content-Type", "text/plain"),
                    "body",
                    "grüß dich"));

            assertThat(detail.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(lastResult())
                    .containsEntry("status", 202L)
                    .containsEntry("bytes", 12L)
                    .containsKey("ms");
            assertThat(listening.seen()).singleElement().satisfies(seen -> {
                assertThat(seen.method()).isEqualTo("PUT");
                assertThat(seen.path()).isEqualTo("/hook?a=b");
                assertThat(seen.headers().getFirst("X-Api-Key")).isEqualTo("k1");
                assertThat(seen.headers().getFirst("Idempotency-Key")).startsWith("call/");
                assertThat(seen.headers()).doesNotContainKey("Upgrade");
                assertThat(seen.body()).isEqualTo("grüß dich");
            });
        }
    }

    @Test
    void aRedirectIsNotFollowedAndIsNoSuccess() throws Exception {
        try (Listening elsewhere = Listening.with(200);
                Listening listening = Listening.with(exchange -> {
                    exchange.getResponseHeaders().set("Location", elsewhere.url());
                    exchange.sendResponseHeaders(302, -1);
                })) {
            assertThat(run(Map.of("url", listening.url())).findError())
                    .hasValueSatisfying(error -> assertThat(error)
                            .isEqualTo("status 302 was not expected from 127.0.0.1:" + listening.port() + "; 2xx was"));
            assertThat(elsewhere.seen()).isEmpty();
        }
    }

    @Test
    void theExpectedStatusIsANumberOrAListOfNumbers() throws Exception {
        try (Listening listening = Listening.with(404)) {
            assertThat(run(Map.of("url", listening.url(), "expectedStatus", 404))
                            .outcome())
                    .isEqualTo(Outcome.EXECUTED);
            assertThat(run(Schedule.builder("list", CRON, HttpRequestTask.NAME)
                                    .params(Map.of("url", listening.url(), "expectedStatus", List.of(200, 404))))
                            .outcome())
                    .isEqualTo(Outcome.EXECUTED);
            assertThat(run(Schedule.builder("other", CRON, HttpRequestTask.NAME)
                                    .params(Map.of("url", listening.url(), "expectedStatus", List.of(200, 204))))
                            .error())
                    .startsWith("status 404 was not expected")
                    .endsWith("; [200, 204] was");
        }
    }

    @Test
    void aFailureTellsNeitherAddressNorHeadersNorBodies() throws Exception {
        try (Listening listening = Listening.with(exchange -> {
            byte[] answer = "secret-in-answer".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(500, answer.length);
            exchange.getResponseBody().write(answer);
        })) {
            PulseDetail detail = run(Map.of(
                    "url",
                    listening.url() + "?token=secret-in-url",
                    "method",
                    "POST",
                    "headers",
                    Map.of("Authorization", "Bearer secret-in-header"),
                    "body",
                    "secret-in-body"));

            assertThat(detail.outcome()).isEqualTo(Outcome.RETRYING);
            assertThat(detail.toString()).contains("status 500").doesNotContain("secret");
        }
    }

    @Test
    void whatCannotBeCalledFailsAtOnceAndShowsNoSecret() {
        Map<String, Map<String, ?>> wrong = Map.ofEntries(
                Map.entry("'url' is missing; wanted text", Map.of("method", "GET")),
                Map.entry(
                        "param 'url' is no URL: Illegal character in query at index",
                        Map.of("url", "http://a/?t=secret secret")),
                Map.entry(
                        "param 'url' has another scheme; allowed are http and https", Map.of("url", "file:///secret")),
                Map.entry("param 'url' has no host and port", Map.of("url", "http://a:99999/secret")),
                Map.entry("param 'url' has a user or password in it", Map.of("url", "http://secret:secret@a/")),
                Map.entry(
                        "param 'method' is 'post'; allowed are [GET, HEAD, POST",
                        Map.of("url", "http://a", "method", "post")),
                Map.entry(
                        "param 'headers': 'X-Key' cannot be set",
                        Map.of("url", "http://a", "headers", Map.of("X-Key", "secret\nsecret"))),
                Map.entry(
                        "param 'headers': 'Host' cannot be set",
                        Map.of("url", "http://a", "headers", Map.of("Host", "secret"))),
                Map.entry(
                        "param 'expectedStatus' is neither a status nor a list of them; allowed are 100 to 599",
                        Map.of("url", "http://a", "expectedStatus", "2xx")),
                Map.entry(
                        "param 'timeoutSeconds' is 0; allowed are 1 to 3600",
                        Map.of("url", "http://a", "timeoutSeconds", 0)));
        wrong.forEach((message, params) -> {
            String id = "bad-" + message.hashCode();
            PulseDetail detail =
                    run(Schedule.builder(id, CRON, HttpRequestTask.NAME).params(params));

            assertThat(detail.outcome()).as(message).isEqualTo(Outcome.FAILED);
            assertThat(detail.error()).contains(message).doesNotContain("secret");
        });
    }

    @Test
    void nobodyThereIsAFailureThatNamesWhomItCalled() throws Exception {
        Listening gone = Listening.with(200);
        gone.close();

        PulseDetail detail = run(Map.of("url", gone.url() + "?token=secret"));

        assertThat(detail.error())
                .startsWith("no answer from 127.0.0.1:" + gone.port() + ": ConnectException")
                .doesNotContain("secret");
    }

    @Test
    void anAnswerThatDoesNotBeginIsGivenUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Listening listening = Listening.with(exchange -> over.await())) {
            assertThat(run(Map.of("url", listening.url(), "timeoutSeconds", 1)).error())
                    .startsWith("no answer from 127.0.0.1:" + listening.port() + ": HttpTimeoutException");
        }
    }

    @Test
    void theTimeoutOfTheScheduleEndsAnAnswerThatNeverEndsAndNothingIsStuck() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Listening listening = Listening.with(exchange -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            over.await();
        })) {
            PulseDetail detail = run(Schedule.builder("call", CRON, HttpRequestTask.NAME)
                    .param("url", listening.url())
                    .timeout(Duration.ofMillis(500)));

            assertThat(detail.error()).isEqualTo("timed out after 500 ms");
            assertThat(heartbeat.health().conditions()).isEmpty();
        }
    }

    @Test
    void anIdInAnyScriptGivesAnIdempotencyKeyThatHttpCanCarry() throws Exception {
        try (Listening listening = Listening.with(204)) {
            PulseDetail detail = run(Schedule.builder("täglich 100 %", CRON, HttpRequestTask.NAME)
                    .param("url", listening.url()));

            assertThat(detail.findError()).isEqualTo(Optional.empty());
            assertThat(listening.seen().get(0).headers().getFirst("Idempotency-Key"))
                    .startsWith("t%C3%A4glich%20100%20%25/");
        }
    }

    @Test
    void aKeyOfTheParamsComesBeforeOurs() throws Exception {
        try (Listening listening = Listening.with(204)) {
            run(Map.of("url", listening.url(), "headers", Map.of("idempotency-key", "mine")));

            assertThat(listening.seen().get(0).headers().get("Idempotency-Key")).containsExactly("mine");
        }
    }
}
