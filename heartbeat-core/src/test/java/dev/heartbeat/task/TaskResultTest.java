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
    void acceptedHasTheTimeToItsDeadlineAndNothingElse() {
        TaskResult result = TaskResult.accepted(Duration.ofMinutes(10));

        assertThat(result.kind()).isEqualTo(TaskResult.Kind.ACCEPTED);
        assertThat(result.completeWithin()).contains(Duration.ofMinutes(10));
        assertThat(result.retryAfter()).isEmpty();
        assertThat(result.kept()).isEmpty();
        assertThat(TaskResult.done().completeWithin()).isEmpty();
        assertThat(TaskResult.retryAfter(Duration.ofMinutes(5), "x").completeWithin())
                .isEmpty();
        assertThat(TaskResult.accepted(Duration.ofSeconds(1)).completeWithin()).contains(Duration.ofSeconds(1));
        assertThat(TaskResult.accepted(Duration.ofDays(30)).completeWithin()).contains(Duration.ofDays(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.999S", "PT-10M", "PT720H0.001S"})
    void anAcceptedRunIsCompletedWithin1SecondTo30Days(Duration within) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskResult.accepted(within))
                .withMessage("accepted: completeWithin " + within + " is not allowed; PT1S to 30 days");
    }

    @Test
    void countsAreKeptBesideTheValuesAndAddUpByName() {
        TaskResult plain = TaskResult.of(Map.of("playbook", "birthdays"));
        TaskResult counted = plain.count("emails", 12).count("sms", 0).count("emails", 3);

        assertThat(counted.counts()).isEqualTo(Map.of("emails", 15L, "sms", 0L));
        assertThat(counted.values()).isEqualTo(Map.of("playbook", "birthdays"));
        assertThat(counted.kept())
                .isEqualTo(Map.of("playbook", "birthdays", "counts", Map.of("emails", 15L, "sms", 0L)));
        assertThat(plain.counts()).as("unchanged").isEmpty();
        assertThat(plain.kept()).isEqualTo(plain.values());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> counted.counts().put("x", 1L));
        assertThat(TaskResult.failed("no connection").count("emails", 5).kept())
                .isEqualTo(Map.of("counts", Map.of("emails", 5L)));
        assertThat(TaskResult.retryAfter(Duration.ofMinutes(5), "x")
                        .count("emails", 5)
                        .retryAfter())
                .contains(Duration.ofMinutes(5));
    }

    @Test
    void aCountThatMakesNoSenseIsRefused() {
        TaskResult done = TaskResult.done();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> done.count("emails", -1))
                .withMessageContaining("'emails', -1");
        assertThatIllegalArgumentException().isThrownBy(() -> done.count(" ", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> done.count("x".repeat(101), 1));
        assertThat(done.count("x".repeat(100), Long.MAX_VALUE).counts()).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskResult.of(Map.of("counts", 1)).count("emails", 1))
                .withMessageContaining("has a value 'counts'");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> TaskResult.accepted(Duration.ofMinutes(1)).count("emails", 1))
                .withMessageContaining("in the answer that completes it");
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> done.count("emails", Long.MAX_VALUE).count("emails", 1));
    }

    @Test
    void toStringShowsNoValues() {
        assertThat(TaskResult.of(Map.of("key", "s3cr3t"))).hasToString("TaskResult[DONE]");
        assertThat(TaskResult.failed("no connection")).hasToString("TaskResult[FAILED, no connection]");
    }
}
