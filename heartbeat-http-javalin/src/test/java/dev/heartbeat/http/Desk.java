package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A dashboard over a store that notes what is asked of it, at noon of 2026-02-15, and somebody who sits before it. What the
 * tasks do can be set.
 */
final class Desk implements AutoCloseable {
    static final String ADMIN_SECRET = "an-admins-secret-of-more";
    static final ObjectMapper MAPPER = new ObjectMapper();

    final SettableClock clock = new SettableClock(Given.NOON);
    final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    final CountedStore asked = new CountedStore();
    final AtomicReference<Function<TaskContext, TaskResult>> work = new AtomicReference<>(context -> TaskResult.done());
    final Heartbeat heartbeat;
    final HeartbeatHttp http;

    Desk() {
        this(DashboardSettings.viewers(request -> new Viewer(ViewerRole.SUPER_USER, "ann")));
    }

    Desk(DashboardSettings settings) {
        heartbeat = Heartbeat.builder(asked.over(store))
                .clock(clock)
                .task("work", context -> work.get().apply(context))
                .task("fail", context -> TaskResult.failed("connection refused, token=abc123"))
                .build();
        http = new HeartbeatHttp(
                heartbeat,
                HttpSettings.withSecrets(Given.SECRET)
                        .dashboard(settings)
                        .descriptions(schedule -> Optional.of("words of " + schedule.id())),
                clock);
    }

    Schedule.Builder schedule(String id, String cron) {
        return Schedule.builder(id, cron, "work");
    }

    Schedule.Builder failing(String id, String cron) {
        return Schedule.builder(id, cron, "fail").retry(Retry.none());
    }

    void define(Schedule.Builder schedule) {
        heartbeat.schedules().define(schedule.build());
    }

    void at(String time) {
        clock.set(time.length() > 8 ? Instant.parse(time) : Instant.parse("2026-02-15T" + time + "Z"));
    }

    void pulseAt(String time) {
        at(time);
        heartbeat.pulse();
    }

    /** What a browser sends for a page of ours. */
    static String[] fromOurPage(String... more) {
        List<String> headers = new ArrayList<>(
                List.of("Host", "localhost:8080", "Sec-Fetch-Site", "same-origin", "X-Heartbeat-Request", "1"));
        headers.addAll(Arrays.asList(more));
        return headers.toArray(String[]::new);
    }

    HttpResponse ask(String method, String path, String body, String... headers) {
        HttpRequest request = Given.request(method, "/heartbeat/" + path, headers);
        return http.dashboard(new HttpRequest(
                request.method(),
                request.path(),
                request.headers(),
                request.query(),
                request.remoteAddress(),
                body.getBytes(StandardCharsets.UTF_8)));
    }

    HttpResponse get(String path) {
        return ask("GET", "api/" + path, "", "Host", "localhost:8080");
    }

    JsonNode json(String path) {
        HttpResponse answer = get(path);
        assertThat(answer.status()).as(Given.body(answer)).isEqualTo(200);
        return json(answer);
    }

    HttpResponse post(String path, String body) {
        return ask("POST", "api/" + path, body, fromOurPage());
    }

    static JsonNode json(HttpResponse answer) {
        try {
            return MAPPER.readTree(Given.body(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> texts(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.get(field).asText()));
        return texts;
    }

    static Map<String, Object> byHand(String cron) {
        return Map.of("enabled", true, "cron", cron, "task", "work");
    }

    @Override
    public void close() {
        heartbeat.close();
    }
}
