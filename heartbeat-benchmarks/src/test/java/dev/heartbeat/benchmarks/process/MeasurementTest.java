package dev.heartbeat.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.benchmarks.process.Measurement.What;
import dev.heartbeat.benchmarks.process.Measurement.Who;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each measurement does its work and ends; how long that takes is not tested. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MeasurementTest {
    @ParameterizedTest
    @CsvSource({
        "BURST, HEARTBEAT, 50",
        "BURST, QUARTZ, 50",
        "BURST, JDK, 50",
        "NEEDLE, HEARTBEAT, 300",
        "NEEDLE, QUARTZ, 300",
        "NEEDLE, JDK, 300",
        "LATENESS, HEARTBEAT, 3",
        "LATENESS, QUARTZ, 3",
        "LATENESS, JDK, 3",
        "HEAP, HEARTBEAT, 20000",
        "SIMULATED_YEAR, HEARTBEAT, 2"
    })
    void aMeasurementEndsWithFigures(What what, Who who, int count) throws Exception {
        assertThat(Arrays.stream(Measurement.measure(what, who, count)).boxed())
                .isNotEmpty()
                .allMatch(figure -> figure > 0);
    }

    @ParameterizedTest
    @CsvSource({"HEARTBEAT", "QUARTZ", "JDK"})
    void aStartEndsWithTheFirstRun(Who who) throws Exception {
        assertThat(Measurement.measure(What.STARTUP, who, 1)).hasSize(1);
    }
}
