package dev.heartbeat.http;

import dev.heartbeat.health.Health;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What people look at: a fixed list of files, read once, and the views that are made of health. Nothing is looked up by a
 * name that a client sent. Thread-safe.
 */
final class Ui {
    static final String INDICATOR = "heartbeat-indicator.js";
    static final String ICON = "icon.svg";

    /** The files of the dashboard's page, below {@code dashboard/}. */
    private static final List<String> DASHBOARD = List.of(
            "dashboard.js",
            "dashboard.css",
            "api.js",
            "ask.js",
            "chart.js",
            "dom.js",
            "figures.js",
            "insight.js",
            "operate.js",
            "parts.js",
            "place.js",
            "pulse.js",
            "runs.js",
            "schedule.js",
            "schedules.js",
            "status.js",
            "time.js",
            "timeline.js");

    private static final String DASHBOARD_PAGE = "dashboard/index.html";
    private static final String LOGIN_PAGE = "login.html";
    private static final String LOGIN_STYLE = "login.css";
    /** Stands in the login page where a sentence may be. */
    private static final String MESSAGE = "<!-- message -->";

    private static final String SVG = "image/svg+xml";
    /** For a page: its own scripts, styles and data, and no way to turn text into markup. */
    private static final String PAGE_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String LOGIN_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';"
            + " form-action 'self'; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "html", "text/html; charset=utf-8",
            "json", "application/json; charset=utf-8",
            "svg", SVG);

    private final HealthCache cache;
    private final InstantSource clock;
    private final List<String> names;
    private final Map<String, HttpResponse> files = new HashMap<>();

    Ui(HttpSettings settings, HealthCache cache, InstantSource clock) {
        this.cache = cache;
        this.clock = clock;
        List<String> all = new ArrayList<>(List.of(INDICATOR, ICON));
        settings.publicViews().forEach(view -> all.addAll(view.files()));
        DashboardSettings dashboard = settings.dashboard();
        if (dashboard != null) {
            DASHBOARD.forEach(name -> all.add("dashboard/" + name));
            if (dashboard.hasLogin()) {
                all.add(LOGIN_STYLE);
            }
        }
        this.names = List.copyOf(all);
        for (String name : names) {
            resource(name).ifPresent(bytes -> files.put(name, answer(name, bytes)));
        }
    }

    /** Returns the names below the UI's path that are answered. */
    List<String> names() {
        return names;
    }

    /** Returns the answer that a name stands for; empty if there is nothing. */
    Optional<HttpResponse> read(String name, HttpRequest request) {
        if (!names.contains(name)) {
            return Optional.empty();
        }
        HttpResponse file = files.get(name);
        if (file == null && isOwn(name)) {
            return Optional.empty();
        }
        HttpResponse answer = file == null ? answer(name, view(name)) : file;
        return Optional.of(answer.unlessKnown(request.all("If-None-Match")));
    }

    /** Returns the dashboard's page. */
    HttpResponse dashboardPage() {
        return answer(DASHBOARD_PAGE, resource(DASHBOARD_PAGE).orElseThrow());
    }

    /** Returns the login page with a sentence, or none. */
    HttpResponse loginPage(int status, String message) {
        String page = new String(resource(LOGIN_PAGE).orElseThrow(), StandardCharsets.UTF_8);
        String sentence = message.isEmpty() ? "" : "<p role=\"alert\">" + message + "</p>";
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", TYPES.get("html"));
        headers.put("Cache-Control", "no-store");
        headers.put("Content-Security-Policy", LOGIN_POLICY);
        headers.put("Referrer-Policy", "same-origin"); // else the form would tell no origin
        return new HttpResponse(status, headers, page.replace(MESSAGE, sentence).getBytes(StandardCharsets.UTF_8));
    }

    /** A page and its parts are for nobody else. */
    private static boolean isOwn(String name) {
        return PublicView.DEMO.files().contains(name) || name.startsWith("dashboard/") || name.equals(LOGIN_STYLE);
    }

    private byte[] view(String name) {
        Health health = cache.health();
        return switch (name) {
            case "badge.svg" -> Badge.svg(health.status());
            case "badge.json" -> Badge.shields(health.status());
            case "public.json" -> Json.lastUpdated(health, LastUpdated.text(health, clock.instant()));
            default -> throw new IllegalStateException("no resource of this name: " + name);
        };
    }

    private static HttpResponse answer(String name, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain"));
        headers.put("Cache-Control", "no-cache");
        headers.put("ETag", EntityTag.of(body));
        if (isOwn(name)) {
            headers.put("Content-Security-Policy", PAGE_POLICY);
        } else {
            headers.put("Access-Control-Allow-Origin", "*");
            headers.put("Cross-Origin-Resource-Policy", "cross-origin");
        }
        return new HttpResponse(200, headers, body);
    }

    private static Optional<byte[]> resource(String name) {
        try (InputStream in = Ui.class.getResourceAsStream("ui/" + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + name + " of the class path", e);
        }
    }
}
