package dev.heartbeat.benchmarks.firestore;

import com.google.cloud.firestore.Firestore;
import dev.heartbeat.firestore.Emulator;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How many fires a second go through Firestore's emulator, from the find to the ledger, with 1, 2 and 4 instances that
 * pulse at once; and how many the bare client could write. Prints a table; {@code --rounds N} sets how often each is
 * measured (7). Without an emulator it says so and measures nothing.
 */
public final class FirestoreBenchmark {
    private static final int DUE = 1_000;
    private static final int WARM_UP = 3;
    private static final int BAR = 3_000;
    private static final List<Integer> INSTANCES = List.of(0, 1, 2, 4); // none: the bare client

    private FirestoreBenchmark() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        if (!Emulator.isAvailable()) {
            System.out.println("Nothing was measured. " + Emulator.MISSING);
            return;
        }
        int rounds = 7;
        if (arguments.length > 0) {
            if (arguments.length != 2 || !arguments[0].equals("--rounds")) {
                throw new IllegalArgumentException("allowed is --rounds N");
            }
            rounds = Integer.parseInt(arguments[1]);
        }
        System.out.println(table(rounds, DUE));
        System.exit(0); // whatever threads the client leaves
    }

    static String table(int rounds, int due) throws Exception {
        Map<Integer, List<Double>> figures = new TreeMap<>();
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int instances : INSTANCES) { // in turn, so that what else the machine does hits all of them
                double figure = firesASecond(instances, due);
                if (round >= 0) {
                    figures.computeIfAbsent(instances, key -> new ArrayList<>()).add(figure);
                }
            }
        }
        StringBuilder text = new StringBuilder("Measured on " + LocalDate.now(ZoneOffset.UTC) + ": "
                + Runtime.getRuntime().availableProcessors() + " cores for emulator and instances together, "
                + System.getProperty("java.vm.name") + " " + Runtime.version() + ", warm; medians of " + rounds
                + ", least and most.\n\n"
                + String.format(
                        Locale.ROOT,
                        "| %,d due, claimed, run and recorded | fires a second | bar | bare client |%n",
                        due)
                + "|---|---|---|---|\n");
        double bare = median(Objects.requireNonNull(figures.get(0), "bare client"));
        figures.forEach((instances, all) -> text.append(row(instances, all, bare)));
        return text.toString();
    }

    private static double firesASecond(int instances, int due) throws Exception {
        String project = Emulator.newProject();
        Firestore client = Emulator.shared().client(project);
        try {
            long nanos =
                    instances == 0 ? new BareClient(client).write(due) : Crowd.pulse(project, client, instances, due);
            return due * 1e9 / nanos;
        } finally {
            client.close();
            Emulator.shared().clear(project);
        }
    }

    private static String row(int instances, List<Double> figures, double bare) {
        double median = median(figures);
        String bar = instances == 0 ? "" : "&ge; " + BAR + (median >= BAR ? "" : " **missed**");
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f (%,.0f to %,.0f) | %s | x %.2f |%n",
                instances == 0 ? "bare client" : instances + (instances == 1 ? " instance" : " instances"),
                median,
                figures.stream().min(Double::compare).orElseThrow(),
                figures.stream().max(Double::compare).orElseThrow(),
                bar,
                median / bare);
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }
}
