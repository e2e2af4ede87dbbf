package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may look and do, and from where. */
class DashboardAccessTest {
    private static final List<String> READS = List.of(
            "api/summary",
            "api/pulses",
            "api/pulses/x",
            "api/runs",
            "api/runs/x",
            "api/trend",
            "api/schedules",
            "api/schedules/x",
            "api/schedules/x/why",
            "api/schedules/x/run/y",
            "api/metrics",
            "api/counts",
            "api/audit",
            "api/history.csv",
            "api/history.json",
            "api/nothing");
    private static final List<String> WRITES =
            List.of("api/pulse", "api/schedules/x/run", "api/schedules/x/pause", "api/schedules/x/resume");

    private final List<Desk> desks = new ArrayList<>();

    @AfterEach
    void close() {
        desks.forEach(Desk::close);
    }

    private Desk desk(DashboardSettings settings) {
        Desk desk = new Desk(settings);
        desks.add(desk);
        return desk;
    }

    private Desk asRole(ViewerRole role) {
        return desk(DashboardSettings.viewers(
                request -> role == ViewerRole.NONE ? Viewer.NONE : new Viewer(role, "somebody")));
    }

    private Desk withLogin() {
        return desk(DashboardSettings.adminSecret(Desk.ADMIN_SECRET));
    }

    @ParameterizedTest
    @EnumSource(value = ViewerRole.class, mode = EnumSource.Mode.EXCLUDE, names = "SUPER_USER")
    void whoIsNoSuperUserIsToldNothingAndDoesNothing(ViewerRole role) {
        Desk desk = asRole(role);

        for (String path : READS) {
            HttpResponse answer = desk.ask("GET", path, "", "Host", "shop.example");
            assertThat(answer.status()).as(path).isEqualTo(403);
            assertThat(Given.body(answer)).as(path).contains("\"status\":403");
        }
        for (String path : WRITES) {
            assertThat(desk.ask("POST", path, "", Desk.fromOurPage()).status())
                    .as(path)
                    .isEqualTo(403);
        }
        HttpResponse page = desk.ask("GET", "", "", "Host", "shop.example");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.headers()).containsEntry("Content-Type", "text/html; charset=utf-8");
        assertThat(desk.asked.calls).as("the store was not even asked").isEmpty();
        JsonNode me = Desk.json(desk.ask("GET", "api/me", "", "Host", "shop.example"));
        assertThat(me.get("role").asText()).isEqualTo(role.name());
        assertThat(me.get("canPulse").asBoolean()).isFalse();
        assertThat(me.get("login").isNull()).isTrue();
    }

    @Test
    void aSuperUserMayAll() {
        JsonNode me = asRole(ViewerRole.SUPER_USER).json("me");

        assertThat(me.get("role").asText()).isEqualTo("SUPER_USER");
        assertThat(me.get("name").asText()).isEqualTo("somebody");
        assertThat(me.get("canPulse").asBoolean()).isTrue();
        assertThat(me.get("requestHeader").asText()).isEqualTo("X-Heartbeat-Request");
        assertThat(me.get("health").asText()).isEqualTo("../api/system/health");
    }

    @Test
    @SuppressWarnings("NullAway") // a host's slip
    void aResolverThatKnowsNothingMeansNobody() {
        assertThat(desk(DashboardSettings.viewers(request -> null))
                        .get("summary")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aResolverThatThrowsIsTheServersDefect() {
        Desk desk = desk(DashboardSettings.viewers(request -> {
            throw new IllegalStateException("secret detail");
        }));

        HttpResponse answer = desk.get("summary");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(Given.body(answer)).doesNotContain("secret detail");
    }

    @Test
    void withoutADashboardThereIsNothing() {
        try (Desk desk = asRole(ViewerRole.SUPER_USER)) {
            HeartbeatHttp http = new HeartbeatHttp(desk.heartbeat, HttpSettings.withSecrets(Given.SECRET), desk.clock);
            assertThat(http.dashboard(Given.request("GET", "/heartbeat/api/me")).status())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // Sec-Fetch-Site, Origin, X-Heartbeat-Request, answer
                "same-origin, -, 1, 200",
                "same-origin, http://localhost:8080, 1, 200",
                "-, http://localhost:8080, 1, 200",
                "same-origin, -, -, 403",
                "same-origin, -, 0, 403",
                "same-site, http://localhost:9090, 1, 403",
                "cross-site, https://evil.example, 1, 403",
                "none, -, 1, 403",
                "-, -, 1, 403",
                "-, null, 1, 403",
                "-, http://localhost:9090, 1, 403",
                "-, https://localhost:8080.evil.example, 1, 403",
                "-, http://evil.example, 1, 403",
                "-, 'not a url', 1, 403",
                "cross-site, http://localhost:8080, 1, 403",
            })
    void onlyAPageOfOursMayDoSomething(String fetchSite, String origin, String meant, int status) {
        Desk desk = asRole(ViewerRole.SUPER_USER);
        List<String> headers = new ArrayList<>(List.of("Host", "localhost:8080"));
        add(headers, "Sec-Fetch-Site", fetchSite);
        add(headers, "Origin", origin);
        add(headers, "X-Heartbeat-Request", meant);

        assertThat(desk.ask("POST", "api/pulse", "", headers.toArray(String[]::new))
                        .status())
                .isEqualTo(status);
        assertThat(desk.store.snapshot().pulses()).hasSize(status == 200 ? 1 : 0);
    }

    private static void add(List<String> headers, String name, String value) {
        if (value != null) {
            headers.addAll(List.of(name, value));
        }
    }

    @Test
    void anOriginOnTheDefaultPortIsOursWithAndWithoutIt() {
        Desk desk = asRole(ViewerRole.SUPER_USER);

        assertThat(desk.ask(
                                "POST",
                                "api/pulse",
                                "",
                                "Host",
                                "ops.example:443",
                                "Origin",
                                "https://ops.example",
                                "X-Heartbeat-Request",
                                "1")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void behindAProxyThatChangesTheHostTheNamesThatAreSetAreOurs() {
        Desk desk = desk(DashboardSettings.viewers(request -> new Viewer(ViewerRole.SUPER_USER, "ann"))
                .hosts("ops.example"));

        assertThat(desk.ask(
                                "POST",
                                "api/pulse",
                                "",
                                "Host",
                                "localhost:8080",
                                "Origin",
                                "https://ops.example",
                                "X-Heartbeat-Request",
                                "1")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "localhost:8080, 200",
        "127.0.0.1:8080, 200",
        "[::1]:8080, 200",
        "ops.example, 200",
        "OPS.example:8080, 200",
        "evil.example, 421",
        "localhost.evil.example, 421",
        "'', 421"
    })
    void onlyTheNamesThatAreOursAreAnswered(String host, int status) {
        Desk desk = desk(DashboardSettings.viewers(request -> new Viewer(ViewerRole.SUPER_USER, "ann"))
                .hosts("ops.example"));

        assertThat(desk.ask("GET", "api/me", "", "Host", host).status()).isEqualTo(status);
        assertThat(desk.ask("GET", "api/summary", "", "Host", host).status()).isEqualTo(status);
    }

    @Test
    void noNameAndTwoNamesAreNone() {
        Desk desk = asRole(ViewerRole.SUPER_USER);

        assertThat(desk.ask("GET", "api/me", "").status()).isEqualTo(421);
        assertThat(desk.ask("GET", "api/me", "", "Host", "a", "Host", "b").status())
                .isEqualTo(421);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "127.0.0.1, localhost:8080, -, 200",
                "0:0:0:0:0:0:0:1, [::1]:8080, -, 200",
                "192.0.2.7, localhost:8080, -, 403",
                "127.0.0.1, evil.example, -, 421",
                "127.0.0.1, localhost:8080, X-Forwarded-For, 403",
                "127.0.0.1, localhost:8080, Forwarded, 403",
                "127.0.0.1, localhost:8080, Via, 403",
            })
    void openOnLoopbackMeansThisMachineAlone(String address, String host, String forwarded, int status) {
        Desk desk = desk(DashboardSettings.openOnLoopback());
        List<String> headers = new ArrayList<>(List.of("Host", host));
        add(headers, forwarded == null ? "Accept" : forwarded, "192.0.2.9");
        HttpRequest request = Given.request("GET", "/heartbeat/api/summary", headers.toArray(String[]::new));

        assertThat(desk.http
                        .dashboard(new HttpRequest("GET", request.path(), request.headers(), "", address))
                        .status())
                .isEqualTo(status);
    }

    private static String cookie(HttpResponse answer) {
        return answer.headers().get("Set-Cookie").replaceFirst(";.*", "");
    }

    private static HttpResponse login(Desk desk, String secret, String... more) {
        List<String> headers = new ArrayList<>(List.of("Host", "localhost:8080", "Sec-Fetch-Site", "same-origin"));
        headers.addAll(List.of(more));
        return desk.ask("POST", "login", "secret=" + Paths.encoded(secret), headers.toArray(String[]::new));
    }

    private static int summary(Desk desk, String cookie) {
        return desk.ask("GET", "api/summary", "", "Host", "localhost:8080", "Cookie", cookie)
                .status();
    }

    @Test
    void nobodyIsLedToTheLoginAndToldBy401() {
        Desk desk = withLogin();

        HttpResponse page = desk.ask("GET", "", "", "Host", "localhost:8080");
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.headers()).containsEntry("Location", "login");
        assertThat(desk.get("summary").status()).isEqualTo(401);
        assertThat(desk.post("pulse", "").status()).isEqualTo(401);
        assertThat(desk.json("me").get("login").asText()).isEqualTo("login");
        assertThat(desk.asked.calls).isEmpty();

        HttpResponse login = desk.ask("GET", "login", "", "Host", "localhost:8080");
        assertThat(login.status()).isEqualTo(200);
        assertThat(Given.body(login))
                .contains("<form method=\"post\" action=\"login\">")
                .doesNotContain("<script");
        assertThat(login.headers())
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Referrer-Policy", "same-origin")
                .hasEntrySatisfying(
                        "Content-Security-Policy", policy -> assertThat(policy).contains("form-action 'self'"));
    }

    @Test
    void whoKnowsTheSecretGetsASession() {
        Desk desk = withLogin();

        HttpResponse in = login(desk, Desk.ADMIN_SECRET);
        assertThat(in.status()).isEqualTo(303);
        assertThat(in.headers()).containsEntry("Location", "./");
        assertThat(in.headers().get("Set-Cookie"))
                .matches("heartbeat=[A-Za-z0-9_-]{43}; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict");
        String cookie = cookie(in);
        assertThat(summary(desk, cookie)).isEqualTo(200);
        JsonNode me = Desk.json(desk.ask("GET", "api/me", "", "Host", "localhost:8080", "Cookie", cookie));
        assertThat(me.get("name").asText()).isEqualTo("admin");
        assertThat(me.get("logout").asBoolean()).isTrue();
        assertThat(desk.ask("POST", "api/pulse", "", Desk.fromOurPage("Cookie", cookie))
                        .status())
                .isEqualTo(200);
        assertThat(desk.heartbeat.audit(null, 9).items().get(0).who()).isEqualTo("admin");
        assertThat(desk.ask("GET", "login", "", "Host", "localhost:8080", "Cookie", cookie)
                        .status())
                .as("already logged in")
                .isEqualTo(302);
    }

    @Test
    void aSessionAloneIsNoProofThatAPageOfOursAsks() {
        Desk desk = withLogin();
        String cookie = cookie(login(desk, Desk.ADMIN_SECRET));

        assertThat(desk.ask("POST", "api/pulse", "", "Host", "localhost:8080", "Cookie", cookie)
                        .status())
                .isEqualTo(403);
        assertThat(desk.ask("POST", "logout", "", "Host", "localhost:8080", "Cookie", cookie)
                        .status())
                .isEqualTo(403);
        assertThat(summary(desk, cookie)).isEqualTo(200);
    }

    @Test
    void aSessionEndsByItsTime() {
        Desk desk = desk(DashboardSettings.adminSecret(Desk.ADMIN_SECRET).sessionLife(Duration.ofHours(1)));
        String cookie = cookie(login(desk, Desk.ADMIN_SECRET));

        desk.clock.advance(Duration.ofMinutes(59));
        assertThat(summary(desk, cookie)).isEqualTo(200);
        desk.clock.advance(Duration.ofMinutes(1));
        assertThat(summary(desk, cookie)).isEqualTo(401);
    }

    @Test
    void aLoginEndsTheSessionBefore() {
        Desk desk = withLogin();
        String first = cookie(login(desk, Desk.ADMIN_SECRET));
        String second = cookie(login(desk, Desk.ADMIN_SECRET, "Cookie", first));

        assertThat(second).isNotEqualTo(first);
        assertThat(summary(desk, first)).isEqualTo(401);
        assertThat(summary(desk, second)).isEqualTo(200);
    }

    @Test
    void aLogoutEndsTheSession() {
        Desk desk = withLogin();
        String cookie = cookie(login(desk, Desk.ADMIN_SECRET));

        HttpResponse out = desk.ask("POST", "logout", "", Desk.fromOurPage("Cookie", cookie));
        assertThat(out.status()).isEqualTo(204);
        assertThat(out.headers().get("Set-Cookie")).startsWith("heartbeat=; Path=/; Max-Age=0");
        assertThat(summary(desk, cookie)).isEqualTo(401);
    }

    @Test
    void overHttpsTheCookieIsOfThisHostAlone() {
        Desk desk = desk(DashboardSettings.adminSecret(Desk.ADMIN_SECRET).https());

        HttpResponse in = login(desk, Desk.ADMIN_SECRET);
        assertThat(in.headers().get("Set-Cookie"))
                .startsWith("__Host-heartbeat=")
                .contains("; Path=/;")
                .endsWith("; Secure");
        assertThat(summary(desk, cookie(in))).isEqualTo(200);
        assertThat(summary(desk, cookie(in).replace("__Host-", ""))).isEqualTo(401);
    }

    @Test
    void cookiesOfOthersAreNone() {
        Desk desk = withLogin();
        String cookie = cookie(login(desk, Desk.ADMIN_SECRET));

        assertThat(summary(desk, "other=1; " + cookie + "; more=2")).isEqualTo(200);
        assertThat(summary(desk, cookie + "; heartbeat=forged"))
                .as("two of a name")
                .isEqualTo(401);
        assertThat(summary(desk, "heartbeat=")).isEqualTo(401);
        assertThat(summary(desk, "heartbeat=" + "A".repeat(43))).isEqualTo(401);
    }

    @Test
    void wrongSecretsAreRefusedOnThePageAndCounted() {
        Desk desk = withLogin();

        HttpResponse wrong = login(desk, "not the secret at all");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.headers()).containsEntry("Content-Type", "text/html; charset=utf-8");
        assertThat(Given.body(wrong)).contains("<p role=\"alert\">The secret is wrong</p>");
        assertThat(wrong.headers()).doesNotContainKey("Set-Cookie");
        for (int i = 0; i < 9; i++) {
            assertThat(login(desk, "not the secret at all").status()).isEqualTo(401);
        }
        HttpResponse tooMany = login(desk, "not the secret at all");
        assertThat(tooMany.status()).isEqualTo(429);
        assertThat(tooMany.headers()).containsKey("Retry-After");
        assertThat(login(desk, Given.SECRET).status())
                .as("the tick secret is another one")
                .isEqualTo(429);
        assertThat(login(desk, Desk.ADMIN_SECRET).status())
                .as("somebody else behind the address")
                .isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-site", "cross-site", "none", ""})
    void noOtherSiteLogsAnybodyIn(String fetchSite) {
        Desk desk = withLogin();

        HttpResponse in = fetchSite.isEmpty()
                ? desk.ask("POST", "login", "secret=x", "Host", "localhost:8080")
                : desk.ask("POST", "login", "secret=x", "Host", "localhost:8080", "Sec-Fetch-Site", fetchSite);
        assertThat(in.status()).isEqualTo(403);
    }

    @Test
    void aScriptShowsTheSecretInstead() {
        Desk desk = withLogin();
        String[] right = {"Host", "localhost:8080", "Authorization", "Bearer " + Desk.ADMIN_SECRET};

        assertThat(desk.ask("GET", "api/summary", "", right).status()).isEqualTo(200);
        assertThat(desk.ask("POST", "api/pulse", "", right).status()).isEqualTo(200);
        HttpResponse wrong =
                desk.ask("GET", "api/summary", "", "Host", "localhost:8080", "Authorization", "Bearer " + Given.SECRET);
        assertThat(wrong.status()).as("the tick secret opens nothing here").isEqualTo(401);
        assertThat(wrong.headers()).containsKey("WWW-Authenticate");
    }

    @Test
    void credentialsThatAProxyInFrontAsksForAreNotOurs() {
        Desk desk = withLogin();
        String[] basic = {"Authorization", "Basic YW5uOnNlY3JldA=="};
        String cookie = cookie(login(desk, Desk.ADMIN_SECRET, basic));

        for (int i = 0; i < 20; i++) { // none of them is a guess
            assertThat(desk.ask(
                                    "GET",
                                    "api/summary",
                                    "",
                                    "Host",
                                    "localhost:8080",
                                    "Cookie",
                                    cookie,
                                    basic[0],
                                    basic[1])
                            .status())
                    .isEqualTo(200);
        }
        assertThat(desk.ask("GET", "", "", "Host", "localhost:8080", basic[0], basic[1])
                        .headers())
                .containsEntry("Location", "login");
        assertThat(desk.ask(
                                "GET",
                                "api/summary",
                                "",
                                "Host",
                                "localhost:8080",
                                basic[0],
                                basic[1],
                                basic[0],
                                "Bearer " + Desk.ADMIN_SECRET)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void everyAnswerCarriesTheHeadersOfSecurity() {
        Desk desk = asRole(ViewerRole.SUPER_USER);

        for (String path : List.of("", "api/me", "api/summary", "api/nothing", "api/history.csv")) {
            HttpResponse answer = desk.ask("GET", path, "", "Host", "localhost:8080");
            assertThat(answer.headers())
                    .as(path)
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .containsEntry("Referrer-Policy", "no-referrer")
                    .containsEntry("Cross-Origin-Opener-Policy", "same-origin")
                    .containsEntry("Cross-Origin-Resource-Policy", "same-origin")
                    .containsKeys("Content-Security-Policy", "Permissions-Policy", "X-Frame-Options", "Cache-Control")
                    .doesNotContainKey("Access-Control-Allow-Origin");
        }
        assertThat(desk.get("summary").headers()).containsEntry("Cache-Control", "no-store");
    }

    @Test
    void sessionsAreBounded() {
        Sessions sessions = new Sessions(Duration.ofHours(8), new dev.heartbeat.inmemory.SettableClock(Given.NOON));
        Viewer admin = new Viewer(ViewerRole.SUPER_USER, "admin");
        String first = sessions.begin(admin);
        for (int i = 0; i < Sessions.MOST; i++) {
            sessions.begin(admin);
        }

        assertThat(sessions.find(first)).isEmpty();
        assertThat(sessions.find(sessions.begin(admin))).contains(admin);
    }

    @Test
    void settingsAreCheckedAndTellNoSecret() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DashboardSettings.adminSecret("too short"))
                .withMessage("an admin secret has at least 16 characters; this one has 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DashboardSettings.adminSecret("x".repeat(201)))
                .withMessageContaining("at most 200");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        HttpSettings.withSecrets(Given.SECRET).dashboard(DashboardSettings.adminSecret(Given.SECRET)))
                .withMessageContaining("two")
                .withMessageNotContaining(Given.SECRET);
        DashboardSettings settings = DashboardSettings.openOnLoopback();
        assertThatIllegalArgumentException().isThrownBy(() -> settings.hosts("ops.example:8080"));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.sessionLife(Duration.ofSeconds(59)));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.redacting("-"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Viewer(ViewerRole.TENANT, " "));
        assertThat(new Viewer(ViewerRole.TENANT, "x".repeat(300)).name()).hasSize(200);
    }
}
