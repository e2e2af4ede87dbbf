package dev.heartbeat.store;

import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a pulse says of one schedule, or of one of several fires that it took.
 *
 * @param id the schedule, or the id of an unreadable document
 * @param task the name of the task; null if the document could not be read
 * @param queue the queue, or null
 * @param outcome how its fire stands
 * @param reason why, for outcomes that need a reason; or null
 * @param fireTime the instant asked for, or null when no fire is due
 * @param attempt the number of the attempt, 0 if none was started
 * @param durationMs how long the attempt took, in milliseconds; 0 if none has ended
 * @param nextRun the next fire time, or null if there is none or it does not matter
 * @param retryAt the time of the next attempt, when one is planned; or null
 * @param error the error text, capped, or null
 */
public record PulseDetail(
        String id,
        @Nullable String task,
        @Nullable String queue,
        Outcome outcome,
        @Nullable String reason,
        @Nullable Instant fireTime,
        int attempt,
        long durationMs,
        @Nullable Instant nextRun,
        @Nullable Instant retryAt,
        @Nullable String error) {

    /** The reason of a schedule that is listed because it comes next. */
    public static final String NOT_DUE = "not-due";
    /** The reason of a schedule whose fire waits for its slot in the window. */
    public static final String WINDOW = "window";
    /** The reason of a document that holds no schedule. */
    public static final String QUARANTINED = "quarantined";
    /** The reason of a fire whose task nobody has registered here. */
    public static final String NO_EXECUTOR = "no-executor";
    /** The reason of a fire that the pulse had no time for. */
    public static final String BUDGET = "budget";
    /** The reason of a fire that waits for a place within the limit of its task or queue. */
    public static final String LIMIT = "limit";
    /** The reason of a fire that is held back by failures in a row; retryAt tells when one may try again. */
    public static final String CIRCUIT_OPEN = "circuit-open";
    /** How the reason of a fire begins whose task, by what was learned of it, would not have ended within the budget. */
    public static final String WOULD_NOT_FIT = "would-not-fit";
    /** The reason of a fire that was claimed but not started before the process shut down. */
    public static final String SHUTDOWN = "shutdown";
    /** The reason of a run whose task has answered that the work goes on elsewhere. */
    public static final String ACCEPTED = "accepted";
    /** The reason of a run that ignores its timeout, or its cancellation. */
    public static final String STUCK = "stuck";

    /** Tells whether the schedule is of the playbook's queue {@code browser}. */
    public boolean isBrowserTask() {
        return dev.heartbeat.schedule.Schedule.BROWSER_QUEUE.equals(queue);
    }

    /** Returns the error text, if there is one. */
    public Optional<String> findError() {
        return Optional.ofNullable(error);
    }
}
