package dev.heartbeat.store;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the engine remembers of a schedule: the {@code heartbeat} map of its document. Only claims, releases and records
 * change it; definitions never do, and an edit by a person only what {@link ScheduleEdit#over} says.
 *
 * @param cursor every fire up to it has ended or is the pending one; null before the first claim of a hand-written
 *     document or of a one-off
 * @param wrote the last {@code lastRun} that the engine wrote; a later one in the document was set by a person
 * @param rule the {@link dev.heartbeat.schedule.Schedule#rule()} that the cursor belongs to; null in a hand-written document
 *     that was never started
 * @param pending the fire that has begun and not ended
 * @param failures attempts in a row that failed, timed out or lost their lease, over all fires
 * @param backfill past fires that a person wants run, or has had run; or null
 */
public record ScheduleState(
        @Nullable Instant cursor,
        @Nullable Instant wrote,
        @Nullable String rule,
        @Nullable PendingFire pending,
        int failures,
        @Nullable Backfill backfill) {
    /** The state of a hand-written document that no claim has touched. */
    public static final ScheduleState NEW = new ScheduleState(null, null, null, null, 0);

    /** A state without a backfill. */
    public ScheduleState(
            @Nullable Instant cursor,
            @Nullable Instant wrote,
            @Nullable String rule,
            @Nullable PendingFire pending,
            int failures) {
        this(cursor, wrote, rule, pending, failures, null);
    }

    /** Returns the state of a schedule that waits for its first fire after the instant. */
    public static ScheduleState startingAt(Instant created, String rule) {
        return new ScheduleState(created, null, rule, null, 0);
    }

    /** Returns the state of a one-off that waits for its fire, which may lie in the past: it has no cursor. */
    public static ScheduleState oneOff(String rule) {
        return new ScheduleState(null, null, rule, null, 0);
    }

    /** Returns this state with another pending fire, or none. */
    public ScheduleState withPending(@Nullable PendingFire fire) {
        return new ScheduleState(cursor, wrote, rule, fire, failures, backfill);
    }

    /** Returns this state with another backfill, or none. */
    public ScheduleState withBackfill(@Nullable Backfill fires) {
        return new ScheduleState(cursor, wrote, rule, pending, failures, fires);
    }

    /** Returns this state with another count of failures in a row. */
    public ScheduleState withFailures(int count) {
        return new ScheduleState(cursor, wrote, rule, pending, count, backfill);
    }

    /**
     * Returns this state after its claim was given back before the task was called: the start does not count and the
     * fire may be claimed again at once.
     *
     * @param storeNow the store's time
     * @throws NullPointerException if no fire is pending
     */
    public ScheduleState released(Instant storeNow) {
        PendingFire fire = Objects.requireNonNull(pending, "pending");
        return withPending(fire.waiting(Math.max(0, fire.starts() - 1), storeNow));
    }
}
