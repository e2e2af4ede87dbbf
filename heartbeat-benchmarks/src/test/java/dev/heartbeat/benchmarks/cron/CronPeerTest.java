package dev.heartbeat.benchmarks.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engines do the same work: they agree on what is measured, away from changes of the clock. */
class CronPeerTest {
    @ParameterizedTest
    @EnumSource(CronPeer.class)
    void anEngineFindsTheFiresThatTheOthersFind(CronPeer peer) {
        ZoneId zone = ZoneId.of("America/New_York");
        for (String cron : CronBenchmark.COMMON) {
            Instant own = Instant.parse("2026-06-01T03:17:11Z");
            Instant other = own;
            for (int i = 0; i < 50; i++) {
                own = CronPeer.HEARTBEAT.parse(cron, zone).after(own);
                other = peer.parse(cron, zone).after(other);
                assertThat(other).as("%s, fire %s", cron, i).isEqualTo(own);
            }
        }
        assertThat(peer.parse("0 0 29 2 *", zone).after(Instant.parse("2026-06-01T00:00:00Z")))
                .isEqualTo("2028-02-29T05:00:00Z");
    }
}
