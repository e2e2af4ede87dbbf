package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Documents of schedules, both ways. Reading judges each document alone, so that a bad one is told of and spoils no
 * other. Writing names single fields: what people wrote is never written back.
 */
final class ScheduleCodec {
    static final String HEARTBEAT = "heartbeat";
    static final String WAKE_AT = "heartbeat.wakeAt";
    /** A random text, new in each edit, by which it knows its own write again. */
    static final String EDIT = "heartbeat.edit";

    private static final String NEXT_RUN = "nextRun";

    private final Function<String, Timing> timing;

    ScheduleCodec(Function<String, Timing> timing) {
        this.timing = timing;
    }

    /**
     * A document as it was read.
     *
     * @param fields all of it, in plain values
     * @param updateTime its version
     * @param state what the engine remembers; known even if the document is unreadable otherwise
     * @param schedule the schedule it holds; null if it is unreadable
     * @param reason why it holds none; null if it is readable
     */
    record Seen(
            String id,
            Map<String, @Nullable Object> fields,
            Timestamp updateTime,
            ScheduleState state,
            @Nullable StoredSchedule schedule,
            @Nullable String reason) {
        Optional<StoredSchedule> readable() {
            return Optional.ofNullable(schedule);
        }

        Optional<Unreadable> unreadable() {
            return Optional.ofNullable(reason).map(text -> new Unreadable(id, text));
        }

        /** Tells whether a person has switched it off, and not just written something else there. */
        boolean isDisabled() {
            return Boolean.FALSE.equals(fields.get("enabled"));
        }

        /** Tells whether the index has the schedule where it belongs. */
        boolean isIndexed() {
            Object stored = fields.get(HEARTBEAT) instanceof Map<?, ?> map ? map.get("wakeAt") : null;
            return schedule != null && Objects.equals(stored, indexed(schedule.wakeAt()));
        }

        /** What the index has for an instant; null, which no query finds, for never. */
        static @Nullable Instant indexed(Instant wakeAt) {
            return wakeAt.equals(Instant.MAX) ? null : Neutral.instant(Neutral.timestamp(wakeAt));
        }
    }

    /** Reads a document that exists. */
    Seen read(DocumentSnapshot snapshot) {
        Map<String, @Nullable Object> fields =
                Neutral.document(Objects.requireNonNull(snapshot.getData(), "data of a document that exists"));
        return read(snapshot.getId(), fields, Objects.requireNonNull(snapshot.getUpdateTime(), "update time"));
    }

    Seen read(String id, Map<String, @Nullable Object> fields, Timestamp updateTime) {
        try {
            ScheduleDocument document = ScheduleDocument.read(id, fields, timing);
            StoredSchedule schedule = new StoredSchedule(
                    document.schedule(),
                    document.lastRun(),
                    document.lastResult(),
                    document.pause(),
                    document.state(),
                    Neutral.instant(updateTime),
                    Versions.of(updateTime));
            return new Seen(id, fields, updateTime, document.state(), schedule, null);
        } catch (IllegalArgumentException e) { // InvalidScheduleException is one
            return new Seen(id, fields, updateTime, stateOf(fields), null, String.valueOf(e.getMessage()));
        }
    }

    /** What the engine remembers of an unreadable document: a run under way must be recorded all the same. */
    private static ScheduleState stateOf(Map<String, @Nullable Object> fields) {
        Map<String, @Nullable Object> readable =
                new LinkedHashMap<>(Map.of("enabled", false, "cron", "@daily", "task", "x"));
        readable.put(HEARTBEAT, fields.get(HEARTBEAT));
        try {
            return ScheduleDocument.read("x", readable).state();
        } catch (InvalidScheduleException e) {
            return ScheduleState.NEW;
        }
    }

    /**
     * Returns the fields of a document that follow from a state: our map, with the place in the index, and the next run
     * for people. They are written over those that are there one by one, so that the mark of the last edit stays.
     *
     * @param schedule the document as it will be, or null if it is unreadable
     */
    static Map<String, @Nullable Object> stateFields(ScheduleState state, @Nullable StoredSchedule schedule) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        ScheduleDocument.heartbeat(state)
                .forEach((name, value) -> fields.put(HEARTBEAT + "." + name, Neutral.written(value)));
        if (schedule != null) {
            fields.putAll(placeFields(schedule));
        } else {
            PendingFire pending = state.pending();
            fields.put(WAKE_AT, pending == null ? null : Neutral.written(pending.until()));
        }
        return fields;
    }

    /** Returns what an edit has to write beside its own fields so that index and next run stay true. */
    static Map<String, @Nullable Object> placeFields(StoredSchedule schedule) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(WAKE_AT, Neutral.written(Seen.indexed(schedule.wakeAt())));
        fields.put(NEXT_RUN, nextRun(schedule));
        return fields;
    }

    /** Returns the fields of a document that is to be made: our map in one piece. */
    static Map<String, @Nullable Object> newFields(Map<String, @Nullable Object> written) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        Map<String, @Nullable Object> heartbeat = new LinkedHashMap<>();
        String inside = HEARTBEAT + ".";
        written.forEach((path, value) -> {
            if (path.startsWith(inside)) {
                heartbeat.put(path.substring(inside.length()), value);
            } else {
                fields.put(path, value);
            }
        });
        fields.put(HEARTBEAT, heartbeat);
        return fields;
    }

    private static @Nullable Object nextRun(StoredSchedule schedule) {
        try {
            return schedule.nextRun().map(Neutral::timestamp).orElse(null);
        } catch (InvalidScheduleException e) { // a timing of the user's own: the pulse tells of it
            return null;
        }
    }
}
