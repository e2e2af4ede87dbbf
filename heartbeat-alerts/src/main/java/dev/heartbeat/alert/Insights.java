package dev.heartbeat.alert;

import dev.heartbeat.insight.Insight;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The insight as this process read it last. It takes thousands of reads, so it is read once an hour, and aside: a store that
 * answers slowly or not at all keeps no rule on the health waiting. Used by one thread at a time, beside the one that reads.
 */
final class Insights {
    /** How long after one attempt the next one is made. */
    static final Duration EVERY = Duration.ofHours(1);

    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat");
    /** After so many attempts that failed nothing is known any more. */
    private static final int ATTEMPTS = 3;

    private final Supplier<Insight> source;
    private final Executor aside;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile @Nullable Insight last;
    private @Nullable Instant askedAt;

    Insights(Supplier<Insight> source, Executor aside) {
        this.source = source;
        this.aside = aside;
    }

    /** Returns what is known; null if nothing is, or nothing any more. */
    @Nullable
    Insight known(Instant now) {
        Insight insight = last;
        return insight == null || now.isAfter(insight.at().plus(EVERY.multipliedBy(ATTEMPTS))) ? null : insight;
    }

    /** Has it read again, if the last attempt was long enough ago and is over; nobody waits for it. */
    void refresh(Instant now) {
        boolean isDue = askedAt == null || !now.isBefore(askedAt.plus(EVERY)) || now.isBefore(askedAt);
        if (isDue && reading.compareAndSet(false, true)) {
            askedAt = now;
            try {
                aside.execute(this::read);
            } catch (RuntimeException | Error e) { // no thread is to be had
                failed(e);
            }
        }
    }

    private void read() {
        try {
            last = source.get();
            reading.set(false);
        } catch (Throwable e) { // whatever a store or a history of one's own throws
            failed(e);
        }
    }

    private void failed(Throwable e) {
        reading.set(false);
        LOGGER.log(
                System.Logger.Level.WARNING, "reading the insight for alerts failed; it is tried again in an hour", e);
    }
}
