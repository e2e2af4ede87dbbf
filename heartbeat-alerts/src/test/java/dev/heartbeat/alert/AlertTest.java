package dev.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertTest {
    @Test
    void aTitleFitsATextMessageWhateverTheCause() {
        Condition cause =
                new Condition(Condition.DEGRADED, "x".repeat(500) + "\r\nInjected: header", WebhookSinkTest.AT, "Look");
        Alert alert = new Alert(
                "shop",
                "down",
                Alert.Kind.REPEATED,
                PulseStatus.ERROR,
                List.of(cause),
                WebhookSinkTest.AT,
                WebhookSinkTest.AT,
                "k");
        assertThat(alert.title())
                .hasSize(160)
                .startsWith("shop still error (down): xxx")
                .endsWith("x...");
        assertThat(alert.title()).doesNotContain("\n", "\r");
    }

    @Test
    void theTextSaysWhatHappenedSinceWhenAndWhatToDo() {
        assertThat(WebhookSinkTest.ALERT.text()).isEqualTo("""
                        shop error (down): deals: "no" & ünïcode line two

                        Since 2026-03-02T09:16:00Z, seen at 2026-03-02T09:16:00Z (UTC)

                        - degraded: deals: "no" & ünïcode
                        line two
                          since 2026-03-02T09:15:00Z
                          next step: Mend the cause
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "22:00, 07:00, UTC, 2026-03-02T21:59:59Z, false",
        "22:00, 07:00, UTC, 2026-03-02T22:00:00Z, true",
        "22:00, 07:00, UTC, 2026-03-02T06:59:59Z, true",
        "22:00, 07:00, UTC, 2026-03-02T07:00:00Z, false",
        "12:00, 13:00, UTC, 2026-03-02T12:30:00Z, true",
        "12:00, 13:00, UTC, 2026-03-02T13:00:00Z, false",
        "12:00, 13:00, UTC, 2026-03-02T11:59:59Z, false",
        "22:00, 07:00, America/New_York, 2026-03-08T11:30:00Z, false", // on the day the clocks go forward 07:30
        "22:00, 07:00, America/New_York, 2026-03-07T11:30:00Z, true" // the day before 06:30
    })
    void quietHoursAreThoseOfTheWallClock(LocalTime from, LocalTime to, ZoneId zone, Instant now, boolean quiet) {
        assertThat(new QuietHours(from, to, zone).hold(now)).isEqualTo(quiet);
    }

    @Test
    void quietHoursThatNeverEndAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuietHours(LocalTime.NOON, LocalTime.NOON, ZoneId.of("UTC")))
                .withMessageContaining("12:00");
    }
}
