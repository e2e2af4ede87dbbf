package dev.heartbeat.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SettableClockTest {
    private static final Instant START = Instant.parse("2026-02-15T12:00:00Z");

    private final SettableClock clock = new SettableClock(START);

    @Test
    void standsStillUntilItIsMoved() {
        assertThat(clock.instant()).isEqualTo(START);
        assertThat(clock.instant()).isEqualTo(START);
    }

    @Test
    void advancesByEachStep() {
        clock.advance(Duration.ofMinutes(10));
        clock.advance(Duration.ZERO);
        clock.advance(Duration.ofNanos(1));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(600).plusNanos(1));
    }

    @Test
    void refusesToAdvanceBackwards() {
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S")
                .hasMessageContaining("set(Instant)");
        assertThat(clock.instant()).isEqualTo(START);
    }

    @Test
    void canBeSetBack() {
        clock.set(START.minusSeconds(60));
        assertThat(clock.instant()).isEqualTo(START.minusSeconds(60));
    }

    @Test
    void losesNoStepOfSeveralThreads() throws InterruptedException {
        Runnable steps = () -> {
            for (int i = 0; i < 1_000; i++) {
                clock.advance(Duration.ofSeconds(1));
            }
        };
        Thread first = new Thread(steps);
        Thread second = new Thread(steps);
        first.start();
        second.start();
        first.join();
        second.join();
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(2_000));
    }
}
