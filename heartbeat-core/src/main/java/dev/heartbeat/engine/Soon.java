package dev.heartbeat.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls a piece of work soon after it was asked for, but at most once a second: a document store allows about one
 * sustained write a second on one document. Asked for again before the call, it is called once; work that has failed is
 * called again after a few seconds. Thread-safe.
 */
final class Soon {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Pace pace;
    private final Timer timer;
    private final Runnable work;
    /** How many calls were planned; only the last one counts. */
    private long plans;

    private boolean planned;
    private long plannedAt;
    private boolean doneBefore;
    private long doneAt;

    Soon(Pace pace, Timer timer, Runnable work) {
        this.pace = pace;
        this.timer = timer;
        this.work = work;
    }

    /** Plans a call, unless one is planned that comes no later. */
    void ask() {
        lock.lock();
        try {
            plan(doneBefore ? Math.max(0, PAUSE_NANOS - (pace.nanos() - doneAt)) : 0);
        } finally {
            lock.unlock();
        }
    }

    /** The work was tried in vain: plans a call in five seconds, unless one is planned that comes no later. */
    void again() {
        lock.lock();
        try {
            plan(AFTER_FAILURE_NANOS);
        } finally {
            lock.unlock();
        }
    }

    private void plan(long wait) {
        long at = pace.nanos() + wait;
        if (planned && at - plannedAt >= 0) {
            return;
        }
        planned = true;
        plannedAt = at;
        long plan = ++plans;
        timer.after(wait, () -> call(plan)); // a closed one calls nothing, which is as it should be
    }

    private void call(long plan) {
        lock.lock();
        try {
            if (plan != plans) {
                return; // an earlier call has taken its place
            }
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
