package dev.heartbeat.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchmarksTest {
    @Test
    void roundsAndReadmeAreRead() {
        assertThat(Options.parse()).isEqualTo(new Options(5, null));
        assertThat(Options.parse("--rounds", "3", "--readme", "README.md"))
                .isEqualTo(new Options(3, Path.of("README.md")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--readme", "--rounds 0", "--rounds x", "--rounds 3 --readme", "--other 1"})
    void whatCannotBeMeantIsRefusedBeforeAnythingIsMeasured(String line) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(line.split(" ", -1)))
                .withMessageEndingWith("is not allowed; --rounds N (1 to 9999), --readme FILE");
    }

    @Test
    void aMeasurementWithoutAResultShowsWhatItsProcessSaid() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

        assertThatIllegalStateException()
                .isThrownBy(() -> Benchmarks.figures("BURST of NOBODY", List.of(java, "no.such.Program")))
                .withMessageContaining("BURST of NOBODY ended without a result, exit code 1")
                .withMessageContaining("no.such.Program");
    }
}
