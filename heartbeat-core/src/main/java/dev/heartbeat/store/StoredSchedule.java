package dev.heartbeat.store;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as a store holds it: the definition, what people see, and what the engine remembers.
 *
 * @param schedule the definition
 * @param lastRun the field of that name
 * @param lastResult the values of the last success, or a short text under {@code error}; null if there is none
 * @param pause the pause, in force or past; null if there is none
 * @param state what the engine remembers
 * @param writtenAt the store's time of the document's last write
 * @param version changes with every write of the document
 */
public record StoredSchedule(
        Schedule schedule,
        LastRun lastRun,
        @Nullable Map<String, @Nullable Object> lastResult,
        @Nullable Pause pause,
        ScheduleState state,
        Instant writtenAt,
        Version version) {

    /** The beginning of time for a one-off that never ran. */
    private static final Instant BEGINNING = Instant.EPOCH.minusSeconds(1);

    /** Returns the id. */
    public String id() {
        return schedule.id();
    }

    /** Returns this document with another state, for stores and pure rules. */
    public StoredSchedule withState(ScheduleState next) {
        return new StoredSchedule(schedule, lastRun, lastResult, pause, next, writtenAt, version);
    }

    /** Returns this document under another pause, for pure rules. */
    public StoredSchedule withPause(@Nullable Pause other) {
        return new StoredSchedule(schedule, lastRun, lastResult, other, state, writtenAt, version);
    }

    /**
     * Returns the base: fires up to it are settled, the first fire after it is the next one. It is the cursor, else
     * lastRun, else the time of the last write; moved later by a lastRun that a person set, by an edit of the timing, and
     * by a pause. A past pause moves it only when {@code pauses} is asked for, so that the fires it swallowed can be
     * counted.
     */
    public Instant base(boolean pauses) {
        Instant base = state.cursor();
        if (base == null) {
            base = lastRun.value() != null ? lastRun.value() : isUnusedOneOff() ? BEGINNING : writtenAt;
        } else {
            if (isLastRunMovedByPerson()) {
                base = later(base, lastRun.value());
            }
            if (!schedule.rule().equals(state.rule())) {
                base = later(base, writtenAt);
            }
        }
        return pauses && pause != null ? later(base, pause.until()) : base;
    }

    /** Returns the next fire time of the timing, whatever else holds the schedule back. */
    public Optional<Instant> nextRun() {
        return schedule.nextFire(base(true));
    }

    /**
     * Returns the last fire that a past pause swallowed, if none follows it whose run could tell of it: the one-off and the
     * last fire before {@code notAfter}. Empty once that is settled, and while a later fire is to come.
     */
    public Optional<Instant> lastSwallowed() {
        Instant end = pause == null ? Instant.MAX : pause.until();
        if (end.equals(Instant.MAX) || schedule.nextFire(base(true)).isPresent()) {
            return Optional.empty();
        }
        return schedule.nextFire(base(false))
                .filter(fire -> !fire.isAfter(end))
                .flatMap(fire -> schedule.previousFire(end.plusNanos(1)));
    }

    /**
     * Returns the next fire of a backfill, which is not later than the base: what lies behind the base is the timing's own.
     * Empty when there is nothing left to backfill.
     */
    public Optional<Instant> nextBackfill() {
        Backfill backfill = state.backfill();
        if (backfill == null || backfill.next() == null) {
            return Optional.empty();
        }
        return schedule.nextFire(backfill.next().minusNanos(1))
                .filter(backfill::holds)
                .filter(fire -> !fire.isAfter(base(true)));
    }

    /**
     * Tells whether a start is asked for: lastRun is null, or missing from a document that was written by hand. A one-off
     * that never ran is not forced by it.
     */
    public boolean isForced() {
        return switch (lastRun.kind()) {
            case AT -> false;
            case NULL -> !isUnusedOneOff();
            case MISSING -> !isUnusedOneOff() && (isUntouched() || state.wrote() != null);
        };
    }

    /** Tells whether it was written by hand and never started: what only ends a fire leaves the rule out. */
    private boolean isUntouched() {
        return state.rule() == null;
    }

    /** Tells whether a person has set lastRun to a later instant than the engine last wrote. */
    public boolean isLastRunMovedByPerson() {
        Instant wrote = state.wrote();
        return lastRun.value() != null && (wrote == null || lastRun.value().isAfter(wrote));
    }

    /** Tells whether a person has set lastRun to an instant after now, which holds the schedule until then. */
    public boolean isHeldByLastRun(Instant now) {
        return isLastRunMovedByPerson()
                && lastRun.instant().filter(now::isBefore).isPresent();
    }

    /**
     * Returns the earliest instant at which this schedule could be a candidate: what a store orders its index by. It
     * depends on the document alone. {@link Instant#MIN} means now, {@link Instant#MAX} never. A timing of the user's own
     * that throws means now: each pulse looks at it and shows what is wrong.
     */
    public Instant wakeAt() {
        if (!schedule.enabled()) {
            return Instant.MAX;
        }
        Instant wake = unpausedWake();
        return pause == null ? wake : later(wake, pause.until());
    }

    private Instant unpausedWake() {
        PendingFire pending = state.pending();
        if (pending != null) {
            boolean startsNow = pending.state() == PendingFire.State.WAITING && isForced();
            return startsNow || pending.isCalledOff() || pending.until() == null ? Instant.MIN : pending.until();
        }
        if (isForced()) {
            return schedule.notBefore().orElse(Instant.MIN);
        }
        try {
            if (nextBackfill().isPresent()) {
                return Instant.MIN;
            }
            Optional<Instant> next = nextRun();
            return (next.isPresent() ? next : lastSwallowed()).orElse(Instant.MAX);
        } catch (InvalidScheduleException e) {
            return Instant.MIN;
        }
    }

    /** Tells whether it is a one-off that never ran: its one start comes at its instant, and nothing else asks for it. */
    public boolean isUnusedOneOff() {
        return state.wrote() == null && lastRun.value() == null && schedule.isOneOff();
    }

    private static Instant later(Instant a, @Nullable Instant b) {
        return b != null && b.isAfter(a) ? b : a;
    }
}
