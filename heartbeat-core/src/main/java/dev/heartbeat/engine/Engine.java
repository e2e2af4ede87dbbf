package dev.heartbeat.engine;

import dev.heartbeat.health.Condition;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseFailure;
import dev.heartbeat.health.StatusRule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private static final int BACKGROUND_THREADS = 2; // one may wait for the store while the other renews
    private static final Duration TOLERATED_SKEW = Duration.ofSeconds(60);

    private final HeartbeatStore store;
    private final EngineSettings settings;
    private final Pace pace;
    private final StatusRule rule;
    private final Tokens tokens = new Tokens();
    private final String owner = tokens.next();
    private final Wakes wakes;
    private final Turn onePulse;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Log log;
    private final Timer timer;
    private final Timer timeouts;
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
    private final PulseCloser closer;
    private final @Nullable ExecutorService ownExecutor;
    private volatile List<Condition> observed = List.of();
    /** How far the store's clock was ahead of this machine's when a pulse last asked it. */
    private volatile Duration storeAhead = Duration.ZERO;

    private volatile List<Condition> heldBack = List.of();
    private volatile Pauses pauses = Pauses.NONE;
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
        Executor executor = settings.executor();
        this.ownExecutor = executor == null ? Threads.forTasks(settings.name()) : null;
        this.writer = new HeartbeatWriter(store, settings.clock(), settings.interval(), pace, timer, log);
        this.board = new StateBoard(store, pace, timer, log);
        this.breakers = new Breakers(board);
        this.limits = new Limits(settings.queueLimits(), () -> wakes.by(now()));
        this.profiles = new Profiles(board);
        this.recorder = new Recorder(store, tokens, pace, log, this::recorded, this::broken);
        this.completions = new Completions(store, settings, tokens, timer, log, this::ended);
        this.announcer = new Announcer(listener, pace, timer);
        this.leases = new Leases(
                store, settings.lease(), pace, timer, log, limits, this::retryRecords, this::lost, this::calledOff);
        this.progressNotes = new ProgressNotes(store, settings.lease(), pace, timer, log);
        this.cancellations = new Cancellations(store, settings, tokens, owner, log, this::ended);
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
        conditions.addAll(PauseRule.conditions(pauses, now));
        conditions.addAll(heldBack);
        for (LiveRun run : leases.stuck()) {
            conditions.add(new Condition(
                    Condition.STUCK,
                    run.scheduleId() + ": " + PulseBook.stuckError(run, now).error(),
                    run.overdueSince(),
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
        completions.finish(CallLimit.of(CLOSE_LIMIT));
        progressNotes.flush();
        announcer.tellAndWait();
        writer.flushQuietly();
        profiles.handOver();
        board.saveQuietly(CallLimit.of(CLOSE_LIMIT));
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

    private void heldBack(LiveRun run) {
        run.pulse()
                .book()
                .settled(run, run.detail(Outcome.DEFERRED, PulseDetail.CIRCUIT_OPEN, breakers.heldUntil(run)), null);
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

    /** Makes up for calls that had no clear answer; the first contact of a pulse with the store. */
    void recover(CallLimit limit) {
        leases.settleUnclear(limit);
        recorder.retry(limit);
        completions.retry(limit);
    }

    private void retryRecords(CallLimit limit) {
        List<LiveRun> probes = leases.probes();
        if (!probes.isEmpty()) {
            breakers.renew(probes, settings.lease());
            board.saveQuietly(limit);
        }
        recorder.retry(limit);
        announcer.tell();
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

    /** Notes what the first look at the store shows: clocks that differ, schedules held by a lastRun in the future. */
    void observe(Instant now, Instant storeNow, List<StoredSchedule> held) {
        List<Condition> conditions = new ArrayList<>();
        Duration skew = Duration.between(storeNow, now);
        storeAhead = skew.negated();
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

    /** Notes what the last pulse held back, and by what. */
    void observeHeldBack(List<Condition> conditions) {
        heldBack = List.copyOf(conditions);
    }

    /** Notes the pauses of queues and of everything as they stand in the store, for the health. */
    public void pauses(Pauses known) {
        pauses = known;
    }

    /** Somebody else holds a claim that this process has lost: looks again when a lease has passed. */
    void wakeAfterLease() {
        wakes.by(now().plus(settings.lease()));
    }

    /** A run is recorded: its pulse says so, or the heartbeat learns of it late. */
    private void recorded(LiveRun run, SettleRule.Settled settled, Recorder.Fate fate) {
        leases.remove(run);
        if (fate != Recorder.Fate.RECORDED) {
            boolean inTime = fate == Recorder.Fate.ANSWERED
                    ? run.pulse().book().answeredElsewhere(run)
                    : run.pulse().book().settled(run, null, null);
            if (!inTime) {
                board.saveSoon();
            }
            wakeAfterLease();
            return;
        }
        ended(run, settled, run.durationMs());
    }

    private void ended(LiveRun run, SettleRule.Settled settled, long durationMs) {
        PulseRun pulse = run.pulse();
        if (CatchUpRule.goesOn(run.claim(), settled.record().state(), pulse.dueNow())) {
            run.goesOn();
        }
        PulseDetail detail = told(settled, durationMs);
        if (!pulse.book().settled(run, detail, settled.error())) {
            closer.late(pulse, detail, settled.error());
            board.saveSoon();
        }
        if (ticker != null) { // one that starts later looks for itself
            wakeBy(WakeRule.after(recorded(run.claim(), settled.record().state()), pulse.startedAt()));
        }
    }

    /** Listeners hear of an attempt that has ended, before its pulse may go on to its own end. */
    private PulseDetail told(SettleRule.Settled settled, long durationMs) {
        RunRecord record = settled.record().run();
        PulseDetail detail = new PulseDetail(
                record.scheduleId(),
                record.task(),
                record.queue(),
                record.outcome(),
                record.reason(),
                record.fireTime(),
                record.attempt(),
                durationMs,
                null,
                settled.retryAt(),
                record.error());
        if (record.outcome() != Outcome.RUNNING) { // an accepted run has not ended
            announcer.runEnded(detail);
        }
        return detail;
    }

    /** A run was ended by somebody who does not hold it: by its token, or because a person called it off. */
    private void ended(ClaimRequest claim, SettleRule.Settled settled) {
        LiveRun run = leases.find(claim.token());
        RunRecord record = settled.record().run();
        log.run(record);
        breakers.answered(claim.seen().schedule(), settled.record(), taskNamed(record.task()), now().plus(storeAhead));
        if (run != null) {
            if (record.outcome() != Outcome.RUNNING) { // whatever its task still does is for nothing
                leases.remove(run);
                run.answered();
                runner.withdraw(run);
            }
            ended(run, settled, tookMs(record));
        } else {
            board.saveSoon();
            PulseDetail detail = told(settled, tookMs(record));
            closer.late(record, detail, settled.error());
            wakeBy(recorded(claim, settled.record().state()).wakeAt());
        }
        announcer.tell();
    }

    private @Nullable Task taskNamed(String name) {
        return new TaskLookup(settings.tasks()).find(name);
    }

    private static long tookMs(RunRecord record) {
        return record.startedAt() == null
                ? 0
                : Math.max(
                        0,
                        Duration.between(record.startedAt(), record.endedAt()).toMillis());
    }

    private static StoredSchedule recorded(ClaimRequest claim, ScheduleState after) {
        StoredSchedule seen = claim.seen();
        LastRun lastRun = claim.startedAt() == null ? seen.lastRun() : LastRun.at(claim.startedAt());
        return new StoredSchedule(
                seen.schedule(), lastRun, null, seen.pause(), after, seen.writtenAt(), seen.version());
    }

    private void lost(LiveRun run) {
        if (runner.withdraw(run)) {
            dropped(run);
        }
    }

    private void calledOff(LiveRun run) {
        if (runner.callOff(run)) {
            run.settle(Attempt.cancelled());
            recorder.ended(run);
            announcer.tell();
        }
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
            calledOff(run);
        } else {
            cancellations.settle(scheduleId, fire);
        }
        return true;
    }

    private void requireOpen(String what) {
        if (closed.get()) {
            throw new IllegalStateException("heartbeat '" + settings.name() + "' is closed; it cannot " + what);
        }
    }

    private void dropped(LiveRun run) {
        breakers.gone(run);
        leases.remove(run);
        wakeAfterLease();
        run.pulse().book().settled(run, null, null);
    }

    private void broken(LiveRun run) {
        breakers.gone(run);
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
            if (breakers.ended(run)) {
                wakes.by(now());
            }
            profiles.ended(run);
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
        public boolean isHeldBack(LiveRun run) {
            return breakers.isHeldBack(run);
        }

        @Override
        public void unstarted(LiveRun run) {
            release(List.of(run), CallLimit.of(CLOSE_LIMIT));
            if (isClosed()) {
                putOff(run);
            } else {
                heldBack(run);
            }
        }

        @Override
        public void broken(LiveRun run) {
            Engine.this.broken(run);
        }

        @Override
        public void stuck(LiveRun run) {
            if (leases.find(run.token()) == null) {
                return; // somebody has answered for it by its token: nothing waits for it
            }
            breakers.stuck(run);
            board.saveSoon();
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
