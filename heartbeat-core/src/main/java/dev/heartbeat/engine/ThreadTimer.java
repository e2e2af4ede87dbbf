package dev.heartbeat.engine;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A timer of daemon threads. */
final class ThreadTimer implements Timer {
    private final ScheduledThreadPoolExecutor threads;
    private final ThreadFactory factory;

    ThreadTimer(String prefix, int threads) {
        this.factory = Threads.daemons(prefix);
        this.threads = Threads.timer(factory, threads);
    }

    @Override
    public void aside(Runnable work) {
        factory.newThread(() -> call(work)).start();
    }

    @Override
    public @Nullable Call after(long nanos, Runnable work) {
        try {
            Future<?> planned = threads.schedule(() -> call(work), Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return () -> planned.cancel(false);
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

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
