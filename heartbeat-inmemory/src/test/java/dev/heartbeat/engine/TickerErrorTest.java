package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.store.PulseRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A pulse may throw what nobody expects; the resident ticker goes on. */
class TickerErrorTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-02-15T08:03:00Z"));
    private final List<String> pulses = new ArrayList<>();
    private Runnable during = () -> {};

    private PulseReport pulse(PulseOrder order) {
        assertThat(order.source()).isEqualTo("ticker");
        pulses.add(
                (order.wake() ? "wake " : "beat ") + clock.instant().toString().substring(11));
        during.run();
        Instant now = clock.instant();
        PulseRecord record = new PulseRecord("p", "ticker", now, now, 0, Map.of(), List.of(), false, null);
        return new PulseReport(record, Optional.empty(), PulseStatus.ALIVE, false);
    }

    /** An Error out of a pulse must not silence a resident for ever. */
    @Test
    void anErrorOutOfAPulseDoesNotEndIt() {
        Ticker ticker = new Ticker(clock, Duration.ofMinutes(10), Duration.ZERO, new Wakes(Pace.SYSTEM), this::pulse);
        during = () -> {
            if (pulses.size() == 1) {
                throw new NoClassDefFoundError("com/acme/Task");
            }
        };

        assertThatCode(ticker::step).doesNotThrowAnyException();
        clock.advance(Duration.ofSeconds(15));
        assertThatCode(ticker::step).doesNotThrowAnyException();
        assertThat(pulses).hasSize(2);
    }
}
