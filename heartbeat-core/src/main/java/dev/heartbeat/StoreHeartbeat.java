package dev.heartbeat;

import dev.heartbeat.engine.Engine;
import dev.heartbeat.engine.EngineListener;
import dev.heartbeat.engine.EngineSettings;
import dev.heartbeat.engine.PulseOrder;
import dev.heartbeat.engine.PulseReport;
import dev.heartbeat.health.Health;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The facade over an engine. */
final class StoreHeartbeat implements Heartbeat {
    private static final PulseRequest MANUAL = PulseRequest.from("manual");

    private final EngineSettings settings;
    private final Engine engine;
    private final HeartbeatStore store;
    private final Schedules schedules;
    private final Runs runs;
    private final History history;

    StoreHeartbeat(HeartbeatStore store, EngineSettings settings, List<PulseListener> listeners) {
        this.store = store;
        this.settings = settings;
        this.engine = new Engine(store, settings, new GuardedListeners(listeners));
        this.schedules = new StoreSchedules(store, settings.clock(), engine);
        this.runs = new EngineRuns(engine);
        this.history = new StoreHistory(store, settings);
    }

    @Override
    public Pulse pulse() {
        return pulse(MANUAL);
    }

    @Override
    public Pulse pulse(PulseRequest request) {
        return toPulse(engine.pulse(new PulseOrder(request.source(), request.ownBudget(), request.awaitRuns(), false)));
    }

    private static Pulse toPulse(PulseReport report) {
        return new Pulse(
                report.pulse().id(),
                report.pulse().source(),
                report.pulse().startedAt(),
                report.pulse().durationMs(),
                report.pulse().details(),
                report.heartbeat(),
                report.status(),
                report.busy());
    }

    @Override
    public Health health() {
        return engine.health();
    }

    @Override
    public Schedules schedules() {
        return schedules;
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public Runs runs() {
        return runs;
    }

    @Override
    public Page<AuditEntry> audit(@Nullable String after, int limit) {
        return store.audit(after, limit);
    }

    @Override
    public void note(Audit audit, String verb, String target) {
        if (verb.isBlank() || verb.length() > 100 || target.length() > 200) {
            throw new IllegalArgumentException("note: verb has 1 to 100 characters, target at most 200; got verb '"
                    + verb + "' and " + target.length() + " characters of target");
        }
        store.appendAudit(new AuditEntry(settings.clock().instant(), audit.who(), verb, target, audit.why()));
    }

    @Override
    public void start() {
        engine.start();
    }

    @Override
    public void stop() {
        engine.stop();
    }

    @Override
    public boolean started() {
        return engine.started();
    }

    @Override
    public boolean pulsing() {
        return engine.isPulsing();
    }

    @Override
    public boolean closed() {
        return engine.isClosed();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Duration interval() {
        return settings.interval();
    }

    @Override
    public Duration staleAfter() {
        return settings.staleAfter();
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public String toString() {
        return "Heartbeat[" + settings.name() + "]";
    }

    private record EngineRuns(Engine engine) implements Runs {
        @Override
        public Completion complete(RunToken token, TaskResult result) {
            return engine.complete(token, result);
        }

        @Override
        public Completion fail(RunToken token, String error) {
            return complete(token, TaskResult.failed(error));
        }

        @Override
        public Completion progress(RunToken token, double fraction, String note) {
            return engine.progress(token, Progress.of(fraction, note));
        }
    }

    /** Calls the user's listeners in order; an exception of one is logged and the rest are called. */
    private static final class GuardedListeners implements EngineListener {
        private final List<PulseListener> listeners;

        GuardedListeners(List<PulseListener> listeners) {
            this.listeners = List.copyOf(listeners);
        }

        @Override
        public boolean listens() {
            return !listeners.isEmpty();
        }

        @Override
        public void pulseEnded(PulseReport report) {
            Pulse pulse = toPulse(report);
            listeners.forEach(listener -> guard(() -> listener.pulseEnded(pulse)));
        }

        @Override
        public void runEnded(PulseDetail detail) {
            listeners.forEach(listener -> guard(() -> listener.runEnded(detail)));
        }

        private static void guard(Runnable call) {
            try {
                call.run();
            } catch (Throwable e) { // a listener must harm neither the pulse nor the next listener
                System.getLogger("dev.heartbeat").log(System.Logger.Level.WARNING, "a pulse listener failed", e);
            }
        }
    }
}
