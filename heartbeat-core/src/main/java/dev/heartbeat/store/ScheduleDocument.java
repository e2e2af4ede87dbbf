package dev.heartbeat.store;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.InvalidCronException;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as a document of plain fields: the playbook's form, as people write it in a console, a file or JavaScript.
 * A document with {@code enabled}, {@code cron} and {@code task} alone is enough. Fields that are not known are left
 * alone; known ones of a wrong type make the document unreadable. Instants may be ISO-8601 text, durations ISO-8601 text
 * or a number of seconds.
 *
 * @param schedule the definition
 * @param lastRun the field {@code lastRun}
 * @param lastResult the field {@code lastResult} if it is a map, else null
 * @param pause the fields {@code pausedUntil}, {@code pausedBy}, {@code pauseReason}, or null
 * @param state the map {@code heartbeat}
 */
public record ScheduleDocument(
        Schedule schedule,
        LastRun lastRun,
        @Nullable Map<String, @Nullable Object> lastResult,
        @Nullable Pause pause,
        ScheduleState state) {

    /** The fields that a definition may have: an edit that replaces it leaves none of the others behind. */
    public static final Set<String> DEFINITION = Set.of(
            "enabled",
            "cron",
            "task",
            "params",
            "timeZone",
            "dstPolicy",
            "priority",
            "queue",
            "circuit",
            "timeout",
            "retry",
            "catchUp",
            "catchUpWithin",
            "window",
            "notBefore",
            "notAfter");

    /**
     * Reads a document.
     *
     * @throws InvalidScheduleException if it holds no schedule; the message names the field, the value and what is
     *     allowed
     */
    public static ScheduleDocument read(String id, Map<String, ? extends @Nullable Object> fields) {
        return read(id, fields, Timing::cron);
    }

    /**
     * Reads a document whose {@code cron} text another dialect may stand for.
     *
     * @param timing turns the text into a timing, and throws {@link InvalidCronException} if it cannot
     * @throws InvalidScheduleException if it holds no schedule
     */
    public static ScheduleDocument read(
            String id, Map<String, ? extends @Nullable Object> fields, Function<String, Timing> timing) {
        Fields in = new Fields("schedule '" + id + "'", fields);
        Schedule.Builder builder = Schedule.builder(id, cron(in, timing), in.requireText("task"))
                .enabled(in.requireFlag("enabled"))
                .queue(in.text("queue"))
                .circuit(in.text("circuit"))
                .timeout(in.duration("timeout"))
                .window(in.duration("window"))
                .notBefore(in.instant("notBefore"))
                .notAfter(in.instant("notAfter"))
                .retry(retry(in.nested("retry")))
                .catchUp(catchUp(in));
        Optional.ofNullable(in.text("timeZone")).map(text -> zone(in, text)).ifPresent(builder::zone);
        Optional.ofNullable(in.constant("dstPolicy", DstPolicy.class)).ifPresent(builder::dst);
        Optional.ofNullable(in.constant("priority", Priority.class)).ifPresent(builder::priority);
        Optional.ofNullable(in.map("params")).ifPresent(builder::params);
        Fields heartbeat = in.nested("heartbeat");
        return new ScheduleDocument(
                builder.build(),
                lastRun(in),
                in.value("lastResult") instanceof Map ? in.map("lastResult") : null,
                pause(in),
                heartbeat == null ? ScheduleState.NEW : StateMap.read(heartbeat));
    }

    /** Returns the document of a stored schedule, without the map {@code heartbeat} and {@code nextRun}. */
    public Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = definition(schedule);
        switch (lastRun.kind()) {
            case AT, NULL -> fields.put("lastRun", lastRun.value());
            case MISSING -> {}
        }
        if (lastResult != null) {
            fields.put("lastResult", lastResult);
        }
        if (pause != null) {
            fields.put("pausedUntil", pause.until());
            fields.put("pausedBy", pause.by());
            fields.put("pauseReason", pause.reason());
        }
        return fields;
    }

    /** Returns the fields of a definition; those that are not set are left out. */
    public static Map<String, @Nullable Object> definition(Schedule schedule) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("enabled", schedule.enabled());
        fields.put("cron", schedule.timing().text());
        fields.put("task", schedule.task());
        if (!schedule.params().isEmpty()) {
            fields.put("params", schedule.params().asMap());
        }
        fields.put("timeZone", schedule.zoneText());
        fields.put("dstPolicy", schedule.dst().name().toLowerCase(java.util.Locale.ROOT));
        fields.put("priority", schedule.priority().text());
        schedule.queue().ifPresent(queue -> fields.put("queue", queue));
        schedule.circuit().ifPresent(circuit -> fields.put("circuit", circuit));
        schedule.timeout().ifPresent(timeout -> fields.put("timeout", timeout.toString()));
        schedule.retry().ifPresent(retry -> fields.put("retry", retry(retry)));
        CatchUp catchUp = schedule.catchUp();
        if (!catchUp.equals(CatchUp.once())) {
            fields.put("catchUp", catchUp.text());
            catchUp.within().ifPresent(age -> fields.put("catchUpWithin", age.toString()));
        }
        schedule.window().ifPresent(window -> fields.put("window", window.toString()));
        schedule.notBefore().ifPresent(instant -> fields.put("notBefore", instant));
        schedule.notAfter().ifPresent(instant -> fields.put("notAfter", instant));
        return fields;
    }

    /** Returns the map {@code heartbeat} of a state. */
    public static Map<String, @Nullable Object> heartbeat(ScheduleState state) {
        return StateMap.write(state);
    }

    private static Timing cron(Fields in, Function<String, Timing> timing) {
        try {
            return timing.apply(in.requireText("cron"));
        } catch (InvalidCronException e) {
            throw new InvalidScheduleException(in.what() + ": field 'cron': " + e.getMessage(), e);
        }
    }

    private static ZoneId zone(Fields in, String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw in.bad("timeZone", "a zone such as UTC or America/New_York");
        }
    }

    private static LastRun lastRun(Fields in) {
        if (!in.has("lastRun")) {
            return LastRun.MISSING;
        }
        Instant instant = in.instant("lastRun");
        return instant == null ? LastRun.NULL : LastRun.at(instant);
    }

    private static @Nullable Pause pause(Fields in) {
        Instant until = in.instant("pausedUntil");
        return until == null
                ? null
                : new Pause(
                        until,
                        Optional.ofNullable(in.text("pausedBy")).orElse(""),
                        Optional.ofNullable(in.text("pauseReason")).orElse(""));
    }

    private static @Nullable Retry retry(@Nullable Fields in) {
        if (in == null) {
            return null;
        }
        try {
            Long attempts = in.whole("maxAttempts");
            Retry retry = Retry.attempts(
                    attempts == null
                            ? Retry.DEFAULT.maxAttempts()
                            : (int) Math.max(Math.min(attempts, Integer.MAX_VALUE), Integer.MIN_VALUE));
            Duration first = in.duration("backoff");
            Duration max = in.duration("maxBackoff");
            if (first == null && max == null) {
                return retry;
            }
            Duration from = first == null ? shorter(retry.backoff(), max) : first;
            Duration upTo = max == null ? longer(retry.maxBackoff(), from) : max;
            return retry.backoff(from, upTo);
        } catch (InvalidScheduleException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidScheduleException(in.what() + ": " + e.getMessage(), e);
        }
    }

    private static CatchUp catchUp(Fields in) {
        String text = in.text("catchUp");
        CatchUp catchUp;
        try {
            catchUp = text == null ? CatchUp.once() : CatchUp.parse(text);
        } catch (IllegalArgumentException e) {
            throw in.bad("catchUp", CatchUp.ALLOWED);
        }
        Duration within = in.duration("catchUpWithin");
        try {
            return within == null ? catchUp : catchUp.within(within);
        } catch (IllegalArgumentException e) {
            throw new InvalidScheduleException(in.what() + ": field 'catchUpWithin': " + e.getMessage(), e);
        }
    }

    private static Duration shorter(Duration a, @Nullable Duration b) {
        return b != null && b.compareTo(a) < 0 ? b : a;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    private static Map<String, @Nullable Object> retry(Retry retry) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("maxAttempts", (long) retry.maxAttempts());
        fields.put("backoff", retry.backoff().toString());
        fields.put("maxBackoff", retry.maxBackoff().toString());
        return fields;
    }
}
