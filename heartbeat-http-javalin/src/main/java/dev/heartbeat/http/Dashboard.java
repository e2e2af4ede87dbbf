package dev.heartbeat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The dashboard: its page, its login, and the API behind it. Every answer goes through {@link Access} first. Thread-safe.
 */
final class Dashboard {
    private static final String JSON = "application/json; charset=utf-8";
    private static final String READ = "GET, HEAD, OPTIONS";
    private static final String WRITE = "POST, OPTIONS";
    private static final String BUSY_SECONDS = "10";
    private static final int LONGEST_SECRET = 1_000;

    private final String uiPath;
    private final String health;
    private final DashboardSettings settings;
    private final Backend backend;
    private final HealthCache cache;
    private final Access access;
    private final Ui ui;
    private final OverviewApi overview;
    private final FiguresApi figures;
    private final InsightApi insight;
    private final SchedulesApi schedules;
    private final Export export;

    Dashboard(
            Heartbeat heartbeat,
            HttpSettings http,
            DashboardSettings settings,
            HealthCache cache,
            Ui ui,
            InstantSource clock) {
        this.uiPath = http.uiPath();
        this.health = Paths.relative(uiPath + "/", http.healthPath());
        this.settings = settings;
        this.cache = cache;
        this.ui = ui;
        this.backend = new Backend(heartbeat, cache, clock, new Redaction(settings.redacted()), http.descriptions());
        this.access = new Access(settings, clock);
        this.overview = new OverviewApi(backend);
        this.figures = new FiguresApi(backend);
        this.insight = new InsightApi(backend);
        this.schedules = new SchedulesApi(backend);
        this.export = new Export(backend);
    }

    /** Answers a request for the UI's path, with or without a slash at the end, or for what is below it and ours. */
    HttpResponse answer(HttpRequest request) throws RefusedException, MalformedException {
        String below = below(request.path());
        if (below.isEmpty()) { // relative addresses in the page would miss
            String name = uiPath.substring(uiPath.lastIndexOf('/') + 1);
            return read(request, () -> HttpResponse.empty(308, Map.of("Location", name + "/")));
        }
        Access.Visit visit = access.visit(request);
        return switch (below) {
            case "/" -> read(request, () -> page(request, visit));
            case "/login" -> settings.hasLogin() ? login(request, visit) : nothing(request);
            case "/logout" -> settings.hasLogin() ? logout(request, visit) : nothing(request);
            default -> api(request, below.substring("/api/".length()), visit);
        };
    }

    /** Returns what stands behind the UI's path, which may also be the name of what stands before it, or of a schedule. */
    private String below(String path) throws RefusedException {
        for (int at = path.indexOf(uiPath); at >= 0; at = path.indexOf(uiPath, at + 1)) {
            String below = path.substring(at + uiPath.length());
            if (below.startsWith("/api/")
                    || List.of("", "/", "/login", "/logout").contains(below)) {
                return below;
            }
        }
        throw RefusedException.notFound("There is nothing at " + path);
    }

    private static HttpResponse nothing(HttpRequest request) throws RefusedException {
        throw RefusedException.notFound("There is nothing at " + request.path());
    }

    private interface Reading {
        HttpResponse get() throws RefusedException, MalformedException;
    }

    private static HttpResponse read(HttpRequest request, Reading reading) throws RefusedException, MalformedException {
        return switch (request.method()) {
            case "GET", "HEAD" -> reading.get();
            case "OPTIONS" -> options(READ);
            default -> throw notAllowed(READ);
        };
    }

    private static HttpResponse options(String allowed) {
        return HttpResponse.empty(204, Map.of("Allow", allowed));
    }

    private static RefusedException notAllowed(String allowed) {
        return new RefusedException(405, "Method Not Allowed", "Allowed are " + allowed, Map.of("Allow", allowed));
    }

    private HttpResponse page(HttpRequest request, Access.Visit visit) throws RefusedException {
        if (visit.viewer().role() == ViewerRole.NONE && settings.hasLogin()) {
            return HttpResponse.empty(302, Map.of("Location", "login"));
        }
        HttpResponse page = ui.dashboardPage();
        // The page holds words alone, and tells whoever may not look what their role sees.
        return visit.viewer().isSuperUser() ? page.unlessKnown(request.all("If-None-Match")) : page.status(403);
    }

    private HttpResponse login(HttpRequest request, Access.Visit visit) throws RefusedException, MalformedException {
        switch (request.method()) {
            case "GET", "HEAD" -> {
                return visit.viewer().isSuperUser()
                        ? HttpResponse.empty(302, Map.of("Location", "./"))
                        : ui.loginPage(200, "");
            }
            case "OPTIONS" -> {
                return options("GET, HEAD, POST, OPTIONS");
            }
            case "POST" -> {
                return loggedIn(request);
            }
            default -> throw notAllowed("GET, HEAD, POST, OPTIONS");
        }
    }

    private HttpResponse loggedIn(HttpRequest request) throws MalformedException {
        if (request.body().length > LONGEST_SECRET) {
            throw new MalformedException("the form is too long");
        }
        QueryString form = new QueryString(new String(request.body(), StandardCharsets.UTF_8));
        try {
            String cookie = access.login(request, form.text("secret").orElse(""));
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Location", "./");
            headers.put("Set-Cookie", cookie);
            return HttpResponse.empty(303, headers);
        } catch (RefusedException e) { // people read a page, not a problem document
            return ui.loginPage(e.status(), String.valueOf(e.getMessage())).with(e.headers());
        }
    }

    private HttpResponse logout(HttpRequest request, Access.Visit visit) throws RefusedException {
        if (request.method().equals("OPTIONS")) {
            return options(WRITE);
        }
        if (!request.method().equals("POST")) {
            throw notAllowed(WRITE);
        }
        access.requireMeant(request, visit);
        return HttpResponse.empty(204, Map.of("Set-Cookie", access.logout(request, visit)));
    }

    private HttpResponse api(HttpRequest request, String path, Access.Visit visit)
            throws RefusedException, MalformedException {
        if (path.equals("me")) {
            return read(request, () -> json(me(visit)));
        }
        List<String> parts = Paths.parts(path);
        boolean writes = isWrite(parts);
        if (request.method().equals("OPTIONS")) {
            return options(writes ? WRITE : READ);
        }
        access.requireSuperUser(visit);
        if (!writes) {
            return read(request, () -> reading(request, parts));
        }
        if (!request.method().equals("POST")) {
            throw notAllowed(WRITE);
        }
        access.requireMeant(request, visit);
        if (request.body().length > HttpRequest.MOST_BODY) {
            throw new RefusedException(
                    413, "Content Too Large", "The body has more than " + HttpRequest.MOST_BODY + " bytes");
        }
        if (backend.heartbeat().closed()) {
            throw new RefusedException(503, "Service Unavailable", "The heartbeat is shut down");
        }
        try {
            return writing(request, parts, visit.viewer());
        } finally {
            cache.drop();
        }
    }

    private static boolean isWrite(List<String> parts) {
        return parts.equals(List.of("pulse"))
                || (parts.size() == 3
                        && parts.get(0).equals("schedules")
                        && List.of("run", "pause", "resume").contains(parts.get(2)));
    }

    private ObjectNode me(Access.Visit visit) {
        Viewer viewer = visit.viewer();
        ObjectNode root = Nodes.object();
        root.put("role", viewer.role().name());
        root.put("name", viewer.name());
        root.put("canPulse", viewer.isSuperUser());
        root.put("canOperate", viewer.isSuperUser());
        root.put("login", settings.hasLogin() ? "login" : null);
        root.put("logout", visit.session() != null && viewer.isSuperUser());
        root.put("requestHeader", Origins.REQUEST_HEADER);
        root.put("health", health);
        return root;
    }

    private HttpResponse reading(HttpRequest request, List<String> parts) throws RefusedException, MalformedException {
        QueryString query = new QueryString(request.query());
        String second = parts.size() > 1 ? parts.get(1) : "";
        String name = parts.get(0) + (parts.size() == 1 ? "" : "/" + parts.size());
        return switch (name) {
            case "summary" -> json(overview.summary(query));
            case "pulses" -> json(overview.pulses(query));
            case "pulses/2" -> json(overview.pulse(second));
            case "runs" -> json(overview.runs(query));
            case "runs/2" -> json(overview.run(RunId.parse(second), query.asks("params")));
            case "trend" -> json(figures.trend(query));
            case "metrics" -> json(figures.metrics());
            case "counts" -> json(figures.counts());
            case "insight" -> json(insight.insight(query));
            case "audit" -> json(overview.audit(query));
            case "schedules" -> json(schedules.list(query));
            case "schedules/2" -> json(schedules.one(second));
            case "schedules/3" -> parts.get(2).equals("why") ? json(schedules.why(second)) : nothing(request);
            case "schedules/4" ->
                parts.get(2).equals("run") ? json(schedules.outcome(second, parts.get(3))) : nothing(request);
            case "history.csv" -> export.csv(query);
            case "history.json" -> export.json(query);
            default -> nothing(request);
        };
    }

    private HttpResponse writing(HttpRequest request, List<String> parts, Viewer viewer)
            throws RefusedException, MalformedException {
        if (parts.size() == 1) {
            return json(pulse(viewer, request.body()));
        }
        String id = parts.get(1);
        return switch (parts.get(2)) {
            case "run" -> json(schedules.run(id, viewer, request.body())).status(202);
            case "pause" -> json(schedules.pause(id, viewer, request.body()));
            default -> json(schedules.resume(id, viewer, request.body()));
        };
    }

    private ObjectNode pulse(Viewer viewer, byte[] body) throws RefusedException, MalformedException {
        Audit audit = SchedulesApi.audit(viewer, new JsonBody(body, "why"));
        if (backend.heartbeat().pulsing()) {
            throw busy();
        }
        backend.heartbeat().note(audit, "pulse", backend.heartbeat().name());
        Pulse pulse = backend.heartbeat().pulse(PulseRequest.from("dashboard"));
        if (pulse.busy()) { // another one has begun a moment ago
            throw busy();
        }
        ObjectNode root = Json.tickTree(pulse, Map.of());
        root.put("id", pulse.id());
        root.put("text", Words.text(counts(pulse)));
        root.put("durationMs", pulse.durationMs());
        return root;
    }

    private static Map<Outcome, Integer> counts(Pulse pulse) {
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (PulseDetail detail : pulse.details()) {
            if (RunJson.isHandled(detail)) {
                counts.merge(detail.outcome(), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static RefusedException busy() {
        return new RefusedException(
                409,
                "Conflict",
                "A pulse is under way; nothing was done, and none is queued",
                Map.of("Retry-After", BUSY_SECONDS));
    }

    private HttpResponse json(ObjectNode root) {
        Nodes.time(root, "now", backend.now());
        return new HttpResponse(200, Map.of("Content-Type", JSON), Nodes.bytes(root));
    }
}
