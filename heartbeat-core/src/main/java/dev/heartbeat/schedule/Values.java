package dev.heartbeat.schedule;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
     * Returns an unmodifiable deep copy of the map with every value in the domain; key order is kept. A map that this
     * method has returned is its own copy.
     *
     * @param values the map to copy; its values may be null
     * @param what what the map is, for messages, such as {@code "params of schedule 'weekly-deals'"}
     * @throws IllegalArgumentException if a value is outside the domain; the message names {@code what}, the path, the
     *     type found and the types allowed
     */
    public static Map<String, @Nullable Object> copyOf(Map<?, ?> values, String what) {
        return values instanceof Copy copy ? copy : new Copier(what).copyMap(values);
    }

    /** A map that is known to hold nothing outside the domain, and that nobody changes. */
    private static final class Copy extends AbstractMap<String, @Nullable Object> {
        private final Map<String, @Nullable Object> values;

        Copy(Map<String, @Nullable Object> values) {
            this.values = values;
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return values.get(key);
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return values.containsKey(key);
        }

        @Override
        public int size() {
            return values.size();
        }

        @Override
        public Set<Entry<String, @Nullable Object>> entrySet() {
            return Collections.unmodifiableMap(values).entrySet();
        }
    }

    /** One copy in the making; it knows where it is, and tells it if it must. */
    private static final class Copier {
        private final String what;
        private final List<Object> path = new ArrayList<>();

        Copier(String what) {
            this.what = what;
        }

        Map<String, @Nullable Object> copyMap(Map<?, ?> values) {
            checkDepth();
            if (values.isEmpty()) {
                return Map.of();
            }
            if (values.size() == 1) { // by far the most common size, and a quarter of the memory
                Map.Entry<?, ?> only = values.entrySet().iterator().next();
                String key = key(only.getKey());
                Object value = copyAt(key, only.getValue(), false);
                return value == null ? Collections.singletonMap(key, null) : Map.of(key, value);
            }
            Map<String, @Nullable Object> copy = new LinkedHashMap<>(values.size() * 2);
            for (Map.Entry<?, ?> each : values.entrySet()) {
                String key = key(each.getKey());
                copy.put(key, copyAt(key, each.getValue(), false));
            }
            return new Copy(copy);
        }

        private List<@Nullable Object> copyList(List<?> values) {
            checkDepth();
            List<@Nullable Object> copy = new ArrayList<>(values.size());
            for (Object value : values) {
                copy.add(copyAt(copy.size(), value, true));
            }
            return Collections.unmodifiableList(copy);
        }

        private @Nullable Object copyAt(Object step, @Nullable Object value, boolean inList) {
            if (value == null
                    || value instanceof String
                    || value instanceof Long
                    || value instanceof Double
                    || value instanceof Boolean
                    || value instanceof Instant) {
                return value;
            }
            path.add(step);
            Object copy = copyValue(value, inList);
            path.remove(path.size() - 1);
            return copy;
        }

        private Object copyValue(Object value, boolean inList) {
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
                return copyMap(map);
            }
            if (value instanceof List<?> list && !inList) {
                return copyList(list);
            }
            throw new IllegalArgumentException(what + ": value" + at() + " has type "
                    + value.getClass().getName() + (inList && value instanceof List ? " inside a list" : "")
                    + "; allowed are text, whole number, number, true/false, Instant, list (not directly in a list),"
                    + " map and null");
        }

        private String key(@Nullable Object key) {
            if (key instanceof String text && !text.isEmpty()) {
                return text;
            }
            throw new IllegalArgumentException(
                    what + ": key '" + key + "'" + at() + " is not allowed; keys are text of at least one character");
        }

        private void checkDepth() {
            if (path.size() >= MAX_DEPTH) {
                throw new IllegalArgumentException(
                        what + ": value" + at() + " is nested deeper than " + MAX_DEPTH + " levels");
            }
        }

        private String at() {
            StringBuilder text = new StringBuilder();
            for (Object step : path) {
                if (step instanceof Integer index) {
                    text.append('[').append(index.intValue()).append(']');
                } else {
                    text.append(text.isEmpty() ? "" : ".").append(step);
                }
            }
            return text.isEmpty() ? "" : " at '" + text + "'";
        }
    }
}
