package dev.heartbeat.http;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Completion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for tick, health, runs and what people look at; knows no framework. Thread-safe.
 *
 * <p><b>Tick</b> ({@code GET} and {@code POST} alike, bearer secret): makes a pulse and answers its details; {@code
 * ?await=true} answers when all runs are done, {@code ?describe=true} says in words when the schedules fire. 200 also when
 * a task failed, unless set otherwise; a tick while one is under way does nothing and says {@code "busy": true}. 401
 * without or with a wrong secret, 429 after ten wrong ones in a minute from one address (a request without any guesses
 * nothing and is not counted), 503 when the store does not answer.
 *
 * <p><b>Health</b> ({@code GET}, open to all): always 200 when the store answers, so that a late pulse does not make
 * anybody restart anything; {@code ?strict=true} answers 503 on error and on warning, for monitors. {@code Accept:
 * application/health+json} answers pass, warn or fail, with 503 on fail. Answers carry an ETag.
 *
 * <p><b>Runs</b> ({@code POST}, the same secret): a worker answers for a run by its token, which stands in the path or in
 * the JSON body. The answer is a {@link dev.heartbeat.task.Completion}: 200 for accepted and for already-done, so that
 * nobody sends again what has arrived; 410 for expired, 404 for unknown. 400 for a body that cannot be read, 413 for one of
 * more than 64 KiB, otherwise as the tick.
 *
 * <p><b>UI</b> ({@code GET}, open to all): the indicator's script, and the {@linkplain PublicView views} that are shown to
 * anybody, if they are on. Answers carry an ETag; 404 for every other name.
 *
 * <p><b>Dashboard</b> (if {@link HttpSettings#dashboard} says who may look): a page, a login, and the API behind it, which
 * checks on each request who sends it, and on each one that does something that a page of ours means it.
 *
 * <p>All but the UI answer 400 to a query that cannot be read, and all answer 500 to what should not happen: the answer names a
 * number of 8 hex digits that stands beside the stack trace in the log, and nothing else.
 */
public final class HeartbeatHttp {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat.http");
    private static final String JSON = "application/json; charset=utf-8";
    private static final String HEALTH_JSON = "application/health+json";
    private static final String TICK_METHODS = "GET, POST, OPTIONS";
    private static final String READ_METHODS = "GET, HEAD, OPTIONS";
    private static final String RUNS_METHODS = "POST, OPTIONS";
    private static final int LONGEST_SOURCE = 60;

    private final Heartbeat heartbeat;
    private final HttpSettings settings;
    private final InstantSource clock;
    private final BearerSecrets secrets;
    private final FailedLogins failedLogins = new FailedLogins();
    private final HealthCache cache;
    private final Ui ui;
    private final @Nullable Dashboard dashboard;

    /** Creates the handlers of a heartbeat, which they never close. */
    public HeartbeatHttp(Heartbeat heartbeat, HttpSettings settings) {
        this(heartbeat, settings, InstantSource.system());
    }

    /** Creates the handlers with a clock of their own, by which health is kept and failed logins are counted. */
    public HeartbeatHttp(Heartbeat heartbeat, HttpSettings settings, InstantSource clock) {
        this.heartbeat = heartbeat;
        this.settings = settings;
        this.clock = clock;
        this.secrets = new BearerSecrets(settings.secrets());
        this.cache = new HealthCache(heartbeat, settings.healthCache(), clock);
        this.ui = new Ui(settings, cache, clock);
        DashboardSettings viewers = settings.dashboard();
        this.dashboard = viewers == null ? null : new Dashboard(heartbeat, settings, viewers, cache, ui, clock);
    }

    /** Returns what it is set to. */
    public HttpSettings settings() {
        return settings;
    }

    /** Answers a request for the tick path, whatever its method. Never throws. */
    public HttpResponse tick(HttpRequest request) {
        if (request.method().equals("OPTIONS")) {
            return HttpResponse.empty(204, Map.of("Allow", TICK_METHODS));
        }
        return authorized(request, () -> authorizedTick(request));
    }

    /** Answers a request for the path of runs or for one below it, whatever its method. Never throws. */
    public HttpResponse runs(HttpRequest request) {
        if (request.method().equals("OPTIONS")) {
            return HttpResponse.empty(204, Map.of("Allow", RUNS_METHODS));
        }
        return authorized(request, () -> authorizedRuns(request));
    }

    private HttpResponse authorized(HttpRequest request, Answer answer) {
        HttpResponse given = guarded(request, () -> {
            BearerSecrets.Check check = secrets.check(request.all("Authorization"));
            return check == BearerSecrets.Check.VALID ? answer.get() : unauthorized(request, check);
        });
        HttpResponse answered = given.with("Cache-Control", "no-store");
        return request.method().equals("HEAD") ? answered.withoutBody() : answered;
    }

    private HttpResponse authorizedRuns(HttpRequest request) throws MalformedException {
        if (!request.method().equals("POST")) {
            return notAllowed(request, RUNS_METHODS);
        }
        if (request.body().length > HttpRequest.MOST_BODY) {
            return problem(
                    request,
                    413,
                    "Content Too Large",
                    "The body has more than " + HttpRequest.MOST_BODY + " bytes",
                    null);
        }
        RunAnswer answer = new RunAnswer(token(request.path()), request.body());
        if (heartbeat.closed()) {
            return shutDown(request);
        }
        Completion completion;
        try {
            completion = answer.give(heartbeat.runs());
        } finally {
            cache.drop();
        }
        int status = switch (completion) {
            case ACCEPTED, ALREADY_DONE -> 200;
            case EXPIRED -> 410;
            case UNKNOWN -> 404;
        };
        return new HttpResponse(status, Map.of("Content-Type", JSON), Json.completion(completion));
    }

    /** Returns what stands behind the path of runs, as it was sent. */
    private String token(String path) {
        String before = settings.runsPath() + "/";
        int at = path.indexOf(before);
        return at < 0 ? "" : path.substring(at + before.length());
    }

    private static HttpResponse shutDown(HttpRequest request) {
        return problem(request, 503, "Service Unavailable", "The heartbeat is shut down", null);
    }

    private HttpResponse authorizedTick(HttpRequest request) throws MalformedException {
        if (!request.method().equals("GET") && !request.method().equals("POST")) {
            return notAllowed(request, TICK_METHODS);
        }
        QueryString query = new QueryString(request.query());
        if (heartbeat.closed()) { // asked before: what a pulse throws that has begun is never a refusal
            return shutDown(request);
        }
        PulseRequest order = PulseRequest.from(source(request));
        Pulse pulse;
        try {
            pulse = heartbeat.pulse(query.asks("await") ? order.awaitingRuns() : order);
        } finally {
            cache.drop();
        }
        boolean taskFailed =
                pulse.details().stream().map(PulseDetail::outcome).anyMatch(outcome -> outcome.isFailure());
        int status = pulse.busy() ? settings.busyStatus() : taskFailed ? settings.failedTaskStatus() : 200;
        Map<String, String> words = query.asks("describe")
                ? Descriptions.of(pulse.details(), heartbeat, settings.descriptions())
                : Map.of();
        HttpResponse answer = new HttpResponse(status, Map.of("Content-Type", JSON), Json.tick(pulse, words));
        return pulse.busy() ? answer.with("Retry-After", "10") : answer;
    }

    private HttpResponse unauthorized(HttpRequest request, BearerSecrets.Check check) {
        boolean wrong = check == BearerSecrets.Check.WRONG;
        Duration wait = wrong ? failedLogins.failed(request.remoteAddress(), clock.instant()) : Duration.ZERO;
        if (!wait.isZero()) {
            return problem(request, 429, "Too Many Requests", "Too many wrong secrets from this address", null)
                    .with("Retry-After", FailedLogins.fullSeconds(wait));
        }
        String challenge = "Bearer realm=\"heartbeat\"" + (wrong ? ", error=\"invalid_token\"" : "");
        return problem(
                        request,
                        401,
                        "Unauthorized",
                        wrong ? "The secret is wrong" : "Send the header Authorization: Bearer and the tick secret",
                        null)
                .with("WWW-Authenticate", challenge);
    }

    /** Answers a request for the health path, whatever its method. Never throws. */
    public HttpResponse health(HttpRequest request) {
        HttpResponse answer = guarded(request, () -> switch (request.method()) {
            case "GET", "HEAD" -> readHealth(request);
            case "OPTIONS" ->
                HttpResponse.empty(
                        204,
                        Map.of(
                                "Allow",
                                READ_METHODS,
                                "Access-Control-Allow-Methods",
                                "GET, HEAD",
                                "Access-Control-Allow-Headers",
                                "Accept, Cache-Control, If-None-Match",
                                "Access-Control-Max-Age",
                                "86400"));
            default -> notAllowed(request, READ_METHODS);
        });
        answer = answer.with("Access-Control-Allow-Origin", "*")
                .with("Access-Control-Expose-Headers", "Date, ETag")
                .with("Cross-Origin-Resource-Policy", "cross-origin");
        return request.method().equals("HEAD") ? answer.withoutBody() : answer;
    }

    private HttpResponse readHealth(HttpRequest request) throws MalformedException {
        boolean asksStrict = new QueryString(request.query()).asks("strict");
        Health health = cache.health();
        if (!health.storeReadable()) {
            return problem(
                            request,
                            503,
                            "Service Unavailable",
                            "The store of the heartbeat did not answer",
                            PulseStatus.ERROR)
                    .with("Cache-Control", "no-store");
        }
        boolean draft = new AcceptHeader(request.all("Accept")).prefers(HEALTH_JSON, "application/json");
        boolean error = health.status() == PulseStatus.ERROR;
        boolean strict = asksStrict && (error || health.status() == PulseStatus.WARNING);
        byte[] body = draft ? Json.healthDraft(health, strict) : Json.health(health);
        int status = strict || (draft && error) ? 503 : 200;
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", draft ? HEALTH_JSON : JSON);
        headers.put("Cache-Control", "no-cache");
        headers.put("Vary", "Accept");
        headers.put("ETag", EntityTag.of(body));
        return new HttpResponse(status, headers, body).unlessKnown(request.all("If-None-Match"));
    }

    /** Returns the paths of the UI that are answered, each with its own route. */
    List<String> uiPaths() {
        return ui.names().stream().map(name -> settings.uiPath() + "/" + name).toList();
    }

    /**
     * Answers a request for the dashboard, whatever its method: the UI's path with or without a slash at the end, {@code
     * login} and {@code logout} below it, and all below {@code api/}. Never throws.
     */
    public HttpResponse dashboard(HttpRequest request) {
        HttpResponse answer = guarded(request, () -> {
            if (dashboard == null) {
                throw RefusedException.notFound("There is no dashboard; HttpSettings.dashboard says who may look");
            }
            return dashboard.answer(request);
        });
        if (!answer.headers().containsKey("Cache-Control")) {
            answer = answer.with("Cache-Control", "no-store");
        }
        return request.method().equals("HEAD") ? answer.withoutBody() : answer;
    }

    /** Answers a request for a file or a view below the UI's path, whatever its method. Never throws. */
    public HttpResponse ui(HttpRequest request) {
        HttpResponse answer = guarded(request, () -> switch (request.method()) {
            case "GET", "HEAD" -> readUi(request);
            case "OPTIONS" -> HttpResponse.empty(204, Map.of("Allow", READ_METHODS));
            default -> notAllowed(request, READ_METHODS);
        });
        return request.method().equals("HEAD") ? answer.withoutBody() : answer;
    }

    private HttpResponse readUi(HttpRequest request) {
        String below = settings.uiPath() + "/";
        int at = request.path().lastIndexOf(below); // no name of ours has it
        return ui.read(at < 0 ? "" : request.path().substring(at + below.length()), request)
                .orElseGet(() -> problem(request, 404, "Not Found", "There is nothing of this name", null));
    }

    /** Who sends the pulse: what the caller says of itself, else what its headers give away. */
    private static String source(HttpRequest request) {
        String named = request.first("X-Heartbeat-Source")
                .orElse("")
                .replaceAll("[^A-Za-z0-9 ._:/@-]", "")
                .strip();
        if (!named.isEmpty()) {
            return named.length() <= LONGEST_SOURCE ? named : named.substring(0, LONGEST_SOURCE);
        }
        if (!request.all("X-CloudScheduler").isEmpty()
                || !request.all("X-CloudScheduler-ScheduleTime").isEmpty()) {
            return "cloud-scheduler";
        }
        String agent = request.first("User-Agent").orElse("").toLowerCase(Locale.ROOT);
        if (agent.contains("vercel-cron")) {
            return "vercel-cron";
        }
        if (agent.contains("github")) {
            return "github-actions";
        }
        return agent.startsWith("curl/") ? "curl" : "http";
    }

    private interface Answer {
        HttpResponse get() throws MalformedException, RefusedException;
    }

    private HttpResponse guarded(HttpRequest request, Answer answer) {
        try {
            return answer.get();
        } catch (MalformedException e) {
            return problem(request, 400, "Bad Request", e.words(), null);
        } catch (RefusedException e) {
            return e.answer(request);
        } catch (StoreException e) {
            return problem(
                    request,
                    503,
                    "Service Unavailable",
                    "The store of the heartbeat did not answer; what has begun is recorded when it is back, and an answer"
                            + " for a run may be sent again",
                    PulseStatus.ERROR);
        } catch (Throwable e) { // an error, or what a plugged-in store throws unchecked, must not reach the host either
            String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
            LOGGER.log(System.Logger.Level.ERROR, "a request for " + request.path() + " failed; log id " + id, e);
            return problem(
                    request,
                    500,
                    "Internal Server Error",
                    "The stack trace is in the log of the server; log id " + id,
                    null);
        }
    }

    /** Answers a tick, or an answer for a run, that comes while the server stops. */
    static HttpResponse stopping(HttpRequest request) {
        return problem(request, 503, "Service Unavailable", "This server is stopping; send it again", null)
                .with("Cache-Control", "no-store")
                .with("Retry-After", "10");
    }

    private static HttpResponse notAllowed(HttpRequest request, String allowed) {
        return problem(request, 405, "Method Not Allowed", "Allowed are " + allowed, null)
                .with("Allow", allowed);
    }

    private static HttpResponse problem(
            HttpRequest request, int status, String title, String detail, @Nullable PulseStatus pulse) {
        return HttpResponse.problem(request, status, title, detail, pulse);
    }
}
