package dev.heartbeat.http;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import io.javalin.Javalin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A host with the dashboard on it, over the real engine and store, at noon of 2026-02-15 by a clock that stands still. The
 * viewer is whoever the test says.
 */
final class DashboardSite implements AutoCloseable {
    static final Instant START = Instant.parse("2026-02-15T11:25:00Z");
    static final String ADMIN_SECRET = "0123456789abcdef-admin";
    static final Duration INTERVAL = Duration.ofMinutes(10);

    private static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(5));

    final SettableClock clock = new SettableClock(START);
    final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    final AtomicReference<Viewer> viewer = new AtomicReference<>(new Viewer(ViewerRole.SUPER_USER, "ann"));
    final AtomicReference<Optional<String>> failure = new AtomicReference<>(Optional.empty());
    final AtomicBoolean storeIsLost = new AtomicBoolean();
    final CountedStore counted = new CountedStore();

    private final CountDownLatch slowTask = new CountDownLatch(1);
    private final CountDownLatch slowTaskBegun = new CountDownLatch(1);
    private final AtomicBoolean flaky = new AtomicBoolean(true);
    private final DashboardSettings settings;
    private final Heartbeat heartbeat;
    private final int port;
    private Javalin app;

    DashboardSite() {
        this(null);
    }

    /** Null for a host that tells by itself who looks. */
    DashboardSite(DashboardSettings login) {
        settings = login == null ? DashboardSettings.viewers(request -> viewer.get()) : login;
        HeartbeatStore seen = counted.over(LostStore.of(store, storeIsLost::get));
        heartbeat = Heartbeat.builder(seen)
                .clock(clock)
                .name("shop")
                .interval(INTERVAL)
                .task("work", context -> TaskResult.of(Map.of("rows", 42)))
                .task("mail", context -> TaskResult.done().count("emails", 120).count("revenue", 4200))
                .task(
                        "flaky",
                        context -> flaky.getAndSet(false)
                                ? TaskResult.failed("menus.example.com: connection refused")
                                : TaskResult.done())
                .task("slow", context -> {
                    slowTaskBegun.countDown();
                    slowTask.await();
                    return TaskResult.done();
                })
                .task(
                        "may-fail",
                        context -> failure.get().map(TaskResult::failed).orElseGet(TaskResult::done))
                .build();
        app = started(0);
        port = app.port();
    }

    private Javalin started(int wanted) {
        HttpSettings http = HttpSettings.withSecrets(Given.SECRET)
                .healthCache(Duration.ZERO)
                .descriptions(schedule -> Optional.of("at times of " + schedule.id()))
                .dashboard(settings);
        Javalin made = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.registerPlugin(new HeartbeatPlugin(new HeartbeatHttp(heartbeat, http, clock)));
        });
        return made.start("127.0.0.1", wanted);
    }

    // --- what is there

    /** Pulses as in the playbook, the last one two minutes ago. */
    void playbookMorning() {
        define("weekly-deals", "30 11 * * *", "mail");
        for (String id : List.of("loyalty-mails", "menu-refresh", "revenue-report", "seo-check")) {
            define(id, "30 11 * * *", "work");
        }
        heartbeat
                .schedules()
                .define(Schedule.builder("competitor-scrape", "40 11 * * *", "flaky")
                        .queue("browser")
                        .param("playbookId", "competitors")
                        .param("apiKey", "hunter2")
                        .retry(Retry.attempts(3).backoff(Duration.ofSeconds(30), Duration.ofMinutes(10)))
                        .build());
        define("stock-sync", "50 11 * * *", "work");
        for (String id : List.of("menu-noon", "pos-sync", "price-check")) {
            define(id, "0 12 * * *", "work");
        }
        pulseAt("2026-02-15T11:30:00Z");
        pulseAt("2026-02-15T11:40:00Z");
        pulseAt("2026-02-15T11:50:00Z");
        pulseAt("2026-02-15T12:00:00Z");
        clock.set(Instant.parse("2026-02-15T12:02:00Z"));
    }

    void define(String id, String cron, String task) {
        heartbeat
                .schedules()
                .define(Schedule.builder(id, cron, task).retry(Retry.none()).build());
    }

    Pulse pulseAt(String instant) {
        clock.set(Instant.parse(instant));
        return pulse();
    }

    Pulse pulse() {
        return heartbeat.pulse(PulseRequest.from("github-actions"));
    }

    /** A long history: so many pulses and runs of a schedule, a second apart, the newest ones a second before now. */
    void longHistory(String schedule, int pulses, int runs) {
        for (int i = pulses; i >= 1; i--) {
            Instant at = clock.instant().minusSeconds(i);
            store.savePulse(
                    new PulseRecord(
                            "pulse-" + i, "ticker", at, at, 40, Map.of(Outcome.EXECUTED, 1), List.of(), false, null),
                    LIMIT);
        }
        for (int i = runs; i >= 1; i--) {
            Instant at = clock.instant().minusSeconds(i);
            store.appendRuns(List.of(Given.run(schedule, "cron-" + at, at, 40)), LIMIT);
        }
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Waits until the slow task is at work. */
    void awaitSlowTask() throws InterruptedException {
        if (!slowTaskBegun.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the slow task was not called");
        }
    }

    void endSlowTask() {
        slowTask.countDown();
    }

    // --- the server

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
        endSlowTask();
        app.stop();
        heartbeat.close();
    }
}
