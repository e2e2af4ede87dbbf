package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Seed;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private final Seed seed = new Seed();

    @ParameterizedTest(name = "{0} to {1} after {2} starts: up to {3}")
    @CsvSource({
        "PT30S, PT10M, 1, PT30S",
        "PT30S, PT10M, 2, PT1M",
        "PT30S, PT10M, 3, PT2M",
        "PT30S, PT10M, 5, PT8M",
        "PT30S, PT10M, 6, PT10M",
        "PT30S, PT10M, 100, PT10M",
        "PT30S, PT10M, 0, PT30S",
        "PT1M, PT1M, 4, PT1M",
        "PT0.001S, PT0.004S, 3, PT0.004S",
        "PT168H, PT168H, 1, PT168H",
        "PT168H, PT168H, 2147483647, PT168H",
    })
    void theWaitLiesBetweenZeroAndItsBoundAndComesNearBoth(Duration first, Duration max, int starts, Duration bound) {
        Retry retry = Retry.attempts(100).backoff(first, max);
        long most = bound.toMillis();
        Duration least = bound;
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 2_000; i++) {
            Duration wait = Backoff.wait(retry, "mail", "fire-" + i, starts);
            assertThat(wait).isBetween(Duration.ZERO, bound);
            least = wait.compareTo(least) < 0 ? wait : least;
            longest = wait.compareTo(longest) > 0 ? wait : longest;
        }
        assertThat(least.toMillis()).isLessThanOrEqualTo(most / 50);
        assertThat(longest.toMillis()).isGreaterThanOrEqualTo(most - most / 50);
    }

    @Test
    void theSpreadIsEven() {
        Retry retry = Retry.attempts(3).backoff(Duration.ofMillis(999), Duration.ofMinutes(10));
        int[] tenths = new int[10];
        for (int i = 0; i < 10_000; i++) {
            tenths[
                    (int) (Backoff.wait(retry, "schedule-" + i, "20260215T090000Z", 1)
                                    .toMillis()
                            / 100)]++;
        }

        for (int tenth : tenths) {
            assertThat(tenth).isBetween(800, 1_200);
        }
    }

    @Test
    void theSameFireAndStartWaitsTheSameAndAnyOtherDiffers() {
        Retry retry = Retry.attempts(10).backoff(Duration.ofHours(1), Duration.ofHours(1));

        assertThat(Backoff.wait(retry, "mail", "fire", 1)).isEqualTo(Backoff.wait(retry, "mail", "fire", 1));
        Set<Duration> waits = new HashSet<>();
        waits.add(Backoff.wait(retry, "mail", "fire", 1));
        waits.add(Backoff.wait(retry, "mail", "fire", 2));
        waits.add(Backoff.wait(retry, "mail", "other", 1));
        waits.add(Backoff.wait(retry, "sms", "fire", 1));
        assertThat(waits).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 40, 41, 63, 64, 65, Integer.MAX_VALUE})
    void aZeroBackoffTriesAgainAtOnceHoweverOften(int starts) {
        assertThat(Backoff.wait(Retry.attempts(100).backoff(Duration.ZERO, Duration.ZERO), "mail", "fire", starts))
                .isZero();
        assertThat(Backoff.wait(Retry.attempts(100).backoff(Duration.ZERO, Duration.ofDays(7)), "mail", "fire", starts))
                .isZero();
    }

    @Test
    void noNumberOfStartsOverflows() {
        Random random = seed.random();
        for (int i = 0; i < 20_000; i++) {
            long first = (long) (random.nextDouble() * Duration.ofDays(7).toMillis());
            long max = first + (long) (random.nextDouble() * (Duration.ofDays(7).toMillis() - first));
            Retry retry = Retry.attempts(100).backoff(Duration.ofMillis(first), Duration.ofMillis(max));
            int starts = random.nextBoolean() ? random.nextInt(70) : random.nextInt(Integer.MAX_VALUE);

            assertThat(Backoff.wait(retry, "mail", "fire", starts))
                    .as("%s after %s starts with %s", retry, starts, seed)
                    .isBetween(Duration.ZERO, retry.maxBackoff());
        }
    }
}
