package dev.heartbeat.inmemory.kit;

import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies with one thing changed. */
final class Edits {
    private Edits() {}

    static StoredSchedule with(StoredSchedule stored, LastRun lastRun) {
        return new StoredSchedule(
                stored.schedule(),
                lastRun,
                stored.lastResult(),
                stored.pause(),
                stored.state(),
                stored.writtenAt(),
                stored.version());
    }

    static StoredSchedule with(StoredSchedule stored, Version version) {
        return new StoredSchedule(
                stored.schedule(),
                stored.lastRun(),
                stored.lastResult(),
                stored.pause(),
                stored.state(),
                stored.writtenAt(),
                version);
    }

    static StoredSchedule with(StoredSchedule stored, Map<String, @Nullable Object> lastResult) {
        return new StoredSchedule(
                stored.schedule(),
                stored.lastRun(),
                lastResult,
                stored.pause(),
                stored.state(),
                stored.writtenAt(),
                stored.version());
    }

    /** Returns the fields with another value at the path. */
    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> with(
            Map<String, @Nullable Object> fields, @Nullable Object value, String... path) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        Map<String, @Nullable Object> at = copy;
        for (int i = 0; i < path.length - 1; i++) {
            Map<String, @Nullable Object> next = new LinkedHashMap<>((Map<String, @Nullable Object>) at.get(path[i]));
            at.put(path[i], next);
            at = next;
        }
        at.put(path[path.length - 1], value);
        return copy;
    }

    /** Returns the fields without one of them. */
    static Map<String, @Nullable Object> without(Map<String, @Nullable Object> fields, String... names) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        for (String name : names) {
            copy.remove(name);
        }
        return copy;
    }
}
