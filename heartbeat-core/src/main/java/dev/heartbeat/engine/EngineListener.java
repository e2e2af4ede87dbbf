package dev.heartbeat.engine;

import dev.heartbeat.store.PulseDetail;

/** What the facade hears from the engine; it contains whatever a user's listener throws. */
public interface EngineListener {
    /** Tells whether anybody wants to hear. */
    boolean listens();

    /** A pulse has answered. */
    void pulseEnded(PulseReport report);

    /** An attempt has ended and is recorded. */
    void runEnded(PulseDetail detail);
}
