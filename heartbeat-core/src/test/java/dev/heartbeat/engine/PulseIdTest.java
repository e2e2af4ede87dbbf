package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PulseIdTest {
    @Test
    void anIdTellsTheSecondOfThePulse() {
        String id = PulseId.of(Instant.parse("2026-02-15T09:00:07.999Z"), "0123456789abcdef");

        assertThat(id).isEqualTo("20260215T090007Z-01234567");
        assertThat(PulseId.startedAt(id)).contains(Instant.parse("2026-02-15T09:00:07Z"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "busy", "pulse-17", "-", "20261315T090007Z-01234567", "20260215T090007Z"})
    void anIdOfAnotherFormTellsNothing(String id) {
        assertThat(PulseId.startedAt(id)).isEmpty();
    }
}
