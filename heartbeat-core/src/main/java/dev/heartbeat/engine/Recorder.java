package dev.heartbeat.engine;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Records ended runs in batches. Whoever ends a run tries to write; while one thread writes, the others only add to the
 * queue and go on, so batches grow by themselves when the store is slow. What the store does not take is kept, its claims
 * are renewed, and it is tried again.
 */
final class Recorder {
    private static final int LARGEST_BATCH = 200;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final ReentrantLock writing = new ReentrantLock();
    private final ConcurrentLinkedQueue<LiveRun> ended = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<LiveRun> parked = new ConcurrentLinkedQueue<>();
    private final HeartbeatStore store;
    private final Tokens tokens;
    private final Log log;
    private final Recorded recorded;
    private final Consumer<LiveRun> broken;

    /** Is told of each run once it is recorded, or noted as fenced; must be quick, for others wait to record. */
    @FunctionalInterface
    interface Recorded {
        void accept(LiveRun run, SettleRule.Settled settled, boolean fenced);
    }

    Recorder(HeartbeatStore store, Tokens tokens, Log log, Recorded recorded, Consumer<LiveRun> broken) {
        this.store = store;
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
            if (writing.tryLock(limit.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                writing.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        retry(limit);
    }

    private void drain(CallLimit limit) {
        while (!ended.isEmpty() && writing.tryLock()) {
            try {
                List<LiveRun> batch = new ArrayList<>();
                for (LiveRun run; batch.size() < LARGEST_BATCH && (run = ended.poll()) != null; ) {
                    batch.add(run);
                }
                if (!write(batch, limit)) {
                    return;
                }
            } finally {
                writing.unlock();
            }
        }
    }

    private boolean write(List<LiveRun> batch, CallLimit limit) {
        Map<LiveRun, SettleRule.Settled> settled = new LinkedHashMap<>();
        List<RecordRequest> requests = new ArrayList<>(batch.size());
        for (LiveRun run : batch) {
            try {
                SettleRule.Settled each = settle(run);
                settled.put(run, each);
                requests.add(each.record());
            } catch (RuntimeException e) {
                broke(run, e);
            }
        }
        final Set<RunToken> refused;
        try {
            refused = new HashSet<>(store.record(requests, limit));
            if (!refused.isEmpty()) {
                settled.forEach((run, each) -> {
                    if (run.isRecordUnclear() && isWaitingAsRecorded(each.record())) {
                        refused.remove(run.token());
                    }
                });
                note(refused, requests, limit);
            }
        } catch (RuntimeException e) {
            log.storeFailed("recording " + requests.size() + " runs", e);
            settled.keySet().forEach(LiveRun::recordUnclear);
            parked.addAll(settled.keySet());
            return false;
        }
        for (Map.Entry<LiveRun, SettleRule.Settled> entry : settled.entrySet()) {
            LiveRun run = entry.getKey();
            SettleRule.Settled each = entry.getValue();
            boolean fenced = refused.contains(run.token());
            if (fenced) {
                log.fenced(each.record().run());
            } else {
                log.run(each.record().run());
            }
            try {
                recorded.accept(run, each, fenced);
            } catch (RuntimeException e) {
                broke(run, e);
            }
        }
        return true;
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

    /** An earlier record, whose answer got lost, was written: the fire waits for its next attempt as we asked. */
    private boolean isWaitingAsRecorded(RecordRequest request) {
        PendingFire wanted = request.state().pending();
        PendingFire found = store.schedule(request.token().scheduleId())
                .map(stored -> stored.state().pending())
                .orElse(null);
        return wanted != null
                && found != null
                && found.state() == PendingFire.State.WAITING
                && found.key().equals(wanted.key())
                && found.starts() == wanted.starts();
    }

    private void note(Set<RunToken> refused, List<RecordRequest> requests, CallLimit limit) {
        if (refused.isEmpty()) {
            return;
        }
        store.appendRuns(
                requests.stream()
                        .filter(request -> refused.contains(request.token()))
                        .map(request -> SettleRule.fenced(request.run(), tokens.next()))
                        .toList(),
                limit);
    }
}
