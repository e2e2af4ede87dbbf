package dev.heartbeat.alert;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.insight.Insight;
import dev.heartbeat.store.StateStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the health of a heartbeat and tells sinks when a rule begins to hold, while it goes on, and when it is over. It
 * needs no pulse: that none has come is what it is there for. Start it in each instance, or call {@link #check} from
 * something that runs anyway.
 *
 * <p>What each sink knows stands in the store, so that of many instances one sends, and a restart forgets nothing. An alert is
 * sent at least once: twice only if the process that sent it died before it could write that down, or if the store did not
 * answer, when each instance goes by what it knows. During {@link dev.heartbeat.Schedules#pauseAll} nothing is sent.
 *
 * <p>Thread-safe; one look at a time.
 */
public final class Alerts implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat");
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);
    private static final int LONGEST_ERROR = 300;
    private static final int MOST_TRIES = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final Heartbeat heartbeat;
    private final InstantSource clock;
    private final Duration every;
    private final List<AlertRule> rules;
    private final Map<String, AlertSink> sinks;
    private final @Nullable Ping ping;
    private final Memories memories;
    private final @Nullable Insights insights;
    private volatile @Nullable ScheduledThreadPoolExecutor looks;
    private volatile boolean closed;

    private Alerts(Builder builder) {
        this.heartbeat = builder.heartbeat;
        this.clock = builder.clock;
        this.every = builder.every;
        this.rules = builder.rules.isEmpty()
                ? List.of(AlertRule.on("heartbeat", PulseStatus.WARNING, PulseStatus.ERROR))
                : List.copyOf(builder.rules.values());
        this.sinks = new LinkedHashMap<>(builder.sinks);
        this.ping = builder.ping;
        this.memories = new Memories(builder.store);
        this.insights = rules.stream().anyMatch(AlertRule::isOfInsight)
                ? new Insights(() -> heartbeat.history().insight(), builder.aside)
                : null;
    }

    /**
     * Begins to build.
     *
     * @param heartbeat whose health is looked at; it is never closed
     * @param store where to remember what was told: the store of the heartbeat
     */
    public static Builder builder(Heartbeat heartbeat, StateStore store) {
        return new Builder(heartbeat, store);
    }

    /**
     * Looks once, and sends what is due. Never throws: a sink that fails stands in the answer and in the log, and is tried
     * again by later looks, after 1, 2, 4 and up to 64 minutes.
     *
     * @return what was sent, and what was not; empty if nothing was due, or a look of another thread is under way
     */
    public List<Delivery> check() {
        if (!lock.tryLock()) {
            return List.of();
        }
        try {
            Health health = heartbeat.health();
            if (Thread.currentThread().isInterrupted()) {
                return List.of(); // who was interrupted has seen nothing
            }
            if (ping != null && health.healthy()) {
                ping.send();
            }
            memories.read(rules.stream().map(AlertRule::name).toList());
            List<Delivery> deliveries = new ArrayList<>();
            for (AlertRule rule : rules) {
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
                deliveries.addAll(look(rule, health, clock.instant()));
            }
            if (insights != null) {
                insights.refresh(clock.instant()); // for the next look
            }
            return deliveries;
        } finally {
            lock.unlock();
        }
    }

    private List<Delivery> look(AlertRule rule, Health health, Instant now) {
        Memory before = memories.of(rule.name());
        Insight insight = insights == null ? null : insights.known(now);
        boolean holds = rule.holds(health, insight);
        boolean nobodyKnows = !holds && (rule.isOfInsight() ? insight == null : !health.storeReadable());
        if (nobodyKnows || before.isBeingSent(now)) {
            return List.of();
        }
        Duration grace = (rule.isOfInsight() ? Insights.EVERY : every).multipliedBy(2);
        Memory.Terms terms = new Memory.Terms(rule.patience(), rule.repeat(), rule.tellsRecovery(), grace);
        Memory seen = before.seen(holds, now, terms);
        boolean silent = isMaintenance(now) || rule.isQuiet(now);
        List<Memory.Due> due = silent ? List.of() : seen.due(sinks.keySet(), terms, now);
        if (due.isEmpty()) {
            if (!seen.equals(before) || memories.isUnsaved(rule.name())) {
                memories.save(rule.name(), seen);
            }
            return List.of();
        }
        if (memories.save(rule.name(), seen.sending(now)) == Memories.Saved.LOST) {
            return List.of(); // another instance has the word
        }
        List<Delivery> deliveries = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Memory.Due each : due) {
            Alert alert = alert(rule, each, seen, health, insight, now);
            Optional<String> error = send(each.sink(), alert);
            error.ifPresent(text -> failed.add(each.sink()));
            deliveries.add(new Delivery(each.sink(), alert, error));
        }
        Instant incident = Objects.requireNonNull(seen.since(), "since");
        for (int i = 0; i < MOST_TRIES; i++) { // lost only if sending took so long that others have the word
            Memory known = memories.of(rule.name());
            if (memories.save(rule.name(), known.sent(incident, due, failed, now)) != Memories.Saved.LOST) {
                break;
            }
        }
        return deliveries;
    }

    private boolean isMaintenance(Instant now) {
        return memories.pauses()
                .everything()
                .filter(entry -> entry.pause().holds(now))
                .isPresent();
    }

    private Alert alert(
            AlertRule rule, Memory.Due due, Memory seen, Health health, @Nullable Insight insight, Instant now) {
        Instant since = Objects.requireNonNull(seen.since(), "since");
        Instant endedAt = seen.endedAt();
        boolean over = due.kind() == Alert.Kind.RECOVERED;
        List<Condition> causes = rule.isOfInsight()
                ? rule.findings(insight).stream()
                        .map(found -> new Condition(found.kind().text(), found.cause(), since, found.nextStep()))
                        .toList()
                : rule.causes(health).isEmpty() ? health.conditions() : rule.causes(health);
        return new Alert(
                heartbeat.name(),
                rule.name(),
                due.kind(),
                health.status(),
                over ? List.of() : causes,
                since,
                over && endedAt != null ? endedAt : now,
                String.join(
                        "/",
                        heartbeat.name(),
                        rule.name(),
                        Long.toString(since.toEpochMilli()),
                        over ? due.kind().text() : Long.toString(due.number()),
                        due.sink()));
    }

    /** Sends to one sink. Returns why that failed. */
    private Optional<String> send(String name, Alert alert) {
        try {
            Objects.requireNonNull(sinks.get(name), name).send(alert);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } catch (Throwable e) { // a sink is the user's code; the others are to be told whatever it does
            String text = e.getMessage() == null || e.getMessage().isBlank()
                    ? e.getClass().getSimpleName()
                    : e.getMessage();
            String error = text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR);
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "alert sink ''{0}'' did not take ''{1}''; it is tried again: {2}",
                    name,
                    alert.title(),
                    error);
            LOGGER.log(System.Logger.Level.DEBUG, "alert sink '" + name + "'", e);
            return Optional.of(error);
        }
    }

    /**
     * Looks again and again, on a daemon thread of its own, from one period after now on. Does nothing if it does so already.
     *
     * @throws IllegalStateException if it is closed
     */
    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException("the alerts of '" + heartbeat.name() + "' are closed; build new ones");
        }
        if (looks == null) {
            ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, work -> {
                Thread thread = new Thread(work, heartbeat.name() + "-alerts");
                thread.setDaemon(true);
                return thread;
            });
            executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            Future<?> unused = executor.scheduleWithFixedDelay( // nothing comes out of it: no look throws
                    this::checkQuietly, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
            looks = executor;
        }
    }

    private void checkQuietly() {
        try {
            check();
        } catch (Throwable e) { // a watchman who falls silent is worse than none
            LOGGER.log(System.Logger.Level.ERROR, "looking at the health for alerts failed", e);
        }
    }

    /**
     * Stops looking. Waits up to 15 seconds for a look under way, and interrupts it then. Closes neither the heartbeat nor the
     * sinks.
     */
    @Override
    public synchronized void close() {
        closed = true;
        ScheduledThreadPoolExecutor running = looks;
        if (running == null) {
            return;
        }
        running.shutdown();
        try {
            if (!running.awaitTermination(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Settings of {@link Alerts}. Not thread-safe. */
    public static final class Builder {
        private static final Duration SHORTEST = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofHours(1);

        private final Heartbeat heartbeat;
        private final StateStore store;
        private final Map<String, AlertRule> rules = new LinkedHashMap<>();
        private final Map<String, AlertSink> sinks = new LinkedHashMap<>();
        private Duration every = Duration.ofMinutes(1);
        private InstantSource clock = InstantSource.system();
        private Executor aside;
        private @Nullable Ping ping;

        private Builder(Heartbeat heartbeat, StateStore store) {
            this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
            this.store = Objects.requireNonNull(store, "store");
            this.aside = work -> {
                Thread thread = new Thread(work, heartbeat.name() + "-insight");
                thread.setDaemon(true);
                thread.start();
            };
        }

        /**
         * Adds a rule. Without any there is one by the name {@code heartbeat}, on warning and error, at once.
         *
         * @throws IllegalArgumentException if there is one of that name
         */
        public Builder rule(AlertRule rule) {
            if (rules.putIfAbsent(rule.name(), rule) != null) {
                throw new IllegalArgumentException("there is an alert rule '" + rule.name() + "' already");
            }
            return this;
        }

        /**
         * Adds a sink; each is told of every rule.
         *
         * @throws IllegalArgumentException if there is one of that name, or the name is empty or too long
         */
        public Builder sink(AlertSink sink) {
            String name = sink.name();
            if (name.isBlank() || name.length() > 100) {
                throw new IllegalArgumentException("alert sink '" + name + "' is not allowed; 1 to 100 characters");
            }
            if (sinks.putIfAbsent(name, sink) != null) {
                throw new IllegalArgumentException("there is an alert sink '" + name + "' already; names are unique");
            }
            return this;
        }

        /**
         * Calls an address at each look that finds the platform alive: for a monitor elsewhere that tells when the calls stay
         * away, since nobody here can once this process and its store are gone.
         *
         * @throws IllegalArgumentException unless it is an http or https address
         */
        public Builder ping(URI address) {
            ping = new Ping(address);
            return this;
        }

        /**
         * Sets how often is looked, by {@link Alerts#start} or by whoever calls {@link Alerts#check}; 1 second to 1 hour, a
         * minute unless set. A rule is over once no instance has seen it hold for twice that time: some conditions are known
         * to one instance alone, and what flickers is told once.
         */
        public Builder every(Duration every) {
            if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "every " + every + " is not allowed; " + SHORTEST + " to " + LONGEST);
            }
            this.every = every;
            return this;
        }

        /** Sets the clock; the system's unless set. In tests give it that of the heartbeat. */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Sets what reads the insight; a daemon thread for each reading unless set. */
        Builder aside(Executor aside) {
            this.aside = aside;
            return this;
        }

        /**
         * Returns the alerts; they do nothing until they are started or asked.
         *
         * @throws IllegalStateException if there is neither a sink nor a ping
         */
        public Alerts build() {
            if (sinks.isEmpty() && ping == null) {
                throw new IllegalStateException("alerts of '" + heartbeat.name() + "' have no sink: nobody would hear");
            }
            return new Alerts(this);
        }
    }
}
