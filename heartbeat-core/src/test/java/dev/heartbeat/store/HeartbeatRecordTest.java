package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatRecordTest {
    @Test
    void withoutErrorsItIsHealthy() {
        HeartbeatRecord record = record(List.of());

        assertThat(record.isHealthy()).isTrue();
        assertThat(record.status()).isEqualTo("healthy");
        assertThat(record.error()).isEmpty();
    }

    @Test
    void withErrorsItNamesTheFirst() {
        HeartbeatRecord record = record(List.of(
                new HeartbeatError("mail", "no connection", at("09:00")),
                new HeartbeatError("pos-sync", "timed out after 30 s", at("09:01"))));

        assertThat(record.isHealthy()).isFalse();
        assertThat(record.status()).isEqualTo("error");
        assertThat(record.error()).contains("mail: no connection");
    }

    @Test
    void itKeepsItsOwnCopyOfTheErrors() {
        List<HeartbeatError> errors = new ArrayList<>();
        HeartbeatRecord record = record(errors);

        errors.add(new HeartbeatError("mail", "late", at("09:00")));

        assertThat(record.isHealthy()).isTrue();
    }

    @Test
    void theTextOfAnErrorIsCutTo500Characters() {
        assertThat(new HeartbeatError("mail", "x".repeat(500), at("09:00")).error())
                .hasSize(500);
        assertThat(new HeartbeatError("mail", "x".repeat(499) + "yz", at("09:00")).error())
                .hasSize(500)
                .endsWith("xy");
    }

    private static HeartbeatRecord record(List<HeartbeatError> errors) {
        return new HeartbeatRecord(
                at("09:00"), at("09:00:01"), 3, 2, 1, 1, errors, errors.size(), at("09:10"), "p1", "curl", 42);
    }
}
