package dev.heartbeat.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The earliest instant at which something falls due, as far as this process has heard; the ticker sleeps on it. */
final class Wakes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed;
    private @Nullable Instant earliest;
    private long changes;

    Wakes(Pace pace) {
        changed = pace.condition(lock);
    }

    /** Something falls due at the instant. */
    void by(Instant instant) {
        lock.lock();
        try {
            if (earliest == null || instant.isBefore(earliest)) {
                earliest = instant;
                changes++;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the earliest instant, or null if nothing is known to fall due. */
    @Nullable
    Instant earliest() {
        lock.lock();
        try {
            return earliest;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all: the pulse that follows will look for itself. */
    void clear() {
        lock.lock();
        try {
            earliest = null;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a sleep without anything falling due. */
    void rouse() {
        lock.lock();
        try {
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how often something earlier has come; to be read before deciding to sleep. */
    long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /** Sleeps until the time has passed, or something earlier has come since the count was read. */
    void sleep(Duration atMost, long since) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (left > 0 && changes == since) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
