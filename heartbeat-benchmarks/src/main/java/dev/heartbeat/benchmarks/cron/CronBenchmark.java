package dev.heartbeat.benchmarks.cron;

import dev.heartbeat.benchmarks.cron.CronPeer.Next;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Parsing expressions, finding next fires, and checking many schedules for those that are due. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CronBenchmark {
    static final List<String> COMMON =
            List.of("*/10 * * * *", "0 9 * * 1", "0 0 1 * *", "30 17 * * 1-5", "15 3 * * *", "0 */4 * * *");
    private static final int EXPRESSIONS = 6;
    private static final int SCHEDULES = 100_000;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> ZONES = List.of("UTC", "America/New_York", "Europe/London", "Asia/Kolkata");
    private static final long STEP_SECONDS = 7_919; // a prime: times of day that do not repeat
    private static final long YEAR_SECONDS = 365L * 86_400;

    /** The engine. */
    @Param({"HEARTBEAT", "JOBRUNR", "SPRING", "QUARTZ", "CRON_UTILS"})
    public CronPeer peer = CronPeer.HEARTBEAT;

    private Next[] utc = new Next[0];
    private Next[] newYork = new Next[0];
    private Next leapDay = after -> after;
    private Next[] schedules = new Next[0];
    private Instant[] lastRuns = new Instant[0];
    private long step;

    /** Parses what is measured. */
    @Setup
    public void parse() {
        utc = parsed(ZoneId.of("UTC"));
        newYork = parsed(ZoneId.of("America/New_York"));
        leapDay = peer.parse("0 0 29 2 *", ZoneId.of("America/New_York"));
        schedules = new Next[SCHEDULES];
        lastRuns = new Instant[SCHEDULES];
        for (int i = 0; i < SCHEDULES; i++) {
            schedules[i] = peer.parse(COMMON.get(i % EXPRESSIONS), ZoneId.of(ZONES.get(i % ZONES.size())));
            lastRuns[i] = START.minusSeconds(i % 86_400);
        }
    }

    private Next[] parsed(ZoneId zone) {
        return COMMON.stream().map(cron -> peer.parse(cron, zone)).toArray(Next[]::new);
    }

    private Instant instant() {
        step = (step + STEP_SECONDS) % YEAR_SECONDS;
        return START.plusSeconds(step);
    }

    /** The next fire of common expressions, per call. */
    @Benchmark
    @OperationsPerInvocation(EXPRESSIONS)
    public void nextInUtc(Blackhole sink) {
        next(utc, sink);
    }

    /** The next fire of common expressions in a zone with changes of the clock, per call. */
    @Benchmark
    @OperationsPerInvocation(EXPRESSIONS)
    public void nextInNewYork(Blackhole sink) {
        next(newYork, sink);
    }

    private void next(Next[] expressions, Blackhole sink) {
        Instant after = instant();
        for (Next expression : expressions) {
            sink.consume(expression.after(after));
        }
    }

    /** The next February 29th. */
    @Benchmark
    public Instant nextLeapDay() {
        return leapDay.after(instant());
    }

    /** Reading common expressions, per expression. */
    @Benchmark
    @OperationsPerInvocation(EXPRESSIONS)
    public void parsing(Blackhole sink) {
        for (String cron : COMMON) {
            sink.consume(peer.parse(cron, java.time.ZoneOffset.UTC));
        }
    }

    /** Which of 100,000 parsed schedules are due, in milliseconds. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public int dueOfHundredThousand() {
        int due = 0;
        for (int i = 0; i < schedules.length; i++) {
            due += schedules[i].after(lastRuns[i]).isAfter(START) ? 0 : 1;
        }
        return due;
    }
}
