package dev.heartbeat.engine;

import dev.heartbeat.health.Condition;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseFailure;
import dev.heartbeat.health.StatusRule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one heartbeat: composes the parts of the flow and holds what lives longer than a pulse. Thread-safe. It
 * owns its timer and, unless it was given one, its executor; nothing else.
 */
public final class Engine implements AutoCloseable {
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int BACKGROUND_THREADS = 2; // one may wait for the store while the other renews
    private static final Duration TOLERATED_SKEW = Duration.ofSeconds(60);

    private final HeartbeatStore store;
    private final EngineSettings settings;
    private final Pace pace;
    private final StatusRule rule;
    private final Tokens tokens = new Tokens();
    private final String owner = tokens.next();
    private final Wakes wakes = new Wakes();
    private final Semaphore onePulse = new Semaphore(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Log log;
    private final Timer timer;
    private final Timer timeouts;
    private final Leases leases;
    private final Recorder recorder;
    private final Announcer announcer;
    private final Runner runner;
    private final HeartbeatWriter writer;
    private final PulseCloser closer;
    private final @Nullable ExecutorService ownExecutor;
    private volatile List<Condition> observed = List.of();
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
        this.rule = new StatusRule(settings.staleAfter());
        this.log = new Log(settings.name(), pace.isSimulated());
        this.timer = pace.timer(settings.name() + "-timer-", BACKGROUND_THREADS);
        this.timeouts = pace.timer(settings.name() + "-timeouts-", 1); // no slow store may delay an interrupt
        Executor executor = settings.executor();
        this.ownExecutor = executor == null ? Threads.forTasks(settings.name()) : null;
        this.writer = new HeartbeatWriter(store, settings.clock(), settings.interval(), pace, timer, log);
        this.recorder = new Recorder(store, tokens, log, this::recorded, this::broken);
        this.announcer = new Announcer(listener, pace, timer);
        this.leases = new Leases(store, settings.lease(), pace, timer, log, this::retryRecords, this::lost);
        this.closer = new PulseCloser(store, settings, rule, writer, leases, announcer, log);
        this.runner = new Runner(
                settings.parallelism(),
                executor == null ? java.util.Objects.requireNonNull(ownExecutor) : executor,
                pace,
                timeouts,
                new RunnerHooks());
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
        if (!onePulse.tryAcquire()) {
            return busy(order);
        }
        try {
            PulseRun pulse = new PulseRun(this, order);
            underWay = pulse;
            return pulse.run();
        } finally {
            underWay = null;
            onePulse.release();
        }
    }

    private PulseReport busy(PulseOrder order) {
        Instant now = now();
        Optional<HeartbeatRecord> last =
                store.heartbeat(CallLimit.of(HEALTH_LIMIT)).map(StoredHeartbeat::heartbeat);
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

    /** Returns how the platform is; never throws. */
    public Health health() {
        Instant now = now();
        HeartbeatRecord heartbeat = null;
        PulseFailure current = closer.failure();
        boolean readable = true;
        try {
            heartbeat = store.heartbeat(CallLimit.of(HEALTH_LIMIT))
                    .map(StoredHeartbeat::heartbeat)
                    .orElse(null);
        } catch (RuntimeException e) {
            readable = false;
            current = new PulseFailure(now, Condition.STORE_UNREADABLE, "The store did not answer: " + e.getMessage());
        }
        List<Condition> conditions = new ArrayList<>(rule.conditions(heartbeat, current, now));
        conditions.addAll(observed);
        for (LiveRun run : leases.stuck()) {
            conditions.add(new Condition(
                    Condition.STUCK,
                    run.scheduleId() + ": " + PulseBook.stuckError(run, now).error(),
                    run.deadline(),
                    "Make the task give up when it is interrupted or TaskContext.cancelled() is true"));
        }
        return new Health(
                rule.status(heartbeat, current, now), conditions, Optional.ofNullable(heartbeat), readable, now);
    }

    /** Starts the ticker, unless it is started. */
    public synchronized void start() {
        if (closed.get()) {
            throw new IllegalStateException("heartbeat '" + settings.name() + "' is closed; it cannot be started");
        }
        if (ticker == null) {
            ticker = new Ticker(settings.clock(), settings.interval(), store.wakeGap(), wakes, this::pulse);
            Threads.daemons(settings.name() + "-ticker-").newThread(ticker::run).start();
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
    public synchronized boolean started() {
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
        waiting.forEach(Engine::putOff);
        awaitPulse();
        settleUnclear();
        recorder.finish(CallLimit.of(CLOSE_LIMIT));
        announcer.tellAndWait();
        writer.flushQuietly();
        timeouts.close();
        timer.close();
        if (ownExecutor != null) {
            ownExecutor.shutdown();
        }
    }

    private void settleUnclear() {
        try {
            leases.settleUnclear(CallLimit.of(CLOSE_LIMIT));
        } catch (RuntimeException e) {
            log.storeFailed("giving back claims at shutdown", e); // their lease ends them
        }
    }

    private static void putOff(LiveRun run) {
        run.pulse().book().settled(run, run.detail(Outcome.DEFERRED, PulseDetail.SHUTDOWN), null);
    }

    /** The pulse under way gives back what it has just claimed and answers, unless it is the caller of close. */
    private void awaitPulse() {
        PulseRun pulse = underWay;
        if (pulse == null || pulse.isOnThisThread()) {
            return;
        }
        pulse.book().hurry();
        try {
            if (onePulse.tryAcquire(CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                onePulse.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes up for calls that had no clear answer; the first contact of a pulse with the store. */
    void recover(CallLimit limit) {
        leases.settleUnclear(limit);
        recorder.retry(limit);
    }

    private void retryRecords(CallLimit limit) {
        recorder.retry(limit);
        announcer.tell();
    }

    /** Gives claims back whose task was not called. */
    void release(List<LiveRun> runs, CallLimit limit) {
        if (runs.isEmpty()) {
            return;
        }
        List<dev.heartbeat.task.RunToken> given =
                runs.stream().map(LiveRun::token).toList();
        runs.forEach(leases::remove);
        try {
            store.release(given, limit);
        } catch (RuntimeException e) {
            log.storeFailed("giving back " + given.size() + " claims", e);
            leases.unclear(given);
        }
    }

    /** Notes what the first look at the store shows: clocks that differ, schedules held by a lastRun in the future. */
    void observe(Instant now, Instant storeNow, List<StoredSchedule> held) {
        List<Condition> conditions = new ArrayList<>();
        Duration skew = Duration.between(storeNow, now);
        if (skew.abs().compareTo(TOLERATED_SKEW) > 0) {
            conditions.add(new Condition(
                    Condition.CLOCK_SKEW,
                    "This machine's clock is " + skew.abs().toSeconds() + " seconds "
                            + (skew.isNegative() ? "behind" : "ahead of") + " the store's",
                    now,
                    "Set the clock of this machine; in tests give the store and the heartbeat the same clock"));
        }
        for (StoredSchedule seen : held) {
            conditions.add(new Condition(
                    Condition.HELD,
                    seen.id() + ": lastRun was set to " + seen.lastRun().value() + ", which holds it until then",
                    now,
                    "Set lastRun to null to run it at the next pulse"));
        }
        observed = List.copyOf(conditions);
    }

    /** Somebody else holds a claim that this process has lost: looks again when a lease has passed. */
    void wakeAfterLease() {
        wakes.by(now().plus(settings.lease()));
    }

    /** A run is recorded: its pulse says so, or the heartbeat learns of it late. */
    private void recorded(LiveRun run, SettleRule.Settled settled, boolean fenced) {
        leases.remove(run);
        PulseRun pulse = run.pulse();
        if (fenced) {
            pulse.book().settled(run, null, null);
            wakeAfterLease();
            return;
        }
        RunRecord record = settled.record().run();
        PulseDetail detail = new PulseDetail(
                record.scheduleId(),
                record.task(),
                record.queue(),
                record.outcome(),
                record.reason(),
                record.fireTime(),
                record.attempt(),
                run.durationMs(),
                null,
                settled.retryAt(),
                record.error());
        announcer.runEnded(detail); // before the pulse may go on to its own end
        if (!pulse.book().settled(run, detail, settled.error())) {
            closer.late(pulse, detail, settled.error());
        }
        if (ticker != null) { // one that starts later looks for itself
            Instant next = wakeAt(run, settled.record().state());
            if (next.isAfter(pulse.startedAt())) {
                wakeBy(next);
            }
        }
    }

    private static Instant wakeAt(LiveRun run, ScheduleState after) {
        StoredSchedule seen = run.claim().seen();
        LastRun lastRun = run.claim().startedAt() == null
                ? seen.lastRun()
                : LastRun.at(run.claim().startedAt());
        return new StoredSchedule(seen.schedule(), lastRun, null, seen.pause(), after, seen.writtenAt(), seen.version())
                .wakeAt();
    }

    private void lost(LiveRun run) {
        if (runner.withdraw(run)) {
            dropped(run);
        }
    }

    private void dropped(LiveRun run) {
        leases.remove(run);
        wakeAfterLease();
        run.pulse().book().settled(run, null, null);
    }

    private void broken(LiveRun run) {
        leases.remove(run); // no longer renewed: its lease runs out, and it is taken over
        run.pulse().book().settled(run, null, null);
    }

    private final class RunnerHooks implements Runner.Hooks {
        @Override
        public boolean mayStart(LiveRun run) {
            return leases.mayStart(run);
        }

        @Override
        public void ended(LiveRun run) {
            recorder.ended(run);
            announcer.tell();
        }

        @Override
        public void dropped(LiveRun run) {
            Engine.this.dropped(run);
            if (!run.isLost()) { // its renewal had no answer: the claim may still be ours
                leases.unclear(List.of(run.token()));
            }
        }

        @Override
        public void unstarted(LiveRun run) {
            release(List.of(run), CallLimit.of(CLOSE_LIMIT));
            putOff(run);
        }

        @Override
        public void broken(LiveRun run) {
            Engine.this.broken(run);
        }

        @Override
        public void stuck(LiveRun run) {
            log.stuck(run);
            run.pulse().book().stuck(run);
            closer.stuck(run);
        }
    }

    Instant now() {
        return settings.clock().instant();
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

    Leases leases() {
        return leases;
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
