package dev.heartbeat.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskResultTest {
    @Test
    void doneIsASuccessWithoutValues() {
        TaskResult result = TaskResult.done();

        assertThat(result.kind()).isEqualTo(TaskResult.Kind.DONE);
        assertThat(result.values()).isEmpty();
        assertThat(result.reason()).isEmpty();
        assertThat(result.retryAfter()).isEmpty();
    }

    @Test
    void ofIsASuccessWithACopyOfItsValues() {
        Map<String, Object> values = new HashMap<>(Map.of("sent", 3));
        TaskResult result = TaskResult.of(values);
        values.put("more", 1);

        assertThat(result.kind()).isEqualTo(TaskResult.Kind.DONE);
        assertThat(result.values()).isEqualTo(Map.of("sent", 3L));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> result.values().put("x", 1));
    }

    @Test
    void aValueOutsideTheDomainIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskResult.of(Map.of("nested", List.of(List.of()))))
                .withMessageStartingWith("task result: value at 'nested[0]'");
    }

    @Test
    void skippedAndFailedHaveAReason() {
        assertThat(TaskResult.skipped("nothing to send").kind()).isEqualTo(TaskResult.Kind.SKIPPED);
        assertThat(TaskResult.skipped("nothing to send").reason()).contains("nothing to send");
        assertThat(TaskResult.failed("no connection").kind()).isEqualTo(TaskResult.Kind.FAILED);
        assertThat(TaskResult.failed("no connection").reason()).contains("no connection");
        assertThat(TaskResult.failed("no connection").retryAfter()).isEmpty();
        assertThatNullPointerException().isThrownBy(() -> TaskResult.skipped(null));
        assertThatNullPointerException().isThrownBy(() -> TaskResult.failed(null));
    }

    @Test
    void aReasonIsCutTo500Characters() {
        assertThat(TaskResult.failed("x".repeat(499) + "yz").reason().orElseThrow())
                .hasSize(500)
                .endsWith("xy");
    }

    @Test
    void retryAfterIsAFailureThatAsksForAWait() {
        TaskResult result = TaskResult.retryAfter(Duration.ofMinutes(5), "rate limit");

        assertThat(result.kind()).isEqualTo(TaskResult.Kind.FAILED);
        assertThat(result.retryAfter()).contains(Duration.ofMinutes(5));
        assertThat(result.reason()).contains("rate limit");
        assertThat(TaskResult.retryAfter(Duration.ZERO, "").retryAfter()).contains(Duration.ZERO);
        assertThat(TaskResult.retryAfter(Duration.ofDays(7), "").retryAfter()).contains(Duration.ofDays(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-0.001S", "PT168H0.001S"})
    void aWaitIsZeroTo7Days(Duration wait) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskResult.retryAfter(wait, "x"))
                .withMessage("retryAfter: wait " + wait + " is not allowed; zero to 7 days");
    }

    @Test
    void toStringShowsNoValues() {
        assertThat(TaskResult.of(Map.of("key", "s3cr3t"))).hasToString("TaskResult[DONE]");
        assertThat(TaskResult.failed("no connection")).hasToString("TaskResult[FAILED, no connection]");
    }
}
