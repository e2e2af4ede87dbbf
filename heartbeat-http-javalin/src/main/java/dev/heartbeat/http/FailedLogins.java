package dev.heartbeat.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
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
    private static final int NETWORK_BYTES = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Window> windows = new LinkedHashMap<>();

    private record Window(Instant start, int failures) {
        boolean holds(Instant now) {
            return !now.isBefore(start) && now.isBefore(start.plus(WINDOW));
        }
    }

    /** Counts a failure. Returns how long the address must wait, or zero if it may try on. */
    Duration failed(String address, Instant now) {
        String caller = caller(address);
        lock.lock();
        try {
            Window window = windows.remove(caller);
            Window counted = window == null || !window.holds(now)
                    ? new Window(now, 1)
                    : new Window(window.start, window.failures + 1);
            windows.put(caller, counted);
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

    /** Returns a wait as a header tells it, rounded up: who waits so long is not too early. */
    static String fullSeconds(Duration wait) {
        return Long.toString(wait.plusNanos(999_999_999).toSeconds());
    }

    /** Whoever has one IPv6 address of a /64 network has all of them. */
    private static String caller(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try { // nothing with a colon is a host name, so nothing is looked up
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return bytes.length <= NETWORK_BYTES ? address : HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES);
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
