package dev.heartbeat.firestore;

import java.time.Duration;

/** Monotonic time, in nanoseconds from nowhere in particular; the one place that reads it. */
interface Ticks {
    Ticks SYSTEM = System::nanoTime;

    long now();

    /** Returns the time that has passed since an earlier reading. */
    default Duration since(long earlier) {
        return Duration.ofNanos(now() - earlier);
    }
}
