package dev.heartbeat.engine;

import dev.heartbeat.health.Explanation;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.StatusRule;
import dev.heartbeat.schedule.Hint;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one heartbeat: composes the parts of the flow and holds what lives longer than a pulse. Thread-safe. It
 * owns its timer and, unless it was given one, its executor; nothing else.
 */
public final class Engine implements AutoCloseable {
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int BACKGROUND_THREADS = 2; // one may wait for the store while the other works

    private final HeartbeatStore store;
    private final EngineSettings settings;
    private final Pace pace;
    private final StatusRule rule;
    private final Tokens tokens = new Tokens();
    private final String owner = tokens.next();
    private final Wakes wakes;
    private final Turn onePulse;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean makingUp = new AtomicBoolean();
    private final Log log;
    private final Timer timer;
    private final Timer timeouts;
    private final Timer renewals;
    private final Leases leases;
    private final Recorder recorder;
    private final Completions completions;
    private final ProgressNotes progressNotes;
    private final Cancellations cancellations;
    private final Announcer announcer;
    private final Runner runner;
    private final HeartbeatWriter writer;
    private final StateBoard board;
    private final Breakers breakers;
    private final Limits limits;
    private final Profiles profiles;
    private final Figures figures;
    private final PulseCloser closer;
    private final Endings endings = new Endings(this);
    private final HealthCheck healthCheck;
    private final @Nullable ExecutorService ownExecutor;
    /** How far the store's clock was ahead of this machine's when a pulse last asked it. */
    private volatile Duration storeAhead = Duration.ZERO;

    private volatile @Nullable PulseRun underWay;
    private volatile @Nullable Ticker ticker;

    /** Creates an engine; it has no thread before its first pulse. */
    public Engine(HeartbeatStore store, EngineSettings settings, EngineListener listener) {
        this(store, settings, listener, Pace.of(settings.clock()));
    }

    Engine(HeartbeatStore store, EngineSettings settings, EngineListener listener, Pace pace) {
        this.store = store;
        this.settings = settings;
        this.pace = pace;
        this.wakes = new Wakes(pace);
        this.onePulse = new Turn(pace);
        this.rule = new StatusRule(settings.staleAfter());
        this.log = new Log(settings.name(), pace.isSimulated());
        this.timer = pace.timer(settings.name() + "-timer-", BACKGROUND_THREADS);
        this.timeouts = pace.timer(settings.name() + "-timeouts-", 1); // no slow store may delay an interrupt
        this.renewals = pace.timer(settings.name() + "-leases-", 1); // and no other call to it a renewal
        Executor executor = settings.executor();
        this.ownExecutor = executor == null ? Threads.forTasks(settings.name()) : null;
        this.writer = new HeartbeatWriter(store, settings.clock(), settings.interval(), pace, timer, log);
        this.board = new StateBoard(store, pace, timer, log);
        this.breakers = new Breakers(board, settings.lease());
        this.limits = new Limits(settings.queueLimits(), () -> wakes.by(now()));
        this.profiles = new Profiles(board);
        this.figures = new Figures(board, settings.interval(), settings.staleAfter());
        this.recorder = new Recorder(store, tokens, pace, log, endings::recorded, endings::broken);
        this.completions = new Completions(store, settings, tokens, timer, log, endings::answered);
        this.announcer = new Announcer(listener, pace, timer);
        this.leases = new Leases(
                store,
                settings.lease(),
                pace,
                renewals,
                log,
                limits,
                this::renewPlaces,
                () -> timer.after(0, this::makeUp),
                endings::lost,
                endings::calledOff);
        this.progressNotes = new ProgressNotes(store, settings.lease(), pace, timer, log);
        this.cancellations = new Cancellations(store, settings, tokens, owner, log, endings::answered);
        this.closer = new PulseCloser(store, settings, rule, writer, figures, leases, announcer, log);
        this.healthCheck = new HealthCheck(store, rule, closer, leases);
        this.runner = new Runner(
                settings.parallelism(),
                executor == null ? java.util.Objects.requireNonNull(ownExecutor) : executor,
                pace,
                timeouts,
                endings);
    }

    /**
     * Makes one pulse, or answers that another one is under way.
     *
     * @throws IllegalStateException after close
     */
    public PulseReport pulse(PulseOrder order) {
        if (closed.get()) {
            throw new IllegalStateException("heartbeat '" + settings.name() + "' is closed; it takes no more pulses");
        }
        if (!onePulse.tryTake()) {
            return busy(order);
        }
        try {
            PulseRun pulse = new PulseRun(this, order);
            underWay = pulse;
            return pulse.run();
        } finally {
            underWay = null;
            onePulse.give();
        }
    }

    private PulseReport busy(PulseOrder order) {
        Instant now = now();
        Optional<HeartbeatRecord> last = order.source().equals(Ticker.SOURCE)
                ? writer.last() // it comes again and again, and wants to know nothing
                : store.heartbeat(CallLimit.of(HEALTH_LIMIT)).map(StoredHeartbeat::heartbeat);
        PulseRecord nothing = new PulseRecord(
                "busy",
                order.source(),
                BeatRule.beat(now, settings.interval()),
                now,
                0,
                Map.of(),
                List.of(),
                false,
                null);
        return new PulseReport(nothing, last, rule.status(last.orElse(null), closer.failure(), now), true);
    }

    /** Tells whether a pulse is under way. */
    public boolean isPulsing() {
        return underWay != null;
    }

    /** Returns how the platform is; never throws. */
    public Health health() {
        return healthCheck.at(now(), CallLimit.of(HEALTH_LIMIT));
    }

    /** Starts the ticker, unless it is started. */
    public synchronized void start() {
        if (closed.get()) {
            throw new IllegalStateException("heartbeat '" + settings.name() + "' is closed; it cannot be started");
        }
        if (ticker == null) {
            ticker = new Ticker(settings.clock(), settings.interval(), store.wakeGap(), wakes, this::pulse);
            pace.timer(settings.name() + "-ticker-", 1).aside(ticker::run);
        }
    }

    /** Stops the ticker, if it is started. */
    public synchronized void stop() {
        if (ticker != null) {
            ticker.stop();
            ticker = null;
        }
    }

    /** Tells whether the ticker is started. */
    public boolean started() {
        return ticker != null;
    }

    /** Something falls due at the instant; the ticker wakes for it. */
    public void wakeBy(Instant instant) {
        if (instant.isBefore(Instant.MAX)) {
            wakes.by(instant.isBefore(now()) ? now() : instant);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stop();
        List<LiveRun> waiting = runner.close(settings.shutdownGrace());
        release(waiting, CallLimit.of(CLOSE_LIMIT));
        waiting.forEach(endings::putOff);
        awaitPulse();
        leases.giveBackUnclear(CallLimit.of(CLOSE_LIMIT));
        recorder.finish(CallLimit.of(CLOSE_LIMIT));
        completions.finish(CallLimit.of(CLOSE_LIMIT));
        progressNotes.flush();
        announcer.tellAndWait();
        writer.flushQuietly();
        profiles.handOver();
        figures.handOver();
        board.saveQuietly(CallLimit.of(CLOSE_LIMIT));
        renewals.close();
        timeouts.close();
        timer.close();
        if (ownExecutor != null) {
            ownExecutor.shutdown();
        }
    }

    /** The pulse under way gives back what it has just claimed and answers, unless it is the caller of close. */
    private void awaitPulse() {
        PulseRun pulse = underWay;
        if (pulse == null || pulse.isOnThisThread()) {
            return;
        }
        pulse.book().hurry();
        try {
            if (onePulse.take(CLOSE_LIMIT.toNanos())) {
                onePulse.give();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes up for calls that had no clear answer; the first contact of a pulse with the store. What the store still does not
     * take is kept: it is no reason not to pulse.
     */
    void recover(CallLimit limit) {
        leases.giveBackUnclear(limit);
        recorder.retry(limit);
        completions.finish(limit);
    }

    private void renewPlaces(CallLimit limit) {
        List<LiveRun> probes = leases.probes();
        if (!probes.isEmpty()) {
            breakers.renew(probes);
            board.saveQuietly(limit);
        }
    }

    /** As {@link #recover}, between pulses, while claims are held. */
    private void makeUp() {
        if (makingUp.compareAndSet(false, true)) {
            try {
                leases.giveBackUnclear(CallLimit.of(settings.lease()));
                recorder.retry(CallLimit.of(settings.lease()));
                announcer.tell();
            } finally {
                makingUp.set(false);
            }
        }
    }

    /** Gives claims back whose task was not called. */
    void release(List<LiveRun> runs, CallLimit limit) {
        if (runs.isEmpty()) {
            return;
        }
        List<RunToken> given = runs.stream().map(LiveRun::token).toList();
        runs.forEach(leases::remove);
        try {
            store.release(given, limit);
        } catch (RuntimeException e) {
            log.storeFailed("giving back " + given.size() + " claims", e);
            leases.unclear(given);
        }
    }

    /** Notes the pauses of queues and of everything as they stand in the store, for the health. */
    public void pauses(Pauses known) {
        healthCheck.pauses(known);
    }

    /** Somebody else holds a claim that this process has lost: looks again when a lease has passed. */
    void wakeAfterLease() {
        wakes.by(now().plus(settings.lease()));
    }

    /**
     * Answers for a run by its token.
     *
     * @throws IllegalStateException after close
     */
    public Completion complete(RunToken token, TaskResult result) {
        requireOpen("complete a run");
        return completions.complete(token, result);
    }

    /**
     * Notes the progress of a run by its token.
     *
     * @throws IllegalStateException after close
     */
    public Completion progress(RunToken token, Progress progress) {
        requireOpen("note the progress of a run");
        LiveRun run = leases.find(token);
        if (run != null && !run.isLost()) {
            run.progress(progress); // goes along with the next renewal
            return Completion.ACCEPTED;
        }
        return progressNotes.note(token, progress);
    }

    /**
     * Calls off the pending fire of a schedule, wherever it runs or waits.
     *
     * @return whether there was one
     * @throws IllegalStateException after close
     */
    public boolean cancel(String scheduleId) {
        requireOpen("cancel a run");
        PendingFire fire = cancellations.wish(scheduleId);
        if (fire == null) {
            return false;
        }
        LiveRun run = fire.token() == null ? null : leases.find(fire.token());
        if (run != null) {
            endings.calledOff(run);
        } else {
            cancellations.settle(scheduleId, fire);
        }
        return true;
    }

    /** Returns why a schedule starts with the next pulse or not; empty if there is no such document. */
    public Optional<Explanation> explain(String scheduleId) {
        return new Explainer(this).explain(scheduleId);
    }

    /** Returns what is allowed in a definition and may not be meant. */
    public List<Hint> lint(Schedule schedule) {
        return new Explainer(this).hints(schedule);
    }

    private void requireOpen(String what) {
        if (closed.get()) {
            throw new IllegalStateException("heartbeat '" + settings.name() + "' is closed; it cannot " + what);
        }
    }

    Instant now() {
        return settings.clock().instant();
    }

    /** Notes the store's time that a pulse has been told. */
    void storeTime(Instant storeNow, Instant now) {
        storeAhead = Duration.between(now, storeNow);
    }

    /** Returns the store's time, as far as this process can tell. */
    Instant storeNow() {
        return now().plus(storeAhead);
    }

    /** Tells whether it is closed, or closing. */
    public boolean isClosed() {
        return closed.get();
    }

    HeartbeatStore store() {
        return store;
    }

    EngineSettings settings() {
        return settings;
    }

    Pace pace() {
        return pace;
    }

    Tokens tokens() {
        return tokens;
    }

    String owner() {
        return owner;
    }

    Log log() {
        return log;
    }

    StateBoard board() {
        return board;
    }

    Breakers breakers() {
        return breakers;
    }

    Limits limits() {
        return limits;
    }

    Profiles profiles() {
        return profiles;
    }

    Figures figures() {
        return figures;
    }

    Leases leases() {
        return leases;
    }

    Announcer announcer() {
        return announcer;
    }

    Endings endings() {
        return endings;
    }

    HealthCheck healthCheck() {
        return healthCheck;
    }

    PulseCloser closer() {
        return closer;
    }

    Recorder recorder() {
        return recorder;
    }

    Runner runner() {
        return runner;
    }
}
