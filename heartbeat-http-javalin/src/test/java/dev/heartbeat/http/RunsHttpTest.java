package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers for runs, over a real server. */
class RunsHttpTest {
    private static final String RUNS = "/api/cron/runs";
    private static final Duration WITHIN = Duration.ofMinutes(10);

    private final SettableClock clock = new SettableClock(Given.NOON);
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, RunToken> tokens = new ConcurrentHashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Heartbeat heartbeat;
    private HeartbeatHttpServer server;

    @BeforeEach
    void open() {
        heartbeat = open(
                Heartbeat.builder(store).clock(clock).task("work", this::accept).build());
        server = open(HeartbeatHttpServer.start(
                new HeartbeatHttp(heartbeat, HttpSettings.withSecrets(Given.SECRET), clock), "127.0.0.1", 0));
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private TaskResult accept(TaskContext context) {
        tokens.put(context.scheduleId(), context.token());
        return TaskResult.accepted(WITHIN);
    }

    /** Has a run accepted. */
    private RunToken accepted(String id) {
        heartbeat
                .schedules()
                .define(Schedule.builder(id, "0 0 1 1 *", "work")
                        .runAtFirstPulse()
                        .build());
        heartbeat.pulse();
        return tokens.get(id);
    }

    private java.net.http.HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, body, "Authorization", "Bearer " + Given.SECRET);
    }

    private java.net.http.HttpResponse<String> send(String method, String path, String body, String... headers)
            throws Exception {
        java.net.http.HttpRequest.Builder request = java.net.http.HttpRequest.newBuilder(
                        URI.create(server.url() + path))
                .method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String in(RunToken token, String fields) {
        return "{\"token\":\"" + token.value() + "\"," + fields + "}";
    }

    private PendingFire pending(String id) {
        return store.schedule(id).orElseThrow().state().pending();
    }

    private List<RunRecord> ledger(String id) {
        return store.snapshot().runs().stream()
                .filter(run -> run.scheduleId().equals(id))
                .toList();
    }

    @Test
    void aWorkerCompletesARunWithTheTokenInThePath() throws Exception {
        RunToken token = accepted("weekly-deals");

        var answer = post(
                RUNS + "/" + token.value(),
                "{\"status\":\"executed\",\"result\":{\"video\":\"v1\",\"seconds\":1.5,\"parts\":[1,null,true],"
                        + "\"more\":{\"x\":9007199254740993}},\"counts\":{\"emails\":12}}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"completion\":\"accepted\"}");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json;charset=utf-8");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(ledger("weekly-deals")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(run.result())
                    .containsEntry("video", "v1")
                    .containsEntry("seconds", 1.5)
                    .containsEntry("parts", java.util.Arrays.asList(1L, null, true))
                    .containsEntry("more", Map.of("x", 9_007_199_254_740_993L));
            assertThat(run.counts()).isEqualTo(Map.of("emails", 12L));
        });
    }

    /** However the token travels: in the path as it is or encoded whole, or in the body. */
    @ParameterizedTest
    @ValueSource(strings = {"weekly-deals", "a b", "a+b", "100%", "ä;x=1", "a?b#c", "a.b~c_d", "%2F", "a\\b", "..a"})
    void aTokenTravelsInThePathOrInTheBody(String id) throws Exception {
        RunToken token = accepted(id);
        String encoded =
                URLEncoder.encode(token.value(), StandardCharsets.UTF_8).replace("+", "%20");
        String withSlashes = encoded.replace("%2F", "/");
        String note = "\"status\":\"running\",\"progress\":";

        int percent = 0;
        for (String path : List.of(encoded, withSlashes)) {
            percent += 10;
            clock.advance(Duration.ofSeconds(1));
            var answer = post(RUNS + "/" + path, "{" + note + percent / 100.0 + "}");
            assertThat(answer.body()).as(path).isEqualTo("{\"completion\":\"accepted\"}");
        }
        var answer = client.send(
                java.net.http.HttpRequest.newBuilder(URI.create(server.url() + RUNS))
                        .header("Authorization", "Bearer " + Given.SECRET)
                        .POST(BodyPublishers.ofString(new ObjectMapper()
                                .writeValueAsString(Map.of("token", token.value(), "status", "executed"))))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("{\"completion\":\"accepted\"}");
        assertThat(ledger(id)).hasSize(1);
    }

    @Test
    void eachStatusDoesWhatItSays() throws Exception {
        assertThat(post(RUNS, in(accepted("skipped"), "\"status\":\"skipped\",\"reason\":\"nothing to send\""))
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(
                                RUNS,
                                in(
                                        accepted("failed"),
                                        "\"status\":\"failed\",\"error\":\"no luck\",\"retryAfter\":\"PT5M\""))
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(RUNS, in(accepted("longer"), "\"status\":\"accepted\",\"within\":7200"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(RUNS, in(accepted("running"), "\"status\":\"running\",\"progress\":0.25,\"note\":\"page 3\""))
                        .statusCode())
                .isEqualTo(200);

        assertThat(ledger("skipped")).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(run.reason()).isEqualTo("nothing to send");
        });
        assertThat(pending("failed").state()).isEqualTo(PendingFire.State.WAITING);
        assertThat(pending("failed").until()).isEqualTo(Given.NOON.plus(Duration.ofMinutes(5)));
        assertThat(pending("longer").until()).isEqualTo(Given.NOON.plus(Duration.ofHours(2)));
        assertThat(pending("running").progress().text()).isEqualTo("25 % page 3");
    }

    @Test
    void tokensThatAreNotInForceAreToldApartByTheAnswer() throws Exception {
        RunToken done = accepted("done");
        RunToken late = accepted("late");
        String executed = "\"status\":\"executed\"";
        assertThat(post(RUNS, in(done, executed)).body()).isEqualTo("{\"completion\":\"accepted\"}");

        var again = post(RUNS, in(done, executed));
        assertThat(again.statusCode()).as("nobody sends it again").isEqualTo(200);
        assertThat(again.body()).isEqualTo("{\"completion\":\"already-done\"}");
        var forged = post(RUNS, in(new RunToken(late.value() + "0"), executed));
        assertThat(forged.statusCode()).isEqualTo(404);
        assertThat(forged.body()).isEqualTo("{\"completion\":\"unknown\"}");
        clock.advance(WITHIN);
        var expired = post(RUNS, in(late, executed));
        assertThat(expired.statusCode()).isEqualTo(410);
        assertThat(expired.body()).isEqualTo("{\"completion\":\"expired\"}");
        assertThat(ledger("late")).isEmpty();
    }

    @Test
    void theSecretIsCheckedBeforeAnythingElse() throws Exception {
        RunToken token = accepted("a");
        String body = in(token, "\"status\":\"executed\"");

        assertThat(send("POST", RUNS, body).statusCode()).isEqualTo(401);
        assertThat(send("POST", RUNS, "no json").statusCode()).isEqualTo(401);
        assertThat(send("POST", RUNS, body, "Authorization", "Bearer wrong-wrong-wrong")
                        .headers()
                        .firstValue("WWW-Authenticate"))
                .hasValue("Bearer realm=\"heartbeat\", error=\"invalid_token\"");
        for (int i = 0; i < 9; i++) {
            send("POST", RUNS, body, "Authorization", "Bearer wrong-wrong-wrong");
        }
        assertThat(send("POST", RUNS, body, "Authorization", "Bearer wrong-wrong-wrong")
                        .statusCode())
                .isEqualTo(429);
        assertThat(ledger("a")).isEmpty();
        assertThat(post(RUNS, body).statusCode()).as("never locked out").isEqualTo(200);
    }

    @Test
    void onlyPostAnswers() throws Exception {
        String secret = "Bearer " + Given.SECRET;
        for (String path : List.of(RUNS, RUNS + "/a/b/c")) {
            for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
                var answer = send(method, path, "", "Authorization", secret);
                assertThat(answer.statusCode()).as("%s %s", method, path).isEqualTo(405);
                assertThat(answer.headers().firstValue("Allow")).hasValue("POST, OPTIONS");
                assertThat(send(method, path, "").statusCode()).isEqualTo(401);
            }
            assertThat(send("OPTIONS", path, "").headers().firstValue("Allow")).hasValue("POST, OPTIONS");
            assertThat(send("HEAD", path, "", "Authorization", secret).body()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                                          | no JSON object",
                "nonsense                                                    | no JSON: line 1, column",
                "[]                                                          | no JSON object",
                "{\"status\":\"executed\"} x                                 | no JSON: line 1, column",
                "{\"status\":\"executed\",\"status\":\"failed\"}             | no JSON: line 1, column",
                "{}                                                          | 'status' of the body is missing; allowed is executed, skipped, failed, accepted or running",
                "{\"status\":\"done\"}                                       | 'status' of the body is not allowed; allowed is executed",
                "{\"status\":5}                                              | 'status' of the body is not allowed; allowed is text",
                "{\"status\":\"executed\",\"reslt\":{}}                      | a field 'reslt'; with status executed there are result, counts",
                "{\"status\":\"executed\",\"error\":\"x\"}                   | a field 'error'",
                "{\"status\":\"executed\",\"result\":[]}                     | 'result' of the body is not allowed; allowed is an object",
                "{\"status\":\"executed\",\"result\":{\"x\":[[1]]}}          | task result: value at 'x[0]'",
                "{\"status\":\"executed\",\"result\":{\"x\":99999999999999999999}} | task result: value at 'x'",
                "{\"status\":\"executed\",\"counts\":{\"x\":1.5}}            | 'counts' of the body is not allowed; allowed is an object of whole numbers",
                "{\"status\":\"executed\",\"counts\":{\"x\":-1}}             | count of 'x', -1, is not allowed",
                "{\"status\":\"executed\",\"counts\":5}                      | 'counts' of the body is not allowed",
                "{\"status\":\"skipped\"}                                    | 'reason' of the body is missing; allowed is text",
                "{\"status\":\"failed\"}                                     | 'error' of the body is missing; allowed is text",
                "{\"status\":\"failed\",\"error\":\"x\",\"retryAfter\":\"soon\"} | 'retryAfter' of the body is not allowed; allowed is a duration",
                "{\"status\":\"failed\",\"error\":\"x\",\"retryAfter\":-1}   | retryAfter: wait PT-1S is not allowed",
                "{\"status\":\"accepted\"}                                   | 'within' of the body is missing; allowed is a duration",
                "{\"status\":\"accepted\",\"within\":0}                      | accepted: completeWithin PT0S is not allowed",
                "{\"status\":\"accepted\",\"within\":60,\"counts\":{}}       | a field 'counts'",
                "{\"status\":\"running\"}                                    | 'progress' of the body is missing; allowed is a number from 0 to 1",
                "{\"status\":\"running\",\"progress\":\"half\"}              | 'progress' of the body is not allowed",
                "{\"status\":\"executed\",\"token\":\"b/k/r\"}               | the token in the path and the one in the body differ",
                "{\"status\":\"executed\",\"token\":5}                       | 'token' of the body is not allowed; allowed is text",
            })
    void aBodyThatCannotBeReadIsAProblemThatSaysWhy(String body, String why) throws Exception {
        RunToken token = accepted("a");

        var answer = post(RUNS + "/" + token.value(), body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        JsonNode problem = new ObjectMapper().readTree(answer.body());
        assertThat(problem.get("detail").textValue()).contains(why);
        assertThat(pending("a").state()).as("nothing was done").isEqualTo(PendingFire.State.ACCEPTED);
        assertThat(pending("a").progress()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a/b", "/a/b/c/d", "/a//c", "/a/b/"})
    void aTokenOfAnotherFormIsAProblem(String path) throws Exception {
        assertThat(post(RUNS + path, "{\"status\":\"executed\"}").statusCode()).isEqualTo(400);
    }

    @Test
    void aTokenThatIsNowhereIsAProblem() throws Exception {
        assertThat(post(RUNS, "{\"status\":\"executed\"}").body())
                .contains("'token' of the body is missing; allowed is the token of a run");
    }

    @Test
    void aBodyOfMoreThan64KibIsRefused() throws Exception {
        RunToken token = accepted("a");
        String frame = "{\"status\":\"failed\",\"error\":\"\"}";
        String most = "{\"status\":\"failed\",\"error\":\"" + "x".repeat(65_536 - frame.length()) + "\"}";

        assertThat(post(RUNS + "/" + token.value(), most + " ").statusCode()).isEqualTo(413);
        assertThat(post(RUNS + "/" + token.value(), most).statusCode()).isEqualTo(200);
        assertThat(store.schedule("a").orElseThrow().lastResult().get("error"))
                .asString()
                .hasSize(500);
    }

    @Test
    void aStoreThatDoesNotAnswerIs503AndTheAnswerMayBeSentAgain() {
        HeartbeatHttp http = new HeartbeatHttp(
                Given.broken(() -> {
                    throw new StoreException("connection refused to 10.0.0.5");
                }),
                HttpSettings.withSecrets(Given.SECRET),
                clock);

        HttpResponse answer = http.runs(request("{\"status\":\"executed\"}"));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(Given.body(answer)).contains("may be sent again").doesNotContain("10.0.0.5");
    }

    @Test
    void aHeartbeatThatIsClosedTakesNoMoreAnswers() {
        HeartbeatHttp http = new HeartbeatHttp(heartbeat, HttpSettings.withSecrets(Given.SECRET), clock);
        heartbeat.close();

        HttpResponse answer = http.runs(request("{\"status\":\"executed\"}"));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(Given.body(answer)).contains("shut down");
    }

    private static HttpRequest request(String body) {
        HttpRequest plain = Given.request("POST", RUNS + "/a/b/c", "Authorization", "Bearer " + Given.SECRET);
        return new HttpRequest(
                plain.method(),
                plain.path(),
                plain.headers(),
                plain.query(),
                plain.remoteAddress(),
                body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void healthShowsWhatAWorkerHasSaidAtOnce() throws Exception {
        heartbeat
                .schedules()
                .define(Schedule.builder("a", "0 0 1 1 *", "work")
                        .retry(dev.heartbeat.schedule.Retry.none())
                        .runAtFirstPulse()
                        .build());
        heartbeat.pulse();
        assertThat(send("GET", "/api/system/health", "").body()).contains("\"pulse\":\"alive\"");
        post(RUNS, in(tokens.get("a"), "\"status\":\"failed\",\"error\":\"no luck\""));
        heartbeat.close(); // writes what is left for the heartbeat

        assertThat(send("GET", "/api/system/health", "").body()).contains("\"pulse\":\"error\"");
    }

    @Test
    void thePathIsConfigurable() throws Exception {
        HttpSettings settings =
                HttpSettings.withSecrets(Given.SECRET).below("/ops").runsPath("/ops/work/done");
        assertThat(settings.tickPath()).isEqualTo("/ops/api/cron/tick");
        assertThat(HttpSettings.withSecrets(Given.SECRET).below("/ops").runsPath())
                .isEqualTo("/ops/api/cron/runs");
        server = open(HeartbeatHttpServer.start(new HeartbeatHttp(heartbeat, settings, clock), "127.0.0.1", 0));
        RunToken token = accepted("a");

        assertThat(post("/ops/work/done/" + token.value(), "{\"status\":\"executed\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("/ops/api/cron/runs", "{}").statusCode()).isEqualTo(404);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.runsPath("runs/"))
                .withMessageContaining("runs path 'runs/'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.runsPath("/ops/api"))
                .withMessageContaining("all below /ops/api is for answers for runs");
        assertThatIllegalArgumentException().isThrownBy(() -> settings.runsPath(settings.healthPath()));
        assertThat(settings.runsPath("/ops/api/cron/tick2").runsPath()).isEqualTo("/ops/api/cron/tick2");
    }

    @Test
    void aCancelledRunIsGoneForItsWorker() throws Exception {
        RunToken token = accepted("a");
        heartbeat.schedules().cancel("a", Audit.by("ann", "wrong template"));

        assertThat(post(RUNS, in(token, "\"status\":\"running\",\"progress\":0.5"))
                        .statusCode())
                .isEqualTo(410);
    }
}
