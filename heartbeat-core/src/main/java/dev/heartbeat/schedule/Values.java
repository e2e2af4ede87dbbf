package dev.heartbeat.schedule;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one domain of values that params, results and state cells may hold in every store: text, {@code Long},
 * {@code Double}, {@code Boolean}, {@code Instant}, lists, maps with text keys, and null. Smaller number types are
 * widened, so that code which works against one store works against all. Lists directly inside lists, more than
 * {@value #MAX_DEPTH} levels, empty keys and any other type are refused, because at least one supported store cannot keep
 * them. For authors of stores and adapters.
 */
public final class Values {
    /** The deepest nesting of lists and maps. */
    public static final int MAX_DEPTH = 16;

    private Values() {}

    /**
     * Returns an unmodifiable deep copy of the map with every value in the domain; key order is kept.
     *
     * @param values the map to copy; its values may be null
     * @param what what the map is, for messages, such as {@code "params of schedule 'weekly-deals'"}
     * @throws IllegalArgumentException if a value is outside the domain; the message names {@code what}, the path, the
     *     type found and the types allowed
     */
    public static Map<String, @Nullable Object> copyOf(Map<?, ?> values, String what) {
        return copyMap(values, what, "", 1);
    }

    private static Map<String, @Nullable Object> copyMap(Map<?, ?> values, String what, String path, int depth) {
        checkDepth(what, path, depth);
        if (values.isEmpty()) {
            return Map.of();
        }
        if (values.size() == 1) { // by far the most common size, and a quarter of the memory
            Map.Entry<?, ?> only = values.entrySet().iterator().next();
            String key = key(only.getKey(), what, path);
            Object value = copyValue(only.getValue(), what, below(path, key), depth, false);
            return value == null ? Collections.singletonMap(key, null) : Map.of(key, value);
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(values.size() * 2);
        values.forEach((key, value) -> {
            String text = key(key, what, path);
            copy.put(text, copyValue(value, what, below(path, text), depth, false));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static String key(@Nullable Object key, String what, String path) {
        if (key instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalArgumentException(
                what + ": key '" + key + "'" + at(path) + " is not allowed; keys are text of at least one character");
    }

    private static String below(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static List<@Nullable Object> copyList(List<?> values, String what, String path, int depth) {
        checkDepth(what, path, depth);
        List<@Nullable Object> copy = new ArrayList<>(values.size());
        for (Object value : values) {
            copy.add(copyValue(value, what, path + "[" + copy.size() + "]", depth, true));
        }
        return Collections.unmodifiableList(copy);
    }

    private static @Nullable Object copyValue(
            @Nullable Object value, String what, String path, int depth, boolean inList) {
        if (value == null
                || value instanceof String
                || value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof Instant) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        if (value instanceof BigInteger number && number.bitLength() < Long.SIZE) {
            return number.longValue();
        }
        if (value instanceof BigDecimal number) {
            return number.doubleValue();
        }
        if (value instanceof Map<?, ?> map) {
            return copyMap(map, what, path, depth + 1);
        }
        if (value instanceof List<?> list && !inList) {
            return copyList(list, what, path, depth + 1);
        }
        throw new IllegalArgumentException(what + ": value" + at(path) + " has type "
                + value.getClass().getName() + (inList && value instanceof List ? " inside a list" : "")
                + "; allowed are text, whole number, number, true/false, Instant, list (not directly in a list),"
                + " map and null");
    }

    private static void checkDepth(String what, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    what + ": value" + at(path) + " is nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    private static String at(String path) {
        return path.isEmpty() ? "" : " at '" + path + "'";
    }
}
