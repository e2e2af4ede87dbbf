package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastRunTest {
    @ParameterizedTest
    @CsvSource({
        "2026-02-15T09:00:00.123456789Z, 2026-02-15T09:00:00.123Z",
        "2026-02-15T09:00:00.999999999Z, 2026-02-15T09:00:00.999Z",
        "2026-02-15T09:00:00Z, 2026-02-15T09:00:00Z",
        "1969-12-31T23:59:59.9999Z, 1969-12-31T23:59:59.999Z"
    })
    void anInstantIsCutToMillisecondsSoThatARoundTripThroughJavaScriptKeepsIt(Instant given, Instant kept) {
        LastRun lastRun = LastRun.at(given);

        assertThat(lastRun.kind()).isEqualTo(LastRun.Kind.AT);
        assertThat(lastRun.instant()).contains(kept);
        assertThat(Instant.ofEpochMilli(kept.toEpochMilli())).isEqualTo(kept);
        assertThat(LastRun.at(kept)).isEqualTo(lastRun);
    }

    @Test
    void nullAndMissingHaveNoInstantAndDiffer() {
        assertThat(LastRun.NULL.instant()).isEmpty();
        assertThat(LastRun.MISSING.instant()).isEmpty();
        assertThat(LastRun.NULL).isNotEqualTo(LastRun.MISSING);
        assertThat(LastRun.at(at("09:00"))).isNotEqualTo(LastRun.NULL);
    }
}
