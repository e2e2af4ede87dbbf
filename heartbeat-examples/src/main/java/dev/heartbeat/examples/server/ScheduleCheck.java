package dev.heartbeat.examples.server;

import dev.heartbeat.schedule.Params;
import dev.heartbeat.store.ScheduleDocument;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells everything that is wrong with one entry of a schedules file. */
final class ScheduleCheck {
    private static final Set<String> FIELDS = Set.of(
            "id",
            "enabled",
            "cron",
            "task",
            "lastRun",
            "lastResult",
            "params",
            "createdAt",
            "timeZone",
            "dstPolicy",
            "queue",
            "circuit",
            "priority",
            "timeout",
            "retry",
            "catchUp",
            "catchUpWithin",
            "window",
            "notBefore",
            "notAfter",
            "pausedUntil",
            "pausedBy",
            "pauseReason");
    private static final Map<String, Object> SOUND = new LinkedHashMap<>();

    static {
        SOUND.put("enabled", true);
        SOUND.put("cron", "@daily");
        SOUND.put("task", "any");
    }

    private static final Set<String> RETRY_FIELDS = Set.of("maxAttempts", "backoff", "maxBackoff");
    /** Hears of a problem. */
    interface Problems {
        void add(int line, String text);
    }

    private final LocatedJson entry;
    private final Problems problems;
    private final Map<String, @Nullable Object> fields;
    private final @Nullable Object givenId;
    private final @Nullable String id;
    private final String what;
    private final String readAs;

    /** Starts the check of an entry, which is the given one in its file, counted from 1. */
    ScheduleCheck(int number, LocatedJson entry, Problems problems) {
        this.entry = entry;
        this.problems = problems;
        this.fields = new LinkedHashMap<>(entry.fields());
        this.givenId = fields.remove("id");
        this.id = givenId instanceof String text && isId(text) ? text : null;
        this.readAs = id != null ? id : "entry " + number;
        this.what = id != null ? "schedule '" + id + "'" : "entry " + number;
    }

    /** Returns the id, or null if there is none that can be used. */
    @Nullable
    String id() {
        return id;
    }

    /** Returns what the entry is called in messages. */
    String what() {
        return what;
    }

    /** Tells all problems. */
    void all() {
        if (id == null) {
            String found = givenId == null ? "missing" : "'" + givenId + "'";
            problem("id", "field 'id' is " + found + "; allowed is text: 1 to 200 characters without '/'");
        }
        entry.repeated().forEach(path -> problem(path, "field '" + path + "' is there twice"));
        unknown("field", "", fields.keySet(), FIELDS);
        fields.keySet().retainAll(FIELDS);
        for (FieldByField.Problem found : FieldByField.problems(fields, SOUND, this::read)) {
            if (!"retry".equals(found.field()) || !toldOfRetry()) {
                tell(String.valueOf(found.field()), found.text());
            }
        }
        if (fields.get("retry") instanceof Map<?, ?> retry) {
            unknown("field", "retry.", keys(retry), RETRY_FIELDS);
        }
        if (fields.get("task") instanceof String task) {
            TaskParams.of(task).ifPresent(this::params);
        }
    }

    /** Returns the document; only when no problem was told. */
    ScheduleDocument document() {
        return read(fields);
    }

    private ScheduleDocument read(Map<String, @Nullable Object> some) {
        return ScheduleDocument.read(readAs, some);
    }

    private boolean toldOfRetry() {
        if (!(fields.get("retry") instanceof Map<?, ?> retry)) {
            return false;
        }
        List<FieldByField.Problem> found = FieldByField.problems(copy(retry), Map.of(), some -> {
            Map<String, @Nullable Object> document = new LinkedHashMap<>(SOUND);
            document.put("retry", some);
            read(document);
        });
        found.forEach(problem -> tell(problem.field() == null ? "retry" : "retry." + problem.field(), problem.text()));
        return !found.isEmpty();
    }

    private void params(TaskParams task) {
        Object given = Objects.requireNonNullElse(fields.get("params"), Map.of());
        if (!(given instanceof Map<?, ?> params)) {
            return; // told already
        }
        unknown("param", "params.", keys(params), task.names());
        Map<String, @Nullable Object> known = copy(params);
        known.keySet().retainAll(task.names());
        FieldByField.problems(known, task.sound(), some -> task.check().accept(Params.of(some)))
                .forEach(found -> problem(found.field() == null ? "params" : "params." + found.field(), found.text()));
    }

    private void unknown(String kind, String path, Collection<String> given, Set<String> allowed) {
        for (String name : given) {
            if (!allowed.contains(name)) {
                String meant = Typos.nearest(name, allowed)
                        .map(known -> " (did you mean '" + known + "'?)")
                        .orElse("");
                problem(
                        path + name,
                        kind + " '" + path + name + "' is unknown" + meant + "; allowed are "
                                + allowed.stream().sorted().toList());
            }
        }
    }

    private void problem(String path, String text) {
        problems.add(entry.line(path), what + ": " + text);
    }

    /** Passes on what the document's reader said, which names the schedule already. */
    private void tell(String path, String text) {
        problems.add(entry.line(path), text.replace("schedule '" + readAs + "'", what));
    }

    private static boolean isId(String text) {
        try {
            ScheduleDocument.read(text, SOUND);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> keys(Map<?, ?> map) {
        return map.keySet().stream().map(String::valueOf).toList();
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }
}
