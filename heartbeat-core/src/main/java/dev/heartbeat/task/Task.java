package dev.heartbeat.task;

import dev.heartbeat.schedule.Params;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A named piece of work with its limits. A schedule's own timeout and retry come before the task's, and the task's before
 * the defaults (30 seconds, 3 attempts). Immutable; as thread-safe as its executor.
 */
public final class Task {
    /** How long a run may take when neither the schedule nor the task says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private static final int LONGEST_NAME = 200;
    private static final int MOST_PARALLEL = 10_000;

    private final String name;
    private final TaskExecutor code;
    private final @Nullable Duration timeout;
    private final @Nullable Retry retry;
    private final @Nullable Breaker breaker;
    private final @Nullable Function<? super Params, ? extends @Nullable String> circuit;
    private final @Nullable Integer maxParallel;
    private final @Nullable Duration window;

    private Task(Builder builder) {
        this.name = builder.name;
        this.code = builder.code;
        this.timeout = builder.timeout;
        this.retry = builder.retry;
        this.breaker = builder.breaker;
        this.circuit = builder.circuit;
        this.maxParallel = builder.maxParallel;
        this.window = builder.window;
    }

    /** Starts a task whose code answers with a result. */
    public static Builder named(String name, TaskExecutor code) {
        return new Builder(name, code);
    }

    /** Starts a task whose code returns nothing; returning without an exception is a success. */
    public static Builder action(String name, Action action) {
        Objects.requireNonNull(action, "action");
        return new Builder(name, context -> {
            action.run(context);
            return TaskResult.done();
        });
    }

    /**
     * Starts a task that gets its params as a type of its own, for example {@code params -> params.as(Mail.class)}. A
     * reader that throws fails the attempt.
     */
    public static <P> Builder typed(String name, Function<? super Params, ? extends P> reader, Typed<? super P> code) {
        Objects.requireNonNull(reader, "reader");
        Objects.requireNonNull(code, "code");
        return new Builder(name, context -> code.execute(reader.apply(context.params()), context));
    }

    /** Returns the name that schedules refer to. */
    public String name() {
        return name;
    }

    /** Returns the code. */
    public TaskExecutor code() {
        return code;
    }

    /** Returns a task with other code and everything else as here, its limits included. */
    public Task withCode(TaskExecutor code) {
        Builder other = new Builder(name, code);
        other.timeout = timeout;
        other.retry = retry;
        other.breaker = breaker;
        other.circuit = circuit;
        other.maxParallel = maxParallel;
        other.window = window;
        return other.build();
    }

    /** Returns the longest time one run may take, if the task sets one. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** Returns how failed attempts are tried again, if the task sets it. */
    public Optional<Retry> retry() {
        return Optional.ofNullable(retry);
    }

    /** Returns when its circuits open, if the task sets it. */
    public Optional<Breaker> breaker() {
        return Optional.ofNullable(breaker);
    }

    /**
     * Returns the circuit that a schedule of this task belongs to: the schedule's own, else what the task derives from its
     * params, else the name of the task. A derivation that throws or answers nothing usable counts as none: the run itself
     * will say what is wrong with the params.
     */
    public String circuit(Schedule schedule) {
        return schedule.circuit().or(() -> derived(schedule.params())).orElse(name);
    }

    private Optional<String> derived(Params params) {
        if (circuit == null) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(circuit.apply(params))
                    .filter(text -> !text.isBlank() && text.length() <= LONGEST_NAME);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            return Optional.empty();
        }
    }

    /** Returns how many of its runs may be at work at once in one heartbeat, if the task sets it. */
    public OptionalInt maxParallel() {
        return maxParallel == null ? OptionalInt.empty() : OptionalInt.of(maxParallel);
    }

    /** Returns how long after their time fires of its schedules may start, if the task sets it. */
    public Optional<Duration> window() {
        return Optional.ofNullable(window);
    }

    @Override
    public String toString() {
        return "Task[" + name + "]";
    }

    /** Code that returns nothing. */
    @FunctionalInterface
    public interface Action {
        /** Does the work. Throws when the attempt failed. */
        void run(TaskContext context) throws Exception;
    }

    /** Code that takes its params as a type of its own. */
    @FunctionalInterface
    public interface Typed<P> {
        /** Does the work. Throws when the attempt failed. */
        TaskResult execute(P params, TaskContext context) throws Exception;
    }

    /** Builds a {@link Task}; each setter checks at the call. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final TaskExecutor code;
        private @Nullable Duration timeout;
        private @Nullable Retry retry;
        private @Nullable Breaker breaker;
        private @Nullable Function<? super Params, ? extends @Nullable String> circuit;
        private @Nullable Integer maxParallel;
        private @Nullable Duration window;

        private Builder(String name, TaskExecutor code) {
            this.name = Objects.requireNonNull(name, "name");
            this.code = Objects.requireNonNull(code, "code");
            if (name.isBlank() || name.length() > LONGEST_NAME) {
                throw new IllegalArgumentException(
                        "task name '" + name + "' is not allowed; 1 to 200 characters, not blank");
            }
        }

        /** Sets the longest time one run may take. Throws {@code IllegalArgumentException} unless 0 &lt; it &le; 7 days. */
        public Builder timeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(7)) > 0) {
                throw new IllegalArgumentException(
                        "task '" + name + "': timeout " + timeout + " is not allowed; more than zero, at most 7 days");
            }
            this.timeout = timeout;
            return this;
        }

        /** Sets how failed attempts are tried again. */
        public Builder retry(Retry retry) {
            this.retry = Objects.requireNonNull(retry, "retry");
            return this;
        }

        /** Sets when its circuits open; unless set, failures hold nothing back. */
        public Builder breaker(Breaker breaker) {
            this.breaker = Objects.requireNonNull(breaker, "breaker");
            return this;
        }

        /**
         * Sets how the circuit of a schedule that names none is derived from its params, such as the host that is called;
         * null, or a text that is blank or longer than 200 characters, stands for the name of the task. It is called in
         * each pulse that finds such a schedule due, so it is quick and has no effect.
         */
        public Builder circuit(Function<? super Params, ? extends @Nullable String> circuit) {
            this.circuit = Objects.requireNonNull(circuit, "circuit");
            return this;
        }

        /**
         * Sets how many of its runs may be at work at once in one heartbeat, over all its schedules; 1 to 10,000. A run
         * that ignores its timeout still counts. Unless set, the parallelism of the heartbeat alone is the limit.
         */
        public Builder maxParallel(int maxParallel) {
            if (maxParallel < 1 || maxParallel > MOST_PARALLEL) {
                throw new IllegalArgumentException(
                        "task '" + name + "': maxParallel " + maxParallel + " is not allowed; 1 to " + MOST_PARALLEL);
            }
            this.maxParallel = maxParallel;
            return this;
        }

        /**
         * Spreads the starts of its schedules over a time after each fire; see {@link Schedule.Builder#window}, which a
         * schedule may set for itself. Throws {@code IllegalArgumentException} unless 0 &le; it &le; 366 days.
         */
        public Builder window(Duration window) {
            if (window.isNegative() || window.compareTo(Duration.ofDays(366)) > 0) {
                throw new IllegalArgumentException(
                        "task '" + name + "': window " + window + " is not allowed; not negative, at most 366 days");
            }
            this.window = window;
            return this;
        }

        /** Returns the task. */
        public Task build() {
            return new Task(this);
        }
    }
}
