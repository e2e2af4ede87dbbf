package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.health.Health;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatHttpTest {
    private static final String TICK = "/api/cron/tick";
    private static final String HEALTH = "/api/system/health";
    private static final String BEARER = "Bearer " + Given.SECRET;

    private final SettableClock clock = new SettableClock(Given.NOON);
    private final InMemoryHeartbeatStore store = Given.store(clock);
    private Heartbeat heartbeat = Given.heartbeat(store, clock).build();
    private HeartbeatHttp http =
            new HeartbeatHttp(heartbeat, HttpSettings.withSecrets(Given.SECRET, Given.OTHER_SECRET), clock);

    @AfterEach
    void close() {
        heartbeat.close();
    }

    private void use(Heartbeat other, HttpSettings settings) {
        heartbeat.close();
        heartbeat = other;
        http = new HeartbeatHttp(other, settings, clock);
    }

    private HttpResponse tick(String... headers) {
        return http.tick(Given.request("GET", TICK, headers));
    }

    private HttpResponse health(String path, String... headers) {
        return http.health(Given.request("GET", path, headers));
    }

    @Test
    void tickAnswersThePlaybooksShapeToTheByte() {
        HttpResponse answer = tick("Authorization", BEARER);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(Given.body(answer)).isEqualTo(Given.golden("tick.json"));
        assertThat(answer.headers())
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Content-Type", "application/json; charset=utf-8")
                .containsEntry("X-Content-Type-Options", "nosniff");
    }

    @Test
    void aSecondTickAtOnceRunsNothing() {
        tick("Authorization", BEARER);

        HttpResponse again = http.tick(Given.request("POST", TICK, "Authorization", BEARER));

        assertThat(again.status()).isEqualTo(200);
        assertThat(Given.body(again)).doesNotContain("executed").contains("\"browserTasks\":[{");
        assertThat(store.snapshot().runs()).hasSize(2);
    }

    @Test
    void healthAnswersThePlaybooksShapeToTheByte() {
        assertThat(Given.body(health(HEALTH))).isEqualTo(Given.golden("health-unknown.json"));

        Given.save(store, Given.NOON, 0);
        clock.advance(Duration.ofSeconds(5));

        HttpResponse answer = health(HEALTH);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(Given.body(answer)).isEqualTo(Given.golden("health.json"));
        assertThat(answer.headers())
                .containsEntry("Access-Control-Allow-Origin", "*")
                .containsEntry("Cache-Control", "no-cache")
                .containsEntry("Cross-Origin-Resource-Policy", "cross-origin");
    }

    @Test
    void healthIsKeptForItsLifeAndDroppedByATick() {
        Given.save(store, Given.NOON, 1);
        health(HEALTH);
        Given.save(store, Given.NOON, 0);
        assertThat(Given.body(health(HEALTH))).contains("\"pulse\":\"error\"");

        tick("Authorization", BEARER);

        assertThat(Given.body(health(HEALTH))).contains("\"pulse\":\"alive\"");
    }

    @Test
    void theFirstHeartbeatOfAllIsSeenAtOnce() {
        assertThat(Given.body(health(HEALTH))).contains("\"pulse\":\"unknown\"");

        Given.save(store, Given.NOON, 0);

        assertThat(Given.body(health(HEALTH))).contains("\"pulse\":\"alive\"");
    }

    @Test
    void theSameHealthIsNotSentTwice() {
        Given.save(store, Given.NOON, 0);
        String tag = health(HEALTH).headers().get("ETag");

        HttpResponse again = health(HEALTH, "If-None-Match", "\"other\", W/" + tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();

        Given.save(store, Given.NOON, 1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(health(HEALTH, "If-None-Match", tag).status()).isEqualTo(200);
    }

    @Test
    void strictHealthFailsOnErrorAndWarningOnly() {
        assertThat(health(HEALTH + "?strict=true").status()).isEqualTo(200);
        Given.save(store, Given.NOON, 0);
        clock.advance(Duration.ofMinutes(14));
        assertThat(health(HEALTH + "?strict=true").status()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(1));
        HttpResponse stale = health(HEALTH + "?strict");
        assertThat(stale.status()).isEqualTo(503);
        assertThat(Given.body(stale)).contains("\"pulse\":\"warning\"");
        assertThat(health(HEALTH).status()).isEqualTo(200);
        Given.save(store, clock.instant(), 1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(health(HEALTH + "?strict=true").status()).isEqualTo(503);
    }

    @Test
    void monitorsThatAskForTheDraftGetPassWarnOrFail() {
        assertThat(Given.body(health(HEALTH, "Accept", "application/health+json")))
                .contains("\"status\":\"warn\"");
        Given.save(store, Given.NOON, 1);
        clock.advance(Duration.ofSeconds(5));
        HttpResponse failed = health(HEALTH, "Accept", "application/health+json");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(Given.body(failed)).contains("\"status\":\"fail\"");
        assertThat(failed.headers()).containsEntry("Content-Type", "application/health+json");
    }

    @Test
    void healthNeverShowsTheTextOfAnError() {
        Given.save(store, Given.NOON, 3);

        assertThat(Given.body(health(HEALTH))).contains("\"errors\":3").doesNotContain("secret error text");
    }

    @Test
    void otherMethodsOfHealthAreRefusedAndPreflightsAnswered() {
        assertThat(http.health(Given.request("DELETE", HEALTH)).status()).isEqualTo(405);
        assertThat(http.health(Given.request("DELETE", HEALTH)).headers()).containsEntry("Allow", "GET, HEAD, OPTIONS");
        HttpResponse preflight = http.health(Given.request("OPTIONS", HEALTH));
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.headers()).containsEntry("Access-Control-Allow-Methods", "GET, HEAD");
        HttpResponse head = http.health(Given.request("HEAD", HEALTH));
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers()).containsKey("ETag");
    }

    @Test
    void withoutASecretATickIsRefusedAndTellsHow() {
        HttpResponse refused = tick();

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers())
                .containsEntry("WWW-Authenticate", "Bearer realm=\"heartbeat\"")
                .containsEntry("Content-Type", "application/problem+json; charset=utf-8");
        assertThat(Given.body(refused)).contains("\"status\":401").contains("\"instance\":\"" + TICK + "\"");
        assertThat(store.snapshot().runs()).isEmpty();
    }

    @Test
    void aWrongSecretIsRefusedAndSaysSo() {
        assertThat(tick("Authorization", "Bearer " + Given.SECRET + "x").headers())
                .containsEntry("WWW-Authenticate", "Bearer realm=\"heartbeat\", error=\"invalid_token\"");
        assertThat(tick("Authorization", "Basic abc").status()).isEqualTo(401);
        assertThat(tick("Authorization", "Bearer").status()).isEqualTo(401);
        assertThat(http.tick(Given.request("GET", TICK + "?secret=" + Given.SECRET))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void bothSecretsAreValidAndTheSchemeIsReadInAnyCase() {
        assertThat(tick("Authorization", "bearer " + Given.OTHER_SECRET).status())
                .isEqualTo(200);
        assertThat(tick("authorization", "BEARER  " + Given.SECRET + " ").status())
                .isEqualTo(200);
    }

    @Test
    void severalCredentialsAtOnceAreRefusedWhateverTheyAre() {
        assertThat(tick("Authorization", BEARER, "Authorization", "Bearer other")
                        .status())
                .isEqualTo(401);
        assertThat(tick("Authorization", "Bearer other", "Authorization", BEARER)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void headOfATickNeedsTheSecretAndRunsNothing() {
        HttpResponse open = http.tick(Given.request("HEAD", TICK));
        assertThat(open.status()).isEqualTo(401);
        assertThat(open.body()).isEmpty();
        HttpResponse head = http.tick(Given.request("HEAD", TICK, "Authorization", BEARER));
        assertThat(head.status()).isEqualTo(405);
        assertThat(head.headers()).containsEntry("Allow", "GET, POST, OPTIONS");
        assertThat(http.tick(Given.request("OPTIONS", TICK)).status()).isEqualTo(204);
        assertThat(store.snapshot().runs()).isEmpty();
    }

    @Test
    void tenWrongSecretsInAMinuteCloseTheDoorButNotToTheRightOne() {
        for (int i = 0; i < FailedLogins.MOST_IN_WINDOW; i++) {
            assertThat(tick("Authorization", "Bearer wrong").status()).isEqualTo(401);
        }
        HttpResponse limited = tick("Authorization", "Bearer wrong");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.headers()).containsEntry("Retry-After", "60");
        assertThat(tick("Authorization", BEARER).status()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(1));
        assertThat(tick("Authorization", "Bearer wrong").status()).isEqualTo(401);
    }

    @Test
    void whoIsToldToWaitAndDoesIsNotTooEarly() {
        for (int i = 0; i <= FailedLogins.MOST_IN_WINDOW; i++) {
            tick("Authorization", "Bearer wrong");
        }

        clock.advance(Duration.ofMillis(1_500));
        assertThat(tick("Authorization", "Bearer wrong").headers()).containsEntry("Retry-After", "59");
        clock.advance(Duration.ofMillis(58_499));
        assertThat(tick("Authorization", "Bearer wrong").headers()).containsEntry("Retry-After", "1");
    }

    /** Who sends no secret guesses none: a probe without a header locks nobody behind its address out. */
    @Test
    void requestsWithoutASecretAreRefusedButNotCounted() {
        for (int i = 0; i < 30; i++) {
            assertThat(tick().status()).isEqualTo(401);
        }
        assertThat(tick("Authorization", "Bearer wrong").status()).isEqualTo(401);
    }

    @Test
    void secretsThatAreMissingOrShortAreRefusedWithoutShowingThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpSettings.withSecrets())
                .withMessageContaining("needs 1 tick secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpSettings.withSecrets("fifteen-chars-x"))
                .withMessageContaining("at least 16")
                .withMessageNotContaining("fifteen");
        assertThatIllegalArgumentException().isThrownBy(() -> HttpSettings.withSecrets("a", "b", "c"));
        assertThat(HttpSettings.withSecrets(Given.SECRET).toString()).doesNotContain(Given.SECRET);
    }

    @Test
    void aTickAnswers200AlsoWhenATaskFailedUnlessSetOtherwise() {
        Heartbeat failing = Given.heartbeat(store, clock)
                .task("broken", context -> TaskResult.failed("no luck"))
                .build();
        failing.schedules()
                .define(Schedule.builder("broken", "0 0 1 1 *", "broken")
                        .retry(Retry.none())
                        .runAtFirstPulse()
                        .build());
        use(failing, HttpSettings.withSecrets(Given.SECRET).failedTaskStatus(500));

        HttpResponse answer = tick("Authorization", BEARER);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(Given.body(answer))
                .startsWith("{\"success\":true,\"pulse\":\"error\"")
                .contains("{\"id\":\"broken\",\"task\":\"broken\",\"status\":\"failed\",\"error\":\"no luck\"}");
    }

    @Test
    void aTickWhileOneIsUnderWayIsBusyAndTwelveAtOnceRunNothingTwice() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        Heartbeat slow = Given.heartbeat(store, clock)
                .task("slow", context -> {
                    runs.incrementAndGet();
                    started.countDown();
                    release.await();
                    return TaskResult.done();
                })
                .build();
        slow.schedules()
                .define(Schedule.builder("slow", "0 0 1 1 *", "slow")
                        .runAtFirstPulse()
                        .build());
        use(slow, HttpSettings.withSecrets(Given.SECRET));
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            Future<HttpResponse> first = callers.submit(() -> tick("Authorization", BEARER));
            assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 11; i++) {
                HttpResponse busy = tick("Authorization", BEARER);
                assertThat(busy.status()).isEqualTo(200);
                assertThat(busy.headers()).containsEntry("Retry-After", "10");
                assertThat(Given.body(busy)).contains("\"busy\":true").contains("\"processed\":0");
            }
            release.countDown();
            assertThat(Given.body(first.get(20, TimeUnit.SECONDS)))
                    .contains("{\"id\":\"slow\",\"task\":\"slow\",\"status\":\"executed\"}");
            assertThat(runs).hasValue(1);
        } finally {
            release.countDown();
            callers.shutdownNow();
        }
    }

    @Test
    void aStoreThatIsDownIsA503OnBothPaths() {
        Heartbeat lost = Heartbeat.builder(LostStore.of(store)).clock(clock).build();
        use(lost, HttpSettings.withSecrets(Given.SECRET));

        HttpResponse tick = tick("Authorization", BEARER);
        assertThat(tick.status()).isEqualTo(503);
        assertThat(Given.body(tick))
                .contains("\"title\":\"Service Unavailable\"")
                .doesNotContain("jdbc:secret");
        HttpResponse health = health(HEALTH);
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.headers()).containsEntry("Content-Type", "application/problem+json; charset=utf-8");
        assertThat(Given.body(health)).contains("\"pulse\":\"error\"");
    }

    @Test
    void aClosedHeartbeatIsA503() {
        heartbeat.close();

        assertThat(tick("Authorization", BEARER).status()).isEqualTo(503);
    }

    @Test
    void theSourceIsNamedByTheCallerOrGuessedAndCannotInjectAnything() {
        assertThat(sourceOf("X-Heartbeat-Source", "uptime robot\r\nSet-Cookie: x=1"))
                .isEqualTo("uptime robotSet-Cookie: x1");
        assertThat(sourceOf("X-CloudScheduler-ScheduleTime", "2026-02-15T12:00:00Z"))
                .isEqualTo("cloud-scheduler");
        assertThat(sourceOf("User-Agent", "vercel-cron/1.0")).isEqualTo("vercel-cron");
        assertThat(sourceOf("User-Agent", "GitHub-Hookshot/1")).isEqualTo("github-actions");
        assertThat(sourceOf("User-Agent", "curl/8.5.0")).isEqualTo("curl");
        assertThat(sourceOf("User-Agent", "something")).isEqualTo("http");
        assertThat(sourceOf("X-Heartbeat-Source", "a".repeat(500))).hasSize(60);
    }

    private String sourceOf(String header, String value) {
        clock.advance(Duration.ofMinutes(10));
        assertThat(tick("Authorization", BEARER, header, value).status()).isEqualTo(200);
        Health health = heartbeat.health();
        return health.heartbeat()
                .map(record -> record.source())
                .or(Optional::empty)
                .orElseThrow();
    }

    @Test
    void settingsSayWhatIsAllowed() {
        HttpSettings settings = HttpSettings.withSecrets(Given.SECRET);
        assertThat(settings.below("/ops").tickPath()).isEqualTo("/ops/api/cron/tick");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.paths("tick", "/health"))
                .withMessageContaining("tick path 'tick'");
        assertThatIllegalArgumentException().isThrownBy(() -> settings.paths("/a", "/a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.busyStatus(404))
                .withMessageContaining("404");
        assertThatIllegalArgumentException().isThrownBy(() -> settings.failedTaskStatus(418));
    }

    @Test
    void healthIsKeptForAnHourAtMost() {
        HttpSettings settings = HttpSettings.withSecrets(Given.SECRET);
        assertThat(settings.healthCache(Duration.ZERO).healthCache()).isZero();
        assertThat(settings.healthCache(Duration.ofHours(1)).healthCache()).hasHours(1);
        for (Duration wrong : List.of(
                Duration.ofSeconds(-1),
                Duration.ofHours(1).plusNanos(1),
                Duration.ofSeconds(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> settings.healthCache(wrong))
                    .withMessage("healthCache " + wrong + " is not allowed; PT0S to PT1H");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.healthCache(null))
                .withMessage("healthCache null is not allowed; PT0S to PT1H");
    }

    @Test
    void aMonitorThatSpellsStrictItsOwnWayIsNotToldThatAllIsWell() {
        Given.save(store, Given.NOON, 0);
        clock.advance(Duration.ofMinutes(15));

        assertThat(health(HEALTH + "?strict=1").status()).isEqualTo(503);
        assertThat(health(HEALTH + "?strict=yes").status()).isEqualTo(503);
        assertThat(health(HEALTH + "?strict=false").status()).isEqualTo(200);
        assertThat(health(HEALTH + "?strict=0").status()).isEqualTo(200);
    }

    @Test
    void aDraftAnswerWith503SaysFail() {
        Given.save(store, Given.NOON, 0);
        clock.advance(Duration.ofMinutes(15));

        HttpResponse strict = health(HEALTH + "?strict", "Accept", "application/health+json");

        assertThat(strict.status()).isEqualTo(503);
        assertThat(Given.body(strict)).contains("\"status\":\"fail\"");
    }

    @Test
    void aQueryThatCannotBeReadInOneWayIsRefusedAndSaysWhy() {
        Map<String, String> refused = Map.of(
                "limit=%zz",
                "the query parameter 'limit' cannot be decoded; after a % come two hex digits",
                "a%=1",
                "the query parameter 'a%' cannot be decoded",
                "a=%c3",
                "'a' cannot be decoded; after a % come two hex digits, and the bytes are UTF-8",
                "strict=0&strict=1",
                "the query parameter 'strict' is there twice; once is allowed",
                "x=1&%78=1",
                "the query parameter 'x' is there twice",
                "source=",
                "the query parameter 'source' has no value; give it one or leave it out",
                "=1",
                "a query parameter has no name",
                "x=" + "a".repeat(201),
                "the query parameter 'x' has 201 characters; up to 200 are allowed",
                "a".repeat(201),
                "a query parameter has a name of 201 characters; up to 200 are allowed");
        refused.forEach((query, why) -> {
            for (HttpResponse answer : List.of(
                    health(HEALTH + "?" + query),
                    http.tick(Given.request("GET", TICK + "?" + query, "Authorization", BEARER)))) {
                assertThat(answer.status()).as(query).isEqualTo(400);
                assertThat(Given.body(answer))
                        .contains("\"title\":\"Bad Request\"")
                        .contains(why);
            }
        });
        assertThat(store.snapshot().runs()).isEmpty();
    }

    @Test
    void aQueryThatSomebodyElseHasAddedIsLeftAlone() {
        for (String query :
                List.of("", "_=1771156800000", "&a&&b=%C3%A4+%26&", "strict=%66alse", "x=" + "a".repeat(200))) {
            assertThat(health(HEALTH + "?" + query).status()).as(query).isEqualTo(200);
        }
    }

    @Test
    void whoHasNoSecretIsNotToldWhatIsWrongWithTheQuery() {
        assertThat(http.tick(Given.request("GET", TICK + "?limit=%zz")).status())
                .isEqualTo(401);
    }

    @Test
    void aPageOfAnotherOriginMayAskWithItsTagAndReadTheDate() {
        assertThat(http.health(Given.request("OPTIONS", HEALTH)).headers())
                .containsEntry("Access-Control-Allow-Headers", "Accept, Cache-Control, If-None-Match");
        assertThat(health(HEALTH).headers()).containsEntry("Access-Control-Expose-Headers", "Date, ETag");
    }

    @Test
    void secretsThatNoHeaderCanCarryAreRefusedWithoutShowingThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpSettings.withSecrets("0123456789abcdef\n"))
                .withMessageContaining("line break")
                .withMessageNotContaining("0123456789abcdef");
        assertThatIllegalArgumentException().isThrownBy(() -> HttpSettings.withSecrets("0123456789 abcdef"));
        assertThatIllegalArgumentException().isThrownBy(() -> HttpSettings.withSecrets("0123456789abcd\u00e9f"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpSettings.withSecrets((String) null))
                .withMessageContaining("environment variable");
    }

    @Test
    void aDefectIsNotCalledAShutdown() {
        http = new HeartbeatHttp(
                Given.broken(() -> {
                    throw new IllegalStateException("pool exhausted: jdbc:secret");
                }),
                HttpSettings.withSecrets(Given.SECRET),
                clock);

        HttpResponse answer = tick("Authorization", BEARER);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(Given.body(answer)).doesNotContain("shut down", "jdbc:secret");
    }

    /** Whoever is called out of bed has the answer and the log; the number joins them. */
    @Test
    void anAnswerOf500NamesTheLogEntryThatHasTheStackTraceAndNothingElse() {
        IllegalArgumentException defect = new IllegalArgumentException("jdbc:secret");
        http = new HeartbeatHttp(
                Given.broken(() -> {
                    throw defect;
                }),
                HttpSettings.withSecrets(Given.SECRET),
                clock);

        try (Logged logged = Logged.by("dev.heartbeat.http")) {
            for (HttpResponse answer : List.of(tick("Authorization", BEARER), health(HEALTH))) {
                assertThat(answer.status()).isEqualTo(500);
                Matcher id = Pattern.compile("log id ([0-9a-f]{8})\"").matcher(Given.body(answer));
                assertThat(id.find()).as(Given.body(answer)).isTrue();
                assertThat(Given.body(answer)).doesNotContain("jdbc:secret", "IllegalArgument");
                assertThat(logged.records())
                        .filteredOn(entry -> entry.getMessage().contains(id.group(1)))
                        .singleElement()
                        .satisfies(entry -> assertThat(entry.getThrown()).isSameAs(defect));
            }
            assertThat(logged.records()).extracting(LogRecord::getMessage).doesNotHaveDuplicates();
        }
    }

    /** The heartbeat takes no more pulses once it closes: what a pulse throws that began before is no refusal. */
    @Test
    void aDefectOfAPulseIsNotCalledAShutdownEitherWhenAShutdownHasBegunMeanwhile() {
        AtomicBoolean closed = new AtomicBoolean();
        http = new HeartbeatHttp(
                Given.broken(closed::get, () -> {
                    closed.set(true);
                    throw new IllegalStateException("the pulse lost its book");
                }),
                HttpSettings.withSecrets(Given.SECRET),
                clock);

        assertThat(tick("Authorization", BEARER).status()).isEqualTo(500);
        HttpResponse refused = tick("Authorization", BEARER);
        assertThat(refused.status()).as("closed before the tick came").isEqualTo(503);
        assertThat(Given.body(refused)).contains("shut down");
    }

    /** Health is answered after close too, so nothing that it throws is a shutdown. */
    @Test
    void aDefectOfHealthIsNeverCalledAShutdown() {
        http = new HeartbeatHttp(
                Given.broken(() -> true, () -> {
                    throw new IllegalStateException("no rule");
                }),
                HttpSettings.withSecrets(Given.SECRET),
                clock);

        assertThat(health(HEALTH).status()).isEqualTo(500);
    }

    @Test
    void anErrorOfTheJvmIsAnsweredToo() {
        heartbeat.close();
        http = new HeartbeatHttp(
                Given.broken(() -> {
                    throw new NoClassDefFoundError("not/There");
                }),
                HttpSettings.withSecrets(Given.SECRET),
                clock);

        HttpResponse answer = tick("Authorization", BEARER);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(Given.body(answer)).doesNotContain("not/There");
    }

    @Test
    void theAddressesOfOneIpv6NetworkAreCountedTogether() {
        FailedLogins logins = new FailedLogins();
        for (int i = 1; i <= FailedLogins.MOST_IN_WINDOW; i++) {
            assertThat(logins.failed("2001:db8:1:2::" + i, Given.NOON)).isZero();
        }

        assertThat(logins.failed("2001:db8:1:2:ffff::1", Given.NOON)).isPositive();
        assertThat(logins.failed("2001:db8:1:3::1", Given.NOON)).isZero();
        assertThat(logins.failed("192.0.2.1", Given.NOON)).isZero();
    }

    @Test
    void aLongListOfDetailsIsCutAndSaysSo() {
        for (int i = 0; i < Json.MOST_DETAILS; i++) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("more-" + i, "0 0 1 1 *", "more")
                            .runAtFirstPulse()
                            .build());
        }

        String body = Given.body(tick("Authorization", BEARER));

        assertThat(body).contains("\"processed\":1003").endsWith(",\"truncated\":true}");
        assertThat(body.substring(0, body.indexOf("\"browserTasks\"")).split("\"id\":", -1))
                .hasSize(Json.MOST_DETAILS + 1);
    }
}
