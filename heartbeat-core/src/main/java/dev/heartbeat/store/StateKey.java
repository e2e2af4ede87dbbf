package dev.heartbeat.store;

import java.util.Objects;

/**
 * The name of a state cell.
 *
 * @param kind what it is for, such as {@code breaker}
 * @param name which one of its kind
 */
public record StateKey(String kind, String name) {
    /** Checks for null. */
    public StateKey {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }
}
