package dev.heartbeat.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who is logged in, in this process. A session is known by the digest of its random token, so a look-up tells nothing by
 * the time it takes. Bounded: beyond the limit the oldest is ended. Thread-safe.
 */
final class Sessions {
    static final int MOST = 1_000;
    private static final int TOKEN_BYTES = 32;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Session> byDigest = new LinkedHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final Duration life;
    private final InstantSource clock;

    private record Session(Viewer viewer, Instant end) {}

    Sessions(Duration life, InstantSource clock) {
        this.life = life;
        this.clock = clock;
    }

    /** Begins a session. Returns its token, which nobody knows but whoever logs in. */
    String begin(Viewer viewer) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        lock.lock();
        try {
            byDigest.values().removeIf(session -> !now.isBefore(session.end));
            byDigest.put(digest(token), new Session(viewer, now.plus(life)));
            Iterator<String> oldest = byDigest.keySet().iterator();
            while (byDigest.size() > MOST) {
                oldest.next();
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
        return token;
    }

    Optional<Viewer> find(String token) {
        lock.lock();
        try {
            return Optional.ofNullable(byDigest.get(digest(token)))
                    .filter(session -> clock.instant().isBefore(session.end))
                    .map(Session::viewer);
        } finally {
            lock.unlock();
        }
    }

    void end(String token) {
        lock.lock();
        try {
            byDigest.remove(digest(token));
        } finally {
            lock.unlock();
        }
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
