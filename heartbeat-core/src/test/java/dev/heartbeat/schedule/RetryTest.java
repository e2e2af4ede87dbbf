package dev.heartbeat.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
    @Test
    void theDefaultIsThreeAttemptsFromThirtySecondsToTenMinutes() {
        assertThat(Retry.DEFAULT.maxAttempts()).isEqualTo(3);
        assertThat(Retry.DEFAULT.backoff()).isEqualTo(Duration.ofSeconds(30));
        assertThat(Retry.DEFAULT.maxBackoff()).isEqualTo(Duration.ofMinutes(10));
        assertThat(Retry.attempts(3)).isEqualTo(Retry.DEFAULT);
    }

    @Test
    void noneIsOneAttempt() {
        assertThat(Retry.none().maxAttempts()).isEqualTo(1);
        assertThat(Retry.none()).isEqualTo(Retry.attempts(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 101, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void attemptsAre1To100(int attempts) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.attempts(attempts))
                .withMessage("retry: maxAttempts is " + attempts + "; allowed are 1 to 100");
        assertThat(Retry.attempts(100).maxAttempts()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"PT-1S, PT1S", "PT2S, PT1S", "PT1S, PT168H0.001S", "PT-2S, PT-1S"})
    void aBackoffOutsideItsBoundsIsRefused(Duration first, Duration max) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.DEFAULT.backoff(first, max))
                .withMessage("retry: backoff " + first + " to " + max
                        + " is not allowed; 0 <= backoff <= maxBackoff <= PT168H");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT0S", "PT1S, PT1S", "PT0S, PT168H"})
    void aBackoffMayBeZeroOrOneLengthOrLong(Duration first, Duration max) {
        Retry retry = Retry.attempts(5).backoff(first, max);

        assertThat(retry.maxAttempts()).isEqualTo(5);
        assertThat(retry.backoff()).isEqualTo(first);
        assertThat(retry.maxBackoff()).isEqualTo(max);
    }

    @Test
    void anErrorNamedInNeverOnIsNotTriedAgainSubclassesIncluded() {
        Retry retry = Retry.DEFAULT.neverOn(IOException.class, AssertionError.class);

        assertThat(retry.retries(new IOException())).isFalse();
        assertThat(retry.retries(new FileNotFoundException())).isFalse();
        assertThat(retry.retries(new AssertionError())).isFalse();
        assertThat(retry.retries(new IllegalStateException(new IOException()))).isTrue();
        assertThat(Retry.DEFAULT.retries(new IOException())).isTrue();
    }

    @Test
    void aNewBackoffKeepsWhatIsNeverTriedAgain() {
        Retry retry = Retry.DEFAULT.neverOn(IOException.class).backoff(Duration.ZERO, Duration.ZERO);

        assertThat(retry.retries(new IOException())).isFalse();
    }

    @Test
    void everyPartCountsForEquality() {
        Retry retry = Retry.attempts(3);

        assertThat(retry).isEqualTo(Retry.attempts(3)).hasSameHashCodeAs(Retry.attempts(3));
        assertThat(retry).isNotEqualTo(Retry.attempts(4));
        assertThat(retry).isNotEqualTo(retry.backoff(Duration.ZERO, retry.maxBackoff()));
        assertThat(retry).isNotEqualTo(retry.backoff(retry.backoff(), Duration.ofHours(1)));
        assertThat(retry).isNotEqualTo(retry.neverOn(IOException.class));
        assertThat(retry).hasToString("Retry[maxAttempts=3, backoff=PT30S, maxBackoff=PT10M]");
    }
}
