package dev.heartbeat.engine;

import java.util.concurrent.atomic.AtomicLong;

/** The JVM's own pace, but for durations, which a test counts. */
final class CountedPace extends SystemPace {
    private final AtomicLong nanos;

    CountedPace(AtomicLong nanos) {
        this.nanos = nanos;
    }

    @Override
    public long nanos() {
        return nanos.get();
    }
}
