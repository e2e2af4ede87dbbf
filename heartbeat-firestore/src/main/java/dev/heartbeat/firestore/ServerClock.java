package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The server's time, known from its answers and counted on by monotonic ticks. An answer is always a little old when it
 * comes, so this clock is never ahead of the server's; the machine's own clock does not matter. Thread-safe.
 */
final class ServerClock {
    /** An answer that is so much older than expected means that the server's time, or the ticks, have been moved. */
    private static final Duration MOVED = Duration.ofSeconds(1);

    private final Ticks ticks;
    private final AtomicReference<@Nullable Reading> last = new AtomicReference<>();

    ServerClock(Ticks ticks) {
        this.ticks = ticks;
    }

    private record Reading(Instant time, long at) {}

    void saw(@Nullable Timestamp serverTime) {
        if (serverTime == null) {
            return;
        }
        Reading seen = new Reading(Neutral.instant(serverTime), ticks.now());
        last.updateAndGet(before -> {
            Instant expected = before == null ? Instant.MIN : timeAt(before, seen.at());
            boolean isNews = seen.time().isAfter(expected)
                    || seen.time().isBefore(expected.minus(before == null ? Duration.ZERO : MOVED));
            return isNews ? seen : before;
        });
    }

    /** Returns the server's time in microseconds, or empty before its first answer. */
    Optional<Instant> now() {
        return Optional.ofNullable(last.get()).map(reading -> Neutral.cut(timeAt(reading, ticks.now())));
    }

    private static Instant timeAt(Reading reading, long at) {
        return reading.time().plusNanos(at - reading.at());
    }
}
