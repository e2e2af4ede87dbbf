package dev.heartbeat.engine;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Records ended runs in batches. Whoever ends a run tries to write; while one thread writes, the others only add to the
 * queue and go on, so batches grow by themselves when the store is slow. What the store does not take is kept, its claims
 * are renewed, and it is tried again.
 */
final class Recorder {
    private static final int LARGEST_BATCH = 200;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final Pace pace;
    private final Turn writing;
    private final ConcurrentLinkedQueue<LiveRun> ended = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<LiveRun> parked = new ConcurrentLinkedQueue<>();
    private final HeartbeatStore store;
    private final ClaimFate claims;
    private final Tokens tokens;
    private final Log log;
    private final Recorded recorded;
    private final Consumer<LiveRun> broken;

    /** What became of an answer. */
    enum Fate {
        /** It is recorded. */
        RECORDED,
        /** Somebody else has answered for this very attempt, or it only said that somebody will; it is dropped. */
        ANSWERED,
        /** Its claim was lost; a note of the answer stands in the ledger. */
        FENCED
    }

    /** Is told of each run what became of its answer; must be quick, for others wait to record. */
    @FunctionalInterface
    interface Recorded {
        void accept(LiveRun run, SettleRule.Settled settled, Fate fate);
    }

    Recorder(HeartbeatStore store, Tokens tokens, Pace pace, Log log, Recorded recorded, Consumer<LiveRun> broken) {
        this.pace = pace;
        this.writing = new Turn(pace);
        this.store = store;
        this.claims = new ClaimFate(store);
        this.tokens = tokens;
        this.log = log;
        this.recorded = recorded;
        this.broken = broken;
    }

    void ended(LiveRun run) {
        ended(List.of(run), CallLimit.of(CALL_LIMIT));
    }

    void ended(Collection<LiveRun> runs, CallLimit limit) {
        ended.addAll(runs);
        drain(limit);
    }

    /** Tries again what the store did not take. */
    void retry(CallLimit limit) {
        for (LiveRun run; (run = parked.poll()) != null; ) {
            ended.add(run);
        }
        drain(limit);
    }

    /** Waits for the record under way, then tries again what the store did not take. */
    void finish(CallLimit limit) {
        try {
            if (writing.take(limit.remaining().toNanos())) {
                writing.give();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        retry(limit);
    }

    private void drain(CallLimit limit) {
        while (!ended.isEmpty() && writing.tryTake()) {
            try {
                List<LiveRun> batch = new ArrayList<>();
                for (LiveRun run; batch.size() < LARGEST_BATCH && (run = ended.poll()) != null; ) {
                    batch.add(run);
                }
                long until = pace.nanos() + limit.remaining().toNanos();
                List<LiveRun> kept = write(batch, limit);
                if (!kept.isEmpty() && !writeSingly(kept, until)) {
                    return;
                }
            } finally {
                writing.give();
            }
        }
    }

    /**
     * The store did not take several runs: one of them that it never takes must not hold up the others. Two failures in a
     * row are taken for a store that does not answer. Returns whether to go on.
     */
    private boolean writeSingly(List<LiveRun> runs, long untilNanos) {
        List<LiveRun> refused = new ArrayList<>();
        int inARow = 0;
        for (int i = 0; i < runs.size(); i++) {
            long left = untilNanos - pace.nanos();
            if (runs.size() == 1 || inARow == 2 || left <= 0) {
                parked.addAll(runs.subList(i, runs.size()));
                parked.addAll(refused); // behind those that have not been tried
                return false;
            }
            List<LiveRun> kept = write(runs.subList(i, i + 1), CallLimit.of(Duration.ofNanos(left)));
            inARow = kept.isEmpty() ? 0 : inARow + 1;
            refused.addAll(kept);
        }
        parked.addAll(refused);
        return true;
    }

    /** Returns those that the store did not take, which are all or none of those that can be settled at all. */
    private List<LiveRun> write(List<LiveRun> batch, CallLimit limit) {
        List<LiveRun> runs = new ArrayList<>(batch.size());
        List<SettleRule.Settled> settled = new ArrayList<>(batch.size());
        List<RecordRequest> requests = new ArrayList<>(batch.size());
        for (LiveRun run : batch) {
            try {
                SettleRule.Settled each = settle(run);
                runs.add(run);
                settled.add(each);
                requests.add(each.record());
            } catch (RuntimeException e) {
                broke(run, e);
            }
        }
        Map<LiveRun, Fate> fates;
        try {
            List<RunToken> refused = store.record(requests, limit);
            fates = refused.isEmpty() ? Map.of() : fates(runs, requests, new HashSet<>(refused));
            note(fates, runs, requests, limit);
        } catch (RuntimeException | Error e) { // of a client library that is broken, too
            log.storeFailed("recording " + requests.size() + " runs", e);
            runs.forEach(LiveRun::recordUnclear);
            return runs;
        }
        for (int i = 0; i < runs.size(); i++) {
            LiveRun run = runs.get(i);
            RunRecord entry = requests.get(i).run();
            Fate fate = fates.getOrDefault(run, Fate.RECORDED);
            if (fate == Fate.RECORDED) {
                log.run(entry);
            } else if (fate == Fate.FENCED) {
                log.fenced(entry);
            }
            try {
                recorded.accept(run, settled.get(i), fate);
            } catch (RuntimeException e) {
                broke(run, e);
            }
        }
        return List.of();
    }

    private static SettleRule.Settled settle(LiveRun run) {
        return SettleRule.settle(
                run.claim(),
                Objects.requireNonNull(run.went(), "attempt"),
                run.retry(),
                run.startedAt(),
                run.endedAt(),
                run.pulse().id());
    }

    /** A defect that one run brings to light must not strand its neighbours. */
    private void broke(LiveRun run, RuntimeException e) {
        Log.failed("settling the run of schedule " + run.scheduleId(), e);
        broken.accept(run);
    }

    /** Returns what became of those that the store refused. */
    private Map<LiveRun, Fate> fates(List<LiveRun> runs, List<RecordRequest> requests, Set<RunToken> refused) {
        Map<LiveRun, Fate> fates = new HashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            if (refused.contains(runs.get(i).token())) {
                fates.put(runs.get(i), fate(runs.get(i), requests.get(i)));
            }
        }
        return fates;
    }

    private Fate fate(LiveRun run, RecordRequest refused) {
        if (run.isRecordUnclear() && claims.hasAnswer(refused)) {
            return Fate.RECORDED;
        }
        boolean accepted = refused.completeWithin() != null;
        return accepted || claims.of(run.token()) == Completion.ALREADY_DONE ? Fate.ANSWERED : Fate.FENCED;
    }

    private void note(Map<LiveRun, Fate> fates, List<LiveRun> runs, List<RecordRequest> requests, CallLimit limit) {
        List<RunRecord> notes = new ArrayList<>();
        for (int i = 0; i < runs.size() && !fates.isEmpty(); i++) {
            if (fates.get(runs.get(i)) == Fate.FENCED) {
                notes.add(SettleRule.fenced(requests.get(i).run(), tokens.next()));
            }
        }
        if (!notes.isEmpty()) {
            store.appendRuns(notes, limit);
        }
    }
}
