package dev.heartbeat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oracle by hand, and against the engine: two readings that share nothing and agree. */
class FireOracleTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    @ParameterizedTest
    @CsvSource({
        // New York leaves out 02:00 to 03:00 on March 8 and shows 01:00 to 02:00 twice on November 1
        "30 2 * * *,   VIXIE, 2026-03-08T00:00:00Z, 2026-03-08T07:00:00Z",
        "30 2 * * *,   SHIFT, 2026-03-08T00:00:00Z, 2026-03-08T07:30:00Z",
        "30 2 * * *,   WALL,  2026-03-08T00:00:00Z, 2026-03-09T06:30:00Z",
        "30 1 * * *,   VIXIE, 2026-11-01T05:30:00Z, 2026-11-02T06:30:00Z",
        "30 1 * * *,   WALL,  2026-11-01T05:30:00Z, 2026-11-01T06:30:00Z",
        "*/30 1 * * *, VIXIE, 2026-11-01T05:30:00Z, 2026-11-01T06:00:00Z",
        "*/30 1 * * *, SHIFT, 2026-11-01T05:30:00Z, 2026-11-02T06:00:00Z",
        "0 0 31 * 1,   VIXIE, 2026-02-24T00:00:00Z, 2026-03-02T05:00:00Z",
        "@every PT7M,  WALL,  1970-01-01T00:00:00Z, 1970-01-01T00:07:00Z",
        "@at 2026-03-01T09:00:00Z, VIXIE, 2026-01-01T00:00:00Z, 2026-03-01T09:00:00Z",
    })
    void theFirstFireAfterAnInstantIs(String cron, DstPolicy policy, Instant after, Instant first) {
        assertThat(new FireOracle(cron, NEW_YORK, policy)
                        .fires(after, after.plus(Duration.ofDays(90)))
                        .first())
                .isEqualTo(first);
    }

    @Test
    void agreesWithTheEngineOnAllThatPlansAreMadeOf() {
        for (Instant start : PlanMaker.STARTS) {
            Instant from = start.minus(Duration.ofDays(1));
            Instant to = start.plus(Duration.ofDays(2));
            for (String cron : PlanMaker.CRONS) {
                for (String zone : PlanMaker.ZONES) {
                    for (DstPolicy policy : DstPolicy.values()) {
                        assertThat(new FireOracle(cron, ZoneId.of(zone), policy).fires(from, to))
                                .as("%s in %s, %s", cron, zone, policy)
                                .isEqualTo(engine(cron, ZoneId.of(zone), policy, from, to));
                    }
                }
            }
        }
    }

    private static NavigableSet<Instant> engine(String cron, ZoneId zone, DstPolicy policy, Instant after, Instant to) {
        NavigableSet<Instant> fires = new TreeSet<>();
        Optional<Instant> next = Timing.cron(cron).next(after, zone, policy);
        while (next.isPresent() && !next.get().isAfter(to)) {
            fires.add(next.get());
            next = Timing.cron(cron).next(next.get(), zone, policy);
        }
        return fires;
    }
}
