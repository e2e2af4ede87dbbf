package dev.heartbeat.engine;

import dev.heartbeat.engine.BeatRule.Contribution;
import dev.heartbeat.engine.BeatRule.Counts;
import dev.heartbeat.engine.BeatRule.Face;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseFailure;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.health.StatusRule;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.PulseStore;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last step of a pulse, and what comes after it: the heartbeat, the history, the answer, late news of runs. */
final class PulseCloser {
    private static final String PULSE = "pulse";
    private static final String UNKNOWN_SOURCE = "unknown";

    private final PulseStore store;
    private final EngineSettings settings;
    private final StatusRule rule;
    private final HeartbeatWriter writer;
    private final Figures figures;
    private final Leases leases;
    private final Announcer announcer;
    private final Log log;
    private volatile @Nullable PulseFailure failure;

    PulseCloser(
            PulseStore store,
            EngineSettings settings,
            StatusRule rule,
            HeartbeatWriter writer,
            Figures figures,
            Leases leases,
            Announcer announcer,
            Log log) {
        this.store = store;
        this.settings = settings;
        this.rule = rule;
        this.writer = writer;
        this.figures = figures;
        this.leases = leases;
        this.announcer = announcer;
        this.log = log;
    }

    /** Returns why the last pulse of this process failed; null if it did not. */
    @Nullable
    PulseFailure failure() {
        return failure;
    }

    /** Writes what a pulse leaves behind and makes its answer. */
    PulseReport close(PulseRun run, PulseOrder order, long elapsedMs) {
        PulseBook book = run.book();
        for (LiveRun stuck : leases.stuck()) {
            book.stuckNow(stuck);
        }
        List<PulseDetail> handled = book.handled();
        List<HeartbeatError> errors = book.errors();
        List<PulseDetail> details = new ArrayList<>(handled);
        details.addAll(book.upcoming(settings.upcoming()));
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (PulseDetail detail : handled) {
            counts.merge(detail.outcome(), 1, Integer::sum);
        }
        Instant beat = beat(run.time().startedAt());
        PulseRecord record = new PulseRecord(
                run.id(), order.source(), beat, run.time().startedAt(), elapsedMs, counts, details, false, null);
        failure = null;
        if (order.wake() && !book.ranAnything()) {
            return report(record, writer.last());
        }
        Contribution contribution = new Contribution(beat, face(run, order, elapsedMs), false, counts(details), errors);
        Optional<HeartbeatRecord> heartbeat;
        book.handOver();
        if (order.wake()) {
            writer.later(contribution);
            heartbeat = writer.last();
        } else {
            heartbeat = Optional.of(writer.write(contribution, run.time().closeLimit()));
        }
        store.savePulse(record.forHistory(), run.time().closeLimit());
        // a wake writes the record later, so what this process last wrote of it tells nothing
        boolean red = !errors.isEmpty()
                || (order.wake()
                        ? figures.isRed()
                        : !heartbeat.map(HeartbeatRecord::isHealthy).orElse(true));
        figures.pulse(run.time().startedAt(), elapsedMs, !errors.isEmpty(), false, red);
        log.pulse(record);
        PulseReport report = report(record, heartbeat);
        announcer.pulseEnded(report);
        announcer.tellAndWait();
        return report;
    }

    /** The pulse itself failed: remembers it for this process's health and tries to leave it in the heartbeat. */
    void failed(PulseRun run, PulseOrder order, long elapsedMs, Throwable cause) {
        String text = cause instanceof StoreException ? String.valueOf(cause.getMessage()) : Attempt.text(cause);
        log.failed(run, order, text, cause);
        failure = new PulseFailure(now(), Condition.PULSE_FAILED, "The pulse failed: " + text);
        // what the heartbeat has been handed already goes along with the next write; it must not be counted twice
        boolean first = run.book().handOver();
        List<HeartbeatError> errors = new ArrayList<>(first ? run.book().errors() : List.of());
        errors.add(new HeartbeatError(PULSE, text, now()));
        figures.pulse(run.time().startedAt(), elapsedMs, true, true, true);
        Instant beat = beat(run.time().startedAt());
        try {
            writer.write(
                    new Contribution(
                            beat,
                            face(run, order, elapsedMs),
                            false,
                            first ? counts(run.book().handled()) : Counts.NONE,
                            errors),
                    run.time().closeLimit());
        } catch (RuntimeException e) {
            log.storeFailed("noting the failed pulse in the heartbeat", e); // kept for the next write
        }
    }

    private PulseReport report(PulseRecord record, Optional<HeartbeatRecord> heartbeat) {
        PulseStatus status = rule.status(heartbeat.orElse(null), failure, now());
        return new PulseReport(record, heartbeat, status, false);
    }

    private static Face face(PulseRun run, PulseOrder order, long elapsedMs) {
        return new Face(run.time().startedAt(), run.id(), order.source(), elapsedMs);
    }

    private static Counts counts(List<PulseDetail> details) {
        int processed = 0;
        int executed = 0;
        int browserProcessed = 0;
        int browserExecuted = 0;
        for (PulseDetail detail : details) {
            boolean done = detail.outcome() == Outcome.EXECUTED;
            if (detail.isBrowserTask()) {
                browserProcessed++;
                browserExecuted += done ? 1 : 0;
            } else {
                processed++;
                executed += done ? 1 : 0;
            }
        }
        return new Counts(processed, executed, browserProcessed, browserExecuted);
    }

    /** A run has ended after its pulse had answered. */
    void late(PulseRun pulse, PulseDetail detail, @Nullable HeartbeatError error) {
        late(face(pulse), detail, error);
    }

    /** A run of some process's pulse, which may have answered long ago, was ended here by its token. */
    void late(RunRecord run, PulseDetail detail, @Nullable HeartbeatError error) {
        Instant claimedAt = run.startedAt() == null ? run.endedAt() : run.startedAt();
        Instant pulseStart = PulseId.startedAt(run.pulseId()).orElse(claimedAt);
        late(new Face(pulseStart, run.pulseId(), UNKNOWN_SOURCE, 0), detail, error);
    }

    private void late(Face face, PulseDetail detail, @Nullable HeartbeatError error) {
        boolean executed = detail.outcome() == Outcome.EXECUTED;
        if (executed || error != null) {
            late(
                    face,
                    executed ? counts(List.of(detail)).withoutProcessed() : Counts.NONE,
                    error == null ? List.of() : List.of(error));
        }
    }

    /** A run ignores its timeout, or that it was called off. */
    void stuck(LiveRun run) {
        late(face(run.pulse()), Counts.NONE, List.of(PulseBook.stuckError(run, now())));
    }

    private static Face face(PulseRun pulse) {
        return new Face(pulse.time().startedAt(), pulse.id(), pulse.source(), 0);
    }

    private void late(Face face, Counts counts, List<HeartbeatError> errors) {
        writer.later(new Contribution(beat(face.timestamp()), face, true, counts, errors));
    }

    private Instant beat(Instant pulseStart) {
        return BeatRule.beat(pulseStart, settings.interval());
    }

    private Instant now() {
        return settings.clock().instant();
    }
}
