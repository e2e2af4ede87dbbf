package dev.heartbeat.benchmarks.process;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The timer of the JDK: no store, no cron, no catching up. The limit that nothing which records can reach. */
final class JdkPeer implements Peer {
    private static final long DAY_NANOS = TimeUnit.DAYS.toNanos(1);
    private static final long REGISTRATION_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(THREADS);
    private final InstantSource clock = InstantSource.system();
    private final List<ScheduledFuture<?>> jobs = new ArrayList<>();
    private CountDownLatch done = new CountDownLatch(0);
    private long dueAt;

    @Override
    public void register(int due, int later) {
        done = new CountDownLatch(due);
        dueAt = System.nanoTime() + REGISTRATION_NANOS;
        for (int i = 0; i < due; i++) {
            daily(done::countDown, dueAt - System.nanoTime());
        }
        for (int i = 0; i < later; i++) {
            daily(() -> {}, TimeUnit.HOURS.toNanos(2) + TimeUnit.MINUTES.toNanos(i % 1_000));
        }
    }

    private void daily(Runnable work, long delayNanos) {
        jobs.add(timer.scheduleAtFixedRate(work, delayNanos, DAY_NANOS, TimeUnit.NANOSECONDS));
    }

    @Override
    public long runDue() throws InterruptedException {
        if (System.nanoTime() >= dueAt) {
            throw new IllegalStateException("the registration took longer than it may");
        }
        done.await();
        return System.nanoTime() - dueAt;
    }

    @Override
    public void once(Instant at, Runnable work) {
        jobs.add(timer.schedule(work, Duration.between(clock.instant(), at).toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public void start() {
        // it is started
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
