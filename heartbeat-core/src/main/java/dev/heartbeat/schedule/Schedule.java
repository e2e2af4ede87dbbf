package dev.heartbeat.schedule;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.InvalidCronException;
import dev.heartbeat.cron.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a schedule: what to run and when. It says nothing about what has run; that is the store's to know.
 *
 * <p>A schedule made here waits for its first fire, so that a deploy runs nothing; {@link Builder#runAtFirstPulse()} asks
 * for more. Settings that are empty are taken from the task, then from the defaults. Immutable and thread-safe; equal
 * when all of the definition is equal ({@code runAtFirstPulse} is a wish about creation, not part of it).
 */
public final class Schedule {
    /** The name of the queue that the playbook's browser tasks belong to. */
    public static final String BROWSER_QUEUE = "browser";
    /** The name of the param that tells which playbook a schedule runs. */
    public static final String PLAYBOOK_ID = "playbookId";

    private static final String ONE_OFF = "@at ";
    private static final Pattern ID = Pattern.compile("[^/\\p{Cntrl}]{1,200}");
    private static final Pattern RESERVED_ID = Pattern.compile("\\.{1,2}|__.*__");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,200}");
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(7);
    private static final Duration LONGEST_WINDOW = Duration.ofDays(366);

    private final String id;
    private final Timing timing;
    private final String task;
    private final ZoneId zone;
    private final DstPolicy dst;
    private final boolean enabled;
    private final Params params;
    private final @Nullable String queue;
    private final @Nullable String circuit;
    private final Priority priority;
    private final @Nullable Duration timeout;
    private final @Nullable Retry retry;
    private final CatchUp catchUp;
    private final @Nullable Duration window;
    private final @Nullable Instant notBefore;
    private final @Nullable Instant notAfter;
    private final boolean runAtFirstPulse;
    private final String rule;

    private Schedule(Builder builder) {
        this.id = builder.id;
        this.timing = builder.timing;
        this.task = builder.task;
        this.zone = builder.zone;
        this.dst = builder.dst;
        this.enabled = builder.enabled;
        this.params = builder.params.isEmpty() ? Params.empty() : Params.of(builder.params, builder.id);
        this.queue = builder.queue;
        this.circuit = builder.circuit;
        this.priority = builder.priority;
        this.timeout = builder.timeout;
        this.retry = builder.retry;
        this.catchUp = builder.catchUp;
        this.window = builder.window;
        this.notBefore = builder.notBefore;
        this.notAfter = builder.notAfter;
        this.runAtFirstPulse = builder.runAtFirstPulse;
        // one text for all that have it: a document's state holds it too, and each look at a document compares the two
        this.rule = (timing.text() + " | " + zoneText() + " | " + dst).intern();
    }

    /**
     * Starts a schedule.
     *
     * @param id its name in the store: 1 to 200 characters without {@code /} and control characters, not {@code .} or
     *     {@code ..} or {@code __x__}
     * @param cron when it fires: five fields, a macro, {@code @every PT30M} or {@code @at 2026-03-01T09:00:00Z}
     * @param task the name of the work, as registered with the heartbeat
     * @throws InvalidScheduleException if the id, the task or the cron text (argument 2) is not allowed
     */
    public static Builder builder(String id, String cron, String task) {
        checkName(ID, "schedule id", id);
        try {
            return new Builder(id, Timing.cron(cron), task);
        } catch (InvalidCronException e) {
            throw new InvalidScheduleException(
                    "schedule '" + id + "': argument 2 (cron) is not allowed: " + e.getMessage(), e);
        }
    }

    /**
     * Starts a schedule with a timing of any kind.
     *
     * @throws InvalidScheduleException if the id or the task is not allowed
     * @see #builder(String, String, String)
     */
    public static Builder builder(String id, Timing timing, String task) {
        return new Builder(id, timing, task);
    }

    /** Returns a builder that starts with all of this definition. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns the name in the store. */
    public String id() {
        return id;
    }

    /** Returns when it fires. */
    public Timing timing() {
        return timing;
    }

    /** Returns the name of the work. */
    public String task() {
        return task;
    }

    /** Returns the zone whose wall clock the timing follows; UTC unless set. */
    public ZoneId zone() {
        return zone;
    }

    /** Returns the zone's id as documents hold it; {@code UTC} for all names of UTC. */
    public String zoneText() {
        return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    }

    /** Returns what happens at changes of the zone's offset. */
    public DstPolicy dst() {
        return dst;
    }

    /** Tells whether the schedule may fire at all. */
    public boolean enabled() {
        return enabled;
    }

    /** Returns the values handed to the task. */
    public Params params() {
        return params.isEmpty() ? Params.of(Map.of(), id) : params; // so that what is missing is missed with a name
    }

    /** Returns the named group it belongs to, or empty. */
    public Optional<String> queue() {
        return Optional.ofNullable(queue);
    }

    /** Tells whether it belongs to the playbook's queue {@value #BROWSER_QUEUE}. */
    public boolean isBrowserTask() {
        return BROWSER_QUEUE.equals(queue);
    }

    /** Tells whether it runs a playbook: it has the param {@value #PLAYBOOK_ID}. */
    public boolean isPlaybook() {
        return params.asMap().get(PLAYBOOK_ID) != null;
    }

    /** Returns the circuit whose failures it shares, or empty to take it from the task. */
    public Optional<String> circuit() {
        return Optional.ofNullable(circuit);
    }

    /** Returns how early it starts among others. */
    public Priority priority() {
        return priority;
    }

    /** Returns the longest time one run may take, or empty to take it from the task. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** Returns how failed attempts are tried again, or empty to take it from the task. */
    public Optional<Retry> retry() {
        return Optional.ofNullable(retry);
    }

    /** Returns what becomes of fires that are found late. */
    public CatchUp catchUp() {
        return catchUp;
    }

    /** Returns how long after its time a fire may start at a slot of its own, or empty to take it from the task or queue. */
    public Optional<Duration> window() {
        return Optional.ofNullable(window);
    }

    /** Returns the earliest fire time allowed, inclusive. */
    public Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
    }

    /** Returns the end of the fire times allowed, exclusive. */
    public Optional<Instant> notAfter() {
        return Optional.ofNullable(notAfter);
    }

    /** Tells whether creating it asks for one run at the next pulse. */
    public boolean runsAtFirstPulse() {
        return runAtFirstPulse;
    }

    /**
     * Returns the first fire time strictly after the instant that {@code notBefore} and {@code notAfter} allow.
     *
     * @throws InvalidScheduleException if a timing of the user's own throws
     */
    public Optional<Instant> nextFire(Instant after) {
        Instant from = notBefore != null && notBefore.isAfter(after) ? notBefore.minusNanos(1) : after;
        try {
            Optional<Instant> fire = timing.next(from, zone, dst);
            return notAfter == null ? fire : fire.filter(each -> each.isBefore(notAfter));
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            throw timingFailed(e);
        }
    }

    /**
     * Returns the last fire time strictly before the instant that {@code notBefore} and {@code notAfter} allow.
     *
     * @throws InvalidScheduleException if a timing of the user's own throws
     */
    public Optional<Instant> previousFire(Instant before) {
        Instant from = notAfter != null && notAfter.isBefore(before) ? notAfter : before;
        try {
            Optional<Instant> fire = timing.previous(from, zone, dst);
            return notBefore == null ? fire : fire.filter(each -> !each.isBefore(notBefore));
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            throw timingFailed(e);
        }
    }

    /** A timing may be the user's own code. */
    private InvalidScheduleException timingFailed(Throwable cause) {
        return new InvalidScheduleException(
                "schedule '" + id + "': its timing '" + timing.text() + "' failed with "
                        + cause.getClass().getSimpleName(),
                cause);
    }

    /** Tells whether it fires once, at an instant ({@code @at}). */
    public boolean isOneOff() {
        return timing.text().startsWith(ONE_OFF);
    }

    /**
     * Returns the text that fire times depend on (timing, zone and DST policy). A store keeps it beside the cursor, so
     * that an edited timing does not look like missed fires.
     */
    public String rule() {
        return rule;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Schedule that
                && id.equals(that.id)
                && timing.equals(that.timing)
                && task.equals(that.task)
                && zone.equals(that.zone)
                && dst == that.dst
                && enabled == that.enabled
                && params.equals(that.params)
                && Objects.equals(queue, that.queue)
                && Objects.equals(circuit, that.circuit)
                && priority == that.priority
                && Objects.equals(timeout, that.timeout)
                && Objects.equals(retry, that.retry)
                && catchUp.equals(that.catchUp)
                && Objects.equals(window, that.window)
                && Objects.equals(notBefore, that.notBefore)
                && Objects.equals(notAfter, that.notAfter);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, timing, task);
    }

    @Override
    public String toString() {
        return "Schedule[" + id + ", " + rule + ", task=" + task + (enabled ? "" : ", disabled") + "]";
    }

    private static String checkName(Pattern allowed, String what, String name) {
        Objects.requireNonNull(name, what);
        if (!allowed.matcher(name).matches()
                || name.isBlank()
                || (allowed == ID && RESERVED_ID.matcher(name).matches())) {
            throw new InvalidScheduleException(
                    what + " '" + name + "' is not allowed; 1 to 200 characters, not blank, no" + " control characters"
                            + (allowed == ID ? ", no '/', not '.', '..' or '__x__'" : ""));
        }
        return name;
    }

    /** Builds a {@link Schedule}; each setter checks at the call. Not thread-safe. */
    public static final class Builder {
        private final String id;
        private Timing timing;
        private String task;
        private ZoneId zone = ZoneOffset.UTC;
        private DstPolicy dst = DstPolicy.VIXIE;
        private boolean enabled = true;
        private final Map<String, @Nullable Object> params = new LinkedHashMap<>();
        private @Nullable String queue;
        private @Nullable String circuit;
        private Priority priority = Priority.NORMAL;
        private @Nullable Duration timeout;
        private @Nullable Retry retry;
        private CatchUp catchUp = CatchUp.once();
        private @Nullable Duration window;
        private @Nullable Instant notBefore;
        private @Nullable Instant notAfter;
        private boolean runAtFirstPulse;

        private Builder(String id, Timing timing, String task) {
            this.id = checkName(ID, "schedule id", id);
            this.timing = Objects.requireNonNull(timing, "timing");
            this.task = checkName(NAME, "task of schedule '" + id + "'", task);
        }

        private Builder(Schedule from) {
            this(from.id, from.timing, from.task);
            zone = from.zone;
            dst = from.dst;
            enabled = from.enabled;
            params.putAll(from.params.asMap());
            queue = from.queue;
            circuit = from.circuit;
            priority = from.priority;
            timeout = from.timeout;
            retry = from.retry;
            catchUp = from.catchUp;
            window = from.window;
            notBefore = from.notBefore;
            notAfter = from.notAfter;
            runAtFirstPulse = from.runAtFirstPulse;
        }

        /** Sets when it fires. */
        public Builder timing(Timing timing) {
            this.timing = Objects.requireNonNull(timing, "timing");
            return this;
        }

        /** Sets the name of the work. Throws {@link InvalidScheduleException} if it is not allowed. */
        public Builder task(String task) {
            this.task = checkName(NAME, "task of schedule '" + id + "'", task);
            return this;
        }

        /** Sets the zone whose wall clock the timing follows; the default is UTC. */
        public Builder zone(ZoneId zone) {
            // UTC has many names; were they different rules, a new name would look like a new timing
            this.zone = zone.normalized().equals(ZoneOffset.UTC) ? ZoneOffset.UTC : zone;
            return this;
        }

        /** Sets what happens at changes of the zone's offset; the default is {@link DstPolicy#VIXIE}. */
        public Builder dst(DstPolicy dst) {
            this.dst = Objects.requireNonNull(dst, "dst");
            return this;
        }

        /** Sets whether the schedule may fire; the default is true. */
        public Builder enabled(boolean enabled) {
            this.enabled = enabled;
            return this;
        }

        /** Adds one value for the task; checked by {@link #build()} against the domain of {@link Values}. */
        public Builder param(String key, @Nullable Object value) {
            params.put(Objects.requireNonNull(key, "key"), value);
            return this;
        }

        /** Replaces all values for the task; checked by {@link #build()} against the domain of {@link Values}. */
        public Builder params(Map<String, ? extends @Nullable Object> values) {
            params.clear();
            params.putAll(values);
            return this;
        }

        /** Sets the named group. Throws {@link InvalidScheduleException} if the name is not allowed. */
        public Builder queue(@Nullable String queue) {
            this.queue = queue == null ? null : checkName(NAME, "queue of schedule '" + id + "'", queue);
            return this;
        }

        /**
         * Sets the circuit whose failures it shares, for tasks that have a breaker; null takes it from the task. Throws
         * {@link InvalidScheduleException} if the name is not allowed.
         */
        public Builder circuit(@Nullable String circuit) {
            this.circuit = circuit == null ? null : checkName(NAME, "circuit of schedule '" + id + "'", circuit);
            return this;
        }

        /** Sets how early it starts among others; the default is {@link Priority#NORMAL}. */
        public Builder priority(Priority priority) {
            this.priority = Objects.requireNonNull(priority, "priority");
            return this;
        }

        /**
         * Sets the longest time one run may take; null takes it from the task.
         *
         * @throws InvalidScheduleException unless it is positive and at most 7 days
         */
        public Builder timeout(@Nullable Duration timeout) {
            if (timeout != null
                    && (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0)) {
                throw new InvalidScheduleException("schedule '" + id + "': timeout " + timeout
                        + " is not allowed; more than zero, at most " + LONGEST_TIMEOUT);
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets how failed attempts are tried again; null takes it from the task. Errors that must not be tried again are
         * the task's to name.
         *
         * @throws InvalidScheduleException if it names errors ({@link Retry#neverOn}): a document cannot hold them
         */
        public Builder retry(@Nullable Retry retry) {
            if (retry != null && retry.namesErrors()) {
                throw new InvalidScheduleException("schedule '" + id + "': a retry that names errors (neverOn) is not"
                        + " allowed, since a document cannot hold them; name them in the retry of the task");
            }
            this.retry = retry;
            return this;
        }

        /** Sets what becomes of fires that are found late; the default is {@link CatchUp#once()}. */
        public Builder catchUp(CatchUp catchUp) {
            this.catchUp = Objects.requireNonNull(catchUp, "catchUp");
            return this;
        }

        /**
         * Spreads starts: each fire of the timing starts at a slot within this time, which is the same after each fire and
         * another one for each id. The next fire ends the window, if it comes earlier. Forced runs, retries and backfills
         * ignore it. Zero for none; null takes it from the task, or else from the queue.
         *
         * @throws InvalidScheduleException if it is negative or longer than 366 days
         */
        public Builder window(@Nullable Duration window) {
            if (window != null && (window.isNegative() || window.compareTo(LONGEST_WINDOW) > 0)) {
                throw new InvalidScheduleException("schedule '" + id + "': window " + window
                        + " is not allowed; not negative, at most " + LONGEST_WINDOW);
            }
            this.window = window;
            return this;
        }

        /** Sets the earliest fire time allowed, inclusive; null for none. */
        public Builder notBefore(@Nullable Instant notBefore) {
            this.notBefore = notBefore;
            return this;
        }

        /** Sets the end of the fire times allowed, exclusive; null for none. */
        public Builder notAfter(@Nullable Instant notAfter) {
            this.notAfter = notAfter;
            return this;
        }

        /**
         * Asks for one run at the next pulse when the schedule is created; nothing when it exists already. Not for a one-off,
         * which starts once, at its instant.
         */
        public Builder runAtFirstPulse() {
            this.runAtFirstPulse = true;
            return this;
        }

        /**
         * Returns the schedule.
         *
         * @throws InvalidScheduleException if a param is outside the domain of {@link Values}, or {@code notAfter} is not
         *     later than {@code notBefore}, or a one-off is to run at the first pulse
         */
        public Schedule build() {
            if (runAtFirstPulse && timing.text().startsWith(ONE_OFF)) {
                throw new InvalidScheduleException("schedule '" + id + "': runAtFirstPulse() is not allowed with '"
                        + timing.text() + "'; a one-off starts once, at its instant");
            }
            if (notBefore != null && notAfter != null && !notAfter.isAfter(notBefore)) {
                throw new InvalidScheduleException("schedule '" + id + "': notAfter " + notAfter
                        + " is not allowed; later than notBefore " + notBefore);
            }
            try {
                return new Schedule(this);
            } catch (InvalidScheduleException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                throw new InvalidScheduleException(String.valueOf(e.getMessage()), e);
            }
        }
    }
}
