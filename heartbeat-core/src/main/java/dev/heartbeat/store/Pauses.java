package dev.heartbeat.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pauses of queues and of everything: one state document, so that each pulse reads them all at once. As with the
 * pause of one schedule, one whose end has passed stays as a note, so that the fires it swallowed are not made up.
 *
 * @param everything the pause of all schedules, in force or past
 * @param queues the pauses of queues by their names, in force or past
 */
public record Pauses(Optional<Entry> everything, Map<String, Entry> queues) {
    /** The name of the state document. */
    public static final StateKey KEY = new StateKey("pauses", "all");
    /** None at all. */
    public static final Pauses NONE = new Pauses(Optional.empty(), Map.of());

    /**
     * A pause and its beginning.
     *
     * @param since when it began
     * @param pause until when, by whom, why
     */
    public record Entry(Instant since, Pause pause) {}

    /** Copies the map, in order. */
    public Pauses {
        queues = Collections.unmodifiableMap(new LinkedHashMap<>(queues));
    }

    /** Returns the pause of a queue, in force or past. */
    public Optional<Entry> queue(String queue) {
        return Optional.ofNullable(queues.get(queue));
    }

    /** Returns these pauses with another pause of everything. */
    public Pauses withEverything(Entry entry) {
        return new Pauses(Optional.of(entry), queues);
    }

    /** Returns these pauses with another pause of the queue. */
    public Pauses withQueue(String queue, Entry entry) {
        Map<String, Entry> changed = new LinkedHashMap<>(queues);
        changed.put(queue, entry);
        return new Pauses(everything, changed);
    }

    /** Reads the value of the state document; what makes no sense in it is left out. */
    public static Pauses read(Map<String, @Nullable Object> value) {
        Map<String, Entry> queues = new LinkedHashMap<>();
        if (value.get("queues") instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> map && map.get("queue") instanceof String queue) {
                    entry(map).ifPresent(entry -> queues.put(queue, entry));
                }
            }
        }
        return new Pauses(value.get("everything") instanceof Map<?, ?> map ? entry(map) : Optional.empty(), queues);
    }

    private static Optional<Entry> entry(Map<?, ?> map) {
        return map.get("until") instanceof Instant until
                ? Optional.of(new Entry(
                        map.get("since") instanceof Instant since ? since : until,
                        new Pause(until, text(map.get("by")), text(map.get("reason")))))
                : Optional.empty();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    /** Returns the value of the state document. */
    public Map<String, @Nullable Object> write() {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        everything.ifPresent(entry -> value.put("everything", fields(entry)));
        if (!queues.isEmpty()) {
            List<Object> list = new ArrayList<>(); // a queue may have a name that no store takes for a field
            queues.forEach((queue, entry) -> {
                Map<String, Object> fields = fields(entry);
                fields.put("queue", queue);
                list.add(fields);
            });
            value.put("queues", list);
        }
        return value;
    }

    private static Map<String, Object> fields(Entry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("since", entry.since());
        fields.put("until", entry.pause().until());
        fields.put("by", entry.pause().by());
        fields.put("reason", entry.pause().reason());
        return fields;
    }
}
