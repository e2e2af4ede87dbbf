package dev.heartbeat.engine;

import dev.heartbeat.store.PulseDetail;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells the listener what has happened, one call after the other and in the order of events, on a thread that nothing else
 * waits for: a listener that hangs keeps nobody from renewing, recording or pulsing. A pulse gives the news a moment to be
 * told before it answers.
 */
final class Announcer {
    private static final int MOST_WAITING = 10_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told;
    private final Deque<Runnable> news = new ArrayDeque<>();
    private final EngineListener listener;
    private final Timer timer;
    private boolean telling;
    private long added;
    private long done;

    Announcer(EngineListener listener, Pace pace, Timer timer) {
        this.listener = listener;
        this.told = pace.condition(lock);
        this.timer = timer;
    }

    void runEnded(PulseDetail detail) {
        if (listener.listens()) {
            add(() -> listener.runEnded(detail));
        }
    }

    void pulseEnded(PulseReport report) {
        if (listener.listens()) {
            add(() -> listener.pulseEnded(report));
        }
    }

    /** Keeps news until they are told; a listener that hangs for long misses some. */
    private void add(Runnable call) {
        lock.lock();
        try {
            if (news.size() < MOST_WAITING) {
                news.add(call);
                added++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the news told, unless that is going on. */
    void tell() {
        lock.lock();
        try {
            if (telling || news.isEmpty()) {
                return;
            }
            telling = true;
        } finally {
            lock.unlock();
        }
        timer.aside(this::tellAll);
    }

    private void tellAll() {
        for (Runnable call; (call = next()) != null; ) {
            try {
                call.run();
            } finally {
                told();
            }
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            Runnable call = news.poll();
            telling = call != null;
            return call;
        } finally {
            lock.unlock();
        }
    }

    private void told() {
        lock.lock();
        try {
            done++;
            told.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has the news told and waits for that, but only for a moment. */
    void tellAndWait() {
        tell();
        long left = PATIENCE_NANOS;
        lock.lock();
        try {
            long all = added;
            while (done < all && left > 0) {
                left = told.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
