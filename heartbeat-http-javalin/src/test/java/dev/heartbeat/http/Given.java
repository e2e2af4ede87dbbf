package dev.heartbeat.http;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/** The contract's fixture: three schedules at noon of 2026-02-15. */
final class Given {
    static final String SECRET = "0123456789abcdef-first";
    static final String OTHER_SECRET = "0123456789abcdef-second";
    static final Instant NOON = Instant.parse("2026-02-15T12:00:00Z");

    private Given() {}

    static InMemoryHeartbeatStore store(SettableClock clock) {
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
        store.putDocument(
                "playbook-123",
                Map.of(
                        "enabled",
                        true,
                        "cron",
                        "0 12 * * *",
                        "task",
                        "weekly-deals-video",
                        "lastRun",
                        NOON.minus(Duration.ofDays(1))));
        store.putDocument(
                "browser-456",
                Map.of(
                        "enabled", true,
                        "cron", "0 12 * * *",
                        "task", "competitor-scrape",
                        "queue", "browser",
                        "priority", "low",
                        "lastRun", NOON.minus(Duration.ofDays(1))));
        store.putDocument(
                "schedule-789",
                Map.of(
                        "enabled",
                        true,
                        "cron",
                        "0 9 * * 1",
                        "task",
                        "seo-optimization",
                        "lastRun",
                        Instant.parse("2026-02-09T09:00:00Z")));
        return store;
    }

    /** Returns the entry of a run that was executed at its time, and took some milliseconds. */
    static RunRecord run(String schedule, String key, Instant at, long tookMs) {
        return new RunRecord(
                schedule,
                key,
                "work",
                null,
                Outcome.EXECUTED,
                null,
                at,
                at,
                1,
                true,
                1,
                null,
                "some-pulse",
                at,
                at.plusMillis(tookMs),
                null,
                Map.of());
    }

    static Heartbeat.Builder heartbeat(HeartbeatStore store, SettableClock clock) {
        return Heartbeat.builder(store)
                .clock(clock)
                .tasks(name -> java.util.Optional.of(dev.heartbeat.task.Task.named(name, context -> TaskResult.done())
                        .build()));
    }

    /** An open heartbeat whose every method does the same. */
    static Heartbeat broken(Callable<?> everything) {
        return broken(() -> false, everything);
    }

    /** A heartbeat whose every method does the same, but for telling whether it is closed. */
    static Heartbeat broken(BooleanSupplier closed, Callable<?> everything) {
        return (Heartbeat) Proxy.newProxyInstance(
                Heartbeat.class.getClassLoader(),
                new Class<?>[] {Heartbeat.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "close" -> null;
                    case "closed" -> closed.getAsBoolean();
                    default -> everything.call();
                });
    }

    static void save(InMemoryHeartbeatStore store, Instant timestamp, int errors) {
        List<HeartbeatError> list =
                errors == 0 ? List.of() : List.of(new HeartbeatError("some-schedule", "secret error text", timestamp));
        HeartbeatRecord record = new HeartbeatRecord(
                timestamp, timestamp, 5, 2, 1, 1, list, errors, timestamp.plus(Duration.ofMinutes(10)), "p", "test", 5);
        CallLimit limit = CallLimit.of(Duration.ofSeconds(1));
        Version version = store.heartbeat(limit).map(stored -> stored.version()).orElse(Version.NONE);
        if (!store.saveHeartbeat(record, version, limit)) {
            throw new IllegalStateException("the heartbeat changed under the test");
        }
    }

    static HttpRequest request(String method, String path, String... headers) {
        Map<String, List<String>> all = new java.util.HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.computeIfAbsent(headers[i], name -> new java.util.ArrayList<>()).add(headers[i + 1]);
        }
        int query = path.indexOf('?');
        return new HttpRequest(
                method,
                query < 0 ? path : path.substring(0, query),
                all,
                query < 0 ? "" : path.substring(query + 1),
                "192.0.2.7");
    }

    static String body(HttpResponse response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            response.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static String golden(String name) {
        try (InputStream in = Given.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\s+", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
