package dev.heartbeat.engine;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A claim that this process holds: waiting for a place, at work, or waiting to be recorded.
 *
 * <p>The deadline is a race between the task's thread and the timer with one winner, decided under the run's lock: from
 * the timeout on the outcome is timed-out whatever the task answers, and no interrupt reaches the thread once the task
 * has returned. A person who cancels the run is such a deadline too, but work that is finished within the timeout counts.
 */
final class LiveRun {
    private final ReentrantLock lock = new ReentrantLock();
    private final ClaimRequest claim;
    private final @Nullable Task task;
    private final Duration timeout;
    private final Retry retry;
    private final PulseRun pulse;
    private final InstantSource clock;

    private volatile long leaseFrom;
    private volatile boolean lost;
    private volatile boolean answered;
    private volatile boolean cancelled;
    private volatile boolean recordUnclear;
    private volatile boolean goesOn;
    private volatile @Nullable Instant startedAt;
    private volatile @Nullable Instant endedAt;
    private volatile @Nullable Progress progress;
    private @Nullable Thread thread;
    private long startedNanos;
    private long elapsedNanos;
    private boolean timedOut;
    private volatile boolean shutDown;
    private boolean calledOff;
    private long calledOffNanos;
    private volatile @Nullable Instant calledOffAt;
    private volatile boolean stuck;
    private volatile boolean probe;
    private volatile @Nullable Attempt went;

    LiveRun(
            ClaimRequest claim,
            @Nullable Task task,
            Duration timeout,
            Retry retry,
            PulseRun pulse,
            InstantSource clock,
            long leaseFrom) {
        this.claim = claim;
        this.task = task;
        this.timeout = timeout;
        this.retry = retry;
        this.pulse = pulse;
        this.clock = clock;
        this.leaseFrom = leaseFrom;
    }

    ClaimRequest claim() {
        return claim;
    }

    @Nullable
    Task task() {
        return task;
    }

    /** Tells whether its task is to be called, rather than its fire only be ended. */
    boolean isStart() {
        return claim.startedAt() != null;
    }

    /** It is the one run that tries an open circuit. */
    void probe() {
        probe = true;
    }

    boolean isProbe() {
        return probe;
    }

    Retry retry() {
        return retry;
    }

    PulseRun pulse() {
        return pulse;
    }

    Duration timeout() {
        return timeout;
    }

    /** Returns when the claim, or its last renewal, was sent, on the pace clock. */
    long leaseFrom() {
        return leaseFrom;
    }

    void renewed(long sentNanos) {
        leaseFrom = sentNanos;
    }

    /** The claim is no longer ours: the task should stop, and its answer will be a note. */
    void lose() {
        lost = true;
        cancelled = true;
    }

    /** Somebody has answered for it by its token: whatever its task still does is for nothing, and tells nothing. */
    void answered() {
        answered = true;
        lose();
    }

    boolean isAnswered() {
        return answered;
    }

    /** A record of it had no clear answer. */
    void recordUnclear() {
        recordUnclear = true;
    }

    boolean isRecordUnclear() {
        return recordUnclear;
    }

    boolean isLost() {
        return lost;
    }

    /** Its record leaves more to do for its schedule. */
    void goesOn() {
        goesOn = true;
    }

    boolean isGoingOn() {
        return goesOn;
    }

    boolean isStuck() {
        return stuck;
    }

    /** Tells whether the process shut down while it was at work. */
    boolean isShutDown() {
        return shutDown;
    }

    boolean hasStarted() {
        return startedAt != null;
    }

    /**
     * Calls the task on this thread, unless it was called off before, and keeps how it went. Returns false if the process
     * shut down before the call.
     */
    boolean execute(Pace pace) {
        Task work = Objects.requireNonNull(task, "task");
        lock.lock();
        try {
            if (calledOff) {
                settle(Attempt.cancelled());
                return true;
            }
            if (shutDown) {
                return false;
            }
            thread = Thread.currentThread();
            startedNanos = pace.nanos();
            startedAt = clock.instant();
        } finally {
            lock.unlock();
        }
        Attempt answer;
        try {
            @Nullable TaskResult result = work.code().execute(new RunContext(this, clock));
            answer = result == null
                    ? Attempt.failed("task '" + work.name() + "' returned null instead of a result", true, null)
                    : Attempt.of(result);
        } catch (Throwable thrown) { // an Error of one task must harm no other
            answer = Attempt.threw(thrown, retry.retries(thrown));
        }
        lock.lock();
        try {
            thread = null;
            Thread.interrupted(); // an interrupt was meant for the task, which has returned
            elapsedNanos = pace.nanos() - startedNanos;
            endedAt = clock.instant();
            went = outcome(answer);
        } finally {
            lock.unlock();
        }
        return true;
    }

    private Attempt outcome(Attempt answer) {
        boolean late = timedOut || elapsedNanos >= timeout.toNanos();
        boolean finished = !late && (answer.outcome() == Outcome.EXECUTED || answer.outcome() == Outcome.SKIPPED);
        if (calledOff && !finished) {
            return Attempt.cancelled();
        }
        if (late) {
            return Attempt.timedOut(timeout);
        }
        return shutDown && answer.outcome().isFailure()
                ? Attempt.failed("interrupted: the process shut down", true, Duration.ZERO)
                : answer;
    }

    /** Ends the run without calling the task. */
    void settle(Attempt settled) {
        endedAt = clock.instant();
        went = settled;
    }

    /** Returns the nanoseconds until the task should have stopped, on the pace clock; meaningful after the start. */
    long nanosLeft(long nowNanos) {
        lock.lock();
        try {
            long left = timeout.toNanos() - elapsedNanos(nowNanos);
            return calledOff ? Math.min(left, calledOffNanos - nowNanos) : left;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the nanoseconds since the start, on the pace clock; 0 before it. */
    long elapsedNanos(long nowNanos) {
        lock.lock();
        try {
            return startedAt == null ? 0 : nowNanos - startedNanos;
        } finally {
            lock.unlock();
        }
    }

    /** The timeout has passed: interrupts the task unless it has returned. Returns whether it is still at work. */
    boolean timeOut() {
        lock.lock();
        try {
            timedOut |= thread != null;
            return interrupt();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A person has called the run off: interrupts the task unless it has returned, and calls it not at all if it has not
     * begun. Returns whether that is news to it.
     */
    boolean callOff(long nowNanos) {
        lock.lock();
        try {
            if (calledOff || went != null) {
                return false;
            }
            calledOff = true;
            calledOffNanos = nowNanos;
            calledOffAt = clock.instant();
            cancelled = true;
            interrupt();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The process shuts down: interrupts the task unless it has returned, and calls it no more if it has not begun. */
    void shutDown() {
        lock.lock();
        try {
            shutDown = true;
            interrupt();
        } finally {
            lock.unlock();
        }
    }

    private boolean interrupt() {
        if (thread == null) {
            return false;
        }
        cancelled = true;
        thread.interrupt();
        return true;
    }

    /** The task ignores that it was told to stop. Returns whether it is still at work. */
    boolean markStuck() {
        lock.lock();
        try {
            stuck = thread != null;
            return stuck;
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether a person has called it off. */
    boolean isCalledOff() {
        return calledOffAt != null;
    }

    /** Tells whether the timeout has passed, or a person has called it off. */
    boolean isToldToStop() {
        lock.lock();
        try {
            return timedOut || calledOff;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how the attempt went; null while it has not ended. */
    @Nullable
    Attempt went() {
        return went;
    }

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    Instant endedAt() {
        return Objects.requireNonNull(endedAt, "endedAt");
    }

    long durationMs() {
        lock.lock();
        try {
            return elapsedNanos / 1_000_000;
        } finally {
            lock.unlock();
        }
    }

    /** Returns what the pulse says of it while it has not been recorded. */
    PulseDetail detail(Outcome outcome, @Nullable String reason) {
        return detail(outcome, reason, null);
    }

    /** As above, with the time at which it may be tried again. */
    PulseDetail detail(Outcome outcome, @Nullable String reason, @Nullable Instant retryAt) {
        return new PulseDetail(
                scheduleId(),
                claim.seen().schedule().task(),
                claim.seen().schedule().queue().orElse(null),
                outcome,
                reason == null && progress != null ? progress.text() : reason,
                claim.fire().fireTime(),
                claim.fire().starts(),
                0,
                null,
                retryAt,
                null);
    }

    String scheduleId() {
        return claim.scheduleId();
    }

    String taskName() {
        return claim.seen().schedule().task();
    }

    RunToken token() {
        return claim.token();
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Returns when the attempt times out, on the heartbeat's clock. */
    Instant deadline() {
        Instant from = startedAt;
        return (from == null ? clock.instant() : from).plus(timeout);
    }

    /** Returns since when the task should have stopped, on the heartbeat's clock. */
    Instant overdueSince() {
        Instant told = calledOffAt;
        return told == null ? deadline() : told;
    }

    /** Returns what people are told of it while it ignores that. */
    String stuckText() {
        return (calledOffAt == null
                        ? "still running after its timeout of " + Attempt.text(timeout)
                        : "still running after it was cancelled")
                + "; the task ignores the interrupt";
    }

    void progress(Progress news) {
        progress = news;
    }

    /** Returns the renewal of its claim, which takes along what it tells of itself. */
    Renewal renewal() {
        return new Renewal(token(), progress);
    }
}
