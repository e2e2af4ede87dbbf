package dev.heartbeat.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Puts the handlers on Javalin's routes. Every method of our paths is ours: Javalin would answer HEAD with 200 without
 * calling anything, and other methods with 404 or 405 as the host has set. Answers are written here byte by byte, past
 * the host's JSON mapper and compression, and are out before a tick counts as done, so that a server that stops waits
 * for them.
 */
final class JavalinRoutes {
    /** How long the stop of a server waits for a tick: as long as the longest default budget. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final HeartbeatHttp http;
    private int ticks;
    private boolean stopping;

    JavalinRoutes(HeartbeatHttp http) {
        this.http = http;
    }

    void addTo(RoutesConfig routes) {
        for (HandlerType method : HandlerType.values()) {
            if (!method.isHttpMethod()) {
                continue;
            }
            routes.addHttpHandler(method, http.settings().tickPath(), this::tick, HeartbeatRole.TICK);
            for (String path : List.of("", "/<token>")) { // a token has slashes
                routes.addHttpHandler(method, http.settings().runsPath() + path, this::runs, HeartbeatRole.TICK);
            }
            routes.addHttpHandler(
                    method,
                    http.settings().healthPath(),
                    context -> answer(context, http.health(request(context, new byte[0]))),
                    HeartbeatRole.PUBLIC);
            if (http.settings().dashboard() != null) {
                for (String path : List.of("", "/login", "/logout", "/api/<rest>")) {
                    routes.addHttpHandler(
                            method, http.settings().uiPath() + path, this::dashboard, HeartbeatRole.DASHBOARD);
                }
            }
            for (String path : http.uiPaths()) {
                routes.addHttpHandler(
                        method,
                        path,
                        context -> answer(context, http.ui(request(context, new byte[0]))),
                        HeartbeatRole.PUBLIC);
            }
        }
    }

    private void tick(Context context) throws IOException {
        counted(context, request(context, new byte[0]), http::tick);
    }

    private void runs(Context context) throws IOException {
        counted(context, request(context, body(context)), http::runs);
    }

    private void dashboard(Context context) throws IOException {
        if (context.method().equals(HandlerType.POST)) { // it may pulse
            counted(context, request(context, body(context)), http::dashboard);
        } else {
            answer(context, http.dashboard(request(context, new byte[0])));
        }
    }

    private static byte[] body(Context context) throws IOException {
        return context.req().getInputStream().readNBytes(HttpRequest.MOST_BODY + 1);
    }

    private void counted(Context context, HttpRequest request, Function<HttpRequest, HttpResponse> handler)
            throws IOException {
        if (!enter()) {
            answer(context, HeartbeatHttp.stopping(request));
            return;
        }
        try {
            answer(context, handler.apply(request));
        } finally {
            leave();
        }
    }

    private boolean enter() {
        lock.lock();
        try {
            if (stopping) {
                return false;
            }
            ticks++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            ticks--;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more ticks and waits for those under way, up to the limit. */
    void stop(Duration limit) {
        lock.lock();
        try {
            stopping = true;
            long left = limit.toNanos();
            while (ticks > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private static void answer(Context context, HttpResponse response) throws IOException {
        HttpServletResponse out = context.res();
        context.status(response.status());
        out.setContentType(null); // Javalin's default would stay on answers without a body
        response.headers().forEach(out::setHeader);
        if (response.stream() == null
                && response.status() != 204
                && response.status() != 304
                && !context.method().equals(HandlerType.HEAD)) {
            out.setContentLength(response.body().length);
        }
        response.writeTo(context.res().getOutputStream());
        out.flushBuffer();
    }

    private static HttpRequest request(Context context, byte[] body) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : Collections.list(context.req().getHeaderNames())) {
            headers.put(name, Collections.list(context.req().getHeaders(name)));
        }
        String query = context.req().getQueryString();
        return new HttpRequest(
                context.method().name(),
                context.path(),
                headers,
                query == null ? "" : query,
                context.req().getRemoteAddr(),
                body,
                context.req().isSecure(),
                context);
    }
}
