package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.store.PulseRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the resident ticker pulses: rule B19. Each pulse is noted as its time and whether it is a beat or a wake. */
class TickerTest {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final int SPINNING = 20_000;

    private final TestClock clock = new TestClock(at("09:03:20"));
    private final Wakes wakes = new Wakes(Pace.SYSTEM);
    private final List<String> pulses = new ArrayList<>();
    private Runnable work = () -> {};
    private boolean busy;
    private Ticker ticker = ticker(INTERVAL, Duration.ZERO);

    @Test
    void pulsesAtOnceAndThenAtEachBeatOfTheClock() {
        stepUntil("09:35");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:10:00 beat", "09:20:00 beat", "09:30:00 beat");
    }

    @Test
    void aStartExactlyAtABeatIsOnePulse() {
        clock.set(at("09:10"));

        stepUntil("09:21");

        assertThat(pulses).containsExactly("09:10:00 beat", "09:20:00 beat");
    }

    @Test
    void wakesInBetweenWhenAScheduleFallsDue() {
        wakeOnce("09:05");

        stepUntil("09:11");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:05:00 wake", "09:10:00 beat");
    }

    @Test
    void anEditInThisProcessWakesItAtOnce() {
        stepUntil("09:06");
        wakes.by(clock.instant());

        stepUntil("09:11");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:06:00 wake", "09:10:00 beat");
    }

    @Test
    void aWakeAtTheBeatIsTheBeat() {
        wakeOnce("09:10");

        stepUntil("09:11");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:10:00 beat");
    }

    @Test
    void whatAPulseHasLeftDueWaitsForTheBeat() {
        // an open breaker leaves a fire of 09:00 due: the pulse notes only what comes later than its own now
        work = () -> noteLaterThanThePulse(at("09:00"), at("09:00:20"));

        stepUntil("09:25");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:10:00 beat", "09:20:00 beat");
    }

    @Test
    void whatFellDueDuringThePulseIsMadeUpAtOnceAndOnce() {
        work = () -> {
            if (pulses.size() == 1) {
                noteLaterThanThePulse(at("09:03:40"));
                clock.advance(Duration.ofSeconds(45));
            }
        };

        stepUntil("09:11");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:04:05 wake", "09:10:00 beat");
    }

    @Test
    void beatsMissedDuringALongPulseAreMadeUpByOneAndTheNextIsAligned() {
        work = () -> {
            if (pulses.size() == 1) {
                clock.advance(Duration.ofMinutes(25));
            }
        };

        stepUntil("09:41");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:28:20 beat", "09:30:00 beat", "09:40:00 beat");
    }

    @Test
    void aJumpOfTheClockAheadIsOnePulse() {
        stepUntil("09:05");
        clock.advance(Duration.ofHours(5));

        stepUntil("14:21");

        assertThat(pulses).containsExactly("09:03:20 beat", "14:05:00 beat", "14:10:00 beat", "14:20:00 beat");
    }

    @Test
    void aStepOfTheClockBackWaitsForTheNextBeatOfTheNewTimeAndNotForHours() {
        stepUntil("09:15");
        clock.set(at("04:15"));

        stepUntil("04:31");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:10:00 beat", "04:20:00 beat", "04:30:00 beat");
    }

    @Test
    void aStepOfTheClockBackOverABeatPulsesWhenItComesAgain() {
        stepUntil("09:10:05");
        clock.set(at("09:09:50"));

        stepUntil("09:21");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:10:00 beat", "09:10:00 beat", "09:20:00 beat");
    }

    @Test
    void aBusyBeatIsMadeUpAsABeatAQuarterOfASecondLater() {
        stepUntil("09:09");
        busy = true;
        work = () -> busy = pulses.size() < 4;

        stepUntil("09:21");

        assertThat(pulses)
                .containsExactly(
                        "09:03:20 beat", "09:10:00 beat", "09:10:00.250 beat", "09:10:00.500 beat", "09:20:00 beat");
    }

    @Test
    void aBusyWakeIsMadeUpAsAWake() {
        stepUntil("09:05");
        wakes.by(at("09:06"));
        work = () -> busy = pulses.size() < 3;

        stepUntil("09:11");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:06:00 wake", "09:06:00.250 wake", "09:10:00 beat");
    }

    @Test
    void aPulseThatFailsIsTriedAgainInFifteenSecondsAsABeat() {
        work = () -> {
            if (pulses.size() == 2 || pulses.size() == 3) {
                throw new IllegalStateException("no connection");
            }
        };

        stepUntil("09:21");

        assertThat(pulses)
                .containsExactly("09:03:20 beat", "09:10:00 beat", "09:10:15 beat", "09:10:30 beat", "09:20:00 beat");
    }

    @Test
    void aWakeThatFailsIsTriedAgainAsABeatSoThatItIsSeen() {
        stepUntil("09:05");
        wakes.by(at("09:06"));
        work = () -> {
            if (pulses.size() == 2) {
                throw new IllegalStateException("no connection");
            }
        };

        stepUntil("09:11");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:06:00 wake", "09:06:15 beat", "09:10:00 beat");
    }

    @Test
    void aFailureNeverDelaysTheNextBeat() {
        ticker = ticker(Duration.ofSeconds(5), Duration.ZERO);
        work = () -> {
            throw new IllegalStateException("no connection");
        };

        stepUntil("09:03:31");

        assertThat(pulses).contains("09:03:20 beat", "09:03:25 beat", "09:03:30 beat");
    }

    @Test
    void aStoreThatAsksForAGapBetweenFindsIsWokenNoSooner() {
        ticker = ticker(INTERVAL, Duration.ofMinutes(1));
        work = () -> noteLaterThanThePulse(clock.instant().plusSeconds(10));

        stepUntil("09:06:30");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:04:20 wake", "09:05:20 wake", "09:06:20 wake");
    }

    @Test
    void theGapOfAStoreDelaysNoBeat() {
        ticker = ticker(INTERVAL, Duration.ofMinutes(1));
        wakeOnce("09:09:50");

        stepUntil("09:11");

        assertThat(pulses).containsExactly("09:03:20 beat", "09:09:50 wake", "09:10:00 beat");
    }

    @Test
    void theGapOfAStoreIsNotStretchedByAStepOfTheClockBack() {
        ticker = ticker(INTERVAL, Duration.ofMinutes(1));
        stepUntil("09:04");
        clock.set(at("05:01"));
        wakes.by(at("05:02"));

        stepUntil("05:03");

        assertThat(pulses).containsExactly("09:03:20 beat", "05:02:00 wake");
    }

    @Test
    void aStepSleepsAtMostTenSecondsSoThatAStepOfTheClockIsNoticed() {
        assertThat(ticker.step()).as("after a pulse").isZero();
        assertThat(ticker.step()).isEqualTo(Duration.ofSeconds(10));
        clock.set(at("09:09:57.5"));
        assertThat(ticker.step()).isEqualTo(Duration.ofMillis(2_500));
        wakes.by(at("09:09:58"));
        assertThat(ticker.step()).isEqualTo(Duration.ofMillis(500));
        assertThat(pulses).hasSize(1);
    }

    @Test
    void aPulseOfTheTickerNamesItselfAndHasTheBudgetOfTheHeartbeat() {
        List<PulseOrder> orders = new ArrayList<>();
        Ticker recorded = new Ticker(clock, INTERVAL, Duration.ZERO, wakes, order -> {
            orders.add(order);
            if (orders.size() == 1) {
                wakes.by(at("09:04"));
            }
            return report();
        });
        recorded.step();
        clock.set(at("09:04"));
        recorded.step();

        assertThat(orders)
                .containsExactly(
                        new PulseOrder("ticker", null, false, false), new PulseOrder("ticker", null, false, true));
    }

    @Test
    void runPulsesUntilItIsStopped() {
        work = () -> {
            clock.advance(INTERVAL);
            if (pulses.size() == 3) {
                ticker.stop();
            }
        };

        ticker.run();

        assertThat(pulses).containsExactly("09:03:20 beat", "09:13:20 beat", "09:23:20 beat");
    }

    @Test
    void runAfterStopDoesNothing() {
        ticker.stop();

        ticker.run();

        assertThat(pulses).isEmpty();
    }

    @Test
    void anInterruptEndsRunAndStaysSet() {
        Thread.currentThread().interrupt();

        ticker.run();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(pulses).containsExactly("09:03:20 beat");
    }

    private Ticker ticker(Duration interval, Duration wakeGap) {
        return new Ticker(clock, interval, wakeGap, wakes, order -> {
            pulses.add(text(clock.instant()) + (order.wake() ? " wake" : " beat"));
            work.run();
            return report();
        });
    }

    private PulseReport report() {
        PulseRecord record =
                new PulseRecord("p", "ticker", clock.instant(), clock.instant(), 0, Map.of(), List.of(), false, null);
        return new PulseReport(record, Optional.empty(), PulseStatus.ALIVE, busy);
    }

    private void wakeOnce(String at) {
        work = () -> {
            if (pulses.size() == 1) {
                wakes.by(at(at));
            }
        };
    }

    /** Notes what a pulse of now would: nothing that it has left due. */
    private void noteLaterThanThePulse(Instant... instants) {
        for (Instant instant : instants) {
            if (instant.isAfter(clock.instant())) {
                wakes.by(instant);
            }
        }
    }

    /** Steps, and lets the time pass that each step wants to sleep, until the clock shows the time. */
    private void stepUntil(String end) {
        int steps = 0;
        while (true) {
            Duration sleep = ticker.step();
            assertThat(++steps).as("steps; more are a hot loop").isLessThan(SPINNING);
            assertThat(sleep).isBetween(Duration.ZERO, Duration.ofSeconds(10));
            if (!clock.instant().plus(sleep).isBefore(at(end)) && !sleep.isZero()) {
                clock.set(at(end));
                return;
            }
            clock.advance(sleep);
        }
    }

    private static String text(Instant instant) {
        String text = instant.toString();
        return text.substring(text.indexOf('T') + 1, text.length() - 1);
    }
}
