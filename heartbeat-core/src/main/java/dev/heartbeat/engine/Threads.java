package dev.heartbeat.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one heartbeat: all daemons, named after it. */
final class Threads {
    private static final long KEEP_ALIVE_SECONDS = 30;

    private Threads() {}

    /** Returns an executor without a bound: virtual threads where the JVM has them (21 and later), else a cached pool. */
    static ExecutorService forTasks(String name) {
        if (Runtime.version().feature() >= 21) {
            try {
                return virtual(name);
            } catch (Throwable e) { // MethodHandle.invoke declares it
                throw new IllegalStateException("virtual threads of this JVM could not be used", e);
            }
        }
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                daemons(name + "-task-"));
    }

    /** {@code Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(prefix, 1).factory())}, which 17 cannot name. */
    private static ExecutorService virtual(String name) throws Throwable {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> builder = Class.forName("java.lang.Thread$Builder");
        Class<?> ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
        Object started = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual))
                .invoke();
        Object named = lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class, long.class))
                .invoke(started, name + "-task-", 1L);
        Object factory = lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class))
                .invoke(named);
        return (ExecutorService) lookup.findStatic(
                        Executors.class,
                        "newThreadPerTaskExecutor",
                        MethodType.methodType(ExecutorService.class, ThreadFactory.class))
                .invoke(factory);
    }

    /** Returns the timer; it has no thread before its first use. */
    static ScheduledThreadPoolExecutor timer(ThreadFactory factory, int threads) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(threads, factory);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        return timer;
    }

    static ThreadFactory daemons(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
