package dev.heartbeat.store;

import dev.heartbeat.task.RunToken;
import org.jspecify.annotations.Nullable;

/**
 * One claim to be renewed, and what its run tells of itself on that occasion.
 *
 * @param token the claim
 * @param progress what to write as the fire's progress, or null to leave that alone
 */
public record Renewal(RunToken token, @Nullable Progress progress) {
    /** Returns a renewal that tells nothing. */
    public static Renewal of(RunToken token) {
        return new Renewal(token, null);
    }
}
