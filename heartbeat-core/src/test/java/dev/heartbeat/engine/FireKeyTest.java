package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FireKeyTest {
    @ParameterizedTest
    @CsvSource({
        "2026-02-15T12:00:00Z, 20260215T120000Z",
        "2026-02-15T12:00:01.5Z, 20260215T120001.500000000Z",
        "2026-02-15T12:00:00.000000001Z, 20260215T120000.000000001Z",
        "1970-01-01T00:00:00Z, 19700101T000000Z",
        "0987-06-05T04:03:02Z, 09870605T040302Z",
        "+12026-02-15T12:00:00Z, 120260215T120000Z"
    })
    void theKeyOfAFireIsItsInstantInUtc(Instant fireTime, String key) {
        assertThat(FireKey.of(fireTime)).isEqualTo(key);
    }

    @Test
    void keysSortAsTheirFires() {
        Instant noon = Instant.parse("2026-02-15T12:00:00Z");

        assertThat(FireKey.of(noon)).isLessThan(FireKey.of(noon.plusSeconds(1)));
        assertThat(FireKey.of(noon.minusSeconds(1))).isLessThan(FireKey.of(noon));
    }

    @Test
    void theKeyOfAForcedFireIsTheVersionThatAskedForIt() {
        assertThat(FireKey.forced(new Version("v42"))).isEqualTo("force-v42");
    }

    @Test
    void theKeyOfASeriesIsItsReasonAndLastFire() {
        Instant noon = Instant.parse("2026-02-15T12:00:00Z");

        assertThat(FireKey.of(new FireSeries(Outcome.MISSED, "coalesced", 3, true, noon.minusSeconds(60), noon)))
                .isEqualTo("coalesced-20260215T120000Z");
    }

    @Test
    void everyKeyFitsIntoAToken() {
        Instant odd = Instant.parse("2026-02-15T12:00:01.5Z");

        assertThat(RunToken.of("mail", FireKey.of(odd), "r").fireKey()).isEqualTo(FireKey.of(odd));
    }
}
