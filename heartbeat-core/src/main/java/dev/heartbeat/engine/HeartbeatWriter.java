package dev.heartbeat.engine;

import dev.heartbeat.engine.BeatRule.Contribution;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PulseStore;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Merges what pulses and late runs leave into the stored heartbeat record. Pulses write at once; late runs and wakes in
 * between write at most once a second. What could not be written is kept and tried again every few seconds: at the next
 * pulse its errors might be too old to be shown at all.
 */
final class HeartbeatWriter {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final int MOST_TRIES = 100;
    private static final int LARGEST_BACKLOG = 1_000;

    private final Turn writing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Contribution> backlog = new ArrayDeque<>();
    private final PulseStore store;
    private final InstantSource clock;
    private final Duration interval;
    private final Pace pace;
    private final Log log;
    private final Soon soon;
    private volatile @Nullable HeartbeatRecord last;
    /** What was written without a clear answer, and for how many of the first contributions in the backlog. */
    private @Nullable HeartbeatRecord unclear;

    private int unclearCount;

    HeartbeatWriter(PulseStore store, InstantSource clock, Duration interval, Pace pace, Timer timer, Log log) {
        this.writing = new Turn(pace);
        this.store = store;
        this.clock = clock;
        this.interval = interval;
        this.pace = pace;
        this.log = log;
        this.soon = new Soon(pace, timer, this::flushQuietly);
    }

    /**
     * Writes now, what was kept included.
     *
     * @return the record as it stands in the store
     * @throws StoreException if the store did not answer; the contribution is kept and tried again
     */
    HeartbeatRecord write(Contribution contribution, CallLimit limit) {
        keep(contribution);
        HeartbeatRecord record;
        try {
            record = flush(limit);
        } catch (RuntimeException e) {
            soon.again();
            throw e;
        }
        if (record == null) { // another thread has just written ours along with its own
            record = store.heartbeat(limit).map(StoredHeartbeat::heartbeat).orElse(last);
        }
        if (record == null) {
            throw new StoreException("the heartbeat record vanished from the store while it was written");
        }
        return record;
    }

    /** Writes within about a second, together with others. */
    void later(Contribution contribution) {
        keep(contribution);
        soon.ask();
    }

    /** Writes what is left. */
    void flushQuietly() {
        try {
            flush(CallLimit.of(CALL_LIMIT));
        } catch (RuntimeException e) {
            log.storeFailed("writing the heartbeat", e);
            soon.again();
        }
    }

    /** Returns the record as this process last wrote it. */
    Optional<HeartbeatRecord> last() {
        return Optional.ofNullable(last);
    }

    private void keep(Contribution contribution) {
        lock.lock();
        try {
            if (backlog.size() >= LARGEST_BACKLOG) {
                backlog.removeFirst();
            }
            backlog.addLast(contribution);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable HeartbeatRecord flush(CallLimit limit) {
        long until = pace.nanos() + limit.remaining().toNanos();
        awaitTurn(limit);
        try {
            List<Contribution> taken = take();
            if (taken.isEmpty()) {
                return null;
            }
            try {
                HeartbeatRecord record = save(taken, until);
                last = record;
                return record;
            } catch (RuntimeException e) {
                putBack(taken);
                throw e;
            }
        } finally {
            writing.give();
        }
    }

    /** One thread writes at a time; a pulse does not wait longer for another one than for the store. */
    private void awaitTurn(CallLimit limit) {
        long until = pace.nanos() + limit.remaining().toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (writing.take(until - pace.nanos())) {
                        return;
                    }
                    break;
                } catch (InterruptedException e) {
                    interrupted = true; // an interrupted caller still leaves its heartbeat
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        throw new StoreException("another thread has been writing the heartbeat record for "
                + limit.remaining().toMillis() + " ms; this one is kept");
    }

    private HeartbeatRecord save(List<Contribution> contributions, long until) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            CallLimit limit = CallLimit.of(Duration.ofNanos(until - pace.nanos()));
            Optional<StoredHeartbeat> stored = store.heartbeat(limit);
            HeartbeatRecord merged = stored.map(StoredHeartbeat::heartbeat).orElse(null);
            Instant now = clock.instant();
            // a write whose answer got lost is found as it was written: it must not be counted again
            boolean written = unclear != null && unclear.equals(merged);
            for (Contribution contribution :
                    written ? contributions.subList(unclearCount, contributions.size()) : contributions) {
                merged = BeatRule.merge(merged, contribution, now, interval);
            }
            HeartbeatRecord wanted = Objects.requireNonNull(merged, "merged");
            if (saved(wanted, stored.map(StoredHeartbeat::version).orElse(Version.NONE), contributions.size(), limit)) {
                return wanted;
            }
        }
        throw new StoreException("the heartbeat record changed under each of " + MOST_TRIES + " tries to write it");
    }

    private boolean saved(HeartbeatRecord wanted, Version expected, int contributions, CallLimit limit) {
        try {
            boolean saved = store.saveHeartbeat(wanted, expected, limit);
            unclear = null;
            return saved;
        } catch (RuntimeException e) {
            unclear = wanted;
            unclearCount = contributions;
            throw e;
        }
    }

    private List<Contribution> take() {
        soon.done();
        lock.lock();
        try {
            List<Contribution> taken = new ArrayList<>(backlog);
            backlog.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void putBack(List<Contribution> taken) {
        lock.lock();
        try {
            for (int i = taken.size() - 1; i >= 0; i--) {
                backlog.addFirst(taken.get(i));
            }
        } finally {
            lock.unlock();
        }
    }
}
