package dev.heartbeat.engine;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is due, a pure function of the document and now. A schedule has one claim at a time, whatever the fire; looked at
 * in this order: a pending fire that is held; a lastRun that a person set in the future, which holds all; a pending fire
 * that is free, unless the next fire of the timing is due and
 * takes its place; the latest due fire of the timing; a forced fire; the last fire of all, if a pause swallowed it.
 */
final class DueRule {
    private static final Candidate.Settle SWALLOWED = new Candidate.Settle(Outcome.SKIPPED, "paused", null);

    private DueRule() {}

    /**
     * Decides.
     *
     * @param now the instant that fire times are compared with
     * @param storeNow the store's time, that leases are compared with
     * @param maxAttempts how many starts one fire may take
     */
    static Decision decide(StoredSchedule seen, Instant now, Instant storeNow, int maxAttempts) {
        Pause pause = seen.pause();
        if (!seen.schedule().enabled()) {
            return Decision.no(Decision.DISABLED, null);
        }
        if (pause != null && pause.holds(now)) {
            return Decision.no(Decision.PAUSED, pause.until());
        }
        PendingFire pending = seen.state().pending();
        if (pending != null && pending.until() != null && pending.until().isAfter(storeNow)) {
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
        Instant latest = latestDue(seen, now);
        if (pending != null && latest == null) {
            return Decision.yes(again(seen, pending, maxAttempts));
        }
        if (latest != null) {
            return Decision.yes(due(seen, latest, pending));
        }
        if (seen.isForced() && isOpen(seen.schedule(), now)) {
            return Decision.yes(forced(seen, now));
        }
        Instant swallowed = seen.lastSwallowed().orElse(null);
        if (swallowed != null) {
            return Decision.yes(swallowed(seen, swallowed));
        }
        return Decision.no(Decision.NOT_DUE, seen.nextRun().orElse(null));
    }

    private static @Nullable Instant latestDue(StoredSchedule seen, Instant now) {
        Optional<Instant> first = seen.nextRun();
        if (first.isEmpty() || first.get().isAfter(now)) {
            return null;
        }
        return seen.schedule().previousFire(now.plusNanos(1)).orElse(first.get());
    }

    /** The pending fire: a retry, a take-over, or an end without another start. */
    private static Candidate again(StoredSchedule seen, PendingFire pending, int maxAttempts) {
        Candidate.Settle settle = null;
        if (pending.state() == PendingFire.State.CLAIMED && pending.starts() == 0) {
            settle = SWALLOWED; // whoever was to settle it is gone
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
                pending.starts(),
                standingCursor(seen),
                settle == null
                        ? failuresWith(seen.state(), pending)
                        : seen.state().failures(),
                pending.missed(),
                null,
                settle);
    }

    private static Candidate due(StoredSchedule seen, Instant latest, @Nullable PendingFire superseded) {
        List<FireSeries> missed = new ArrayList<>(superseded == null ? List.of() : superseded.missed());
        Schedule schedule = seen.schedule();
        Pause pause = seen.pause();
        if (pause != null) {
            addSeries(
                    missed,
                    schedule,
                    Outcome.SKIPPED,
                    "paused",
                    seen.base(false),
                    pause.until().plusNanos(1));
        }
        addSeries(missed, schedule, Outcome.MISSED, "coalesced", seen.base(true), latest);
        return new Candidate(
                seen,
                FireKey.of(latest),
                latest,
                false,
                0,
                latest,
                superseded == null ? seen.state().failures() : failuresWith(seen.state(), superseded),
                missed,
                superseded,
                null);
    }

    /** A pause has swallowed all that was left: the last fire ends without a start, for the ledger and for people. */
    private static Candidate swallowed(StoredSchedule seen, Instant last) {
        List<FireSeries> missed = new ArrayList<>();
        addSeries(missed, seen.schedule(), Outcome.SKIPPED, "paused", seen.base(false), last);
        return new Candidate(
                seen,
                FireKey.of(last),
                last,
                false,
                0,
                seen.base(true),
                seen.state().failures(),
                missed,
                null,
                SWALLOWED);
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

    /** A claim that is no fire of the timing leaves the cursor, but makes one where there is none or the rule is new. */
    private static Instant standingCursor(StoredSchedule seen) {
        return seen.base(false);
    }

    /** A claim that ran out and an accepted run that was never completed are attempts that failed. */
    static int failuresWith(ScheduleState state, PendingFire ending) {
        return state.failures() + (ending.state() == PendingFire.State.WAITING ? 0 : 1);
    }

    private static boolean isOpen(Schedule schedule, Instant now) {
        return schedule.notBefore().filter(now::isBefore).isEmpty()
                && schedule.notAfter().filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** Adds the fires strictly between the two instants as one series, if there are any. */
    private static void addSeries(
            List<FireSeries> series, Schedule schedule, Outcome outcome, String reason, Instant after, Instant before) {
        Instant first = schedule.nextFire(after).orElse(null);
        if (first == null || !first.isBefore(before)) {
            return;
        }
        Instant last = schedule.previousFire(before).orElse(first);
        Instant fire = first;
        int count = 1;
        for (; fire.isBefore(last) && count < FireSeries.COUNT_LIMIT; count++) {
            fire = schedule.nextFire(fire).orElse(last);
        }
        boolean exact = !fire.isBefore(last);
        series.add(new FireSeries(outcome, reason, count, exact, first, last));
    }
}
