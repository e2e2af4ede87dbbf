package dev.heartbeat.http;

import io.javalin.Javalin;
import io.javalin.http.Handler;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A small server by itself: tick, health, answers for runs, the indicator, and the dashboard, to which {@code /} leads. It
 * listens on a loopback address only, unless the dashboard has an admin secret. Thread-safe. It never closes the heartbeat.
 */
public final class HeartbeatHttpServer implements AutoCloseable {
    /** What is empty, the JDK takes for loopback and Jetty for every interface there is; brackets belong to URLs. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

    private final Javalin app;
    private final String host;
    private final int port;

    private HeartbeatHttpServer(Javalin app, String host) {
        this.app = app;
        this.host = host;
        this.port = app.port();
    }

    /**
     * Starts a server.
     *
     * @param http the handlers
     * @param host a loopback address or name, such as {@code 127.0.0.1}, {@code localhost} or {@code ::1}, without
     *     brackets or blanks; any other one of this machine if the dashboard has an admin secret
     * @param port 0 to 65535; 0 takes a free one
     * @throws IllegalArgumentException if the host is not of this machine's loopback and there is no admin secret, or the
     *     port is out of range
     * @throws IllegalStateException if the port is taken
     */
    public static HeartbeatHttpServer start(HeartbeatHttp http, String host, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not allowed; 0 to 65535, 0 takes a free one");
        }
        if (host == null || !HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "host " + (host == null ? "null" : "'" + host + "'") + " is not allowed; a loopback name or address"
                            + " (127.0.0.1, localhost, ::1) without brackets or blanks");
        }
        DashboardSettings dashboard = http.settings().dashboard();
        if (!isLoopback(host) && (dashboard == null || !dashboard.hasLogin())) {
            throw new IllegalArgumentException(
                    "host '" + host + "' is not allowed; without an admin secret this server listens on loopback only"
                            + " (127.0.0.1, localhost, ::1): set one, or mount HeartbeatPlugin on your app");
        }
        Javalin app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.jetty.host = host;
            config.jetty.port = port;
            config.registerPlugin(new HeartbeatPlugin(http));
            if (dashboard != null) {
                String front = http.settings().uiPath() + "/";
                Handler lead = context -> context.status(302).header("Location", front);
                config.routes.get("/", lead, HeartbeatRole.PUBLIC);
                config.routes.head("/", lead, HeartbeatRole.PUBLIC); // Javalin's own would say 200
            }
        });
        try {
            app.start();
        } catch (RuntimeException e) {
            app.stop();
            throw new IllegalStateException(
                    "the server could not listen on " + host + ":" + port + ": " + rootMessage(e), e);
        }
        return new HeartbeatHttpServer(app, host);
    }

    /** Returns the port it listens on, or listened on before it was closed. */
    public int port() {
        return port;
    }

    /** Returns its address, such as {@code http://127.0.0.1:8080}. */
    public String url() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Stops listening; a tick under way is answered first, if it is done within 60 seconds. Idempotent. */
    @Override
    public void close() {
        app.stop();
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
