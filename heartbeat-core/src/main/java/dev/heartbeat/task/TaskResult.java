package dev.heartbeat.task;

import dev.heartbeat.schedule.Values;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an attempt went. Made by the factories; immutable and thread-safe. */
public final class TaskResult {
    private static final TaskResult DONE = new TaskResult(Kind.DONE, Map.of(), null, null);
    private static final int MOST_TEXT = 500;

    private final Kind kind;
    private final Map<String, @Nullable Object> values;
    private final @Nullable String reason;
    private final @Nullable Duration retryAfter;

    private TaskResult(
            Kind kind, Map<String, @Nullable Object> values, @Nullable String reason, @Nullable Duration retryAfter) {
        this.kind = kind;
        this.values = values;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** Returns a success without values. */
    public static TaskResult done() {
        return DONE;
    }

    /**
     * Returns a success with values, which are kept as the schedule's last result.
     *
     * @throws IllegalArgumentException if a value is outside the domain of {@link Values}
     */
    public static TaskResult of(Map<String, ? extends @Nullable Object> values) {
        return new TaskResult(Kind.DONE, Values.copyOf(values, "task result"), null, null);
    }

    /** Returns that there was nothing to do, which ends the fire without counting as a failure. */
    public static TaskResult skipped(String reason) {
        return new TaskResult(Kind.SKIPPED, Map.of(), text(reason), null);
    }

    /** Returns that the attempt failed, just as throwing an exception with this message does. */
    public static TaskResult failed(String reason) {
        return new TaskResult(Kind.FAILED, Map.of(), text(reason), null);
    }

    /**
     * Returns that the attempt failed and that the next one, if there is one left, comes after this wait instead of the
     * backoff.
     *
     * @throws IllegalArgumentException unless the wait is zero to 7 days
     */
    public static TaskResult retryAfter(Duration wait, String reason) {
        if (wait.isNegative() || wait.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("retryAfter: wait " + wait + " is not allowed; zero to 7 days");
        }
        return new TaskResult(Kind.FAILED, Map.of(), text(reason), wait);
    }

    /** Returns which of the factories made it. */
    public Kind kind() {
        return kind;
    }

    /** Returns the values of a success, unmodifiable. */
    public Map<String, @Nullable Object> values() {
        return values;
    }

    /** Returns why it was skipped or failed. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /** Returns the wait that the task asked for before the next attempt. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    @Override
    public String toString() {
        return "TaskResult[" + kind + (reason == null ? "" : ", " + reason) + "]";
    }

    private static String text(String reason) {
        Objects.requireNonNull(reason, "reason");
        return reason.length() <= MOST_TEXT ? reason : reason.substring(0, MOST_TEXT);
    }

    /** What a result says. */
    public enum Kind {
        /** The work is done. */
        DONE,
        /** There was nothing to do. */
        SKIPPED,
        /** The attempt failed. */
        FAILED
    }
}
