package dev.heartbeat.engine;

import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt went, before the rule of retries has looked at it.
 *
 * @param outcome EXECUTED, SKIPPED, FAILED, TIMED_OUT or CANCELLED; RUNNING if it was accepted
 * @param reason a word for the ledger, or null
 * @param values the values of a success, and what was counted
 * @param error the error text of a failure, or null
 * @param retryable whether another attempt may follow a failure
 * @param retryAfter the wait that the task asked for, or null for the backoff
 * @param completeWithin of an accepted attempt the time to its deadline, else null
 */
record Attempt(
        Outcome outcome,
        @Nullable String reason,
        Map<String, @Nullable Object> values,
        @Nullable String error,
        boolean retryable,
        @Nullable Duration retryAfter,
        @Nullable Duration completeWithin) {

    /** An attempt that does not go on elsewhere. */
    Attempt(
            Outcome outcome,
            @Nullable String reason,
            Map<String, @Nullable Object> values,
            @Nullable String error,
            boolean retryable,
            @Nullable Duration retryAfter) {
        this(outcome, reason, values, error, retryable, retryAfter, null);
    }

    private static final int LONGEST_ERROR = dev.heartbeat.store.HeartbeatError.LONGEST_TEXT;

    static Attempt of(TaskResult result) {
        return switch (result.kind()) {
            case DONE -> new Attempt(Outcome.EXECUTED, null, result.kept(), null, false, null);
            case SKIPPED ->
                new Attempt(Outcome.SKIPPED, result.reason().orElse(null), result.kept(), null, false, null);
            case FAILED ->
                new Attempt(
                        Outcome.FAILED,
                        null,
                        result.kept(),
                        cut(result.reason().orElse("failed")),
                        true,
                        result.retryAfter().orElse(null));
            case ACCEPTED ->
                new Attempt(
                        Outcome.RUNNING,
                        PulseDetail.ACCEPTED,
                        Map.of(),
                        null,
                        false,
                        null,
                        result.completeWithin().orElseThrow());
        };
    }

    static Attempt failed(String error, boolean retryable, @Nullable Duration retryAfter) {
        return new Attempt(Outcome.FAILED, null, Map.of(), cut(error), retryable, retryAfter);
    }

    static Attempt threw(Throwable thrown, boolean retryable) {
        return failed(text(thrown), retryable, null);
    }

    /** What was thrown in words; an exception may be broken itself. */
    static String text(Throwable thrown) {
        String name = thrown.getClass().getSimpleName();
        try {
            String message = thrown.getMessage();
            return message == null ? name : name + ": " + message;
        } catch (Throwable broken) {
            return name + " (its message cannot be read)";
        }
    }

    static Attempt timedOut(Duration timeout) {
        return new Attempt(Outcome.TIMED_OUT, null, Map.of(), "timed out after " + text(timeout), true, null);
    }

    /** A person has called it off, and it did not finish its work all the same. */
    static Attempt cancelled() {
        return new Attempt(Outcome.CANCELLED, null, Map.of(), null, false, null);
    }

    /** Tells whether the work goes on elsewhere, so that nothing has ended. */
    boolean isAccepted() {
        return outcome == Outcome.RUNNING;
    }

    static Attempt settled(Candidate.Settle settle) {
        boolean mayRetry = settle.outcome() == Outcome.TIMED_OUT;
        return new Attempt(settle.outcome(), settle.reason(), Map.of(), settle.error(), mayRetry, null);
    }

    static String text(Duration duration) {
        return duration.toMillis() % 1_000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR);
    }
}
