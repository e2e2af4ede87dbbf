package dev.heartbeat.examples.server;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.cronutils.CronDescriptions;
import dev.heartbeat.http.DashboardSettings;
import dev.heartbeat.http.HeartbeatHttp;
import dev.heartbeat.http.HeartbeatHttpServer;
import dev.heartbeat.http.HttpSettings;
import dev.heartbeat.http.PublicView;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.task.TaskResult;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
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
        Optional<String> given = Optional.ofNullable(environment.get(SECRET_VARIABLE));
        String secret = given.orElseGet(QuickServer::newSecret);
        HttpSettings settings = settings(secret, dashboard(options, environment));
        Path file = options.schedules();
        List<ScheduleDocument> documents = file == null ? List.of() : ScheduleFile.read(file);
        ServerConsole console = new ServerConsole(out);
        QuickServer server = open(ServerStore.open(options, environment), options, settings, console);
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
    static QuickServer open(ServerStore store, ServerOptions options, HttpSettings settings, ServerConsole console)
            throws UsageException {
        try {
            Heartbeat heartbeat = heartbeat(options, store.store(), console);
            return new QuickServer(store, heartbeat, listen(heartbeat, options, settings), console);
        } catch (UsageException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static HeartbeatHttpServer listen(Heartbeat heartbeat, ServerOptions options, HttpSettings settings)
            throws UsageException {
        try {
            return HeartbeatHttpServer.start(new HeartbeatHttp(heartbeat, settings), options.host(), options.port());
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
            sample(url() + settings.healthPath()).forEach(heartbeat.schedules()::createIfAbsent);
        }
        if (options.demo()) {
            heartbeat.schedules().createIfAbsent(failing());
        }
    }

    private static DashboardSettings dashboard(ServerOptions options, Map<String, String> environment)
            throws UsageException {
        String option = options.adminSecret();
        String secret = option != null ? option : environment.get(ADMIN_VARIABLE);
        try {
            DashboardSettings settings =
                    secret == null ? DashboardSettings.openOnLoopback() : DashboardSettings.adminSecret(secret);
            return options.allowedHosts().isEmpty()
                    ? settings
                    : settings.hosts(options.allowedHosts().toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--admin-secret, " + ADMIN_VARIABLE + " or --allowed-host: " + e.getMessage());
        }
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

    private static Heartbeat heartbeat(ServerOptions options, HeartbeatStore store, ServerConsole console) {
        Heartbeat.Builder builder = Heartbeat.builder(store)
                .name("server")
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

    /** Two schedules that do real work at once and every minute, so that there is something to see. */
    private static List<Schedule> sample(String healthUrl) {
        return List.of(
                Schedule.builder("watch-own-health", "* * * * *", HttpRequestTask.NAME)
                        .param("url", healthUrl)
                        .param("expectedStatus", 200)
                        .runAtFirstPulse()
                        .build(),
                Schedule.builder("say-hello", "*/5 * * * *", LogTask.NAME)
                        .param("message", "The heartbeat is the pulse. As long as it beats, the system lives.")
                        .runAtFirstPulse()
                        .build());
    }

    private static Schedule failing() {
        return Schedule.builder("fails-on-purpose", "*/2 * * * *", FAILING_TASK)
                .retry(Retry.none())
                .runAtFirstPulse()
                .build();
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
