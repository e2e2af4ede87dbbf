package dev.heartbeat.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the due rule says of one schedule: a candidate, or why there is none.
 *
 * @param candidate the fire that may be claimed, or null
 * @param reason why there is none, otherwise empty
 * @param until until when the reason holds, if that is known
 */
record Decision(
        @Nullable Candidate candidate,
        String reason,
        @Nullable Instant until) {
    static final String DISABLED = "disabled";
    static final String PAUSED = "paused";
    static final String QUEUE_PAUSED = "queue-paused";
    static final String MAINTENANCE = "maintenance";
    static final String RUNNING = "running";
    static final String RETRYING = "retrying";
    static final String NOT_DUE = dev.heartbeat.store.PulseDetail.NOT_DUE;
    static final String WINDOW = dev.heartbeat.store.PulseDetail.WINDOW;
    static final String HELD = "held-by-last-run";

    /** Tells whether a lease or a wait holds it back, which the store's time ends. */
    boolean isByStoreTime() {
        return reason.equals(RUNNING) || reason.equals(RETRYING);
    }

    static Decision no(String reason, @Nullable Instant until) {
        return new Decision(null, reason, until);
    }

    static Decision yes(Candidate candidate) {
        return new Decision(candidate, "", null);
    }
}
