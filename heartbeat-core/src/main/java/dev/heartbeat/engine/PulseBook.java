package dev.heartbeat.engine;

import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
    private Duration longestTimeout = Duration.ZERO;
    private boolean claimedAny;
    private boolean hurried;
    private boolean answered;
    private boolean handedOver;

    PulseBook(Instant startedAt, Duration interval, Pace pace) {
        this.settled = pace.condition(lock);
        this.startedAt = startedAt;
        this.overdue = interval.multipliedBy(2);
    }

    void planned(List<Candidate> plan) {
        plan.forEach(candidate -> order.add(candidate.id()));
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
                        seen.nextRun().orElse(null),
                        retrying ? decision.until() : null,
                        null));
    }

    /** A fire whose task nobody has registered here stays due; long after its time it is an error. */
    void withoutExecutor(Candidate candidate, String problem) {
        Instant first = candidate.seen().nextRun().orElse(candidate.fireTime());
        Instant since = candidate.forced()
                ? candidate.seen().writtenAt()
                : first.isBefore(candidate.fireTime()) ? first : candidate.fireTime();
        boolean late = !startedAt.isBefore(since.plus(overdue));
        add(detail(candidate, Outcome.SKIPPED, PulseDetail.NO_EXECUTOR, late ? problem : null));
        if (late) {
            error(new HeartbeatError(candidate.id(), problem, startedAt));
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
                details.put(detail.id(), detail);
            }
            if (error != null) {
                errors.put(error.id(), error);
            }
            return true;
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
        open.remove(run);
        if (open.isEmpty()) {
            settled.signalAll();
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

    void deferred(Collection<Candidate> unclaimed) {
        unclaimed.forEach(candidate -> add(detail(candidate, Outcome.DEFERRED, PulseDetail.BUDGET, null)));
    }

    void stillOpen(List<LiveRun> runs) {
        runs.forEach(run -> add(run.detail(Outcome.RUNNING, null)));
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
        return new HeartbeatError(
                run.scheduleId(),
                "still running after its timeout of " + Attempt.text(run.timeout())
                        + "; the task ignores the interrupt",
                at);
    }

    /** Returns the fires handled, in the order planned. */
    List<PulseDetail> handled() {
        lock.lock();
        try {
            return order.stream().map(details::get).filter(Objects::nonNull).toList();
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
            return upcoming.values().stream()
                    .filter(detail -> !details.containsKey(detail.id()))
                    .limit(most)
                    .toList();
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
            order.add(detail.id());
            details.put(detail.id(), detail);
        } finally {
            lock.unlock();
        }
    }

    private void error(HeartbeatError error) {
        lock.lock();
        try {
            errors.put(error.id(), error);
        } finally {
            lock.unlock();
        }
    }

    private static PulseDetail detail(Candidate candidate, Outcome outcome, String reason, @Nullable String error) {
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
                null,
                error);
    }
}
