package dev.heartbeat.http;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The health of a heartbeat, read at most once in a while, because anybody may ask. While one request reads the store,
 * the others get the last answer if it is young; otherwise they wait for the one that is read. Thread-safe.
 */
final class HealthCache {
    private final Heartbeat heartbeat;
    private final Duration life;
    private final InstantSource clock;
    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong drops = new AtomicLong();
    private volatile @Nullable Answer last;

    HealthCache(Heartbeat heartbeat, Duration life, InstantSource clock) {
        this.heartbeat = heartbeat;
        this.life = life;
        this.clock = clock;
    }

    Health health() {
        if (life.isZero()) {
            return heartbeat.health();
        }
        Answer known = last;
        if (known != null && isFresh(known)) {
            return known.health;
        }
        long before = reads.get();
        if (!reading.tryLock()) {
            if (known != null && isYounger(known, life.multipliedBy(2))) {
                return known.health;
            }
            reading.lock();
        }
        try {
            known = last;
            boolean readMeanwhile = known != null && reads.get() != before && known.drops == drops.get();
            return known != null && (readMeanwhile || isFresh(known)) ? known.health : read();
        } finally {
            reading.unlock();
        }
    }

    /** Forgets the answer, and the one that is being read: it may be older than what the caller knows. */
    void drop() {
        drops.incrementAndGet();
    }

    private Health read() {
        long before = drops.get();
        Health health = heartbeat.health();
        last = new Answer(health, clock.instant(), before);
        reads.incrementAndGet();
        return health;
    }

    private boolean isFresh(Answer answer) {
        return isYounger(answer, life);
    }

    private boolean isYounger(Answer answer, Duration age) {
        Instant now = clock.instant();
        return answer.isKept()
                && answer.drops == drops.get()
                && !now.isBefore(answer.at)
                && now.isBefore(answer.at.plus(age));
    }

    private record Answer(Health health, Instant at, long drops) {
        /** The first pulse of all is waited for by people: its news should not be seconds late. */
        boolean isKept() {
            return health.status() != PulseStatus.UNKNOWN;
        }
    }
}
