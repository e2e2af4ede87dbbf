package dev.heartbeat.health;

import java.time.Instant;

/**
 * A pulse of this process that could not do its work.
 *
 * @param at when
 * @param condition the name of the condition that it raises
 * @param cause what happened
 */
public record PulseFailure(Instant at, String condition, String cause) {}
