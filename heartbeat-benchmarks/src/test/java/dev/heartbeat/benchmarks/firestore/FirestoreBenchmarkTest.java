package dev.heartbeat.benchmarks.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.firestore.NeedsEmulator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The measurement does its work and ends; how long that takes is not tested. */
@NeedsEmulator
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FirestoreBenchmarkTest {
    @Test
    void eachNumberOfInstancesHasARow() throws Exception {
        assertThat(FirestoreBenchmark.table(1, 30).lines())
                .anyMatch(line -> line.startsWith("| 30 due"))
                .anyMatch(line -> line.startsWith("| bare client | ") && line.endsWith("x 1.00 |"))
                .anyMatch(line -> line.startsWith("| 1 instance | ") && line.contains("&ge; 3000"))
                .anyMatch(line -> line.startsWith("| 2 instances | "))
                .anyMatch(line -> line.startsWith("| 4 instances | "));
    }
}
