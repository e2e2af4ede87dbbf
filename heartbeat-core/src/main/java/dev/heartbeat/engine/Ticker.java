package dev.heartbeat.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The resident source of pulses: one at once, then one at each beat of the clock, and in between when a schedule falls
 * due. What a pulse has left due does not wake it again; that waits for the beat. A missed wake is made up, never
 * doubled. The clock is asked again at least every few seconds, so a step of it is noticed.
 */
final class Ticker {
    /** The source that its pulses name. */
    static final String SOURCE = "ticker";

    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(15);
    private static final Duration AFTER_BUSY = Duration.ofMillis(250);

    private final InstantSource clock;
    private final Duration interval;
    private final Duration wakeGap;
    private final Wakes wakes;
    private final Function<PulseOrder, PulseReport> pulse;
    private volatile boolean stopped;
    private Instant nextBeat = Instant.MIN;
    private Instant notBefore = Instant.MIN;

    Ticker(
            InstantSource clock,
            Duration interval,
            Duration wakeGap,
            Wakes wakes,
            Function<PulseOrder, PulseReport> pulse) {
        this.clock = clock;
        this.interval = interval;
        this.wakeGap = wakeGap;
        this.wakes = wakes;
        this.pulse = pulse;
    }

    /** Ends {@link #run()} before its next pulse; a pulse under way finishes. */
    void stop() {
        stopped = true;
        wakes.rouse();
    }

    /** Runs until it is stopped. */
    void run() {
        try {
            while (!stopped) {
                long changes = wakes.changes();
                Duration sleep = step();
                if (!sleep.isZero()) {
                    wakes.sleep(sleep, changes);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread to end
        }
    }

    /** Pulses if it is time. Returns how long to sleep before the next step, at the most; zero for not at all. */
    Duration step() {
        Instant now = clock.instant();
        Instant beatAfterNow = BeatRule.beat(now, interval).plus(interval);
        if (nextBeat.isAfter(beatAfterNow)) {
            nextBeat = beatAfterNow; // the clock has stepped back
        }
        Instant due = due(now);
        if (due.isAfter(now)) {
            Duration left = Duration.between(now, due);
            return left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP;
        }
        boolean beat = !nextBeat.isAfter(now);
        wakes.clear();
        if (beat) {
            nextBeat = beatAfterNow;
        }
        notBefore = now.plus(wakeGap);
        pulse(now, beat);
        return Duration.ZERO;
    }

    private Instant due(Instant now) {
        @Nullable Instant wake = wakes.earliest();
        if (wake == null) {
            return nextBeat;
        }
        boolean steppedBack = notBefore.isAfter(now.plus(wakeGap));
        Instant allowed = !steppedBack && wake.isBefore(notBefore) ? notBefore : wake;
        return allowed.isBefore(nextBeat) ? allowed : nextBeat;
    }

    private void pulse(Instant now, boolean beat) {
        try {
            PulseReport report = pulse.apply(new PulseOrder(SOURCE, null, false, !beat));
            if (report.busy()) {
                retry(now.plus(AFTER_BUSY), beat);
            }
        } catch (Throwable e) { // the engine has logged it; a ticker that dies would be silence
            retry(now.plus(AFTER_FAILURE), true);
        }
    }

    private void retry(Instant at, boolean beat) {
        if (beat && at.isBefore(nextBeat)) {
            nextBeat = at;
        } else {
            wakes.by(at);
        }
    }
}
