package dev.heartbeat.engine;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ids of pulses: the second of their start, so that they sort by it, and a random part. */
final class PulseId {
    private static final DateTimeFormatter START = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final int RANDOM = 8;

    private PulseId() {}

    static String of(Instant startedAt, String random) {
        return FireKey.of(Instant.ofEpochSecond(startedAt.getEpochSecond())) + "-" + random.substring(0, RANDOM);
    }

    /** Returns the second in which the pulse started; empty if the id is of another form. */
    static Optional<Instant> startedAt(@Nullable String id) {
        int end = id == null ? -1 : id.indexOf('-');
        if (id == null || end < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(id.substring(0, end), START).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
