package dev.heartbeat.store;

import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one fire of a schedule that has begun and not ended. While {@code until} is in the future nobody takes it.
 *
 * @param key the key of the fire within its schedule; that of a series if nothing is to run and the series stands for
 *     all of its fires
 * @param fireTime the instant asked for; of a forced fire the instant of its first claim
 * @param forced whether a person asked for it
 * @param backfilled whether it is a past fire that a backfill runs
 * @param starts how many attempts have been claimed whose task was or may have been called
 * @param state what it waits for
 * @param token the claim in force; null while waiting
 * @param owner the random id of the instance that claimed it to call its task; null while waiting, and in a claim that
 *     only ends the fire or its attempt
 * @param until the end of the lease, the deadline of an accepted run, or the time of the next attempt; null only in a
 *     {@link ClaimRequest}, where the store sets it
 * @param missed fires that passed without a run and are not in the ledger yet
 * @param cancelRequested whether a person asked for the fire to end; the wish stays until it does
 * @param pulseId the pulse that claimed the latest attempt; null if it is not known
 * @param answered the token under which the last answer to an attempt was recorded; null before there is one
 * @param progress what the running or accepted attempt last told of itself, or null
 */
public record PendingFire(
        String key,
        Instant fireTime,
        boolean forced,
        boolean backfilled,
        int starts,
        State state,
        @Nullable RunToken token,
        @Nullable String owner,
        @Nullable Instant until,
        List<FireSeries> missed,
        boolean cancelRequested,
        @Nullable String pulseId,
        @Nullable RunToken answered,
        @Nullable Progress progress) {

    /** Copies the list. */
    public PendingFire {
        missed = List.copyOf(missed);
    }

    /** Makes a fire of which no pulse, no answer and no progress are known. */
    public PendingFire(
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
        this(
                key,
                fireTime,
                forced,
                false,
                starts,
                state,
                token,
                owner,
                until,
                missed,
                cancelRequested,
                null,
                null,
                null);
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

    /** Returns this fire with the end that the store has set. */
    public PendingFire until(@Nullable Instant end) {
        return with(state, starts, token, owner, end, missed, cancelRequested, answered, progress);
    }

    /** Returns this fire going on elsewhere until a deadline; its claim stays in force. */
    public PendingFire accepted(Instant deadline) {
        return with(State.ACCEPTED, starts, token, owner, deadline, missed, cancelRequested, answered, progress);
    }

    /** Returns this fire waiting for its next attempt, without a claim. */
    public PendingFire waiting(int startsSoFar, Instant nextAttempt) {
        return with(State.WAITING, startsSoFar, null, null, nextAttempt, missed, cancelRequested, answered, null);
    }

    /** Returns this fire with nothing left to tell the ledger. */
    public PendingFire withoutMissed() {
        return withMissed(List.of());
    }

    /** Returns this fire with other fires that the ledger shall learn of. */
    public PendingFire withMissed(List<FireSeries> series) {
        return with(state, starts, token, owner, until, series, cancelRequested, answered, progress);
    }

    /** Returns this fire with the wish that it ends. */
    public PendingFire cancelling() {
        return with(state, starts, token, owner, until, missed, true, answered, progress);
    }

    /** Returns this fire with the token under which an attempt was answered. */
    public PendingFire answered(RunToken answer) {
        return with(state, starts, token, owner, until, missed, cancelRequested, answer, progress);
    }

    /** Returns this fire with what its attempt tells of itself. */
    public PendingFire progress(Progress news) {
        return with(state, starts, token, owner, until, missed, cancelRequested, answered, news);
    }

    /**
     * Returns this fire after a renewal of its claim. Only the end of a lease moves, and by a lease of zero not even that.
     *
     * @param storeNow the store's time
     */
    public PendingFire renewed(Renewal renewal, Duration lease, Instant storeNow) {
        PendingFire moved = state == State.CLAIMED && !lease.isZero() ? until(storeNow.plus(lease)) : this;
        return renewal.progress() == null ? moved : moved.progress(renewal.progress());
    }

    private PendingFire with(
            State is,
            int startsSoFar,
            @Nullable RunToken claim,
            @Nullable String holder,
            @Nullable Instant end,
            List<FireSeries> series,
            boolean cancel,
            @Nullable RunToken answer,
            @Nullable Progress news) {
        return new PendingFire(
                key,
                fireTime,
                forced,
                backfilled,
                startsSoFar,
                is,
                claim,
                holder,
                end,
                series,
                cancel,
                pulseId,
                answer,
                news);
    }

    /** Tells whether this token is its claim, in force or, if it was accepted, past its deadline. */
    public boolean isHeldBy(RunToken candidate) {
        return candidate.equals(token);
    }

    /**
     * Tells whether this token is the claim in force. A claim that has run out stays in force until somebody takes it; an
     * accepted run is over at its deadline.
     *
     * @param storeNow the store's time
     */
    public boolean isInForce(RunToken candidate, Instant storeNow) {
        boolean over = state == State.ACCEPTED && until != null && !until.isAfter(storeNow);
        return isHeldBy(candidate) && !over;
    }

    /** Tells whether a person asked for it to end and no instance works on it, so that nobody else will end it. */
    public boolean isCalledOff() {
        return cancelRequested && state != State.CLAIMED;
    }
}
