package dev.heartbeat.alert;

import java.util.Optional;

/**
 * One try to tell one sink.
 *
 * @param sink the name of the sink
 * @param alert what it was to tell
 * @param error why that failed; empty if it was sent
 */
public record Delivery(String sink, Alert alert, Optional<String> error) {
    /** Tells whether it was sent. */
    public boolean sent() {
        return error.isEmpty();
    }
}
