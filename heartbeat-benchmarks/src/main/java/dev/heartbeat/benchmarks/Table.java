package dev.heartbeat.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table of results, as Markdown; the first cell of a row is Heartbeat's, the others say how many times as much. */
final class Table {
    private static final String BEGIN = "<!-- benchmarks: begin -->\n";
    private static final String END = "<!-- benchmarks: end -->\n";

    private final List<Row> rows = new ArrayList<>();

    /**
     * One line.
     *
     * @param bar what Heartbeat is held to, in words
     * @param holds whether it does
     */
    record Row(String what, String unit, List<Cell> cells, String bar, boolean holds) {
        String text() {
            Cell own = cells.get(0);
            String peers = cells.stream()
                    .skip(1)
                    .map(cell -> cell.peer() + " " + Cell.text(cell.value()) + " (x "
                            + String.format(Locale.ROOT, "%.1f", cell.value() / own.value()) + ")")
                    .collect(Collectors.joining(", "));
            return "| " + what + " | " + Cell.text(own.value()) + " " + unit + " | " + bar
                    + (holds ? "" : " **missed**") + " | " + peers + " |\n";
        }
    }

    void add(Row row) {
        rows.add(row);
    }

    String text(String machine) {
        return "Measured on " + machine
                + "\n\n| what | Heartbeat | bar | peers in the same run (times Heartbeat's) |\n|---|---|---|---|\n"
                + rows.stream().map(Row::text).collect(Collectors.joining());
    }

    /** Puts the text between the marks of a file. Throws {@code IllegalStateException} if the file has none. */
    static void write(Path file, String text) throws IOException {
        String old = Files.readString(file);
        int begin = old.indexOf(BEGIN);
        int end = old.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(file + " has no lines " + BEGIN.strip() + " and " + END.strip());
        }
        Files.writeString(file, old.substring(0, begin + BEGIN.length()) + text + old.substring(end));
    }
}
