package dev.heartbeat.firestore;

import dev.heartbeat.store.CallLimit;
import java.time.Duration;

/** When one verb of the store must have answered, however many calls it takes. Immutable. */
final class Deadline {
    private final Ticks ticks;
    private final long begin;
    private final Duration limit;

    private Deadline(Ticks ticks, Duration limit) {
        this.ticks = ticks;
        this.begin = ticks.now();
        this.limit = limit;
    }

    static Deadline of(CallLimit limit, Ticks ticks) {
        return new Deadline(ticks, limit.remaining());
    }

    /** What is left; not negative. */
    Duration remaining() {
        Duration left = limit.minus(ticks.since(begin));
        return left.isNegative() ? Duration.ZERO : left;
    }

    Duration limit() {
        return limit;
    }
}
