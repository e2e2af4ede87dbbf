package dev.heartbeat.http;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import io.javalin.Javalin;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A host's own site with a heartbeat mounted on it, on real time: browsers go by the Date header of the server. It can be
 * stopped and started again on its port. Below {@code /lost} is a heartbeat whose store does not answer.
 */
final class Site implements AutoCloseable {
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private final Instant opened = InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS);
    private final SettableClock clock = new SettableClock(opened);
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final Heartbeat heartbeat = Given.heartbeat(store, clock).build();
    private final Heartbeat lost =
            Given.heartbeat(LostStore.of(store), clock).name("lost").build();
    private final AtomicReference<String> page = new AtomicReference<>("");
    private final int port;
    private Javalin app;

    Site() {
        app = started(0);
        port = app.port();
    }

    private Javalin started(int wanted) {
        HttpSettings settings = HttpSettings.withSecrets(Given.SECRET).healthCache(Duration.ZERO);
        HeartbeatHttp http = new HeartbeatHttp(heartbeat, settings.showing(PublicView.values()), clock);
        HeartbeatHttp lostHttp = new HeartbeatHttp(lost, settings.below("/lost"), clock);
        Javalin made = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.registerPlugin(new HeartbeatPlugin(http));
            config.registerPlugin(new HeartbeatPlugin(lostHttp));
            config.routes.get(
                    "/dashboard", context -> context.html(page.get()).header("Content-Security-Policy", POLICY));
        });
        return made.start("127.0.0.1", wanted);
    }

    /** Sets what stands in the body of the host's page. */
    void body(String markup) {
        page.set("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Dashboard</title>"
                + "<meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"/heartbeat/icon.svg\">"
                + "<script type=\"module\" src=\"/heartbeat/heartbeat-indicator.js\"></script></head><body>" + markup
                + "</body></html>");
    }

    /** Leaves the heartbeat of a pulse that was so long ago; three tasks were executed. */
    void beat(Duration ago, int errors) {
        Given.save(store, opened.minus(ago), errors);
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    void stop() {
        app.stop();
    }

    void startAgain() {
        app = started(port);
    }

    @Override
    public void close() {
        app.stop();
        heartbeat.close();
        lost.close();
    }
}
