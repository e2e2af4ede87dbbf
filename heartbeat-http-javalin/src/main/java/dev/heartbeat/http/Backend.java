package dev.heartbeat.http;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Page;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard's answers are made of.
 *
 * @param describer says in words when a schedule fires, or null
 */
record Backend(
        Heartbeat heartbeat,
        HealthCache health,
        InstantSource clock,
        Redaction redaction,
        @Nullable Function<? super Schedule, Optional<String>> describer) {
    Instant now() {
        return clock.instant();
    }

    /** Returns a page; a cursor that no page gave is the sender's slip, whatever the store makes of it. */
    static <T> Page<T> page(@Nullable String cursor, Supplier<Page<T>> read) throws MalformedException {
        try {
            return read.get();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            if (cursor == null) {
                throw e;
            }
            throw new MalformedException("the cursor is none that a page before gave; start without one");
        }
    }
}
