package dev.heartbeat.engine;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes what runs that this process does not hold tell of themselves: the first note at once, later ones at most once in a
 * third of the lease, all of them in one call. Notes never move the end of a claim.
 */
final class ProgressNotes {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<RunToken, Noted> notes = new HashMap<>();
    private final HeartbeatStore store;
    private final ClaimFate claims;
    private final long pauseNanos;
    private final Pace pace;
    private final Timer timer;
    private final Log log;
    private boolean planned;

    /** When a run was last written of, and what it has told since. */
    private static final class Noted {
        private long sentAt;
        private @Nullable Progress waiting;

        Noted(long sentAt) {
            this.sentAt = sentAt;
        }
    }

    ProgressNotes(HeartbeatStore store, Duration lease, Pace pace, Timer timer, Log log) {
        this.store = store;
        this.claims = new ClaimFate(store);
        this.pauseNanos = lease.dividedBy(3).toNanos();
        this.pace = pace;
        this.timer = timer;
        this.log = log;
    }

    /** Writes the note, or keeps it for the next write, which is what the answer then goes by. */
    Completion note(RunToken token, Progress progress) {
        lock.lock();
        try {
            Noted noted = notes.get(token);
            if (noted != null && pace.nanos() - noted.sentAt < pauseNanos) {
                noted.waiting = progress;
                return Completion.ACCEPTED;
            }
            notes.put(token, new Noted(pace.nanos()));
            plan();
        } finally {
            lock.unlock();
        }
        try {
            if (write(List.of(new Renewal(token, progress))).contains(token)) {
                return Completion.ACCEPTED;
            }
        } catch (RuntimeException e) {
            forget(List.of(token));
            throw e;
        }
        forget(List.of(token));
        return claims.of(token);
    }

    private Set<RunToken> write(List<Renewal> renewals) {
        Set<RunToken> held = new HashSet<>();
        for (Claim claim : store.renew(renewals, Duration.ZERO, CallLimit.of(CALL_LIMIT))) {
            held.add(claim.token());
        }
        return held;
    }

    /** The store did not take these; unless something newer has been told, they go along with the next write. */
    private void keep(List<Renewal> told) {
        lock.lock();
        try {
            for (Renewal each : told) {
                Noted noted = notes.get(each.token());
                if (noted != null && noted.waiting == null) {
                    noted.waiting = each.progress();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(List<RunToken> tokens) {
        lock.lock();
        try {
            tokens.forEach(notes::remove);
        } finally {
            lock.unlock();
        }
    }

    /** Called under the lock. */
    private void plan() {
        if (!planned && !notes.isEmpty()) {
            planned = true;
            timer.after(pauseNanos, this::flush);
        }
    }

    /** Writes what has been told since, and forgets the runs that have told nothing. */
    void flush() {
        List<Renewal> told = new ArrayList<>();
        lock.lock();
        try {
            planned = false;
            long now = pace.nanos();
            notes.values().removeIf(noted -> noted.waiting == null && now - noted.sentAt >= pauseNanos);
            notes.forEach((token, noted) -> {
                if (noted.waiting != null) {
                    told.add(new Renewal(token, noted.waiting));
                    noted.waiting = null;
                    noted.sentAt = now;
                }
            });
            plan();
        } finally {
            lock.unlock();
        }
        if (told.isEmpty()) {
            return;
        }
        try {
            Set<RunToken> held = write(told);
            forget(told.stream()
                    .map(Renewal::token)
                    .filter(token -> !held.contains(token))
                    .toList());
        } catch (RuntimeException e) {
            log.storeFailed("noting the progress of " + told.size() + " runs", e);
            keep(told);
        }
    }
}
