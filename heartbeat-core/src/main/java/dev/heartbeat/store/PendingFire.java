package dev.heartbeat.store;

import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one fire of a schedule that has begun and not ended. While {@code until} is in the future nobody takes it.
 *
 * @param key the key of the fire within its schedule
 * @param fireTime the instant asked for; of a forced fire the instant of its first claim
 * @param forced whether a person asked for it
 * @param starts how many attempts have been claimed whose task was or may have been called
 * @param state what it waits for
 * @param token the claim in force; null while waiting
 * @param owner the random id of the instance that claimed it; null while waiting
 * @param until the end of the lease, the deadline of an accepted run, or the time of the next attempt; null only in a
 *     {@link ClaimRequest}, where the store sets it
 * @param missed fires that passed without a run and are not in the ledger yet
 * @param cancelRequested whether a person asked for the running attempt to stop
 */
public record PendingFire(
        String key,
        Instant fireTime,
        boolean forced,
        int starts,
        State state,
        @Nullable RunToken token,
        @Nullable String owner,
        @Nullable Instant until,
        List<FireSeries> missed,
        boolean cancelRequested) {

    /** Copies the list. */
    public PendingFire {
        missed = List.copyOf(missed);
    }

    /** What a pending fire waits for. */
    public enum State {
        /** An instance works on it, or means to; {@code until} is the end of its lease. */
        CLAIMED,
        /** Its task has answered that it goes on elsewhere; {@code until} is its deadline. */
        ACCEPTED,
        /** The next attempt; {@code until} is its time. */
        WAITING;

        /** Returns the lower-case word used in documents. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns this fire with the lease that the store has set. */
    public PendingFire until(Instant end) {
        return new PendingFire(key, fireTime, forced, starts, state, token, owner, end, missed, cancelRequested);
    }

    /** Returns this fire waiting for its next attempt, without a claim. */
    public PendingFire waiting(int startsSoFar, Instant nextAttempt) {
        return new PendingFire(
                key, fireTime, forced, startsSoFar, State.WAITING, null, null, nextAttempt, missed, false);
    }

    /** Returns this fire with nothing left to tell the ledger. */
    public PendingFire withoutMissed() {
        return new PendingFire(key, fireTime, forced, starts, state, token, owner, until, List.of(), cancelRequested);
    }

    /** Returns this fire with the wish that the running attempt stops. */
    public PendingFire cancelling() {
        return new PendingFire(key, fireTime, forced, starts, state, token, owner, until, missed, true);
    }

    /** Tells whether this token is the claim in force. */
    public boolean isHeldBy(RunToken candidate) {
        return candidate.equals(token);
    }
}
