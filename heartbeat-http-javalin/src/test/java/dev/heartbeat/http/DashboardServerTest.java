package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard behind a real server, asked by a real client. */
class DashboardServerTest {
    private static final String[] FROM_OUR_PAGE = {"Sec-Fetch-Site", "same-origin", "X-Heartbeat-Request", "1"};

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

    private HeartbeatHttpServer server(DashboardSettings settings) {
        return open(HeartbeatHttpServer.start(open(new Desk(settings)).http, "127.0.0.1", 0));
    }

    private java.net.http.HttpResponse<String> send(String method, String url, String body, String... headers)
            throws Exception {
        java.net.http.HttpRequest.Builder request =
                java.net.http.HttpRequest.newBuilder(URI.create(url)).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void theFrontDoorLeadsToThePage() throws Exception {
        String url = server(DashboardSettings.openOnLoopback()).url();

        assertThat(send("GET", url + "/", "").headers().firstValue("Location")).hasValue("/heartbeat/");
        var head = send("HEAD", url + "/", "");
        assertThat(head.statusCode()).isEqualTo(302);
        assertThat(head.headers().firstValue("Location")).hasValue("/heartbeat/");
        var bare = send("GET", url + "/heartbeat", "");
        assertThat(bare.statusCode()).isEqualTo(308);
        assertThat(bare.headers().firstValue("Location")).hasValue("heartbeat/");
        var page = send("GET", url + "/heartbeat/", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'", "require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        String tag = page.headers().firstValue("ETag").orElseThrow();
        assertThat(send("GET", url + "/heartbeat/", "", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(send("GET", url + "/heartbeat/heartbeat-indicator.js", "").statusCode())
                .isEqualTo(200);
        assertThat(send("GET", url + "/heartbeat/dashboard/nothing.js", "").statusCode())
                .isEqualTo(404);
        assertThat(send("GET", url + "/heartbeat/login", "").statusCode())
                .as("there is none")
                .isEqualTo(404);
    }

    @Test
    void somebodyLogsInPulsesAndLogsOut() throws Exception {
        String url = server(DashboardSettings.adminSecret(Desk.ADMIN_SECRET)).url() + "/heartbeat/";

        var nobody = send("GET", url, "");
        assertThat(nobody.statusCode()).isEqualTo(302);
        assertThat(nobody.headers().firstValue("Location")).hasValue("login");
        assertThat(send("GET", url + "api/summary", "").statusCode()).isEqualTo(401);
        assertThat(send("HEAD", url + "api/summary", "").statusCode())
                .as("HEAD is asked too")
                .isEqualTo(401);
        assertThat(send("GET", url + "login.css", "").statusCode()).isEqualTo(200);

        var in = send(
                "POST",
                url + "login",
                "secret=" + Desk.ADMIN_SECRET,
                "Sec-Fetch-Site",
                "same-origin",
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(in.statusCode()).isEqualTo(303);
        String[] session = {
            "Cookie", in.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "")
        };
        String[] fromOurPage = {
            session[0], session[1], FROM_OUR_PAGE[0], FROM_OUR_PAGE[1], FROM_OUR_PAGE[2], FROM_OUR_PAGE[3]
        };
        assertThat(send("GET", url, "", session).statusCode()).isEqualTo(200);
        assertThat(send("GET", url + "api/summary", "", session).statusCode()).isEqualTo(200);
        assertThat(send("POST", url + "api/pulse", "", session).statusCode())
                .as("nobody says where from")
                .isEqualTo(403);
        assertThat(send("POST", url + "api/pulse", "", fromOurPage).statusCode())
                .isEqualTo(200);
        JsonNode pulses = Desk.MAPPER.readTree(
                send("GET", url + "api/pulses", "", session).body());
        assertThat(Desk.texts(pulses.get("items"), "source")).containsExactly("dashboard");

        assertThat(send("POST", url + "logout", "", fromOurPage).statusCode()).isEqualTo(204);
        assertThat(send("GET", url + "api/summary", "", session).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100% of all",
                "a+b c",
                "..hidden",
                "a;b=c?d#e&f",
                "K\u00e4se \u2013 \u6f22\u5b57 \ud83e\udec0",
                "back\\slash",
                "%2e%2e",
                "~",
                "\"quoted\" <b>"
            })
    void everyIdIsReachedThroughTheServer(String id) throws Exception {
        Desk desk = open(new Desk(DashboardSettings.openOnLoopback()));
        desk.define(desk.schedule(id, "0 9 * * 1"));
        String page = open(HeartbeatHttpServer.start(desk.http, "127.0.0.1", 0)).url() + "/heartbeat/";
        String path = page + "api/schedules/" + Paths.encoded(id);

        JsonNode known = Desk.MAPPER.readTree(send("GET", path, "").body());
        assertThat(known.path("schedule").path("id").asText()).isEqualTo(id);
        var run = send("POST", path + "/run", "", FROM_OUR_PAGE);
        assertThat(run.statusCode()).as(run.body()).isEqualTo(202);
        String poll = Desk.MAPPER.readTree(run.body()).get("poll").asText();
        assertThat(send("GET", page + poll, "").body()).contains("\"state\":\"asked\"");
        String runs = page + "api/runs?schedule=" + Paths.encoded(id);
        assertThat(send("GET", runs, "").statusCode()).isEqualTo(200);
        assertThat(send("GET", page + "api/history.csv?schedule=" + Paths.encoded(id), "")
                        .body())
                .startsWith("endedAt,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%2Fb", "a%2F..%2Fb", "%2e%2e", "%2e%2e%2f%2e%2e%2fme", "%00", "%zz", "%C3"})
    void whatIsNoIdIsNotFoundOrRefused(String id) throws Exception {
        String page = server(DashboardSettings.openOnLoopback()).url() + "/heartbeat/";

        String answer = raw(page + "api/schedules/" + id);
        assertThat(answer).containsPattern("^HTTP/1.1 (400|404) ");
    }

    /** What the JDK's own client would not send. */
    private static String raw(String url) throws Exception {
        URI uri = URI.create(url.substring(0, url.indexOf("/heartbeat/")));
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String path = url.substring(url.indexOf("/heartbeat/"));
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aDownloadComesInPiecesAndWhole() throws Exception {
        Desk desk = open(new Desk(DashboardSettings.openOnLoopback()));
        desk.define(desk.schedule("mail", "* * * * *").catchUp(dev.heartbeat.schedule.CatchUp.all(1_000)));
        desk.at("2026-02-16T02:00:00Z");
        desk.heartbeat.pulse();
        String url = open(HeartbeatHttpServer.start(desk.http, "127.0.0.1", 0)).url();

        var csv = send("GET", url + "/heartbeat/api/history.csv", "");
        assertThat(csv.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
        assertThat(csv.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8");
        assertThat(csv.body().lines()).hasSize(841);
    }

    @Test
    void everyMethodOfThePathsIsOurs() throws Exception {
        String url = server(DashboardSettings.openOnLoopback()).url() + "/heartbeat/";

        for (String method : List.of("PUT", "PATCH", "DELETE")) {
            for (String path : List.of("", "api/me", "api/pulse", "api/schedules/x/run")) {
                assertThat(send(method, url + path, "", FROM_OUR_PAGE).statusCode())
                        .as(method + " " + path)
                        .isEqualTo(405);
            }
        }
        assertThat(send("HEAD", url + "api/pulse", "").statusCode()).isEqualTo(405);
        assertThat(send("OPTIONS", url + "api/pulse", "").headers().firstValue("Allow"))
                .hasValue("POST, OPTIONS");
        assertThat(send("OPTIONS", url + "api/pulse", "").headers().map())
                .doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void anotherPortOfThisMachineMayNothing() throws Exception {
        String url = server(DashboardSettings.openOnLoopback()).url() + "/heartbeat/";

        var sameSite = send(
                "POST",
                url + "api/pulse",
                "",
                "Sec-Fetch-Site",
                "same-site",
                "X-Heartbeat-Request",
                "1",
                "Origin",
                "http://127.0.0.1:1");
        assertThat(sameSite.statusCode()).isEqualTo(403);
    }

    @Test
    void theHostsOwnLoginTellsWhoLooksAndItsPathsAreKept() throws Exception {
        Desk desk = open(new Desk(DashboardSettings.viewers(request -> {
            Context context = (Context) request.exchange();
            String user = context == null ? null : context.attribute("user");
            return user == null ? Viewer.NONE : new Viewer(ViewerRole.valueOf(user), "somebody of the host");
        })));
        Javalin app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.router.contextPath = "/heartbeat"; // the very name that the page has below it
            config.routes.before(context -> context.attribute("user", context.header("X-User")));
            config.registerPlugin(new HeartbeatPlugin(desk.http));
        });
        app.start("127.0.0.1", 0);
        opened.add(app::stop);
        String url = "http://127.0.0.1:" + app.port() + "/heartbeat/heartbeat";

        assertThat(send("GET", url, "").headers().firstValue("Location")).hasValue("heartbeat/");
        assertThat(send("GET", url + "/", "", "X-User", "SUPER_USER").statusCode())
                .isEqualTo(200);
        assertThat(send("GET", url + "/", "").statusCode()).isEqualTo(403);
        assertThat(send("GET", url + "/api/me", "", "X-User", "TENANT").body()).contains("\"role\":\"TENANT\"");
        assertThat(send("GET", url + "/api/summary", "", "X-User", "TENANT").statusCode())
                .isEqualTo(403);
        assertThat(send("GET", url + "/api/summary", "", "X-User", "SUPER_USER").statusCode())
                .isEqualTo(200);
        assertThat(send("GET", url + "/dashboard/dashboard.css", "")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
        assertThat(send("GET", url + "/heartbeat-indicator.js", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aPulseUnderWayIsAnsweredBeforeTheServerStops() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Desk desk = open(new Desk(DashboardSettings.openOnLoopback()));
        desk.work.set(context -> {
            began.countDown();
            try {
                mayEnd.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return dev.heartbeat.task.TaskResult.done();
        });
        desk.define(desk.schedule("slow", "0 9 * * 1").runAtFirstPulse());
        HeartbeatHttpServer server = HeartbeatHttpServer.start(desk.http, "127.0.0.1", 0);
        CompletableFuture<java.net.http.HttpResponse<String>> pulse = client.sendAsync(
                java.net.http.HttpRequest.newBuilder(URI.create(server.url() + "/heartbeat/api/pulse"))
                        .POST(BodyPublishers.noBody())
                        .headers(FROM_OUR_PAGE)
                        .build(),
                BodyHandlers.ofString());
        assertThat(began.await(30, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> stop = CompletableFuture.runAsync(server::close);
        mayEnd.countDown();

        assertThat(pulse.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        stop.get(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::"})
    void withoutAnAdminSecretNobodyListensBeyondLoopback(String host) {
        for (DashboardSettings settings : List.of(
                DashboardSettings.openOnLoopback(),
                DashboardSettings.viewers(request -> new Viewer(ViewerRole.SUPER_USER, "anybody")))) {
            HeartbeatHttp http = open(new Desk(settings)).http;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HeartbeatHttpServer.start(http, host, 0))
                    .withMessageContaining("without an admin secret this server listens on loopback only");
        }
    }

    @Test
    void withAnAdminSecretItListensWhereItIsTold() throws Exception {
        HeartbeatHttp http = open(new Desk(DashboardSettings.adminSecret(Desk.ADMIN_SECRET))).http;
        HeartbeatHttpServer server = open(HeartbeatHttpServer.start(http, "0.0.0.0", 0));

        String url = "http://127.0.0.1:" + server.port() + "/heartbeat/api/summary";
        assertThat(send("GET", url, "").statusCode()).isEqualTo(401);
        assertThat(send("GET", url, "", "Authorization", "Bearer " + Desk.ADMIN_SECRET)
                        .statusCode())
                .isEqualTo(200);
    }
}
