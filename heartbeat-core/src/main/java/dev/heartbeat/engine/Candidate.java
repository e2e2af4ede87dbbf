package dev.heartbeat.engine;

import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fire that may be claimed now.
 *
 * @param seen the document as it was read
 * @param key the key of the fire
 * @param fireTime the instant asked for
 * @param forced whether a person asked for it
 * @param backfilled whether it is a past fire that a backfill runs
 * @param starts how many attempts at it were claimed before
 * @param cursor where the cursor stands after the claim
 * @param failures failures in a row before this attempt, a lost lease included; one that is only to be settled is
 *     counted when it is
 * @param missed fires without a run that the ledger shall learn of
 * @param superseded the pending fire that it takes the place of, or null
 * @param settle how the fire ends without another start, or null to start it
 */
record Candidate(
        StoredSchedule seen,
        String key,
        Instant fireTime,
        boolean forced,
        boolean backfilled,
        int starts,
        Instant cursor,
        int failures,
        List<FireSeries> missed,
        @Nullable PendingFire superseded,
        @Nullable Settle settle) {

    /** A fire of the timing, or one that a person asked for. */
    Candidate(
            StoredSchedule seen,
            String key,
            Instant fireTime,
            boolean forced,
            int starts,
            Instant cursor,
            int failures,
            List<FireSeries> missed,
            @Nullable PendingFire superseded,
            @Nullable Settle settle) {
        this(seen, key, fireTime, forced, false, starts, cursor, failures, missed, superseded, settle);
    }

    String id() {
        return seen.id();
    }

    boolean isStart() {
        return settle == null;
    }

    /** How a fire ends, or its attempt, without the task being called again. */
    record Settle(
            Outcome outcome,
            @Nullable String reason,
            @Nullable String error) {
        /** Fires that pass without a run. */
        static Settle of(FireSeries series) {
            return new Settle(series.outcome(), series.reason(), null);
        }
    }
}
