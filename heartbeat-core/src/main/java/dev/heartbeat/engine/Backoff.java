package dev.heartbeat.engine;

import dev.heartbeat.schedule.Retry;
import java.time.Duration;
import java.util.SplittableRandom;

/** The wait before the next attempt: exponential with full jitter, the same for the same fire and start. */
final class Backoff {
    private static final int LARGEST_SHIFT = 40;

    private Backoff() {}

    /** Returns the wait after this many starts, in whole milliseconds. */
    static Duration wait(Retry retry, String scheduleId, String fireKey, int starts) {
        int shift = Math.min(Math.max(starts, 1) - 1, LARGEST_SHIFT);
        long most = retry.maxBackoff().toMillis();
        long first = retry.backoff().toMillis();
        long bound = first > (most >> shift) ? most : first << shift;
        if (bound <= 0) {
            return Duration.ZERO;
        }
        long seed = (31L * scheduleId.hashCode() + fireKey.hashCode()) * 31L + starts;
        return Duration.ofMillis(new SplittableRandom(seed).nextLong(bound + 1));
    }
}
