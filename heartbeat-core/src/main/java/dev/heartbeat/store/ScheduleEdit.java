package dev.heartbeat.store;

import dev.heartbeat.schedule.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * A change of a schedule's document by a person or a program, field by field: whatever is null here stays as it is. It
 * never touches a pending fire, except to ask for its end.
 *
 * @param id the schedule
 * @param schedule the definition to write, or null
 * @param lastRun the lastRun to write ({@link LastRun#MISSING} writes nothing), or null
 * @param pause the pause to write, or null; a pause is ended by one whose end has passed, never taken away
 * @param state the state to write when the edit creates the document, or null for {@link ScheduleState#NEW}
 * @param cancel whether to ask the pending fire to end
 * @param backfill the backfill to write, or null; one is ended by one that is over, never taken away
 */
public record ScheduleEdit(
        String id,
        @Nullable Schedule schedule,
        @Nullable LastRun lastRun,
        @Nullable Pause pause,
        @Nullable ScheduleState state,
        boolean cancel,
        @Nullable Backfill backfill) {
    /** Checks that the definition is of the schedule. Throws {@code IllegalArgumentException} if it is not. */
    public ScheduleEdit {
        if (schedule != null && !schedule.id().equals(id)) {
            throw new IllegalArgumentException(
                    "edit of schedule '" + id + "': the definition is of schedule '" + schedule.id() + "'");
        }
    }

    /** An edit that leaves the backfill as it is. */
    public ScheduleEdit(
            String id,
            @Nullable Schedule schedule,
            @Nullable LastRun lastRun,
            @Nullable Pause pause,
            @Nullable ScheduleState state,
            boolean cancel) {
        this(id, schedule, lastRun, pause, state, cancel, null);
    }

    /** Returns an edit that makes a document with this state; to be used with {@link Version#NONE}. */
    public static ScheduleEdit create(Schedule schedule, LastRun lastRun, @Nullable Pause pause, ScheduleState state) {
        return new ScheduleEdit(schedule.id(), schedule, lastRun, pause, state, false);
    }

    /** Returns an edit that replaces the definition and nothing else. */
    public static ScheduleEdit define(Schedule schedule) {
        return new ScheduleEdit(schedule.id(), schedule, null, null, null, false);
    }

    /** Returns an edit that asks for one start. */
    public static ScheduleEdit force(String id) {
        return new ScheduleEdit(id, null, LastRun.NULL, null, null, false);
    }

    /** Returns an edit that sets the pause. */
    public static ScheduleEdit pause(String id, Pause pause) {
        return new ScheduleEdit(id, null, null, pause, null, false);
    }

    /** Returns an edit that asks the pending fire, if there is one, to end. */
    public static ScheduleEdit cancel(String id) {
        return new ScheduleEdit(id, null, null, null, null, true, null);
    }

    /** Returns an edit that sets the backfill. */
    public static ScheduleEdit backfill(String id, Backfill backfill) {
        return new ScheduleEdit(id, null, null, null, null, false, backfill);
    }

    /** Returns what the edit makes of the stored state; the very same if it leaves it alone. */
    public ScheduleState over(ScheduleState stored) {
        PendingFire pending = stored.pending();
        ScheduleState asked = cancel && pending != null ? stored.withPending(pending.cancelling()) : stored;
        return backfill == null ? asked : asked.withBackfill(backfill);
    }
}
