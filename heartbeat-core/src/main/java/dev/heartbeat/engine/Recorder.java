package dev.heartbeat.engine;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

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

    /** Is told of each run once it is recorded, or noted as fenced. */
    @FunctionalInterface
    interface Recorded {
        void accept(LiveRun run, SettleRule.Settled settled, boolean fenced);
    }

    Recorder(HeartbeatStore store, Tokens tokens, Log log, Recorded recorded) {
        this.store = store;
        this.tokens = tokens;
        this.log = log;
        this.recorded = recorded;
    }

    void ended(LiveRun run) {
        ended.add(run);
        drain();
    }

    /** Tries again what the store did not take. */
    void retry() {
        for (LiveRun run; (run = parked.poll()) != null; ) {
            ended.add(run);
        }
        drain();
    }

    private void drain() {
        while (!ended.isEmpty() && writing.tryLock()) {
            try {
                List<LiveRun> batch = new ArrayList<>();
                for (LiveRun run; batch.size() < LARGEST_BATCH && (run = ended.poll()) != null; ) {
                    batch.add(run);
                }
                if (!write(batch)) {
                    return;
                }
            } finally {
                writing.unlock();
            }
        }
    }

    private boolean write(List<LiveRun> batch) {
        Map<LiveRun, SettleRule.Settled> settled = new LinkedHashMap<>();
        List<RecordRequest> requests = new ArrayList<>(batch.size());
        for (LiveRun run : batch) {
            SettleRule.Settled each = SettleRule.settle(
                    run.claim(),
                    Objects.requireNonNull(run.went(), "attempt"),
                    run.retry(),
                    run.startedAt(),
                    run.endedAt(),
                    run.pulse().id());
            settled.put(run, each);
            requests.add(each.record());
        }
        final Set<RunToken> refused;
        try {
            refused = new HashSet<>(store.record(requests, CallLimit.of(CALL_LIMIT)));
            if (!refused.isEmpty()) {
                settled.forEach((run, each) -> {
                    if (run.isRecordUnclear() && isWaitingAsRecorded(each.record())) {
                        refused.remove(run.token());
                    }
                });
                note(refused, requests);
            }
        } catch (RuntimeException e) {
            log.storeFailed("recording " + batch.size() + " runs", e);
            batch.forEach(LiveRun::recordUnclear);
            parked.addAll(batch);
            return false;
        }
        settled.forEach((run, each) -> {
            boolean fenced = refused.contains(run.token());
            if (fenced) {
                log.fenced(each.record().run());
            } else {
                log.run(each.record().run());
            }
            recorded.accept(run, each, fenced);
        });
        return true;
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

    private void note(Set<RunToken> refused, List<RecordRequest> requests) {
        if (refused.isEmpty()) {
            return;
        }
        store.appendRuns(
                requests.stream()
                        .filter(request -> refused.contains(request.token()))
                        .map(request -> SettleRule.fenced(request.run(), tokens.next()))
                        .toList(),
                CallLimit.of(CALL_LIMIT));
    }
}
