package dev.heartbeat;

import dev.heartbeat.store.PulseDetail;

/**
 * Hears of pulses and runs, for metrics, logs and tests. Listeners are called in the order they were given, one call
 * after the other. An exception of one is logged and harms neither the pulse nor the other listeners. They should be
 * quick: they hold up the thread that calls them, and {@code pulseEnded} its pulse.
 */
public interface PulseListener {
    /** A pulse has answered, on its thread. Busy answers and idle wakes of the ticker are not told. */
    default void pulseEnded(Pulse pulse) {}

    /**
     * An attempt has ended and is recorded: on the pulse's thread or on a thread of a run, before or after the pulse has
     * answered.
     */
    default void runEnded(PulseDetail detail) {}
}
