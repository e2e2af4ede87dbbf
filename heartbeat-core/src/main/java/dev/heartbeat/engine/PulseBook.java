package dev.heartbeat.engine;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one pulse will say: a detail for each fire it handles, in the order planned, and the errors among them. Runs
 * report here until the pulse has answered; what ends later is late.
 */
final class PulseBook {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled;
    private final Instant startedAt;
    private final Duration overdue;
    private final Map<String, PulseDetail> details = new HashMap<>();
    private final Set<String> order = new LinkedHashSet<>();
    private final Map<String, PulseDetail> upcoming = new LinkedHashMap<>();
    private final Map<String, HeartbeatError> errors = new LinkedHashMap<>();
    private final Set<LiveRun> open = new LinkedHashSet<>();
    private final Set<String> goingOn = new LinkedHashSet<>();
    private Duration longestTimeout = Duration.ZERO;
    private int closed;
    private boolean watched;
    private boolean claimedAny;
    private boolean hurried;
    private boolean answered;
    private boolean handedOver;

    PulseBook(Instant startedAt, Duration interval, Pace pace) {
        this.settled = pace.condition(lock);
        this.startedAt = startedAt;
        this.overdue = interval.plus(interval);
    }

    void planned(List<Candidate> plan) {
        lock.lock();
        try {
            for (Candidate candidate : plan) {
                order.add(candidate.id());
            }
        } finally {
            lock.unlock();
        }
    }

    void unreadable(List<Unreadable> documents) {
        for (Unreadable document : documents) {
            add(new PulseDetail(
                    document.id(),
                    null,
                    null,
                    Outcome.FAILED,
                    PulseDetail.QUARANTINED,
                    null,
                    0,
                    0,
                    null,
                    null,
                    document.reason()));
            error(new HeartbeatError(document.id(), document.reason(), startedAt));
        }
    }

    void upcoming(StoredSchedule seen, Decision decision) {
        boolean retrying = decision.reason().equals(Decision.RETRYING);
        boolean notDue = decision.reason().equals(Decision.NOT_DUE); // until its next fire
        upcoming.put(
                seen.id(),
                new PulseDetail(
                        seen.id(),
                        seen.schedule().task(),
                        seen.schedule().queue().orElse(null),
                        Outcome.SKIPPED,
                        decision.reason(),
                        null,
                        0,
                        0,
                        notDue ? decision.until() : seen.nextRun().orElse(null),
                        retrying ? decision.until() : null,
                        null));
    }

    /** What is due but for a wider pause or its slot is listed with those that come next, while there are not so many. */
    void heldBack(StoredSchedule seen, Decision decision, int most) {
        if (upcoming.size() < most) {
            upcoming(seen, decision);
        }
    }

    /** A fire whose task nobody has registered here stays due. */
    void withoutExecutor(Candidate candidate, String problem) {
        heldBack(candidate, Outcome.SKIPPED, PulseDetail.NO_EXECUTOR, null, problem);
    }

    /** A fire whose circuit is open stays due. */
    void circuitOpen(Candidate candidate, @Nullable Instant until, String problem) {
        heldBack(candidate, Outcome.DEFERRED, PulseDetail.CIRCUIT_OPEN, until, problem);
    }

    /** Long after its time, what is held back is an error. */
    private void heldBack(
            Candidate candidate, Outcome outcome, String reason, @Nullable Instant until, String problem) {
        boolean late = !startedAt.isBefore(dueSince(candidate).plus(overdue));
        add(detail(candidate, outcome, reason, until, late ? problem : null));
        if (late) {
            error(new HeartbeatError(candidate.id(), problem, startedAt));
        }
    }

    private static Instant dueSince(Candidate candidate) {
        if (candidate.forced() || candidate.backfilled()) {
            return candidate.seen().writtenAt();
        }
        try {
            Instant first = candidate.seen().nextRun().orElse(candidate.fireTime());
            return first.isBefore(candidate.fireTime()) ? first : candidate.fireTime();
        } catch (InvalidScheduleException e) {
            return candidate.fireTime(); // a timing of the user's own that throws now; the fire itself is known
        }
    }

    void claimed(LiveRun run, @Nullable HeartbeatError supersededError) {
        lock.lock();
        try {
            open.add(run);
            claimedAny = true;
            if (run.timeout().compareTo(longestTimeout) > 0) {
                longestTimeout = run.timeout();
            }
            if (supersededError != null) {
                errors.put(supersededError.id(), supersededError);
            }
        } finally {
            lock.unlock();
        }
    }

    Duration longestTimeout() {
        lock.lock();
        try {
            return longestTimeout;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A run of this pulse is recorded.
     *
     * @param detail what to say of it, or null to say nothing
     * @return whether the pulse had not answered yet, so that it will say it
     */
    boolean settled(LiveRun run, @Nullable PulseDetail detail, @Nullable HeartbeatError error) {
        lock.lock();
        try {
            close(run);
            if (answered) {
                return false;
            }
            if (detail != null) {
                put(detail);
            }
            if (error != null) {
                errors.put(error.id(), error);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Somebody else answers for the run by its token, and the heartbeat has it from there; this pulse has handed it on. */
    boolean answeredElsewhere(LiveRun run) {
        lock.lock();
        try {
            close(run);
            if (!answered) {
                details.putIfAbsent(run.scheduleId(), run.detail(Outcome.RUNNING, PulseDetail.ACCEPTED));
            }
            return !answered;
        } finally {
            lock.unlock();
        }
    }

    /** The run ignores its timeout; the pulse does not wait for it. */
    void stuck(LiveRun run) {
        lock.lock();
        try {
            close(run);
        } finally {
            lock.unlock();
        }
    }

    private void close(LiveRun run) {
        if (open.remove(run)) {
            closed++;
        }
        if (run.isGoingOn()) {
            goingOn.add(run.scheduleId());
        }
        if (open.isEmpty() || watched || !goingOn.isEmpty()) {
            settled.signalAll();
        }
    }

    /** The schedule is to be looked at again in this pulse. */
    void goesOn(String scheduleId) {
        lock.lock();
        try {
            goingOn.add(scheduleId);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the schedules that go on, each once, without waiting. */
    List<String> goingOn() {
        return awaitGoingOn(0);
    }

    /**
     * Waits until a schedule goes on, or all runs are recorded, or the time has passed, or the thread is interrupted.
     *
     * @return the schedules that go on, each once; empty if the wait ended otherwise
     */
    List<String> awaitGoingOn(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            while (goingOn.isEmpty() && !open.isEmpty() && left > 0 && !hurried) {
                left = settled.awaitNanos(left);
            }
            List<String> ids = List.copyOf(goingOn);
            goingOn.clear();
            return ids;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is waited for any more. */
    void hurry() {
        lock.lock();
        try {
            hurried = true;
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all runs are recorded, or the time has passed, or the thread is interrupted. */
    void awaitSettled(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            while (!open.isEmpty() && left > 0 && !hurried) {
                left = settled.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many runs have ended, for {@link #awaitNextSettled}. */
    int ended() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until more runs than that have ended. Returns false once none is at work, or when the time has passed. */
    boolean awaitNextSettled(int ended, long nanos) {
        long left = nanos;
        lock.lock();
        try {
            watched = true;
            while (closed == ended && !open.isEmpty() && left > 0 && !hurried) {
                left = settled.awaitNanos(left);
            }
            return closed != ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            watched = false;
            lock.unlock();
        }
    }

    /** Returns the runs that are not recorded. */
    List<LiveRun> open() {
        lock.lock();
        try {
            return new ArrayList<>(open);
        } finally {
            lock.unlock();
        }
    }

    /** From now on runs are late. Returns those that are not recorded. */
    List<LiveRun> answered() {
        lock.lock();
        try {
            answered = true;
            return new ArrayList<>(open);
        } finally {
            lock.unlock();
        }
    }

    void deferred(Candidate unclaimed, String reason) {
        add(detail(unclaimed, Outcome.DEFERRED, reason, null, null));
    }

    void stillOpen(List<LiveRun> runs) {
        for (LiveRun run : runs) {
            add(run.detail(Outcome.RUNNING, null));
        }
    }

    /** A run of this process, of this pulse or an earlier one, ignores its timeout. */
    void stuckNow(LiveRun run) {
        PulseDetail detail = run.detail(Outcome.RUNNING, PulseDetail.STUCK);
        lock.lock();
        try {
            order.add(detail.id());
            details.putIfAbsent(detail.id(), detail); // its schedule may have had another fire, which says more
        } finally {
            lock.unlock();
        }
        error(stuckError(run, startedAt));
    }

    static HeartbeatError stuckError(LiveRun run, Instant at) {
        return new HeartbeatError(run.scheduleId(), run.stuckText(), at);
    }

    /** Returns the fires handled, in the order planned. */
    List<PulseDetail> handled() {
        lock.lock();
        try {
            List<PulseDetail> handled = new ArrayList<>(details.size());
            for (String key : order) {
                PulseDetail detail = details.get(key);
                if (detail != null) {
                    handled.add(detail);
                }
            }
            return handled;
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether it claimed a fire, to run it or to end it. */
    boolean ranAnything() {
        lock.lock();
        try {
            return claimedAny;
        } finally {
            lock.unlock();
        }
    }

    /** Tells once that what the pulse did has not been handed to the heartbeat yet. */
    boolean handOver() {
        lock.lock();
        try {
            boolean first = !handedOver;
            handedOver = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the next not-due schedules that are not among the fires handled. */
    List<PulseDetail> upcoming(int most) {
        lock.lock();
        try {
            List<PulseDetail> next = new ArrayList<>(Math.min(most, upcoming.size()));
            for (PulseDetail detail : upcoming.values()) {
                if (next.size() < most && !details.containsKey(detail.id())) {
                    next.add(detail);
                }
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    List<HeartbeatError> errors() {
        lock.lock();
        try {
            return List.copyOf(errors.values());
        } finally {
            lock.unlock();
        }
    }

    private void add(PulseDetail detail) {
        lock.lock();
        try {
            put(detail);
        } finally {
            lock.unlock();
        }
    }

    /** A schedule has a detail for each fire that it took in this pulse; the first one under its id. */
    private void put(PulseDetail detail) {
        PulseDetail first = details.get(detail.id());
        String key = first == null || Objects.equals(first.fireTime(), detail.fireTime())
                ? detail.id()
                : detail.id() + "/" + detail.fireTime();
        order.add(key);
        details.put(key, detail);
    }

    private void error(HeartbeatError error) {
        lock.lock();
        try {
            errors.put(error.id(), error);
        } finally {
            lock.unlock();
        }
    }

    private static PulseDetail detail(
            Candidate candidate, Outcome outcome, String reason, @Nullable Instant retryAt, @Nullable String error) {
        return new PulseDetail(
                candidate.id(),
                candidate.seen().schedule().task(),
                candidate.seen().schedule().queue().orElse(null),
                outcome,
                reason,
                candidate.fireTime(),
                candidate.starts(),
                0,
                null,
                retryAt,
                error);
    }
}
