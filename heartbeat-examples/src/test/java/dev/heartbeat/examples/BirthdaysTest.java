package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.PulseListener;
import dev.heartbeat.examples.EmbeddingExample.Mailer;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How a backend tests what it embeds: a clock that stands still until the test moves it. */
class BirthdaysTest {
    // tag::settable-clock[]
    @Test
    void theMailsGoOutAtEightAndTheDotTurnsYellowWithoutPulses() {
        SettableClock clock = new SettableClock(Instant.parse("2026-03-02T07:55:00Z"));
        Mailer mailer = new Mailer();
        InMemoryHeartbeatStore store =
                InMemoryHeartbeatStore.builder().clock(clock).build();
        try (Heartbeat heartbeat = EmbeddingExample.wire(store, mailer, new PulseListener() {}, clock)) {
            assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(1); // runAtFirstPulse

            clock.advance(Duration.ofMinutes(5));
            assertThat(heartbeat.pulse().detail("birthdays").orElseThrow().outcome())
                    .isEqualTo(Outcome.EXECUTED);
            assertThat(mailer.sent()).hasSize(2);
            assertThat(store.snapshot().runs()).hasSize(2);

            clock.advance(Duration.ofMinutes(15)); // no pulse came
            assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.WARNING);
        }
    }
    // end::settable-clock[]
}
