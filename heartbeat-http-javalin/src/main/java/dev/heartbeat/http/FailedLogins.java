package dev.heartbeat.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts failed logins of each address in a window of a minute. Bounded: beyond the limit the oldest address is
 * forgotten. A right secret is never locked out, since somebody else behind the same address may have failed.
 */
final class FailedLogins {
    static final int MOST_IN_WINDOW = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Window> windows = new LinkedHashMap<>();

    private record Window(Instant start, int failures) {
        boolean holds(Instant now) {
            return !now.isBefore(start) && now.isBefore(start.plus(WINDOW));
        }
    }

    /** Counts a failure. Returns how long the address must wait, or zero if it may try on. */
    Duration failed(String address, Instant now) {
        lock.lock();
        try {
            Window window = windows.remove(address);
            Window counted = window == null || !window.holds(now)
                    ? new Window(now, 1)
                    : new Window(window.start, window.failures + 1);
            windows.put(address, counted);
            if (windows.size() > MOST_ADDRESSES) {
                Iterator<String> oldest = windows.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            return counted.failures <= MOST_IN_WINDOW
                    ? Duration.ZERO
                    : Duration.between(now, counted.start.plus(WINDOW));
        } finally {
            lock.unlock();
        }
    }
}
