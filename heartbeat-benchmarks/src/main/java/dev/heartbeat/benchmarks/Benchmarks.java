package dev.heartbeat.benchmarks;

import dev.heartbeat.benchmarks.cron.CronBenchmark;
import dev.heartbeat.benchmarks.cron.CronPeer;
import dev.heartbeat.benchmarks.process.Measurement;
import dev.heartbeat.benchmarks.process.Measurement.What;
import dev.heartbeat.benchmarks.process.Measurement.Who;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures everything and prints the table; with {@code --readme FILE} it also puts the table between the marks of that
 * file. {@code --rounds N} sets how often each process is measured (5); what is shown is the median.
 */
public final class Benchmarks {
    private static final String[] JVM = {"-Xmx4g", "-XX:+UseG1GC"};

    private final Table table = new Table();
    private final int rounds;

    private Benchmarks(int rounds) {
        this.rounds = rounds;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(arguments);
        Benchmarks benchmarks = new Benchmarks(options.rounds());
        benchmarks.cron();
        benchmarks.processes();
        String text = benchmarks.table.text(machine());
        System.out.println(text);
        if (options.readme() != null) {
            Table.write(options.readme(), text);
        }
    }

    private void cron() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(CronBenchmark.class.getName())
                        .addProfiler(GCProfiler.class)
                        .jvmArgs(JVM)
                        .build())
                .run();
        time(results, "cron: next fire, UTC", "nextInUtc", "ns", 100);
        time(results, "cron: next fire, New York", "nextInNewYork", "ns", 100);
        allocated(results, "cron: next fire, New York, allocated", "nextInNewYork", 100);
        time(results, "cron: next February 29", "nextLeapDay", "ns", 300);
        time(results, "cron: parse", "parsing", "ns", 500);
        time(results, "due check of 100,000 parsed schedules", "dueOfHundredThousand", "ms", 8);
    }

    private void time(Collection<RunResult> results, String what, String method, String unit, double most) {
        row(
                what,
                unit,
                cells(results, method, result -> result.getPrimaryResult().getScore()),
                most);
    }

    private void allocated(Collection<RunResult> results, String what, String method, double most) {
        row(
                what,
                "B",
                cells(
                        results,
                        method,
                        result -> Objects.requireNonNull(
                                        result.getSecondaryResults().get("gc.alloc.rate.norm"), "allocation")
                                .getScore()),
                most);
    }

    private static List<Cell> cells(Collection<RunResult> results, String method, ToDoubleFunction<RunResult> figure) {
        List<Cell> cells = new ArrayList<>();
        for (CronPeer peer : CronPeer.values()) {
            results.stream()
                    .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
                    .filter(result -> result.getParams().getParam("peer").equals(peer.name()))
                    .forEach(result -> cells.add(new Cell(peer.name(), figure.applyAsDouble(result))));
        }
        return cells;
    }

    private void processes() throws Exception {
        Map<Who, Double> burst = medians(What.BURST, 10_000, Who.values());
        table.add(new Table.Row(
                "burst: 10,000 due at once, cold, all recorded",
                "ms",
                cells(burst),
                "&le; 100 ms, Quartz &ge; x 5",
                of(burst, Who.HEARTBEAT) <= 100 && of(burst, Who.QUARTZ) >= 5 * of(burst, Who.HEARTBEAT)));
        Map<Who, Double> small = medians(What.NEEDLE, 100_000, Who.values());
        Map<Who, Double> large = medians(What.NEEDLE, 1_000_000, Who.HEARTBEAT, Who.JDK); // Quartz: out of memory
        row("needle: 100 due of 100,000, cold", "ms", cells(small), 5);
        table.add(new Table.Row(
                "needle: 100 due of 1,000,000, cold",
                "ms",
                cells(large),
                "&le; 5 ms, &le; x 1.5 of the one above",
                of(large, Who.HEARTBEAT) <= 5 && of(large, Who.HEARTBEAT) <= 1.5 * of(small, Who.HEARTBEAT)));
        row("heap a schedule, 100,000", "B", cells(medians(What.HEAP, 100_000, Who.values())), 450);
        row("heap a schedule, 1,000,000", "B", cells(medians(What.HEAP, 1_000_000, Who.HEARTBEAT, Who.JDK)), 450);
        lateness();
        row(
                "idle: CPU in 60 s, 10,000 not due",
                "ms",
                cells(medians(What.IDLE, Math.min(rounds, 3), 10_000, Who.values())),
                50);
        row("java start to first run recorded", "ms", startup(), 150);
        row(
                "simulator: a year of 200 daily schedules, cold",
                "ms",
                cells(medians(What.SIMULATED_YEAR, 200, Who.HEARTBEAT)),
                2_000);
        Path core = jar(dev.heartbeat.Heartbeat.class);
        if (Files.isRegularFile(core)) {
            Path quartz = jar(org.quartz.Scheduler.class);
            row(
                    "core jar",
                    "kB",
                    List.of(
                            new Cell("HEARTBEAT", Files.size(core) / 1_000.0),
                            new Cell("QUARTZ", Files.size(quartz) / 1_000.0)),
                    250);
        }
    }

    private void lateness() throws Exception {
        Map<Who, List<double[]>> figures = inTurn(What.LATENESS, rounds, 100, Who.values());
        row("lateness with the ticker, median of 100", "us", cells(medians(figures, 0)), 1_000);
        row("lateness with the ticker, 99th of 100", "us", cells(medians(figures, 1)), 2_000);
    }

    private List<Cell> startup() throws Exception {
        Map<Who, List<double[]>> figures = new EnumMap<>(Who.class);
        for (int round = 0; round < rounds; round++) {
            for (Who who : Who.values()) {
                long start = System.nanoTime();
                measure(What.STARTUP, who, 1);
                figures.computeIfAbsent(who, key -> new ArrayList<>())
                        .add(new double[] {(System.nanoTime() - start) / 1e6});
            }
        }
        return cells(medians(figures, 0));
    }

    private Map<Who, Double> medians(What what, int count, Who... peers) throws Exception {
        return medians(what, rounds, count, peers);
    }

    private static Map<Who, Double> medians(What what, int times, int count, Who... peers) throws Exception {
        return medians(inTurn(what, times, count, peers), 0);
    }

    private static Map<Who, Double> medians(Map<Who, List<double[]>> figures, int column) {
        Map<Who, Double> medians = new EnumMap<>(Who.class);
        figures.forEach((who, rows) -> {
            double[] sorted =
                    rows.stream().mapToDouble(row -> row[column]).sorted().toArray();
            medians.put(who, sorted[sorted.length / 2]);
        });
        return medians;
    }

    /** The peers in turn, so that what else the machine does hits all of them. */
    private static Map<Who, List<double[]>> inTurn(What what, int times, int count, Who... peers) throws Exception {
        Map<Who, List<double[]>> figures = new EnumMap<>(Who.class);
        for (int round = 0; round < times; round++) {
            for (Who who : peers) {
                double[] measured = measure(what, who, count);
                System.out.println(what + " " + who + " " + count + ": " + Arrays.toString(measured));
                figures.computeIfAbsent(who, key -> new ArrayList<>()).add(measured);
            }
        }
        return figures;
    }

    private static double[] measure(What what, Who who, int count) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JVM));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Measurement.class.getName()));
        command.addAll(List.of(what.name(), who.name(), String.valueOf(count)));
        return figures(what + " of " + who + " with " + count, command);
    }

    /** Returns what the process measured. Throws with its errors if it ends without a result. */
    static double[] figures(String what, List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("benchmark", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = output.readLine()) != null; ) {
                if (line.startsWith("RESULT")) {
                    return Arrays.stream(line.substring(7).split(" ", -1))
                            .flatMapToDouble(figure -> DoubleStream.of(Double.parseDouble(figure)))
                            .toArray();
                }
            }
            process.waitFor();
            throw new IllegalStateException(what + " ended without a result, exit code " + process.exitValue() + ": "
                    + Files.readString(errors));
        } finally {
            process.waitFor();
            Files.delete(errors);
        }
    }

    private void row(String what, String unit, List<Cell> cells, double most) {
        table.add(new Table.Row(
                what,
                unit,
                cells,
                "&le; " + Cell.text(most).replace(".00", "").replace(".0", "") + " " + unit,
                cells.get(0).value() <= most));
    }

    private static List<Cell> cells(Map<Who, Double> medians) {
        List<Cell> cells = new ArrayList<>();
        medians.forEach((who, median) -> cells.add(new Cell(who.name(), median)));
        return cells;
    }

    private static double of(Map<Who, Double> medians, Who who) {
        return Objects.requireNonNull(medians.get(who), who.name());
    }

    private static Path jar(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** The jars that are measured, with their versions. */
    private static String peers() throws URISyntaxException {
        StringJoiner peers = new StringJoiner(", ");
        for (Class<?> type : List.of(
                org.quartz.Scheduler.class,
                org.jobrunr.scheduling.cron.CronExpression.class,
                org.springframework.scheduling.support.CronExpression.class,
                com.cronutils.parser.CronParser.class)) {
            peers.add(String.valueOf(jar(type).getFileName()).replaceFirst("\\.jar$", ""));
        }
        return peers.toString();
    }

    private static String machine() throws URISyntaxException {
        return LocalDate.now(ZoneOffset.UTC) + ": " + Runtime.getRuntime().availableProcessors() + " cores, "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + ManagementFactory.getRuntimeMXBean().getVmName() + " " + Runtime.version() + ", "
                + String.join(" ", JVM)
                + "; " + peers() + "; medians.";
    }
}
