package dev.heartbeat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetryOfAScheduleTest {
    private static Retry read(Map<String, Object> retry) {
        return ScheduleDocument.read("a", Map.of("enabled", true, "cron", "@daily", "task", "t", "retry", retry))
                .schedule()
                .retry()
                .orElseThrow();
    }

    @Test
    void oneBoundAloneBringsTheOtherAlong() {
        assertThat(read(Map.of("maxBackoff", "PT10S")).backoff()).isEqualTo(Duration.ofSeconds(10));
        assertThat(read(Map.of("maxBackoff", "PT10S")).maxBackoff()).isEqualTo(Duration.ofSeconds(10));
        assertThat(read(Map.of("maxBackoff", "PT1H")).backoff()).isEqualTo(Retry.DEFAULT.backoff());
        assertThat(read(Map.of("backoff", "PT1H")).maxBackoff()).isEqualTo(Duration.ofHours(1));
        assertThat(read(Map.of("backoff", "PT1S")).maxBackoff()).isEqualTo(Retry.DEFAULT.maxBackoff());
    }

    @Test
    void errorsAreForTheTaskToNameSinceADocumentCannotHoldThem() {
        Retry names = Retry.attempts(3).neverOn(IllegalStateException.class);

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> Schedule.builder("a", "@daily", "t").retry(names))
                .withMessageContaining("schedule 'a'")
                .withMessageContaining("neverOn");
        assertThat(Retry.attempts(9).neverOnAsIn(names).retries(new IllegalStateException()))
                .isFalse();
        assertThat(Retry.attempts(9).neverOnAsIn(names).maxAttempts()).isEqualTo(9);
    }

    @Test
    void allNamesOfUtcAreOneZoneAndOneRule() {
        Schedule plain = Schedule.builder("a", "@daily", "t").build();
        for (String name : List.of("UTC", "Z", "Etc/UTC", "UCT", "+00:00", "Zulu")) {
            Schedule named =
                    Schedule.builder("a", "@daily", "t").zone(ZoneId.of(name)).build();

            assertThat(named).as(name).isEqualTo(plain);
            assertThat(named.rule()).as(name).isEqualTo(plain.rule());
        }
        assertThat(ScheduleDocument.definition(plain)).containsEntry("timeZone", "UTC");
    }
}
