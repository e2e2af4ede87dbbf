package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served for people to look at, without a browser. */
class UiHttpTest {
    private static final HttpSettings PLAIN = HttpSettings.withSecrets(Given.SECRET);
    private static final HttpSettings ALL = PLAIN.showing(PublicView.values());

    private final SettableClock clock = new SettableClock(Given.NOON);
    private final InMemoryHeartbeatStore store = Given.store(clock);
    private final Heartbeat heartbeat = Given.heartbeat(store, clock).build();

    @AfterEach
    void close() {
        heartbeat.close();
    }

    private HttpResponse get(HttpSettings settings, String name, String... headers) {
        return new HeartbeatHttp(heartbeat, settings, clock)
                .ui(Given.request("GET", settings.uiPath() + "/" + name, headers));
    }

    @Test
    void theIndicatorIsAModuleThatAnySiteMayTake() {
        HttpResponse answer = get(PLAIN, "heartbeat-indicator.js");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(Given.body(answer)).contains("customElements.define('heartbeat-indicator'");
        assertThat(answer.headers())
                .containsEntry("Content-Type", "text/javascript; charset=utf-8")
                .containsEntry("Cache-Control", "no-cache")
                .containsEntry("Access-Control-Allow-Origin", "*")
                .containsEntry("Cross-Origin-Resource-Policy", "cross-origin")
                .containsEntry("X-Content-Type-Options", "nosniff");
    }

    @Test
    void whatIsKnownIsNotSentAgain() {
        String tag = get(PLAIN, "heartbeat-indicator.js").headers().get("ETag");
        assertThat(tag).matches("\"[0-9a-f]{24}\"");

        HttpResponse again = get(PLAIN, "heartbeat-indicator.js", "If-None-Match", tag);

        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers()).containsEntry("ETag", tag).doesNotContainKey("Content-Type");
        assertThat(get(PLAIN, "heartbeat-indicator.js", "If-None-Match", "\"other\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void headTellsTheLengthAndOtherMethodsAreRefused() {
        HeartbeatHttp http = new HeartbeatHttp(heartbeat, PLAIN, clock);
        String path = "/heartbeat/heartbeat-indicator.js";
        HttpResponse get = http.ui(Given.request("GET", path));

        HttpResponse head = http.ui(Given.request("HEAD", path));
        assertThat(head.body()).isEmpty();
        assertThat(head.headers()).containsEntry("Content-Length", Integer.toString(get.body().length));
        assertThat(http.ui(Given.request("OPTIONS", path)).status()).isEqualTo(204);
        HttpResponse post = http.ui(Given.request("POST", path));
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.headers()).containsEntry("Allow", "GET, HEAD, OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"public.json", "badge.svg", "badge.json", "demo.html", "demo.js", "demo.css"})
    void viewsAreOffUnlessTheyAreNamed(String name) {
        assertThat(get(PLAIN, name).status()).isEqualTo(404);
        assertThat(get(ALL, name).status()).isEqualTo(200);
        assertThat(get(ALL.showing(), name).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo.HTML",
                "../Ui.class",
                "..%2fUi.class",
                "%2e%2e/Ui.class",
                "heartbeat-indicator.js/",
                "ui/demo.html",
                "LICENSE"
            })
    void onlyTheListedNamesAreAnswered(String name) {
        HttpResponse answer = get(PLAIN, name);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json; charset=utf-8");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, less than a minute ago",
        "PT59S, less than a minute ago",
        "PT-2M, less than a minute ago",
        "PT1M, 1 minute ago",
        "PT2M59S, 2 minutes ago",
        "PT60M, 1 hour ago",
        "PT47H59M, 47 hours ago",
        "PT48H, 2 days ago"
    })
    void theSentenceTellsHowLongAgo(Duration age, String words) {
        Given.save(store, Given.NOON.minus(age), 0);

        assertThat(Given.body(get(ALL, "public.json")))
                .contains("\"text\":\"System last updated " + words + "\"")
                .contains("\"timestamp\":\"" + Given.NOON.minus(age) + "\"");
    }

    @Test
    void beforeTheFirstPulseTheSentenceSaysSo() {
        assertThat(Given.body(get(ALL, "public.json")))
                .isEqualTo("{\"pulse\":\"unknown\",\"text\":\"System not updated yet\",\"timestamp\":null}");
    }

    @Test
    void aStoreThatIsLostShowsNothingThatItIsNot() {
        try (Heartbeat lost = Given.heartbeat(LostStore.of(store), clock).build()) {
            HeartbeatHttp http = new HeartbeatHttp(lost, ALL, clock);

            assertThat(Given.body(http.ui(Given.request("GET", "/heartbeat/public.json"))))
                    .isEqualTo(
                            "{\"pulse\":\"error\",\"text\":\"Last update of the system not known\",\"timestamp\":null}");
            assertThat(Given.body(http.ui(Given.request("GET", "/heartbeat/badge.svg"))))
                    .contains("heartbeat: error");
        }
    }

    @Test
    void theBadgeSaysTheStatusToShieldsAndInAPicture() {
        assertBadge("unknown", "#6b7280", false);
        Given.save(store, Given.NOON, 0);
        assertBadge("healthy", "#15803d", false);
        Given.save(store, Given.NOON, 1);
        assertBadge("error", "#b91c1c", true);
        Given.save(store, Given.NOON.minus(Duration.ofHours(1)), 0);
        assertBadge("delayed", "#b45309", false);
    }

    private void assertBadge(String words, String colour, boolean error) {
        assertThat(Given.body(get(ALL, "badge.json")))
                .isEqualTo("{\"schemaVersion\":1,\"label\":\"heartbeat\",\"message\":\"" + words + "\",\"color\":\""
                        + colour + "\",\"isError\":" + error + ",\"cacheSeconds\":300}");
        HttpResponse picture = get(ALL, "badge.svg");
        assertThat(picture.headers())
                .containsEntry("Content-Type", "image/svg+xml")
                .containsEntry("Cross-Origin-Resource-Policy", "cross-origin");
        assertThat(Given.body(picture))
                .contains("aria-label=\"heartbeat: " + words + "\"", "fill=\"" + colour + "\"")
                .doesNotContain("style");
    }

    /** A mistyped address in the page would be seen in a browser only. */
    @Test
    void allThatTheDemoNamesIsServed() {
        Matcher named = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(Given.body(get(ALL, "demo.html")));
        List<String> names = named.results().map(match -> match.group(1)).toList();

        assertThat(names).contains("heartbeat-indicator.js", "demo.css", "demo.js", "icon.svg");
        assertThat(names).allSatisfy(name -> assertThat(get(ALL, name).status()).isEqualTo(200));
        assertThat(get(ALL, "demo.html").headers())
                .containsEntry("Content-Type", "text/html; charset=utf-8")
                .containsEntry("Cross-Origin-Resource-Policy", "same-origin")
                .hasEntrySatisfying(
                        "Content-Security-Policy",
                        policy -> assertThat(policy)
                                .contains("default-src 'none'", "require-trusted-types-for 'script'")
                                .doesNotContain("unsafe"));
    }

    @Test
    void theUiIsMountedBesideTheRestAndBelowItsBase() throws Exception {
        HeartbeatHttp http = new HeartbeatHttp(
                heartbeat, PLAIN.uiPath("/pulse").showing(PublicView.BADGE).below("/ops"), clock);
        Javalin app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.router.contextPath = "/app";
            config.registerPlugin(new HeartbeatPlugin(http));
        });
        app.start("127.0.0.1", 0);
        try {
            Map<String, Integer> statuses = Map.of(
                    "/app/ops/pulse/heartbeat-indicator.js", 200,
                    "/app/ops/pulse/badge.svg", 200,
                    "/app/ops/pulse/public.json", 404,
                    "/app/ops/api/system/health", 200,
                    "/app/ops/pulse", 404,
                    "/app/heartbeat/heartbeat-indicator.js", 404);
            for (Map.Entry<String, Integer> each : statuses.entrySet()) {
                assertThat(status("GET", app.port(), each.getKey()))
                        .as(each.getKey())
                        .isEqualTo(each.getValue());
            }
            assertThat(status("HEAD", app.port(), "/app/ops/pulse/badge.svg")).isEqualTo(200);
            assertThat(status("DELETE", app.port(), "/app/ops/pulse/badge.svg")).isEqualTo(405);
        } finally {
            app.stop();
        }
    }

    private static int status(String method, int port, String path) throws Exception {
        java.net.http.HttpRequest request = java.net.http.HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + path))
                .method(method, java.net.http.HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString(StandardCharsets.UTF_8))
                .statusCode();
    }

    @Test
    void theUiNeedsAPathOfItsOwn() {
        assertThat(PLAIN.uiPath()).isEqualTo("/heartbeat");
        assertThat(PLAIN.publicViews()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PLAIN.uiPath("heartbeat/"))
                .withMessageContaining("UI path 'heartbeat/'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PLAIN.uiPath("/api/cron/runs/ui"))
                .withMessageContaining("/api/cron/runs/ui");
    }
}
