package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import io.javalin.Javalin;
import io.javalin.http.ForbiddenResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The handlers behind a real server and a real client. */
class JavalinShellTest {
    private static final String TICK = "/api/cron/tick";
    private static final String HEALTH = "/api/system/health";

    private final SettableClock clock = new SettableClock(Given.NOON);
    private final InMemoryHeartbeatStore store = Given.store(clock);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

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

    private HeartbeatHttp http() {
        return http(open(Given.heartbeat(store, clock).build()), HttpSettings.withSecrets(Given.SECRET));
    }

    private HeartbeatHttp http(Heartbeat heartbeat, HttpSettings settings) {
        return new HeartbeatHttp(heartbeat, settings, clock);
    }

    private java.net.http.HttpResponse<String> send(String method, String url, String... headers) throws Exception {
        java.net.http.HttpRequest.Builder request =
                java.net.http.HttpRequest.newBuilder(URI.create(url)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aServerOnAFreePortAnswersTheContractToTheByte() throws Exception {
        HeartbeatHttpServer server = open(HeartbeatHttpServer.start(http(), "127.0.0.1", 0));

        assertThat(server.port()).isPositive();
        assertThat(send("GET", server.url() + HEALTH).body()).isEqualTo(Given.golden("health-unknown.json"));
        var tick = send("POST", server.url() + TICK, "Authorization", "Bearer " + Given.SECRET);
        assertThat(tick.statusCode()).isEqualTo(200);
        assertThat(tick.body()).isEqualTo(Given.golden("tick.json"));
        assertThat(tick.headers().firstValue("Content-Type")).hasValue("application/json;charset=utf-8");
        assertThat(tick.headers().firstValue("X-Frame-Options")).hasValue("DENY");
    }

    @Test
    void noMethodOfOurPathsIsAnsweredBehindOurBack() throws Exception {
        HeartbeatHttpServer server = open(HeartbeatHttpServer.start(http(), "127.0.0.1", 0));

        assertThat(send("HEAD", server.url() + TICK).statusCode()).isEqualTo(401);
        assertThat(send("HEAD", server.url() + TICK, "Authorization", "Bearer " + Given.SECRET)
                        .statusCode())
                .isEqualTo(405);
        assertThat(send("OPTIONS", server.url() + TICK).statusCode()).isEqualTo(204);
        assertThat(send("HEAD", server.url() + HEALTH).statusCode()).isEqualTo(200);
        assertThat(send("OPTIONS", server.url() + HEALTH).statusCode()).isEqualTo(204);
        for (String method : List.of("PUT", "PATCH", "DELETE")) {
            assertThat(send(method, server.url() + HEALTH).statusCode())
                    .as(method)
                    .isEqualTo(405);
            assertThat(send(method, server.url() + TICK).statusCode())
                    .as(method)
                    .isEqualTo(401);
        }
        for (String method : List.of("QUERY", "TRACE")) {
            assertThat(raw(server.port(), method, HEALTH, "")).as(method).startsWith("HTTP/1.1 405");
        }
        assertThat(store.snapshot().runs()).isEmpty();
    }

    @Test
    void answersWithoutABodySayOnlyWhatTheyHave() throws Exception {
        HeartbeatHttpServer server = open(HeartbeatHttpServer.start(http(), "127.0.0.1", 0));
        String length = Integer.toString(Given.golden("health-unknown.json").length());

        assertThat(send("OPTIONS", server.url() + HEALTH).headers().map()).doesNotContainKey("Content-Type");
        var head = send("HEAD", server.url() + HEALTH);
        assertThat(head.headers().firstValue("Content-Length")).hasValue(length);
        assertThat(head.headers().firstValue("Content-Type")).hasValue("application/json;charset=utf-8");
        String tag = head.headers().firstValue("ETag").orElseThrow();
        var same = send("GET", server.url() + HEALTH, "If-None-Match", tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.headers().map()).doesNotContainKeys("Content-Type", "Content-Length");
        assertThat(send("HEAD", server.url() + HEALTH, "If-None-Match", tag)
                        .headers()
                        .map())
                .doesNotContainKeys("Content-Type", "Content-Length");
    }

    @Test
    void twoAuthorizationHeadersAreRefusedInEitherOrder() throws Exception {
        HeartbeatHttpServer server = open(HeartbeatHttpServer.start(http(), "127.0.0.1", 0));

        assertThat(raw(
                        server.port(),
                        "GET",
                        TICK,
                        "Authorization: Bearer wrong\r\nAuthorization: Bearer " + Given.SECRET))
                .startsWith("HTTP/1.1 401");
        assertThat(raw(
                        server.port(),
                        "GET",
                        TICK,
                        "Authorization: Bearer " + Given.SECRET + "\r\nAuthorization: Bearer wrong"))
                .startsWith("HTTP/1.1 401");
        assertThat(raw(server.port(), "GET", TICK, "authorization: BEARER " + Given.SECRET))
                .startsWith("HTTP/1.1 200");
    }

    private static String raw(int port, String method, String path, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                                    + (headers.isEmpty() ? "\r\n" : "\r\n\r\n"))
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Heartbeat slow(CountDownLatch started, CountDownLatch release) {
        Heartbeat heartbeat = open(Given.heartbeat(store, clock)
                .task("slow", context -> {
                    started.countDown();
                    release.await();
                    return TaskResult.done();
                })
                .build());
        heartbeat
                .schedules()
                .define(Schedule.builder("slow", "0 0 1 1 *", "slow")
                        .runAtFirstPulse()
                        .build());
        return heartbeat;
    }

    private CompletableFuture<java.net.http.HttpResponse<String>> tickLater(String url) {
        return client.sendAsync(
                java.net.http.HttpRequest.newBuilder(URI.create(url + TICK))
                        .header("Authorization", "Bearer " + Given.SECRET)
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void aServerThatStopsDuringATickAnswersItFirst() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat = slow(started, release);
        HeartbeatHttpServer server =
                HeartbeatHttpServer.start(http(heartbeat, HttpSettings.withSecrets(Given.SECRET)), "127.0.0.1", 0);
        CompletableFuture<java.net.http.HttpResponse<String>> tick = tickLater(server.url());
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> stop = CompletableFuture.runAsync(server::close);
        var late = send("GET", server.url() + TICK, "Authorization", "Bearer " + Given.SECRET);
        while (late.statusCode() == 200) { // busy: the stop has not begun yet
            late = send("GET", server.url() + TICK, "Authorization", "Bearer " + Given.SECRET);
        }
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.body()).contains("\"title\":\"Service Unavailable\"");
        release.countDown();

        assertThat(tick.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(tick.get().body()).contains("\"status\":\"executed\"");
        stop.get(20, TimeUnit.SECONDS);
        assertThat(heartbeat.health().healthy())
                .as("the server does not close the heartbeat")
                .isTrue();
        heartbeat.pulse();
    }

    /** As it would be after 60 seconds. */
    @Test
    void aTickThatTakesLongerThanAStopWaitsLosesItsAnswerAndNothingElse() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Heartbeat heartbeat = slow(started, release);
        JavalinRoutes routes = new JavalinRoutes(http(heartbeat, HttpSettings.withSecrets(Given.SECRET)));
        Javalin app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            routes.addTo(config.routes);
            config.events.serverStopping(() -> routes.stop(Duration.ZERO));
        });
        app.start("127.0.0.1", 0);
        int port = app.port();
        CompletableFuture<String> tick = CompletableFuture.supplyAsync(() -> {
            try {
                return raw(port, "POST", TICK, "Authorization: Bearer " + Given.SECRET);
            } catch (IOException e) {
                return ""; // cut off
            }
        });
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

        app.stop();
        assertThat(tick.get(20, TimeUnit.SECONDS)).isEmpty();
        release.countDown();
        heartbeat.close();

        assertThat(store.snapshot().runs())
                .filteredOn(run -> run.scheduleId().equals("slow"))
                .extracting(RunRecord::outcome)
                .containsExactly(Outcome.EXECUTED);
    }

    @Test
    void twoHeartbeatsAreMountedBesideTheHostsOwnRoutesBelowItsContextPath() throws Exception {
        HeartbeatHttp one = http(
                open(Given.heartbeat(store, clock).name("one").build()),
                HttpSettings.withSecrets(Given.SECRET).below("/one"));
        HeartbeatHttp two = http(
                open(Given.heartbeat(new InMemoryHeartbeatStore(clock), clock)
                        .name("two")
                        .build()),
                HttpSettings.withSecrets(Given.OTHER_SECRET).paths("/two/tick", "/two/health"));
        Javalin app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.router.contextPath = "/app";
            config.routes.get("/hello", context -> context.result("hello"));
            config.registerPlugin(new HeartbeatPlugin(one));
            config.registerPlugin(new HeartbeatPlugin(two));
        });
        app.start("127.0.0.1", 0);
        open(app::stop);
        String base = "http://127.0.0.1:" + app.port() + "/app";

        assertThat(send("GET", base + "/hello").body()).isEqualTo("hello");
        assertThat(send("GET", base + "/one" + TICK, "Authorization", "Bearer " + Given.SECRET)
                        .body())
                .isEqualTo(Given.golden("tick.json"));
        assertThat(send("GET", base + "/two/tick", "Authorization", "Bearer " + Given.SECRET)
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("GET", base + "/two/tick", "Authorization", "Bearer " + Given.OTHER_SECRET)
                        .body())
                .contains("\"processed\":0");
        assertThat(send("GET", base + "/two/health").body()).contains("alive");
        assertThat(send("GET", base + "/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void aHostThatGatesEveryRouteByRoleCanLetOursPass() throws Exception {
        HeartbeatHttp http = http();
        AtomicInteger gated = new AtomicInteger();
        Javalin app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.beforeMatched(context -> {
                gated.incrementAndGet();
                if (context.routeRoles().stream().noneMatch(role -> role instanceof HeartbeatRole)) {
                    throw new ForbiddenResponse();
                }
            });
            config.routes.get("/hello", context -> context.result("hello"));
            config.registerPlugin(new HeartbeatPlugin(http));
        });
        app.start("127.0.0.1", 0);
        open(app::stop);
        String base = "http://127.0.0.1:" + app.port();

        assertThat(send("GET", base + "/hello").statusCode()).isEqualTo(403);
        assertThat(send("GET", base + HEALTH).statusCode()).isEqualTo(200);
        assertThat(send("GET", base + TICK).statusCode())
                .as("the route checks by itself")
                .isEqualTo(401);
        assertThat(gated).hasValue(3);
    }

    /** Tests and hosts that restart make a new app over the same plugin. */
    @Test
    void anAppMadeAfterAnotherOneHasStoppedTakesTicksThroughTheSamePlugin() throws Exception {
        HeartbeatPlugin plugin = new HeartbeatPlugin(http());
        List<Javalin> apps = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            apps.add(Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.registerPlugin(plugin);
            }));
        }
        open(apps.get(2)::stop);
        apps.get(2).start("127.0.0.1", 0);

        for (Javalin app : apps.subList(0, 2)) {
            app.start("127.0.0.1", 0);
            assertThat(tickOf(app).statusCode()).isEqualTo(200);
            app.stop();
            assertThat(tickOf(apps.get(2)).statusCode())
                    .as("an app that goes on is not stopped by another one")
                    .isEqualTo(200);
        }
    }

    private java.net.http.HttpResponse<String> tickOf(Javalin app) throws Exception {
        return send("GET", "http://127.0.0.1:" + app.port() + TICK, "Authorization", "Bearer " + Given.SECRET);
    }

    @Test
    void aMalformedQueryIsA400OnTheWireToo() throws Exception {
        HeartbeatHttpServer server = open(HeartbeatHttpServer.start(http(), "127.0.0.1", 0));

        for (String query : List.of(
                "limit=%zz", "limit=%", "limit=%ff", "strict=0&strict=1", "source=", "source=" + "a".repeat(500))) {
            assertThat(raw(server.port(), "GET", HEALTH + "?" + query, ""))
                    .as(query)
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json", "query parameter '" + query.replaceAll("=.*", "'"));
            assertThat(raw(server.port(), "POST", TICK + "?" + query, "Authorization: Bearer " + Given.SECRET))
                    .as(query)
                    .startsWith("HTTP/1.1 400");
        }
        assertThat(raw(server.port(), "GET", HEALTH + "?x=" + "a".repeat(20_000), ""))
                .as("too long for the server itself")
                .startsWith("HTTP/1.1 4");
        assertThat(store.snapshot().runs()).isEmpty();
    }

    @Test
    void twelveTicksAtTheSameTimeRunNothingTwice() throws Exception {
        HeartbeatHttpServer server = open(HeartbeatHttpServer.start(http(), "127.0.0.1", 0));
        List<CompletableFuture<java.net.http.HttpResponse<String>>> ticks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ticks.add(tickLater(server.url()));
        }

        for (CompletableFuture<java.net.http.HttpResponse<String>> tick : ticks) {
            assertThat(tick.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(store.snapshot().runs()).as("two fires were due").hasSize(2);
    }

    @Test
    void aClosedServerStillTellsWhereItListened() {
        HeartbeatHttpServer server = HeartbeatHttpServer.start(http(), "127.0.0.1", 0);
        int port = server.port();
        String url = server.url();
        server.close();

        assertThat(server.port()).isEqualTo(port).isPositive();
        assertThat(server.url()).isEqualTo(url);
    }

    /** The JDK takes null and nothing for loopback, and Jetty takes them for every interface there is. */
    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", " ", "\t", " 127.0.0.1", "127.0.0.1 ", "127.0.0.1\n", "[::1]", "[127.0.0.1]", "local host"})
    void aHostThatIsNoPlainNameOrAddressIsRefusedAtTheCall(String host) {
        HeartbeatHttp http = http();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(HeartbeatHttpServer.start(http, host, 0)))
                .withMessageStartingWith("host " + (host == null ? "null" : "'" + host + "'"))
                .withMessageContaining("is not allowed")
                .withMessageContaining("127.0.0.1, localhost, ::1")
                .withMessageContaining("without brackets or blanks");
    }

    @Test
    void aServerListensOnLoopbackOnlyAndSaysWhyItCannot() {
        HeartbeatHttp http = http();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeartbeatHttpServer.start(http, "0.0.0.0", 0))
                .withMessageContaining("host '0.0.0.0'")
                .withMessageContaining("loopback");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeartbeatHttpServer.start(http, "127.0.0.1", 65_536))
                .withMessageContaining("port 65536");
        HeartbeatHttpServer server = open(HeartbeatHttpServer.start(http, "127.0.0.1", 0));
        assertThatThrownBy(() -> HeartbeatHttpServer.start(http, "127.0.0.1", server.port()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());
    }
}
