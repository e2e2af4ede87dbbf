package dev.heartbeat.task;

import dev.heartbeat.schedule.Values;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How an attempt went. Made by the factories; immutable and thread-safe. */
public final class TaskResult {
    private static final TaskResult DONE = new TaskResult(Kind.DONE, Map.of(), null, null, Map.of());
    private static final int MOST_TEXT = 500;
    private static final int LONGEST_NAME = 100;
    private static final Duration SHORTEST_WITHIN = Duration.ofSeconds(1);
    private static final Duration LONGEST_WITHIN = Duration.ofDays(30);
    private static final String COUNTS = "counts";

    private final Kind kind;
    private final Map<String, @Nullable Object> values;
    private final @Nullable String reason;
    private final @Nullable Duration wait;
    private final Map<String, Long> counts;

    private TaskResult(
            Kind kind,
            Map<String, @Nullable Object> values,
            @Nullable String reason,
            @Nullable Duration wait,
            Map<String, Long> counts) {
        this.kind = kind;
        this.values = values;
        this.reason = reason;
        this.wait = wait;
        this.counts = counts;
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
        return new TaskResult(Kind.DONE, Values.copyOf(values, "task result"), null, null, Map.of());
    }

    /** Returns that there was nothing to do, which ends the fire without counting as a failure. */
    public static TaskResult skipped(String reason) {
        return new TaskResult(Kind.SKIPPED, Map.of(), text(reason), null, Map.of());
    }

    /** Returns that the attempt failed, just as throwing an exception with this message does. */
    public static TaskResult failed(String reason) {
        return new TaskResult(Kind.FAILED, Map.of(), text(reason), null, Map.of());
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
        return new TaskResult(Kind.FAILED, Map.of(), text(reason), wait, Map.of());
    }

    /**
     * Returns that the work has begun and goes on elsewhere: the run is over when somebody {@link
     * dev.heartbeat.Runs#complete completes} it with the {@link TaskContext#token() token}, from any process that shares the
     * store. No process holds it meanwhile, so it survives restarts. Past the deadline the attempt is timed out, and is tried
     * again as the retry says.
     *
     * @param completeWithin the time to the deadline, which the store counts from its record of this answer; 1 second to 30
     *     days
     * @throws IllegalArgumentException if the time is out of range
     */
    public static TaskResult accepted(Duration completeWithin) {
        if (completeWithin.compareTo(SHORTEST_WITHIN) < 0 || completeWithin.compareTo(LONGEST_WITHIN) > 0) {
            throw new IllegalArgumentException("accepted: completeWithin " + completeWithin + " is not allowed; "
                    + SHORTEST_WITHIN + " to " + LONGEST_WITHIN.toDays() + " days");
        }
        return new TaskResult(Kind.ACCEPTED, Map.of(), null, completeWithin, Map.of());
    }

    /**
     * Returns this result with a counted figure, such as e-mails sent, for sums over many runs. It stands in the ledger
     * entry of the fire ({@code RunRecord.counts()}) if this answer ends it; what an attempt has counted that is tried again
     * is not kept. A name that was counted before gets the sum.
     *
     * @param name 1 to 100 characters, not blank
     * @param n how many, zero or more
     * @throws IllegalArgumentException if one is out of range, or a value of the result is called {@code counts}
     * @throws IllegalStateException if it is an accepted result, which ends nothing
     * @throws ArithmeticException if the sum is larger than a long can hold
     */
    public TaskResult count(String name, long n) {
        if (name.isBlank() || name.length() > LONGEST_NAME || n < 0) {
            throw new IllegalArgumentException("count of '" + name + "', " + n + ", is not allowed; a name has 1 to "
                    + LONGEST_NAME + " characters, a count is zero or more");
        }
        if (kind == Kind.ACCEPTED) {
            throw new IllegalStateException(
                    "count of '" + name + "': an accepted run counts in the answer that completes it");
        }
        if (values.containsKey(COUNTS)) {
            throw new IllegalArgumentException(
                    "count of '" + name + "': the task result has a value '" + COUNTS + "', where counts are kept");
        }
        Map<String, Long> more = new TreeMap<>(counts);
        more.merge(name, n, Math::addExact);
        return new TaskResult(kind, values, reason, wait, Collections.unmodifiableMap(more));
    }

    /** Returns which of the factories made it. */
    public Kind kind() {
        return kind;
    }

    /** Returns the values of a success as they were given, unmodifiable. */
    public Map<String, @Nullable Object> values() {
        return values;
    }

    /** Returns why it was skipped or failed. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /** Returns the wait that the task asked for before the next attempt. */
    public Optional<Duration> retryAfter() {
        return kind == Kind.FAILED ? Optional.ofNullable(wait) : Optional.empty();
    }

    /** Returns the time to the deadline of an accepted run. */
    public Optional<Duration> completeWithin() {
        return kind == Kind.ACCEPTED ? Optional.ofNullable(wait) : Optional.empty();
    }

    /** Returns what was counted, by name, unmodifiable. */
    public Map<String, Long> counts() {
        return counts;
    }

    /** Returns what the ledger keeps: the values, and the counts, if there are any, under {@code counts}; unmodifiable. */
    public Map<String, @Nullable Object> kept() {
        if (counts.isEmpty()) {
            return values;
        }
        Map<String, @Nullable Object> kept = new LinkedHashMap<>(values);
        kept.put(COUNTS, counts);
        return Collections.unmodifiableMap(kept);
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
        FAILED,
        /** The work goes on elsewhere. */
        ACCEPTED
    }
}
