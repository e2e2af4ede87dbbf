package dev.heartbeat.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {
    @ParameterizedTest
    @CsvSource({
        "EXECUTED,  executed,  true,  false",
        "FAILED,    failed,    true,  true",
        "TIMED_OUT, timed-out, true,  true",
        "CANCELLED, cancelled, true,  false",
        "SKIPPED,   skipped,   true,  false",
        "MISSED,    missed,    true,  false",
        "RUNNING,   running,   false, false",
        "RETRYING,  retrying,  false, false",
        "DEFERRED,  deferred,  false, false",
    })
    void anOutcomeHasAWordAndIsAnEndOrNotAndAFailureOrNot(Outcome outcome, String text, boolean end, boolean failure) {
        assertThat(outcome.text()).isEqualTo(text);
        assertThat(outcome.isEnd()).isEqualTo(end);
        assertThat(outcome.isFailure()).isEqualTo(failure);
    }

    @Test
    void thereAreNine() {
        assertThat(Outcome.values()).hasSize(9);
    }
}
