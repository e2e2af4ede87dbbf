package dev.heartbeat.inmemory;

import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document among the schedules, readable or not. Immutable; a write makes a new one. */
sealed interface Held permits Document, BadDocument {
    String id();

    long version();

    /** Returns the document as people see it. */
    Map<String, @Nullable Object> fields();

    /** Returns what the engine remembers, also of a document that people have made unreadable during a run. */
    ScheduleState state();

    default @Nullable PendingFire pending() {
        return state().pending();
    }

    /**
     * Returns the latest fire time of a timed fire that has ended, as far as this store has seen it; it stands beside
     * the document, so that people who put an old copy back do not rewind it.
     */
    @Nullable
    Instant settled();

    /**
     * Returns this document after the engine has written into it.
     *
     * @param lastResult the new last result, or null to leave it alone
     */
    Held written(
            Stamp stamp,
            ScheduleState state,
            @Nullable Map<String, @Nullable Object> lastResult,
            @Nullable Instant settled);

    default boolean hasVersion(Version expected) {
        return expected.value().equals(Long.toString(version()));
    }

    /** Returns the pending fire if the token is its claim in force. */
    default @Nullable PendingFire claimedBy(RunToken token, Instant now) {
        PendingFire pending = pending();
        return pending != null && pending.isInForce(token, now) ? pending : null;
    }

    /** Returns {@link #settled()} once this fire has ended too. Forced and backfilled ones say nothing of the rest. */
    default @Nullable Instant settledWith(@Nullable PendingFire ended) {
        Instant settled = settled();
        return ended == null
                        || ended.forced()
                        || ended.backfilled()
                        || (settled != null && !ended.fireTime().isAfter(settled))
                ? settled
                : ended.fireTime();
    }
}
