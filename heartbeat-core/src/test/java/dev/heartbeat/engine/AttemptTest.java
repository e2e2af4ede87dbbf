package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptTest {
    @Test
    void aResultBecomesAnAttempt() {
        assertThat(Attempt.of(TaskResult.of(Map.of("sent", 3))))
                .isEqualTo(new Attempt(Outcome.EXECUTED, null, Map.of("sent", 3L), null, false, null));
        assertThat(Attempt.of(TaskResult.skipped("nothing to send")))
                .isEqualTo(new Attempt(Outcome.SKIPPED, "nothing to send", Map.of(), null, false, null));
        assertThat(Attempt.of(TaskResult.failed("no connection")))
                .isEqualTo(new Attempt(Outcome.FAILED, null, Map.of(), "no connection", true, null));
        assertThat(Attempt.of(TaskResult.retryAfter(Duration.ofMinutes(5), "rate limit")))
                .isEqualTo(new Attempt(Outcome.FAILED, null, Map.of(), "rate limit", true, Duration.ofMinutes(5)));
    }

    @Test
    void anAcceptedResultHasEndedNothing() {
        Attempt accepted = Attempt.of(TaskResult.accepted(Duration.ofMinutes(10)));

        assertThat(accepted)
                .isEqualTo(
                        new Attempt(Outcome.RUNNING, "accepted", Map.of(), null, false, null, Duration.ofMinutes(10)));
        assertThat(accepted.isAccepted()).isTrue();
        assertThat(Attempt.of(TaskResult.done()).isAccepted()).isFalse();
    }

    @Test
    void whatWasCountedIsAmongTheValuesWhateverTheOutcome() {
        Map<String, Object> counts = Map.of("counts", Map.of("emails", 5L));

        assertThat(Attempt.of(TaskResult.done().count("emails", 5)).values()).isEqualTo(counts);
        assertThat(Attempt.of(TaskResult.skipped("x").count("emails", 5)).values())
                .isEqualTo(counts);
        assertThat(Attempt.of(TaskResult.failed("x").count("emails", 5)).values())
                .isEqualTo(counts);
    }

    @Test
    void whatATaskThrowsIsNamedByItsClassAndMessage() {
        assertThat(Attempt.threw(new IllegalStateException("no connection"), true)
                        .error())
                .isEqualTo("IllegalStateException: no connection");
        assertThat(Attempt.threw(new StackOverflowError(), false).error()).isEqualTo("StackOverflowError");
        assertThat(Attempt.threw(new StackOverflowError(), false).retryable()).isFalse();
    }

    @Test
    void anErrorIsCutTo500Characters() {
        assertThat(Attempt.failed("x".repeat(1_000), true, null).error()).hasSize(500);
    }

    @ParameterizedTest
    @CsvSource({"PT30S, timed out after 30 s", "PT1.5S, timed out after 1500 ms", "PT2M, timed out after 120 s"})
    void aTimeoutIsNamedWithItsLength(Duration timeout, String error) {
        Attempt attempt = Attempt.timedOut(timeout);

        assertThat(attempt.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(attempt.error()).isEqualTo(error);
        assertThat(attempt.retryable()).isTrue();
    }

    @Test
    void onlyAnAcceptedRunMayBeTriedAgainAfterAnEndWithoutAStart() {
        assertThat(Attempt.settled(new Candidate.Settle(Outcome.TIMED_OUT, "accepted", "x"))
                        .retryable())
                .isTrue();
        assertThat(Attempt.settled(new Candidate.Settle(Outcome.FAILED, "lost", "x"))
                        .retryable())
                .isFalse();
    }
}
