package dev.heartbeat.inmemory;

import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.Values;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleState;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads documents as people write them. */
final class HandWriting {
    private HandWriting() {}

    /** Returns a copy that nobody can change from outside. */
    static Map<String, @Nullable Object> copyOf(Map<String, ? extends @Nullable Object> fields) {
        try {
            return Values.copyOf(fields, "document");
        } catch (IllegalArgumentException e) {
            // A value that no store holds: perhaps in a field nobody reads, else the reader says what is wrong with it.
            return Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }

    /** Returns the document that the fields hold, or a bad one with what is wrong. */
    static Held read(
            Stamp stamp,
            String id,
            Map<String, @Nullable Object> fields,
            Function<String, Timing> timing,
            @Nullable Instant settled) {
        try {
            ScheduleDocument read = ScheduleDocument.read(id, fields, timing);
            return Document.of(
                    stamp, read.schedule(), read.lastRun(), read.lastResult(), read.pause(), read.state(), settled);
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage());
            return new BadDocument(id, stamp.version(), fields, reason, stateOf(id, fields), settled);
        }
    }

    /** A run under way must be recorded even if somebody spoils the definition meanwhile: keep its claim. */
    private static ScheduleState stateOf(String id, Map<String, @Nullable Object> fields) {
        Map<String, @Nullable Object> readable = new LinkedHashMap<>();
        readable.put("enabled", false);
        readable.put("cron", "@daily");
        readable.put("task", "none");
        readable.put("heartbeat", fields.get("heartbeat"));
        try {
            return ScheduleDocument.read(id, readable).state();
        } catch (IllegalArgumentException e) {
            return ScheduleState.NEW;
        }
    }
}
