package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private static final Instant TIME = Instant.parse("2026-02-15T12:00:00Z");

    private long nanos = 17;
    private final ServerClock clock = new ServerClock(() -> nanos);

    @Test
    void itIsUnknownBeforeTheFirstAnswer() {
        assertThat(clock.now()).isEmpty();
    }

    @Test
    void itGoesOnFromAnAnswerByTicks() {
        answer(TIME);
        pass(Duration.ofMillis(1_500));

        assertThat(clock.now()).contains(TIME.plusMillis(1_500));
    }

    @Test
    void anAnswerThatWasLongOnItsWayDoesNotSetItBack() {
        answer(TIME);
        pass(Duration.ofSeconds(2));
        answer(TIME.plusMillis(1_300));

        assertThat(clock.now()).contains(TIME.plusSeconds(2));
    }

    @Test
    void aLaterAnswerMovesItForwardAfterTheTicksStoodStill() {
        answer(TIME);
        answer(TIME.plusSeconds(3_600));

        assertThat(clock.now()).contains(TIME.plusSeconds(3_600));
    }

    @Test
    void aServerWhoseTimeWasSetBackIsBelieved() {
        answer(TIME);
        answer(TIME.minusSeconds(3_600));

        assertThat(clock.now()).contains(TIME.minusSeconds(3_600));
    }

    @Test
    void itTellsMicroseconds() {
        answer(TIME);
        pass(Duration.ofNanos(1_999));

        assertThat(clock.now()).contains(TIME.plusNanos(1_000));
    }

    private void answer(Instant serverTime) {
        clock.saw(Timestamp.ofTimeSecondsAndNanos(serverTime.getEpochSecond(), serverTime.getNano()));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
