package dev.heartbeat.engine;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls work later on a thread of its own; what it throws is logged. After close nothing is called any more. */
final class Timer {
    private final ScheduledThreadPoolExecutor threads;

    private final ThreadFactory factory;

    Timer(String prefix, int threads) {
        this.factory = Threads.daemons(prefix);
        this.threads = Threads.timer(factory, threads);
    }

    /** Calls the work now, on a thread that nothing else waits for. */
    void aside(Runnable work) {
        factory.newThread(() -> call(work)).start();
    }

    /** Calls the work once after the delay. */
    @SuppressWarnings("FutureReturnValueIgnored") // the call logs what the work throws
    void after(Duration delay, Runnable work) {
        plan(delay.toNanos(), work);
    }

    /** Calls the work once after the delay. Returns what takes it back; null once the timer is closed. */
    @Nullable
    ScheduledFuture<?> plan(long delayNanos, Runnable work) {
        try {
            return threads.schedule(() -> call(work), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return null; // closed meanwhile: what is left is recovered by the lease
        }
    }

    private static void call(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            Log.failed("background work", e);
        }
    }

    void close() {
        threads.shutdownNow();
    }
}
