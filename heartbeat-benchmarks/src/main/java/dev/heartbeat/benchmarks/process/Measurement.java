package dev.heartbeat.benchmarks.process;

import com.sun.management.OperatingSystemMXBean;
import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.Schedule;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One measurement in a JVM of its own: {@code Measurement WHAT PEER COUNT}. Prints one line, {@code RESULT} and the
 * figures.
 */
public final class Measurement {
    private Measurement() {}

    /** What can be measured. */
    public enum What {
        /** Milliseconds until so many jobs, due at one instant, are done and recorded; cold. */
        BURST,
        /** Milliseconds until 100 due jobs among so many are done and recorded; cold. */
        NEEDLE,
        /** Bytes of heap a job. */
        HEAP,
        /** Microseconds from the instant asked for to the start: the median, and the 99th of 100. */
        LATENESS,
        /** Milliseconds of CPU in 60 seconds with so many jobs that are not due. */
        IDLE,
        /** Nothing but a run; the parent takes the time. */
        STARTUP,
        /** Milliseconds of a simulated year of 200 daily schedules; cold. */
        SIMULATED_YEAR
    }

    /** Who can be measured. */
    public enum Who {
        /** Heartbeat, in-memory store. */
        HEARTBEAT,
        /** Quartz, RAMJobStore. */
        QUARTZ,
        /** The JDK's timer. */
        JDK;

        Peer open() throws Exception {
            return switch (this) {
                case HEARTBEAT -> new HeartbeatPeer();
                case QUARTZ -> new QuartzPeer();
                case JDK -> new JdkPeer();
            };
        }
    }

    /** Measures and prints. */
    public static void main(String[] arguments) throws Exception {
        double[] figures =
                measure(What.valueOf(arguments[0]), Who.valueOf(arguments[1]), Integer.parseInt(arguments[2]));
        StringBuilder line = new StringBuilder("RESULT");
        Arrays.stream(figures).forEach(figure -> line.append(String.format(Locale.ROOT, " %.3f", figure)));
        System.out.println(line);
        System.exit(0); // whatever threads a peer leaves
    }

    static double[] measure(What what, Who who, int count) throws Exception {
        if (what == What.SIMULATED_YEAR) {
            return new double[] {simulatedYear(count)};
        }
        try (Peer peer = who.open()) {
            return switch (what) {
                case BURST -> {
                    peer.register(count, 0);
                    yield new double[] {millis(peer.runDue())};
                }
                case NEEDLE -> {
                    peer.register(100, count - 100);
                    yield new double[] {millis(peer.runDue())};
                }
                case HEAP -> {
                    long before = usedAfterCollection();
                    peer.register(0, count);
                    yield new double[] {(usedAfterCollection() - before) / (double) count};
                }
                case LATENESS -> lateness(peer, count);
                case IDLE -> new double[] {idle(peer, count)};
                case STARTUP -> {
                    CountDownLatch ran = new CountDownLatch(1);
                    peer.once(InstantSource.system().instant(), ran::countDown);
                    peer.start();
                    ran.await();
                    yield new double[] {0};
                }
                case SIMULATED_YEAR -> throw new IllegalStateException();
            };
        }
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static long usedAfterCollection() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** Jobs 100 ms apart, the first one two seconds from now, so that every peer is warm and waiting. */
    private static double[] lateness(Peer peer, int count) throws Exception {
        InstantSource clock = InstantSource.system();
        long[] late = new long[count];
        CountDownLatch done = new CountDownLatch(count);
        Instant first = Instant.ofEpochMilli(clock.millis() + 2_000);
        for (int i = 0; i < count; i++) {
            int job = i;
            Instant at = first.plusMillis(100L * i);
            peer.once(at, () -> {
                late[job] = Duration.between(at, clock.instant()).toNanos() / 1_000;
                done.countDown();
            });
        }
        peer.start();
        done.await();
        Arrays.sort(late);
        return new double[] {late[count / 2], late[(int) Math.ceil(count * 0.99) - 1]};
    }

    private static double idle(Peer peer, int count) throws Exception {
        peer.register(0, count);
        peer.start();
        TimeUnit.SECONDS.sleep(10);
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long before = system.getProcessCpuTime();
        TimeUnit.SECONDS.sleep(60);
        return millis(system.getProcessCpuTime() - before);
    }

    private static double simulatedYear(int schedules) {
        List<Schedule> all = IntStream.range(0, schedules)
                .mapToObj(i -> Schedule.builder("s" + i, (i % 60) + " " + (i % 24) + " * * *", "work")
                        .zone(ZoneId.of("America/New_York"))
                        .build())
                .toList();
        long start = System.nanoTime();
        SimulationResult year = Simulation.of(all).run(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofDays(365));
        long end = System.nanoTime();
        if (year.pulses().size() != 52_560) {
            throw new IllegalStateException(year.toString());
        }
        return millis(end - start);
    }
}
