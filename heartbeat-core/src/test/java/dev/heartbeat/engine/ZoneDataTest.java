package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.health.Condition;
import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rule B48: two JDKs with different time zone data give two instants for one wall fire, and somebody should know. */
class ZoneDataTest {
    private static final Instant NOW = at("12:00");
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(1));

    @Test
    void theVersionIsThatOfTheJdk() {
        assertThat(ZoneData.version()).matches("20\\d\\d[a-z]");
    }

    @Test
    void itMattersOnlyWhereOffsetsChange() {
        Schedule.Builder builder = Schedule.builder("a", "0 9 * * *", "work");
        assertThat(ZoneData.matters(builder.build())).isFalse();
        assertThat(ZoneData.matters(builder.zone(ZoneOffset.ofHours(2)).build()))
                .isFalse();
        assertThat(ZoneData.matters(builder.zone(ZoneId.of("America/New_York")).build()))
                .isTrue();
    }

    @Test
    void aVersionIsNotedOnceInHalfADayAndForgottenAfterOne() {
        ZoneData none = ZoneData.of(Map.of());
        assertThat(none.lacks("2026a", NOW)).isTrue();
        ZoneData noted = ZoneData.of(none.with("2026a", NOW));
        assertThat(noted.lacks("2026a", NOW.plus(Duration.ofHours(12)).minusMillis(1)))
                .isFalse();
        assertThat(noted.lacks("2026a", NOW.plus(Duration.ofHours(12)))).isTrue();
        assertThat(noted.lacks("2025b", NOW)).isTrue();

        Map<String, Object> both = ZoneData.of(Map.of("2025b", LONG_AGO, "2025c", LONG_AGO.plusMillis(1)))
                .with("2026a", NOW);

        assertThat(both).containsOnlyKeys("2025c", "2026a");
    }

    @Test
    void anotherVersionOfTheLastDayIsAConditionThatNamesBoth() {
        ZoneData seen = ZoneData.of(Map.of("2025b", at("11:00"), "2026a", at("11:30"), "2024a", LONG_AGO));

        assertThat(seen.difference("2026a", NOW)).hasValueSatisfying(condition -> {
            assertThat(condition.name()).isEqualTo(Condition.TIME_ZONE_DATA);
            assertThat(condition.cause()).contains("2026a").contains("2025b").doesNotContain("2024a");
            assertThat(condition.since()).isEqualTo(at("11:00"));
        });
        assertThat(ZoneData.of(Map.of("2026a", at("11:30"))).difference("2026a", NOW))
                .isEmpty();
    }

    @Test
    void whatIsNoInstantInTheCellIsNothing() {
        assertThat(ZoneData.of(Map.of("2025b", "yesterday")).difference("2026a", NOW))
                .isEmpty();
    }
}
