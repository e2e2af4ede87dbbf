package dev.heartbeat.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;

class DurationsTest {
    static Stream<Arguments> durations() {
        return Stream.of(
                arguments(30L, Duration.ofSeconds(30)),
                arguments(0L, Duration.ZERO),
                arguments(-5L, Duration.ofSeconds(-5)),
                arguments(0.5, Duration.ofMillis(500)),
                arguments(0.000001, Duration.ofNanos(1_000)),
                arguments("PT30S", Duration.ofSeconds(30)),
                arguments(" P1D ", Duration.ofDays(1)),
                arguments("pt1.5s", Duration.ofMillis(1_500)));
    }

    @ParameterizedTest
    @MethodSource("durations")
    void textAndNumbersOfSecondsAreDurations(Object value, Duration duration) {
        assertThat(Durations.read(value)).contains(duration);
    }

    static Stream<Object> noDurations() {
        return Stream.of(
                "30",
                "soon",
                "",
                "PT99999999999999999999S",
                true,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                1e12,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                List.of());
    }

    @ParameterizedTest
    @NullSource
    @MethodSource("noDurations")
    void anythingElseIsNone(Object value) {
        assertThat(Durations.read(value)).isEmpty();
    }
}
