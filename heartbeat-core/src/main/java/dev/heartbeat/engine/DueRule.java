package dev.heartbeat.engine;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is due, a pure function of the document and now. A schedule has one claim at a time, whatever the fire; looked at
 * in this order: a pending fire that is held; a lastRun that a person set in the future, which holds all; a pending fire
 * that is free, or that a person has called off, unless the next fire of the timing is due and takes its place, which it
 * never does where every fire is run; the fire of the timing that {@link CatchUpRule} chooses; a forced fire; the last fire
 * of all, if a pause swallowed it; a past fire that is to be backfilled.
 */
final class DueRule {
    private static final Candidate.Settle CANCELLED = new Candidate.Settle(Outcome.CANCELLED, null, null);
    private static final String PAUSED = "paused";

    private DueRule() {}

    /**
     * Decides.
     *
     * @param now the instant that fire times are compared with
     * @param storeNow the store's time, that leases are compared with
     * @param maxAttempts how many starts one fire may take
     * @param staleAfter the greatest age of a fire that runs, where the schedule leaves it to the heartbeat
     * @param window in which the fires of the timing wait for their slots
     */
    static Decision decide(
            StoredSchedule seen, Instant now, Instant storeNow, int maxAttempts, Duration staleAfter, Window window) {
        Pause pause = seen.pause();
        if (!seen.schedule().enabled()) {
            return Decision.no(Decision.DISABLED, null);
        }
        if (pause != null && pause.holds(now)) {
            return Decision.no(Decision.PAUSED, pause.until());
        }
        PendingFire pending = seen.state().pending();
        if (pending != null && pending.until() != null && pending.until().isAfter(storeNow) && !pending.isCalledOff()) {
            if (pending.state() != PendingFire.State.WAITING) {
                return Decision.no(Decision.RUNNING, pending.until());
            }
            if (!seen.isForced()) {
                return Decision.no(Decision.RETRYING, pending.until());
            }
        }
        if (seen.isHeldByLastRun(now)) {
            return Decision.no(Decision.HELD, seen.lastRun().value());
        }
        boolean holdsTheRest = pending != null && seen.schedule().catchUp().isAll();
        CatchUpRule.Due due = holdsTheRest ? null : CatchUpRule.due(seen, now, staleAfter, window);
        if (due != null) {
            return Decision.yes(due(seen, due, pending));
        }
        if (pending != null) {
            return Decision.yes(again(seen, pending, maxAttempts));
        }
        if (seen.isForced() && isOpen(seen.schedule(), now)) {
            return Decision.yes(forced(seen, now));
        }
        Candidate swallowed = swallowed(seen);
        if (swallowed != null) {
            return Decision.yes(swallowed);
        }
        Instant past = seen.nextBackfill().orElse(null);
        if (past != null && !past.isAfter(now)) {
            return Decision.yes(backfilled(seen, past));
        }
        Instant next = seen.nextRun().orElse(null);
        if (next != null && !next.isAfter(now)) {
            return Decision.no(Decision.WINDOW, window.slot(seen.schedule(), latest(seen.schedule(), next, now)));
        }
        return Decision.no(Decision.NOT_DUE, next);
    }

    /** The pending fire: a retry, a take-over, or an end without another start. */
    static Candidate again(StoredSchedule seen, PendingFire pending, int maxAttempts) {
        Candidate.Settle settle = null;
        FireSeries series = FireKey.seriesOf(pending);
        if (series != null) {
            settle = Candidate.Settle.of(series); // whoever was to record it is gone
        } else if (pending.cancelRequested()) {
            settle = CANCELLED;
        } else if (pending.state() == PendingFire.State.ACCEPTED) {
            settle = new Candidate.Settle(Outcome.TIMED_OUT, "accepted", "accepted, but not completed by its deadline");
        } else if (pending.starts() >= maxAttempts) {
            settle = pending.state() == PendingFire.State.CLAIMED
                    ? new Candidate.Settle(Outcome.FAILED, "lost", "the process that ran it was lost")
                    : new Candidate.Settle(Outcome.FAILED, "exhausted", "no attempt is left");
        }
        return new Candidate(
                seen,
                pending.key(),
                pending.fireTime(),
                pending.forced(),
                pending.backfilled(),
                pending.starts(),
                standingCursor(seen),
                settle == null
                        ? failuresWith(seen.state(), pending)
                        : seen.state().failures(),
                pending.missed(),
                null,
                settle);
    }

    /** A fire of the timing, in the place of a pending one if there is one. */
    private static Candidate due(StoredSchedule seen, CatchUpRule.Due due, @Nullable PendingFire pending) {
        List<FireSeries> missed = new ArrayList<>(pending == null ? List.of() : pending.missed());
        add(missed, paused(seen));
        add(missed, due.passed());
        PendingFire superseded = pending == null || isNothingToEnd(pending) ? null : pending;
        int failures = superseded == null ? seen.state().failures() : failuresWith(seen.state(), superseded);
        Instant fire = due.fire();
        return fire == null
                ? passed(seen, missed, missed.get(missed.size() - 1).last(), failures, superseded)
                : new Candidate(seen, FireKey.of(fire), fire, false, 0, fire, failures, missed, superseded, null);
    }

    /** One that only tells of a series, which comes along, or that its backfill gets back. */
    private static boolean isNothingToEnd(PendingFire pending) {
        return FireKey.seriesOf(pending) != null || BackfillRule.isGivenBack(pending);
    }

    /** A pause has swallowed all that was left, which ends without a start, for the ledger and for people. */
    private static @Nullable Candidate swallowed(StoredSchedule seen) {
        FireSeries paused = seen.lastSwallowed().isEmpty() ? null : paused(seen);
        return paused == null
                ? null
                : passed(seen, List.of(paused), seen.base(true), seen.state().failures(), null);
    }

    private static @Nullable FireSeries paused(StoredSchedule seen) {
        Pause pause = seen.pause();
        return pause == null
                ? null
                : CatchUpRule.series(
                        seen.schedule(),
                        Outcome.SKIPPED,
                        PAUSED,
                        seen.base(false),
                        pause.until().plusNanos(1));
    }

    /** Nothing is to run: the last series stands for all of its fires, and is recorded under its own key. */
    private static Candidate passed(
            StoredSchedule seen,
            List<FireSeries> missed,
            Instant cursor,
            int failures,
            @Nullable PendingFire superseded) {
        FireSeries last = missed.get(missed.size() - 1);
        return new Candidate(
                seen,
                FireKey.of(last),
                last.last(),
                false,
                0,
                cursor,
                failures,
                missed,
                superseded,
                Candidate.Settle.of(last));
    }

    private static void add(List<FireSeries> all, @Nullable FireSeries series) {
        if (series != null) {
            all.add(series);
        }
    }

    private static Candidate forced(StoredSchedule seen, Instant now) {
        return new Candidate(
                seen,
                FireKey.forced(seen.version()),
                now,
                true,
                0,
                standingCursor(seen),
                seen.state().failures(),
                List.of(),
                null,
                null);
    }

    /** A past fire, when there is nothing else to do. It leaves the cadence alone. */
    private static Candidate backfilled(StoredSchedule seen, Instant fire) {
        return new Candidate(
                seen,
                FireKey.of(fire),
                fire,
                false,
                true,
                0,
                standingCursor(seen),
                seen.state().failures(),
                List.of(),
                null,
                null);
    }

    /** A claim that is no fire of the timing leaves the cursor, but makes one where there is none or the rule is new. */
    private static Instant standingCursor(StoredSchedule seen) {
        return seen.base(false);
    }

    /** A claim that ran out and an accepted run that was never completed are attempts that failed, unless called off. */
    static int failuresWith(ScheduleState state, PendingFire ending) {
        return state.failures() + (ending.state() == PendingFire.State.WAITING || ending.cancelRequested() ? 0 : 1);
    }

    private static Instant latest(Schedule schedule, Instant first, Instant now) {
        return schedule.previousFire(now.plusNanos(1)).orElse(first);
    }

    private static boolean isOpen(Schedule schedule, Instant now) {
        Instant notBefore = schedule.notBefore().orElse(null);
        Instant notAfter = schedule.notAfter().orElse(null);
        return (notBefore == null || !now.isBefore(notBefore)) && (notAfter == null || now.isBefore(notAfter));
    }
}
