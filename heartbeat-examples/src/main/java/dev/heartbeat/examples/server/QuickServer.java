package dev.heartbeat.examples.server;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.cronutils.CronDescriptions;
import dev.heartbeat.http.DashboardSettings;
import dev.heartbeat.http.HeartbeatHttp;
import dev.heartbeat.http.HeartbeatHttpServer;
import dev.heartbeat.http.HttpSettings;
import dev.heartbeat.http.PublicView;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.task.TaskResult;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running quick server: a heartbeat over a store, with tick, health and the indicator over HTTP. */
final class QuickServer implements AutoCloseable {
    static final String SECRET_VARIABLE = "CRON_SECRET";
    static final String ADMIN_VARIABLE = "ADMIN_SECRET";
    static final String HTTPS_VARIABLE = "BEHIND_HTTPS";
    static final String FAILING_TASK = "fails-on-purpose";
    private static final int SECRET_BYTES = 24;

    private final ServerStore store;
    private final Heartbeat heartbeat;
    private final HeartbeatHttpServer http;
    private final ServerConsole console;
    private final AtomicBoolean closed = new AtomicBoolean();

    private QuickServer(ServerStore store, Heartbeat heartbeat, HeartbeatHttpServer http, ServerConsole console) {
        this.store = store;
        this.heartbeat = heartbeat;
        this.http = http;
        this.console = console;
    }

    /**
     * Starts a server.
     *
     * @throws UsageException if the secret, the schedules file or the store's name cannot be used; nothing has been started then
     * @throws IllegalStateException if the port is taken
     * @throws dev.heartbeat.store.StoreException if the store cannot be opened, or does not answer
     */
    static QuickServer start(ServerOptions options, Map<String, String> environment, PrintStream out)
            throws UsageException {
        return start(options, environment, out, InstantSource.system());
    }

    /** As above, with a clock that tells what is due, and the time to whoever looks. */
    static QuickServer start(
            ServerOptions options, Map<String, String> environment, PrintStream out, InstantSource clock)
            throws UsageException {
        Optional<String> given = Optional.ofNullable(environment.get(SECRET_VARIABLE));
        String secret = given.orElseGet(QuickServer::newSecret);
        HttpSettings settings = settings(secret, dashboard(options, environment));
        Path file = options.schedules();
        List<ScheduleDocument> documents = file == null ? List.of() : ScheduleFile.read(file);
        ServerConsole console = new ServerConsole(out, clock);
        QuickServer server = open(ServerStore.open(options, environment, clock), options, settings, console, clock);
        try {
            server.define(options, documents, settings);
            console.started(server, settings, given.isPresent() ? Optional.empty() : Optional.of(secret), options);
            console.unknownTasks(server.heartbeat, Set.of(HttpRequestTask.NAME, LogTask.NAME, FAILING_TASK));
            if (options.ticker()) {
                server.heartbeat.start();
            }
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Opens a server over a store, and closes that if it cannot. */
    static QuickServer open(
            ServerStore store, ServerOptions options, HttpSettings settings, ServerConsole console, InstantSource clock)
            throws UsageException {
        try {
            Heartbeat heartbeat = heartbeat(options, store.store(), console, clock);
            return new QuickServer(store, heartbeat, listen(heartbeat, options, settings, clock), console);
        } catch (UsageException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static HeartbeatHttpServer listen(
            Heartbeat heartbeat, ServerOptions options, HttpSettings settings, InstantSource clock)
            throws UsageException {
        try {
            return HeartbeatHttpServer.start(
                    new HeartbeatHttp(heartbeat, settings, clock), options.host(), options.port());
        } catch (IllegalArgumentException e) {
            heartbeat.close();
            throw new UsageException("option --host or --port: " + e.getMessage());
        } catch (RuntimeException e) {
            heartbeat.close();
            throw e;
        }
    }

    private void define(ServerOptions options, List<ScheduleDocument> documents, HttpSettings settings) {
        documents.forEach(heartbeat.schedules()::importIfAbsent);
        boolean isOurs = options.store() == ServerOptions.Store.MEMORY; // nobody's database gets a sample unasked
        if (options.schedules() == null && (isOurs || options.demo())) {
            Sample.schedules(url() + settings.healthPath(), url() + settings.uiPath() + "/demo.html")
                    .forEach(heartbeat.schedules()::createIfAbsent);
        }
        if (options.demo()) {
            heartbeat.schedules().createIfAbsent(Sample.failing());
        }
    }

    private static DashboardSettings dashboard(ServerOptions options, Map<String, String> environment)
            throws UsageException {
        String option = options.adminSecret();
        String secret = option != null ? option : environment.get(ADMIN_VARIABLE);
        boolean https = options.https() || isOn(HTTPS_VARIABLE, environment);
        if (https && secret == null) {
            throw new UsageException(
                    "--https or " + HTTPS_VARIABLE + ": needs an admin secret; without one the dashboard is"
                            + " open to this machine, which everybody looks like from behind a proxy");
        }
        try {
            DashboardSettings open =
                    secret == null ? DashboardSettings.openOnLoopback() : DashboardSettings.adminSecret(secret);
            DashboardSettings settings = https ? open.https() : open;
            return options.allowedHosts().isEmpty()
                    ? settings
                    : settings.hosts(options.allowedHosts().toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--admin-secret, " + ADMIN_VARIABLE + " or --allowed-host: " + e.getMessage());
        }
    }

    private static boolean isOn(String variable, Map<String, String> environment) throws UsageException {
        String value = environment.getOrDefault(variable, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new UsageException(
                    "environment variable " + variable + ": '" + value + "' is not allowed; true or false");
        }
        return value.equals("true");
    }

    private static HttpSettings settings(String secret, DashboardSettings dashboard) throws UsageException {
        try {
            return HttpSettings.withSecrets(secret)
                    .showing(PublicView.values())
                    .dashboard(dashboard)
                    .descriptions(schedule -> CronDescriptions.describe(schedule.timing()));
        } catch (IllegalArgumentException e) {
            throw new UsageException("environment variable " + SECRET_VARIABLE + ": " + e.getMessage());
        }
    }

    private static Heartbeat heartbeat(
            ServerOptions options, HeartbeatStore store, ServerConsole console, InstantSource clock) {
        Heartbeat.Builder builder = Heartbeat.builder(store)
                .name("server")
                .clock(clock)
                .interval(options.interval())
                .budget(options.budget())
                .task(HttpRequestTask.task())
                .task(LogTask.NAME, new LogTask())
                .task(FAILING_TASK, context -> TaskResult.failed("this task fails on purpose"))
                .listener(console);
        if (options.staleAfter() != null) {
            builder.staleAfter(options.staleAfter());
        }
        return builder.build();
    }

    private static String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    HeartbeatStore store() {
        return store.store();
    }

    String storeName() {
        return store.name();
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    String url() {
        return http.url();
    }

    /** Answers the tick under way, up to the 60 seconds that the HTTP server waits, then lets running tasks finish. Idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        console.stopping();
        http.close();
        heartbeat.close();
        store.close();
        console.stopped();
    }
}
