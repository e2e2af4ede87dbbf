package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.store.PulseRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread of the ticker, and who rouses it. The limit is for a build that would hang, no test waits for it. */
@Timeout(60)
class TickerThreadTest {
    private static final Instant NOW = at("09:03:20");
    private static final Duration LONG = Duration.ofDays(1);
    private static final int SPINNING = 1_000;

    private final Wakes wakes = new Wakes(Pace.SYSTEM);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<Throwable> died = new AtomicReference<>();
    private final List<PulseOrder> pulses = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();
    private final Ticker ticker = new Ticker(this::clock, Duration.ofMinutes(10), Duration.ZERO, wakes, this::pulse);

    @Test
    void theThreadSleepsBetweenPulsesAndAWakeEndsTheSleep() throws InterruptedException {
        Thread thread = asleep(ticker::run);
        assertThat(pulses).hasSize(1);

        wakes.by(NOW); // its pulse stops the ticker
        thread.join();

        assertThat(died).hasNullValue();
        assertThat(pulses).extracting(PulseOrder::wake).containsExactly(false, true);
    }

    @Test
    void aStopRousesTheSleeperSoThatItEndsWithoutAnotherPulse() throws InterruptedException {
        Thread thread = asleep(() -> sleep(wakes.changes()));

        ticker.stop();
        thread.join();

        ticker.run();
        assertThat(died).hasNullValue();
        assertThat(pulses).isEmpty();
    }

    @Test
    void aStopDuringTheSleepOfRunEndsIt() throws InterruptedException {
        Thread thread = asleep(ticker::run);

        ticker.stop();
        thread.join();

        assertThat(died).hasNullValue();
        assertThat(pulses).hasSize(1);
    }

    @Test
    void aRouseIsAChangeThoughNothingFallsDue() {
        long before = wakes.changes();

        wakes.rouse();

        assertThat(wakes.changes()).isGreaterThan(before);
        assertThat(wakes.earliest()).isNull();
    }

    @Test
    void everyCallLeavesTheLockToOtherThreads() throws InterruptedException {
        List<Runnable> calls = List.of(
                () -> wakes.by(NOW),
                wakes::earliest,
                wakes::changes,
                wakes::clear,
                wakes::rouse,
                () -> sleep(wakes.changes() - 1));
        for (Runnable call : calls) {
            call.run();

            Thread other = started(wakes::rouse);
            other.join();

            assertThat(died).hasNullValue();
        }
    }

    @AfterEach
    void endThreads() {
        threads.forEach(Thread::interrupt);
    }

    /** Starts the work and returns once its thread sleeps, or has ended. */
    private Thread asleep(Runnable work) {
        Thread thread = started(work);
        while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(died).hasNullValue();
        assertThat(thread.isAlive()).isTrue();
        return thread;
    }

    private Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, thrown) -> died.set(thrown));
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void sleep(long since) {
        try {
            wakes.sleep(LONG, since);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stands still, and ends a thread that asks again and again. */
    private Instant clock() {
        if (asked.incrementAndGet() > SPINNING) {
            throw new IllegalStateException("the ticker spins");
        }
        return NOW;
    }

    private PulseReport pulse(PulseOrder order) {
        pulses.add(order);
        if (pulses.size() == 2) {
            ticker.stop();
        }
        PulseRecord record = new PulseRecord("p", "ticker", NOW, NOW, 0, Map.of(), List.of(), false, null);
        return new PulseReport(record, Optional.empty(), PulseStatus.ALIVE, false);
    }
}
