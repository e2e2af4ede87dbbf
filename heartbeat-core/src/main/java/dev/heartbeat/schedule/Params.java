package dev.heartbeat.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a schedule: read-only values by key, the same in every store (see {@link Values} for the domain).
 * A getter names the schedule, the key, the type found and the type asked for when a value is missing or of another
 * type. Immutable and thread-safe; {@code toString} shows keys only, since values may be secret.
 */
public final class Params {
    private static final Params EMPTY = new Params(Map.of(), null, null);

    private final Map<String, @Nullable Object> values;
    private final @Nullable String scheduleId;
    private final @Nullable String path;

    private Params(Map<String, @Nullable Object> values, @Nullable String scheduleId, @Nullable String path) {
        this.values = values;
        this.scheduleId = scheduleId;
        this.path = path;
    }

    /** Returns params without any value. */
    public static Params empty() {
        return EMPTY;
    }

    /**
     * Returns params with a deep copy of the values.
     *
     * @throws IllegalArgumentException if a value is outside the domain of {@link Values}
     */
    public static Params of(Map<String, ? extends @Nullable Object> values) {
        return new Params(Values.copyOf(values, "params"), null, null);
    }

    static Params of(Map<String, ? extends @Nullable Object> values, String scheduleId) {
        return new Params(Values.copyOf(values, what(scheduleId, null)), scheduleId, null);
    }

    /** Returns the text under the key. Throws {@code IllegalArgumentException} if it is missing, null or not text. */
    public String text(String key) {
        return require(key, String.class, "text");
    }

    /** Returns the whole number under the key. Throws {@code IllegalArgumentException} unless it is one. */
    public long whole(String key) {
        return require(key, Long.class, "a whole number");
    }

    /** Returns the number under the key, whole or not. Throws {@code IllegalArgumentException} unless it is one. */
    public double number(String key) {
        Object value = values.get(key);
        return value instanceof Long whole ? whole.doubleValue() : require(key, Double.class, "a number");
    }

    /** Returns the flag under the key. Throws {@code IllegalArgumentException} unless it is true or false. */
    public boolean flag(String key) {
        return require(key, Boolean.class, "true or false");
    }

    /**
     * Returns the instant under the key; ISO-8601 text is read too, since JSON has no instants. Throws
     * {@code IllegalArgumentException} unless it is one.
     */
    public Instant instant(String key) {
        Object value = values.get(key);
        if (value instanceof String text) {
            try {
                return Instant.parse(text);
            } catch (java.time.format.DateTimeParseException e) {
                throw mismatch(key, value, "an instant such as 2026-02-15T12:00:00Z");
            }
        }
        return require(key, Instant.class, "an instant such as 2026-02-15T12:00:00Z");
    }

    /** Returns the map under the key as params. Throws {@code IllegalArgumentException} unless it is a map. */
    @SuppressWarnings("unchecked")
    public Params nested(String key) {
        Map<?, ?> map = require(key, Map.class, "a map");
        return new Params((Map<String, @Nullable Object>) map, scheduleId, path == null ? key : path + "." + key);
    }

    /** Returns the unmodifiable list under the key. Throws {@code IllegalArgumentException} unless it is a list. */
    @SuppressWarnings("unchecked")
    public List<@Nullable Object> list(String key) {
        return (List<@Nullable Object>) require(key, List.class, "a list");
    }

    /** Returns the text under the key, or empty if it is missing or null. Throws if it is of another type. */
    public Optional<String> findText(String key) {
        return has(key) ? Optional.of(text(key)) : Optional.empty();
    }

    /** Returns the whole number under the key, or empty if it is missing or null. Throws if it is of another type. */
    public Optional<Long> findWhole(String key) {
        return has(key) ? Optional.of(whole(key)) : Optional.empty();
    }

    /** Returns the number under the key, or empty if it is missing or null. Throws if it is of another type. */
    public Optional<Double> findNumber(String key) {
        return has(key) ? Optional.of(number(key)) : Optional.empty();
    }

    /** Returns the flag under the key, or empty if it is missing or null. Throws if it is of another type. */
    public Optional<Boolean> findFlag(String key) {
        return has(key) ? Optional.of(flag(key)) : Optional.empty();
    }

    /** Returns the instant under the key, or empty if it is missing or null. Throws if it is of another type. */
    public Optional<Instant> findInstant(String key) {
        return has(key) ? Optional.of(instant(key)) : Optional.empty();
    }

    /** Returns the map under the key, or empty if it is missing or null. Throws if it is of another type. */
    public Optional<Params> findNested(String key) {
        return has(key) ? Optional.of(nested(key)) : Optional.empty();
    }

    /** Tells whether the key has a value other than null. */
    public boolean has(String key) {
        return values.get(key) != null;
    }

    /**
     * Returns the params as a record of the given type: each component is read from the key of its name. Components may
     * be {@code String}, {@code long}, {@code int}, {@code double}, {@code boolean} (or their wrappers), {@code Instant},
     * {@code Duration} (ISO-8601 text or whole seconds), an enum, {@code List}, {@code Map}, {@code Params}, another
     * record, or {@code Optional} of one of these; an optional or nullable wrapper component may be missing. Keys without
     * a component are ignored.
     *
     * @throws IllegalArgumentException if a value is missing, of another type, or refused by the record's constructor
     */
    public <R extends Record> R as(Class<R> type) {
        return RecordReader.read(type, this);
    }

    /** Returns the values as an unmodifiable map, nested values included. */
    public Map<String, @Nullable Object> asMap() {
        return values;
    }

    /** Tells whether there is no value at all. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Returns what these params belong to, for messages. */
    String what() {
        return what(scheduleId, path);
    }

    private static String what(@Nullable String scheduleId, @Nullable String path) {
        return "params" + (scheduleId == null ? "" : " of schedule '" + scheduleId + "'")
                + (path == null ? "" : ", in '" + path + "'");
    }

    IllegalArgumentException mismatch(String key, @Nullable Object found, String wanted) {
        String state = values.containsKey(key)
                ? (found == null ? "null" : "of type " + found.getClass().getSimpleName())
                : "missing";
        return new IllegalArgumentException(what() + ": '" + key + "' is " + state + "; wanted " + wanted
                + " (keys present: " + values.keySet() + ")");
    }

    private <T> T require(String key, Class<T> type, String wanted) {
        Object value = values.get(Objects.requireNonNull(key, "key"));
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw mismatch(key, value, wanted);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Params that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return "Params" + values.keySet();
    }
}
