package dev.heartbeat.benchmarks.process;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/** Quartz with its RAMJobStore; recorded means that the job has run. */
final class QuartzPeer implements Peer {
    private static final Map<String, Runnable> WORKS = new ConcurrentHashMap<>();

    private final InstantSource clock = InstantSource.system();
    private final Scheduler scheduler;
    private CountDownLatch done = new CountDownLatch(0);
    private int number;

    QuartzPeer() throws SchedulerException {
        Properties properties = new Properties();
        properties.setProperty("org.quartz.scheduler.instanceName", "benchmark");
        properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
        properties.setProperty("org.quartz.threadPool.threadCount", String.valueOf(THREADS));
        properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
        scheduler = new StdSchedulerFactory(properties).getScheduler();
    }

    /** A job of Quartz: made by it, so that what it does comes from a map. */
    public static final class Work implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            WORKS.getOrDefault(context.getJobDetail().getKey().getName(), () -> {})
                    .run();
        }
    }

    @Override
    public void register(int due, int later) throws SchedulerException, InterruptedException {
        Instant now = clock.instant();
        CountDownLatch first = new CountDownLatch(1);
        daily(now, first::countDown);
        scheduler.start();
        first.await();
        scheduler.standby();
        done = new CountDownLatch(due);
        for (int i = 0; i < due; i++) {
            daily(now, done::countDown);
        }
        for (int i = 0; i < later; i++) {
            daily(now.plus(Duration.ofHours(2)).plusSeconds(60L * (i % 1_000)), () -> {});
        }
    }

    private void daily(Instant first, Runnable work) throws SchedulerException {
        schedule(
                TriggerBuilder.newTrigger()
                        .startAt(Date.from(first))
                        .withSchedule(SimpleScheduleBuilder.repeatHourlyForever(24))
                        .build(),
                work);
    }

    private void schedule(Trigger trigger, Runnable work) throws SchedulerException {
        String name = "job-" + number++;
        WORKS.put(name, work);
        scheduler.scheduleJob(
                JobBuilder.newJob(Work.class).withIdentity(JobKey.jobKey(name)).build(), trigger);
    }

    @Override
    public long runDue() throws SchedulerException, InterruptedException {
        long start = System.nanoTime();
        scheduler.start();
        done.await();
        return System.nanoTime() - start;
    }

    @Override
    public void once(Instant at, Runnable work) throws SchedulerException {
        schedule(TriggerBuilder.newTrigger().startAt(Date.from(at)).build(), work);
    }

    @Override
    public void start() throws SchedulerException {
        scheduler.start();
    }

    @Override
    public void close() {
        WORKS.clear();
        try {
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }
}
