package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunRecordTest {
    @Test
    void whatAnAnswerCountedIsReadBackByName() {
        TaskResult result = TaskResult.of(Map.of("playbook", "birthdays"))
                .count("emails", 12)
                .count("sms", 1);

        assertThat(record(result.kept()).counts()).isEqualTo(Map.of("emails", 12L, "sms", 1L));
        assertThat(RunRecord.COUNTS).isEqualTo("counts");
    }

    @Test
    void whatNobodyCountedIsNoCount() {
        assertThat(record(Map.of()).counts()).isEmpty();
        assertThat(record(Map.of("counts", 5L)).counts()).isEmpty();
        assertThat(record(Map.of("counts", Map.of("emails", "many", "sms", 2L))).counts())
                .isEqualTo(Map.of("sms", 2L));
    }

    @Test
    void aFireThatAPersonAskedForIsToldByItsKey() {
        assertThat(record("force-7", Map.of()).isForced()).isTrue();
        assertThat(record("20260215T090000Z", Map.of()).isForced()).isFalse();
    }

    private static RunRecord record(Map<String, Object> result) {
        return record("k", result);
    }

    private static RunRecord record(String key, Map<String, Object> result) {
        return new RunRecord(
                "mail",
                key,
                "send-mail",
                null,
                Outcome.EXECUTED,
                null,
                at("09:00"),
                at("09:00"),
                1,
                true,
                1,
                null,
                "p",
                at("09:00"),
                at("09:01"),
                null,
                result);
    }
}
