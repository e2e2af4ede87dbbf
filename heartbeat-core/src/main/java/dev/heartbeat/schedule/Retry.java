package dev.heartbeat.schedule;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How often and how soon a failed attempt at one fire is tried again. A retry belongs to its fire and never moves the
 * cadence. Attempts are counted as starts: a success, a failure, a timeout and a start lost with its process each count
 * one, so {@link #none()} means at most once. The wait before attempt {@code n + 1} is drawn evenly between zero and
 * {@code min(maxBackoff, backoff * 2^(n-1))}, from a seed made of the fire, so that a replay draws the same.
 * Immutable and thread-safe.
 */
public final class Retry {
    /** What a schedule gets when neither it nor its task says otherwise: 3 attempts, 30 seconds to 10 minutes. */
    public static final Retry DEFAULT = new Retry(3, Duration.ofSeconds(30), Duration.ofMinutes(10), List.of());

    private static final int MOST_ATTEMPTS = 100;
    private static final Duration LONGEST_BACKOFF = Duration.ofDays(7);

    private final int maxAttempts;
    private final Duration backoff;
    private final Duration maxBackoff;
    private final List<Class<? extends Throwable>> never;

    private Retry(int maxAttempts, Duration backoff, Duration maxBackoff, List<Class<? extends Throwable>> never) {
        this.maxAttempts = maxAttempts;
        this.backoff = backoff;
        this.maxBackoff = maxBackoff;
        this.never = never;
    }

    /** Returns a policy of one attempt: at most once. */
    public static Retry none() {
        return attempts(1);
    }

    /**
     * Returns a policy with this many attempts in all, the first included, and the default backoff.
     *
     * @throws IllegalArgumentException unless {@code maxAttempts} is 1 to 100
     */
    public static Retry attempts(int maxAttempts) {
        if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "retry: maxAttempts is " + maxAttempts + "; allowed are 1 to " + MOST_ATTEMPTS);
        }
        return new Retry(maxAttempts, DEFAULT.backoff, DEFAULT.maxBackoff, List.of());
    }

    /**
     * Returns this policy with another backoff.
     *
     * @param first the upper bound of the first wait; zero retries at once
     * @param max the upper bound of every wait; at least {@code first}
     * @throws IllegalArgumentException if one is negative or over 7 days, or {@code max} is shorter than {@code first}
     */
    public Retry backoff(Duration first, Duration max) {
        if (first.isNegative() || max.compareTo(first) < 0 || max.compareTo(LONGEST_BACKOFF) > 0) {
            throw new IllegalArgumentException("retry: backoff " + first + " to " + max
                    + " is not allowed; 0 <= backoff <= maxBackoff <= " + LONGEST_BACKOFF);
        }
        return new Retry(maxAttempts, first, max, never);
    }

    /**
     * Returns this policy with these kinds of error ending the fire at once, subclasses included. For the retry of a task;
     * they hold also for schedules that bring a retry of their own.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    public final Retry neverOn(Class<? extends Throwable>... errors) {
        return new Retry(maxAttempts, backoff, maxBackoff, List.copyOf(Arrays.asList(errors)));
    }

    /** Returns this policy with the errors that another one names. */
    public Retry neverOnAsIn(Retry other) {
        return new Retry(maxAttempts, backoff, maxBackoff, other.never);
    }

    /** Tells whether it names errors that end the fire at once. */
    public boolean namesErrors() {
        return !never.isEmpty();
    }

    /** Returns the number of starts that one fire may take, at least 1. */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** Returns the upper bound of the first wait. */
    public Duration backoff() {
        return backoff;
    }

    /** Returns the upper bound of every wait. */
    public Duration maxBackoff() {
        return maxBackoff;
    }

    /** Tells whether this error may be tried again. */
    public boolean retries(Throwable error) {
        return never.stream().noneMatch(type -> type.isInstance(error));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Retry that
                && maxAttempts == that.maxAttempts
                && backoff.equals(that.backoff)
                && maxBackoff.equals(that.maxBackoff)
                && never.equals(that.never);
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxAttempts, backoff, maxBackoff, never);
    }

    @Override
    public String toString() {
        return "Retry[maxAttempts=" + maxAttempts + ", backoff=" + backoff + ", maxBackoff=" + maxBackoff + "]";
    }
}
