package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WakesTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final Wakes wakes = new Wakes(Pace.SYSTEM);

    @Test
    void theEarliestInstantIsKept() {
        assertThat(wakes.earliest()).isNull();
        wakes.by(at("09:10"));
        wakes.by(at("09:05"));
        wakes.by(at("09:20"));

        assertThat(wakes.earliest()).isEqualTo(at("09:05"));
        wakes.clear();
        assertThat(wakes.earliest()).isNull();
    }

    @Test
    void onlySomethingEarlierIsAChange() {
        long none = wakes.changes();
        wakes.by(at("09:10"));
        long one = wakes.changes();
        wakes.by(at("09:10"));
        wakes.by(at("09:20"));

        assertThat(one).isGreaterThan(none);
        assertThat(wakes.changes()).isEqualTo(one);
    }

    @Test
    void aSleeperIsNotLeftAsleepBySomethingThatCameBeforeItSlept() throws InterruptedException {
        long read = wakes.changes();
        wakes.by(at("09:10"));
        wakes.sleep(LONG, read);

        long later = wakes.changes();
        wakes.rouse();
        wakes.sleep(LONG, later);

        assertThat(wakes.earliest()).isEqualTo(at("09:10"));
    }

    @Test
    void aSleepOfNoTimeEndsAtOnce() throws InterruptedException {
        wakes.sleep(Duration.ZERO, wakes.changes());
        wakes.sleep(Duration.ofSeconds(-1), wakes.changes());

        assertThat(wakes.earliest()).isNull();
    }

    @Test
    void aSleepEndsWhenSomethingEarlierComesMeanwhile() throws InterruptedException {
        long read = wakes.changes();
        Thread other = new Thread(() -> wakes.by(at("09:10")));
        other.start();

        wakes.sleep(LONG, read);

        other.join();
        assertThat(wakes.earliest()).isEqualTo(at("09:10"));
    }

    @Test
    void anInterruptEndsASleep() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> wakes.sleep(LONG, wakes.changes()));
    }
}
