package dev.heartbeat.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronLimitsTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Instant FROM = Instant.parse("2026-02-15T12:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 0 31 2 *",
                "0 0 30 2 *",
                "0 0 30,31 2 *",
                "* * 31 4,6,9,11 *",
                "0 0 30 2 */7",
                "0 0 31 2,4 */2"
            })
    void anExpressionThatNeverFiresIsReadAndHasNoFires(String text) {
        CronExpression expression = CronExpression.parse(text);
        for (ZoneId zone :
                List.of(UTC, ZoneOffset.ofHours(3), ZoneId.of("America/New_York"), ZoneId.of("Asia/Tokyo"))) {
            for (DstPolicy policy : DstPolicy.values()) {
                assertThat(expression.next(FROM, zone, policy)).isEmpty();
                assertThat(expression.previous(FROM, zone, policy)).isEmpty();
            }
        }
        assertThat(CronExpression.parse("0 0 31 2 1").next(FROM, UTC, DstPolicy.VIXIE))
                .as("either day field is enough here, and February has Mondays")
                .contains(Instant.parse("2026-02-16T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * * *", "0 0 1 1 *", "0 0 29 2 */7", "0 0 1 * 1", "0 0 31 2 *"})
    void noInstantIsTooFar(String text) {
        CronExpression expression = CronExpression.parse(text);
        Instant first = Instant.parse("-999999-01-01T00:00:00Z");
        Instant last = Instant.parse("+999999-12-31T23:59:59Z");
        for (String zone : List.of("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "+18:00", "-18:00")) {
            ZoneId id = ZoneId.of(zone);
            for (DstPolicy policy : DstPolicy.values()) {
                assertThat(expression.next(Instant.MAX, id, policy)).isEmpty();
                assertThat(expression.next(last, id, policy)).isEmpty();
                assertThat(expression.previous(Instant.MIN, id, policy)).isEmpty();
                assertThat(expression.previous(first, id, policy)).isEmpty();
                Optional<Instant> lowest = expression.next(Instant.MIN, id, policy);
                Optional<Instant> highest = expression.previous(Instant.MAX, id, policy);
                assertThat(lowest.isPresent()).isEqualTo(highest.isPresent()).isEqualTo(!text.equals("0 0 31 2 *"));
                lowest.ifPresent(fire -> assertThat(fire).isBetween(first, first.plusSeconds(41L * 366 * 86_400)));
                highest.ifPresent(fire -> assertThat(fire).isBetween(last.minusSeconds(41L * 366 * 86_400), last));
            }
        }
    }

    @Test
    void theYears10000AndMinus1AreYearsLikeAnyOther() {
        CronExpression newYear = CronExpression.parse("@yearly");
        assertThat(newYear.next(Instant.parse("9999-06-01T00:00:00Z"), ZoneId.of("Europe/London"), DstPolicy.VIXIE))
                .contains(Instant.parse("+10000-01-01T00:00:00Z"));
        assertThat(newYear.previous(Instant.parse("0000-01-01T00:00:00Z"), UTC, DstPolicy.VIXIE))
                .contains(Instant.parse("-0001-01-01T00:00:00Z"));
    }
}
