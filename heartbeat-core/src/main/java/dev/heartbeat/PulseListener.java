package dev.heartbeat;

import dev.heartbeat.store.PulseDetail;

/**
 * Hears of pulses and runs, for metrics, logs and tests. Listeners are called in the order they were given, one call
 * after the other, and hear of events in their order. An exception of one is logged and harms neither the pulse nor the other listeners. They are
 * called on a thread of their own, one second of which a pulse waits for: one that takes longer hears of things late, and one
 * that hangs hears no more, while pulses, runs and their records go on. More than 10,000 events that wait are not kept.
 */
public interface PulseListener {
    /** A pulse has made its answer, which it gives a moment later. Busy answers and idle wakes of the ticker are not told. */
    default void pulseEnded(Pulse pulse) {}

    /**
     * An attempt has ended and is recorded, before or after its pulse has answered: one of this heartbeat's, or one that was
     * answered by token or called off through this heartbeat.
     */
    default void runEnded(PulseDetail detail) {}
}
