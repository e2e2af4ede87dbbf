package dev.heartbeat;

import dev.heartbeat.engine.EngineSettings;
import dev.heartbeat.health.Health;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskExecutor;
import dev.heartbeat.task.TaskResolver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a platform alive: each pulse finds the schedules that are due in a store, runs their tasks within a time budget,
 * records every outcome, and leaves a heartbeat that anyone can read.
 *
 * <p>Guarantee: at least once; exactly once as long as the process that runs it neither dies, stalls nor is cut off from
 * the store for longer than the lease. Any number of heartbeats, in any number of processes, may work on one store.
 * Several heartbeats in one process on one store are legal too; give them different names, so that their threads can be
 * told apart.
 *
 * <p>Thread-safe. Tasks are registered when it is built and never later; a {@link TaskResolver} looks them up late.
 */
public interface Heartbeat extends AutoCloseable {
    /** Starts a heartbeat over the store. The store is never closed by it. */
    static Builder builder(HeartbeatStore store) {
        return new Builder(store);
    }

    /**
     * Makes one pass, from source {@code manual}.
     *
     * @see #pulse(PulseRequest)
     */
    Pulse pulse();

    /**
     * Makes one pass: finds what is due, runs it, records it, and writes the heartbeat within the budget. Runs that are
     * still going then are {@code running} and finish in the background. Never queues: while a pulse of this heartbeat is
     * under way the answer is {@link Pulse#busy()} at once.
     *
     * @throws StoreException if the store did not answer; runs that have begun finish and are recorded when it is back.
     *     Failures of tasks are data, never exceptions
     * @throws IllegalStateException after {@link #close()}
     */
    Pulse pulse(PulseRequest request);

    /** Returns how the platform is. Never throws: a store that does not answer is an answer too. */
    Health health();

    /** Returns the schedules in the store. */
    Schedules schedules();

    /** Returns what has happened: pulses, the ledger, the figures of each day, and what they say of the days to come. */
    History history();

    /** Returns what answers for runs by their tokens. */
    Runs runs();

    /**
     * Lists what people did, latest first: {@code run-now}, {@code pause}, {@code resume}, {@code cancel}, {@code delete}.
     *
     * @param after where the page starts, as a {@link Page#next()} gave it, or null
     * @param limit how many at the most, 1 to 1,000
     * @throws StoreException if the store did not answer
     */
    Page<AuditEntry> audit(@Nullable String after, int limit);

    /**
     * Adds to the audit history what a person did by another way than {@link Schedules}, which notes by itself.
     *
     * @param verb what, such as {@code pulse}; 1 to 100 characters
     * @param target on what; at most 200 characters
     * @throws IllegalArgumentException if a text is out of range
     * @throws StoreException if the store did not answer
     */
    void note(Audit audit, String verb, String target);

    /**
     * Starts the resident ticker, which pulses at once, then on the interval aligned to the clock, and in between when a
     * schedule falls due. Its thread is a daemon. Does nothing when it is started already.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    void start();

    /** Stops the resident ticker; a pulse under way finishes. Does nothing when it is not started. */
    void stop();

    /** Tells whether the resident ticker is started. */
    boolean started();

    /** Tells whether a pulse of this heartbeat is under way, whoever sent it. */
    boolean pulsing();

    /** Tells whether it was closed, or is closing: it takes no more pulses. Health is answered all the same. */
    boolean closed();

    /** Returns the name, used in thread names and logs. */
    String name();

    /** Returns the interval at which pulses are expected. */
    Duration interval();

    /** Returns the age from which the heartbeat is stale. */
    Duration staleAfter();

    /**
     * Takes no more work, waits for running tasks up to the grace, then interrupts them. A claim is given back only after
     * its task's thread has returned; otherwise its lease runs out. An accepted run is left alone. Idempotent.
     */
    @Override
    void close();

    /** Builds a {@link Heartbeat}; each setter checks at the call. Not thread-safe. */
    final class Builder {
        private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
        private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

        private final HeartbeatStore store;
        private final Map<String, Task> tasks = new LinkedHashMap<>();
        private final List<TaskResolver> resolvers = new ArrayList<>();
        private final List<PulseListener> listeners = new ArrayList<>();
        private String name = "heartbeat";
        private Duration interval = Duration.ofMinutes(10);
        private @Nullable Duration staleAfter;
        private Duration budget = Duration.ofSeconds(60);
        private Duration lease = Duration.ofSeconds(20);
        private Duration shutdownGrace = Duration.ofSeconds(10);
        private int parallelism = 16;
        private int upcoming = 20;
        private final Map<String, Integer> queueLimits = new LinkedHashMap<>();
        private final Map<String, Duration> queueWindows = new LinkedHashMap<>();
        private @Nullable Executor executor;
        private InstantSource clock = InstantSource.system();

        private Builder(HeartbeatStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /** Sets the name used in thread names and logs; the default is {@code heartbeat}. 1 to 100 characters. */
        public Builder name(String name) {
            if (name.isBlank() || name.length() > 100) {
                throw new IllegalArgumentException("heartbeat name '" + name + "' is not allowed; 1 to 100 characters");
            }
            this.name = name;
            return this;
        }

        /**
         * Registers the code of a task.
         *
         * @throws IllegalArgumentException if the name is taken already
         */
        public Builder task(String name, TaskExecutor code) {
            return task(Task.named(name, code).build());
        }

        /**
         * Registers a task.
         *
         * @throws IllegalArgumentException if its name is taken already
         */
        public Builder task(Task task) {
            if (tasks.putIfAbsent(task.name(), task) != null) {
                throw new IllegalArgumentException(
                        "task '" + task.name() + "' is registered already; names are unique");
            }
            return this;
        }

        /** Adds a late look-up, asked in the order given for tasks that are not registered. */
        public Builder tasks(TaskResolver resolver) {
            resolvers.add(Objects.requireNonNull(resolver, "resolver"));
            return this;
        }

        /** Sets how often pulses are expected; 1 second to 1 day, 10 minutes unless set. */
        public Builder interval(Duration interval) {
            this.interval = between("interval", interval, SHORTEST_INTERVAL, LONGEST_INTERVAL);
            return this;
        }

        /**
         * Sets the age from which the heartbeat is stale; 1 second to 30 days. Unless set it is one and a half intervals,
         * which is 15 minutes for the default interval.
         */
        public Builder staleAfter(Duration staleAfter) {
            this.staleAfter = between("staleAfter", staleAfter, Duration.ofSeconds(1), Duration.ofDays(30));
            return this;
        }

        /** Sets the time that a pulse may take, the heartbeat included; 100 ms to 1 hour, 60 seconds unless set. */
        public Builder budget(Duration budget) {
            this.budget = between("budget", budget, Duration.ofMillis(100), Duration.ofHours(1));
            return this;
        }

        /**
         * Sets how long a claim holds without a renewal: the time after which the work of a dead process is picked up; 1
         * second to 1 hour, 20 seconds unless set. It is renewed at a third of it.
         */
        public Builder lease(Duration lease) {
            this.lease = between("lease", lease, Duration.ofSeconds(1), Duration.ofHours(1));
            return this;
        }

        /** Sets how long {@link Heartbeat#close()} waits for running tasks; 0 to 1 hour, 10 seconds unless set. */
        public Builder shutdownGrace(Duration grace) {
            this.shutdownGrace = between("shutdownGrace", grace, Duration.ZERO, Duration.ofHours(1));
            return this;
        }

        /** Sets how many tasks may run at once in this heartbeat; 1 to 10,000, 16 unless set. */
        public Builder parallelism(int parallelism) {
            if (parallelism < 1 || parallelism > 10_000) {
                throw new IllegalArgumentException("parallelism " + parallelism + " is not allowed; 1 to 10000");
            }
            this.parallelism = parallelism;
            return this;
        }

        /**
         * Sets how many runs of a queue may be at work at once in this heartbeat; unless set, the parallelism alone is the
         * limit. Each heartbeat counts its own runs, as it does for {@link Task.Builder#maxParallel}: two instances may
         * run twice as many together.
         *
         * @param queue the name of the queue, 1 to 200 characters
         * @param most 1 to 10,000
         */
        public Builder queueLimit(String queue, int most) {
            if (queue.isBlank() || queue.length() > 200 || most < 1 || most > 10_000) {
                throw new IllegalArgumentException("limit " + most + " of queue '" + queue
                        + "' is not allowed; 1 to 10000, of a queue of 1 to 200 characters");
            }
            queueLimits.put(queue, most);
            return this;
        }

        /**
         * Spreads the starts of a queue's schedules over a time after each fire, unless schedule or task set a window of
         * their own; see {@link dev.heartbeat.schedule.Schedule.Builder#window}.
         *
         * @param queue the name of the queue, 1 to 200 characters
         * @param window 0 to 366 days
         */
        public Builder queueWindow(String queue, Duration window) {
            if (queue.isBlank() || queue.length() > 200) {
                throw new IllegalArgumentException(
                        "window of queue '" + queue + "' is not allowed; a queue has 1 to 200 characters");
            }
            queueWindows.put(
                    queue, between("window of queue '" + queue + "'", window, Duration.ZERO, Duration.ofDays(366)));
            return this;
        }

        /** Sets how many of the next not-due schedules a pulse lists; 0 to 1,000, 20 unless set. */
        public Builder upcoming(int upcoming) {
            if (upcoming < 0 || upcoming > 1_000) {
                throw new IllegalArgumentException("upcoming " + upcoming + " is not allowed; 0 to 1000");
            }
            this.upcoming = upcoming;
            return this;
        }

        /**
         * Sets what runs the tasks; it is never closed, and the parallelism still holds. Unless set, the heartbeat makes
         * virtual threads where the JVM has them (21 and later), else a pool of daemon threads of its own.
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /** Sets the clock; the system's unless set. A store with a clock of its own should be given the same in tests. */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Adds a listener; they are called in the order given. */
        public Builder listener(PulseListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** Hands this builder to a customizer, for hosts that collect settings from several places. */
        public Builder with(Consumer<? super Builder> customizer) {
            customizer.accept(this);
            return this;
        }

        /** Returns the heartbeat. It does nothing until it is pulsed or started. */
        public Heartbeat build() {
            Map<String, Task> registered = Map.copyOf(tasks);
            List<TaskResolver> late = List.copyOf(resolvers);
            TaskResolver resolver = task -> {
                Task known = registered.get(task);
                return known != null
                        ? Optional.of(known)
                        : late.stream()
                                .flatMap(each -> each.resolve(task).stream())
                                .findFirst();
            };
            EngineSettings settings = new EngineSettings(
                    name,
                    interval,
                    staleAfter != null ? staleAfter : interval.multipliedBy(3).dividedBy(2),
                    budget,
                    lease,
                    shutdownGrace,
                    parallelism,
                    upcoming,
                    Map.copyOf(queueLimits),
                    Map.copyOf(queueWindows),
                    executor,
                    clock,
                    resolver);
            return new StoreHeartbeat(store, settings, listeners);
        }

        private static Duration between(String what, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(what + " " + value + " is not allowed; " + least + " to " + most);
            }
            return value;
        }
    }
}
