package dev.heartbeat.tck;

import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.HeartbeatStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the kit knows of the store's time: it sets the clock, or has asked once and counts from there. */
interface StoreClock {
    Instant now();

    /** Lets the store's time pass. */
    void pass(Duration duration);

    /** A lease that is long enough to work in and, where it must be waited for, no longer. */
    Duration lease();

    /** How far {@link #now()} may be off. */
    Duration tolerance();

    static StoreClock settable(SettableInstant clock) {
        return new StoreClock() {
            @Override
            public Instant now() {
                return clock.instant();
            }

            @Override
            public void pass(Duration duration) {
                clock.advance(duration);
            }

            @Override
            public Duration lease() {
                return Duration.ofSeconds(20);
            }

            @Override
            public Duration tolerance() {
                return Duration.ZERO;
            }
        };
    }

    /** Time that nobody can set: the machine's, moved to where the store says that it is. Never behind the store's. */
    static StoreClock ofServer(HeartbeatStore store) {
        InstantSource machine = InstantSource.system();
        Instant asked = machine.instant();
        Instant told = store.findDue(new DueQuery(Instant.EPOCH, null, 1, 0, KitGroup.LIMIT))
                .storeTime()
                .orElseThrow(() -> new AssertionError("a store whose clock is not settable must tell its time"));
        Duration ahead = Duration.between(asked, told);
        Duration tolerance = Duration.between(asked, machine.instant()).plusMillis(50);
        return new StoreClock() {
            @Override
            public Instant now() {
                return machine.instant().plus(ahead).truncatedTo(ChronoUnit.MICROS);
            }

            @Override
            public void pass(Duration duration) {
                Duration wait = duration.plus(tolerance);
                try {
                    if (new CountDownLatch(1).await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                        throw new AssertionError("nobody opens this latch");
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted while the store's time passed", e);
                }
            }

            @Override
            public Duration lease() {
                return Duration.ofSeconds(1);
            }

            @Override
            public Duration tolerance() {
                return tolerance;
            }
        };
    }
}
