package dev.heartbeat.engine;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Calls work later on a thread of its own; what it throws is logged. After close nothing is called any more. */
final class Timer {
    private final ScheduledThreadPoolExecutor threads;

    Timer(String name) {
        threads = Threads.timer(name);
    }

    void after(Duration delay, Runnable work) {
        afterNanos(delay.toNanos(), work);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what the work throws is logged by the work itself
    void afterNanos(long delay, Runnable work) {
        try {
            threads.schedule(
                    () -> {
                        try {
                            work.run();
                        } catch (RuntimeException e) {
                            Log.failed("background work", e);
                        }
                    },
                    Math.max(0, delay),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // closed meanwhile: what is left is recovered by the lease
        }
    }

    void close() {
        threads.shutdownNow();
    }
}
