package dev.heartbeat.inmemory;

import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.Unreadable;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document that holds no schedule.
 *
 * @param fields the document as it was put, unmodifiable
 * @param reason what is wrong with it
 */
record BadDocument(
        String id,
        long version,
        Map<String, @Nullable Object> fields,
        String reason,
        ScheduleState state,
        @Nullable Instant settled)
        implements Held {

    /** Tells whether it would run if it were readable; anything but a plain false counts, since nobody meant that. */
    boolean isEnabled() {
        return !Boolean.FALSE.equals(fields.get("enabled"));
    }

    Unreadable unreadable() {
        return new Unreadable(id, reason);
    }

    @Override
    public BadDocument written(
            Stamp stamp,
            ScheduleState next,
            @Nullable Map<String, @Nullable Object> result,
            @Nullable Instant nowSettled) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(fields);
        changed.put("heartbeat", ScheduleDocument.heartbeat(next));
        if (result != null) {
            changed.put("lastResult", result);
        }
        return new BadDocument(id, stamp.version(), Collections.unmodifiableMap(changed), reason, next, nowSettled);
    }
}
