package dev.heartbeat.store;

import dev.heartbeat.task.RunToken;
import java.time.Instant;

/**
 * A claim in force: the holder of the token alone may renew, release or record it.
 *
 * @param token the fence
 * @param fireTime the instant that the schedule asked for
 * @param attempt the number of the attempt at this fire, from 1
 * @param until the end of the lease, or the deadline of an accepted run, by the store's clock
 * @param cancelRequested whether a person asked for the fire to end
 */
public record Claim(RunToken token, Instant fireTime, int attempt, Instant until, boolean cancelRequested) {
    /** Returns the schedule's id. */
    public String scheduleId() {
        return token.scheduleId();
    }

    /** Returns the claim that a pending fire stands for. Throws {@code NullPointerException} unless it is claimed or accepted. */
    public static Claim of(PendingFire fire) {
        return new Claim(
                java.util.Objects.requireNonNull(fire.token(), "token"),
                fire.fireTime(),
                fire.starts(),
                java.util.Objects.requireNonNull(fire.until(), "until"),
                fire.cancelRequested());
    }
}
