package dev.heartbeat.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls a piece of work soon after it was asked for, but at most once a second: a document store allows about one
 * sustained write a second on one document. Asked for again before the call, it is called once. Thread-safe.
 */
final class Soon {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Pace pace;
    private final Timer timer;
    private final Runnable work;
    private boolean planned;
    private boolean doneBefore;
    private long doneAt;

    Soon(Pace pace, Timer timer, Runnable work) {
        this.pace = pace;
        this.timer = timer;
        this.work = work;
    }

    /** Plans a call, unless one is planned. */
    void ask() {
        long wait;
        lock.lock();
        try {
            if (planned) {
                return;
            }
            planned = true;
            wait = doneBefore ? PAUSE_NANOS - (pace.nanos() - doneAt) : 0;
        } finally {
            lock.unlock();
        }
        timer.after(wait, this::call);
    }

    private void call() {
        lock.lock();
        try {
            planned = false;
        } finally {
            lock.unlock();
        }
        work.run();
    }

    /** The work has just been done, whoever did it: the next call keeps its distance. */
    void done() {
        lock.lock();
        try {
            doneBefore = true;
            doneAt = pace.nanos();
        } finally {
            lock.unlock();
        }
    }
}
