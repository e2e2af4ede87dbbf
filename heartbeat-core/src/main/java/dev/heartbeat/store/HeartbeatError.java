package dev.heartbeat.store;

import java.time.Instant;

/**
 * One error in the heartbeat record.
 *
 * @param id the schedule, or {@code pulse} for the pulse itself
 * @param error the text, capped at {@value #LONGEST_TEXT} characters; it never holds params
 * @param at when it happened
 */
public record HeartbeatError(String id, String error, Instant at) {
    /** How long a text may be. */
    public static final int LONGEST_TEXT = 500;

    /** Cuts the text. */
    public HeartbeatError {
        if (error.length() > LONGEST_TEXT) {
            error = error.substring(0, LONGEST_TEXT);
        }
    }
}
