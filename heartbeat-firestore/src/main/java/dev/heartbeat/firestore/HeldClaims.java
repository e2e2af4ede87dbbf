package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.RunToken;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims that this process has won and not recorded, as they stood after its own last write: whoever knows the update
 * time needs no read before the next write. Only a shortcut: a claim that is not in here is read. Thread-safe.
 */
final class HeldClaims {
    private static final int MOST = 20_000;

    /**
     * A claim in force.
     *
     * @param state what its document says, the claim included
     * @param schedule the document, or null if it is unreadable
     * @param updateTime the version of the document
     * @param runTime the version of the run document, or null if it is not known or not held by this claim
     */
    record Held(
            ScheduleState state,
            @Nullable StoredSchedule schedule,
            Timestamp updateTime,
            @Nullable Timestamp runTime) {}

    private final Map<RunToken, Held> held = new LinkedHashMap<>();

    synchronized @Nullable Held get(RunToken token) {
        return held.get(token);
    }

    synchronized void put(RunToken token, Held claim) {
        held.put(token, claim);
        if (held.size() > MOST) {
            held.remove(held.keySet().iterator().next());
        }
    }

    synchronized void remove(RunToken token) {
        held.remove(token);
    }
}
