package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnTest {
    private final Turn turn = new Turn(Pace.SYSTEM);

    @Test
    void isHadByOneAtATime() throws Exception {
        assertThat(turn.tryTake()).isTrue();

        assertThat(turn.tryTake()).isFalse();
        assertThat(turn.take(0)).isFalse();
        assertThat(turn.take(1)).isFalse();
    }

    @Test
    void isTakenAgainOnceItWasGiven() throws Exception {
        turn.tryTake();
        turn.give();

        assertThat(turn.take(0)).isTrue();
        assertThat(turn.tryTake()).isFalse();
    }

    @Test
    void whoWaitsGetsItWhenItIsGiven() throws Exception {
        turn.tryTake();
        FutureTask<Boolean> waiting = new FutureTask<>(() -> turn.take(TimeUnit.SECONDS.toNanos(30)));
        Thread thread = new Thread(waiting, "waits for the turn");
        thread.setDaemon(true);
        thread.start();

        turn.give();

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(turn.tryTake()).isFalse();
    }

    @Test
    void anInterruptedWaitTakesNothing() {
        turn.tryTake();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> turn.take(TimeUnit.SECONDS.toNanos(30))).isInstanceOf(InterruptedException.class);

        turn.give();
        assertThat(turn.tryTake()).isTrue();
    }
}
