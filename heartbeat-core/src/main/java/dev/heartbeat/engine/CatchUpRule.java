package dev.heartbeat.engine;

import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which of the fires that are due is to run, and which have passed without a run; pure. */
final class CatchUpRule {
    static final String TOO_OLD = "too-old";

    private CatchUpRule() {}

    /**
     * The fires of the timing that are due.
     *
     * @param fire the one to run; null if all are too old
     * @param passed those before it, or all, that pass without a run; null if there are none
     */
    record Due(@Nullable Instant fire, @Nullable FireSeries passed) {}

    /**
     * Returns what is due, or null if nothing is. With one run a pulse it is the latest fire, which is found by
     * {@code previous}, so that a month of silence costs no more than counting; with more it is the oldest. A fire that
     * waits for its slot is not due; the age of one counts from the end of its window.
     */
    static @Nullable Due due(StoredSchedule seen, Instant now, Duration staleAfter, Window window) {
        Instant first = seen.nextRun().orElse(null);
        if (first == null || first.isAfter(now)) {
            return null;
        }
        Schedule schedule = seen.schedule();
        CatchUp catchUp = schedule.catchUp();
        Instant last = last(schedule, first, now, window);
        if (last.isBefore(first)) {
            return null;
        }
        Duration greatestAge = catchUp.greatestAge(staleAfter).orElse(null);
        Instant oldest =
                greatestAge == null ? Instant.MIN : now.minus(greatestAge); // a window that ended before is too old
        Instant fire = catchUp.isAll() ? oldest(schedule, first, oldest, window) : last;
        if (fire.isAfter(last) || window.end(schedule, fire).isBefore(oldest)) {
            return new Due(null, passed(seen, TOO_OLD, last.plusNanos(1)));
        }
        return new Due(fire, passed(seen, catchUp.isAll() ? TOO_OLD : FireSeries.COALESCED, fire));
    }

    /** Returns the last fire that does not wait for its slot; before the first one if that does. */
    private static Instant last(Schedule schedule, Instant first, Instant now, Window window) {
        Instant last = schedule.previousFire(now.plusNanos(1)).orElse(first);
        return window.holdsBack(schedule, last, now)
                ? schedule.previousFire(last).orElse(Instant.MIN) // whose window has ended
                : last;
    }

    /** Returns the first fire that is not too old, of those from the first one on. */
    private static Instant oldest(Schedule schedule, Instant first, Instant oldest, Window window) {
        if (!first.isBefore(oldest)) {
            return first;
        }
        return schedule.previousFire(oldest)
                .filter(fire ->
                        !fire.isBefore(first) && !window.end(schedule, fire).isBefore(oldest))
                .or(() -> schedule.nextFire(oldest.minusNanos(1)))
                .orElse(Instant.MAX);
    }

    /**
     * Tells whether the schedule may have more to do in the same pulse, once the claim is recorded: the next fire where
     * every one is run, a start that was asked for and that fires without a run have left alone, or a backfill.
     *
     * @param after the state that the record writes
     * @param now the instant that the pulse compares fire times with
     */
    static boolean goesOn(ClaimRequest claim, ScheduleState after, Instant now) {
        Instant cursor = after.cursor();
        if (after.pending() != null || cursor == null) {
            return false;
        }
        StoredSchedule seen = claim.seen().withState(after);
        Schedule schedule = seen.schedule();
        boolean isAskedFor = claim.startedAt() == null && claim.seen().isForced();
        try {
            boolean hasBacklog = schedule.catchUp().isAll()
                    && schedule.nextFire(cursor)
                            .filter(fire -> !fire.isAfter(now))
                            .isPresent();
            boolean isBackfillNext =
                    !claim.fire().backfilled() && seen.nextBackfill().isPresent();
            return isAskedFor || hasBacklog || isBackfillNext;
        } catch (InvalidScheduleException e) {
            return false; // a timing of the user's own that throws now
        }
    }

    private static @Nullable FireSeries passed(StoredSchedule seen, String reason, Instant before) {
        return series(seen.schedule(), Outcome.MISSED, reason, seen.base(true), before);
    }

    /** Returns the fires strictly between the two instants as one series, or null if there are none. */
    static @Nullable FireSeries series(
            Schedule schedule, Outcome outcome, String reason, Instant after, Instant before) {
        Instant first = schedule.nextFire(after).orElse(null);
        if (first == null || !first.isBefore(before)) {
            return null;
        }
        Instant last = schedule.previousFire(before).orElse(first);
        Instant fire = first;
        int count = 1;
        for (; fire.isBefore(last) && count < FireSeries.COUNT_LIMIT; count++) {
            fire = schedule.nextFire(fire).orElse(last);
        }
        boolean exact = !fire.isBefore(last);
        return new FireSeries(outcome, reason, count, exact, first, last);
    }
}
