package dev.heartbeat.store;

import dev.heartbeat.schedule.Values;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A small named document of the engine's own: breakers, pauses of queues, alert dedupe and the like.
 *
 * @param key its name
 * @param version the version read, or expected; {@link Version#NONE} for a cell that does not exist
 * @param value its values, in the domain of {@link Values}
 */
public record StateCell(StateKey key, Version version, Map<String, @Nullable Object> value) {
    /** Copies the values. Throws {@code IllegalArgumentException} if one is outside the domain. */
    public StateCell {
        Objects.requireNonNull(version, "version");
        value = Values.copyOf(value, "state cell " + key.kind() + "/" + key.name());
    }
}
