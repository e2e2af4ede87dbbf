package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.Blob;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.GeoPoint;
import com.google.cloud.firestore.VectorValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values as the client knows them, and as everybody else does. Firestore keeps microseconds, so instants are cut to them
 * before anything is written or compared. Pure.
 */
final class Neutral {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private Neutral() {}

    static Instant cut(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** Returns the timestamp; an instant outside Firestore's years becomes the first or last one. */
    static Timestamp timestamp(Instant instant) {
        Instant kept = instant.isBefore(FIRST) ? FIRST : instant.isAfter(LAST) ? LAST : cut(instant);
        return Timestamp.ofTimeSecondsAndNanos(kept.getEpochSecond(), kept.getNano());
    }

    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    /** Returns a document's values without the client's own types; what user code could not know becomes plain. */
    static Map<String, @Nullable Object> fromFirestore(Map<String, ? extends @Nullable Object> values) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        values.forEach((key, value) -> plain.put(key, plain(value)));
        return plain;
    }

    /**
     * Returns the fields of a schedule's document in plain values. A reference or the like that stands where a field of the
     * definition belongs stays what it is, so that it is not taken for the text that it would become.
     */
    static Map<String, @Nullable Object> document(Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        fields.forEach((key, value) -> plain.put(
                key,
                value instanceof Timestamp || value instanceof Map<?, ?> || value instanceof List<?>
                        ? plain(value)
                        : value));
        return plain;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Timestamp timestamp) {
            return instant(timestamp);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, each) -> plain.put(String.valueOf(key), plain(each)));
            return plain;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>(list.size());
            list.forEach(each -> plain.add(plain(each)));
            return plain;
        }
        if (value instanceof GeoPoint point) {
            return Map.of("latitude", point.getLatitude(), "longitude", point.getLongitude());
        }
        if (value instanceof DocumentReference reference) {
            return reference.getPath();
        }
        if (value instanceof Blob blob) {
            return Base64.getEncoder().encodeToString(blob.toBytes());
        }
        if (value instanceof VectorValue vector) {
            List<@Nullable Object> plain = new ArrayList<>();
            for (double each : vector.toArray()) {
                plain.add(each);
            }
            return plain;
        }
        return value;
    }

    /** Returns values of the domain of {@link dev.heartbeat.schedule.Values} as the client takes them. */
    static Map<String, @Nullable Object> toFirestore(Map<String, ? extends @Nullable Object> values) {
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        values.forEach((key, value) -> written.put(key, written(value)));
        return written;
    }

    static @Nullable Object written(@Nullable Object value) {
        if (value instanceof Instant instant) {
            return timestamp(instant);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> written = new LinkedHashMap<>();
            map.forEach((key, each) -> written.put(String.valueOf(key), written(each)));
            return written;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> written = new ArrayList<>(list.size());
            list.forEach(each -> written.add(written(each)));
            return written;
        }
        return value;
    }

    /**
     * Returns what to write for a value: what stands there, as far as it reads the same already. Of maps each key is
     * taken by itself.
     */
    static @Nullable Object over(@Nullable Object stored, @Nullable Object value) {
        if (Objects.equals(plain(stored), value)) {
            return stored;
        }
        if (stored instanceof Map<?, ?> before && value instanceof Map<?, ?> after) {
            Map<String, @Nullable Object> written = new LinkedHashMap<>();
            after.forEach((key, each) -> written.put(String.valueOf(key), over(before.get(key), each)));
            return written;
        }
        return written(value);
    }

    /** Estimates how many bytes a value takes in a document. */
    static long bytes(@Nullable Object value) {
        if (value instanceof String text) {
            return 1 + 3L * text.length();
        }
        if (value instanceof Map<?, ?> map) {
            long sum = 1;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                sum += bytes(entry.getKey()) + bytes(entry.getValue());
            }
            return sum;
        }
        if (value instanceof List<?> list) {
            long sum = 1;
            for (Object each : list) {
                sum += bytes(each);
            }
            return sum;
        }
        return 16;
    }
}
