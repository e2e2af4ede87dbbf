package dev.heartbeat.task;

import dev.heartbeat.schedule.Params;
import dev.heartbeat.schedule.Retry;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A named piece of work with its limits. A schedule's own timeout and retry come before the task's, and the task's before
 * the defaults (30 seconds, 3 attempts). Immutable; as thread-safe as its executor.
 */
public final class Task {
    /** How long a run may take when neither the schedule nor the task says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final String name;
    private final TaskExecutor code;
    private final @Nullable Duration timeout;
    private final @Nullable Retry retry;

    private Task(Builder builder) {
        this.name = builder.name;
        this.code = builder.code;
        this.timeout = builder.timeout;
        this.retry = builder.retry;
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

    /** Returns the longest time one run may take, if the task sets one. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** Returns how failed attempts are tried again, if the task sets it. */
    public Optional<Retry> retry() {
        return Optional.ofNullable(retry);
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

        private Builder(String name, TaskExecutor code) {
            this.name = Objects.requireNonNull(name, "name");
            this.code = Objects.requireNonNull(code, "code");
            if (name.isBlank() || name.length() > 200) {
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

        /** Returns the task. */
        public Task build() {
            return new Task(this);
        }
    }
}
