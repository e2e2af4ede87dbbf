package dev.heartbeat.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    @TempDir
    Path folder;

    private static Table table() {
        Table table = new Table();
        table.add(new Table.Row(
                "parse", "ns", List.of(new Cell("HEARTBEAT", 80), new Cell("SPRING", 400)), "&le; 100 ns", true));
        table.add(new Table.Row("burst", "ms", List.of(new Cell("HEARTBEAT", 1_234.4)), "&le; 100 ms", false));
        return table;
    }

    @Test
    void aRowShowsRatiosAndWhatIsMissed() {
        assertThat(table().text("this machine"))
                .contains("Measured on this machine\n")
                .contains("| parse | 80.0 ns | &le; 100 ns | SPRING 400 (x 5.0) |\n")
                .contains("| burst | 1,234 ms | &le; 100 ms **missed** |  |\n");
    }

    @Test
    void theTableReplacesWhatStandsBetweenTheMarks() throws IOException {
        Path file = folder.resolve("README.md");
        Files.writeString(file, "a\n<!-- benchmarks: begin -->\nold\n<!-- benchmarks: end -->\nb\n");
        Table.write(file, "new\n");
        Table.write(file, "newer\n");

        assertThat(file).hasContent("a\n<!-- benchmarks: begin -->\nnewer\n<!-- benchmarks: end -->\nb\n");
    }

    @Test
    void aFileWithoutMarksIsLeftAlone() throws IOException {
        Path file = folder.resolve("README.md");
        Files.writeString(file, "a\n");

        assertThatIllegalStateException()
                .isThrownBy(() -> Table.write(file, "new\n"))
                .withMessageContaining("begin");
        assertThat(file).hasContent("a\n");
    }
}
