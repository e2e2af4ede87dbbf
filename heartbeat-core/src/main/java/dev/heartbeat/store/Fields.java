package dev.heartbeat.store;

import dev.heartbeat.schedule.Durations;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Values;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed reading of a document's fields; an absent or null field is null, a wrong one throws with all that matters. */
final class Fields {
    private static final int LONGEST_ECHO = 60;

    private final String what;
    private final Map<?, ?> fields;

    Fields(String what, Map<?, ?> fields) {
        this.what = what;
        this.fields = fields;
    }

    String what() {
        return what;
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    @Nullable
    Object value(String field) {
        return fields.get(field);
    }

    @Nullable
    String text(String field) {
        Object value = fields.get(field);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw bad(field, "text");
    }

    String requireText(String field) {
        String text = text(field);
        if (text == null) {
            throw bad(field, "text");
        }
        return text;
    }

    boolean requireFlag(String field) {
        if (fields.get(field) instanceof Boolean flag) {
            return flag;
        }
        throw bad(field, "true or false");
    }

    boolean flag(String field) {
        return fields.get(field) != null && requireFlag(field);
    }

    @Nullable
    Long whole(String field) {
        Object value = fields.get(field);
        if (value == null || value instanceof Long) {
            return (Long) value;
        }
        if (value instanceof Integer number) {
            return number.longValue();
        }
        throw bad(field, "a whole number");
    }

    @Nullable
    Instant instant(String field) {
        Object value = fields.get(field);
        if (value == null || value instanceof Instant) {
            return (Instant) value;
        }
        if (value instanceof String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                // falls through to the message below
            }
        }
        throw bad(field, "an instant such as 2026-02-15T12:00:00Z");
    }

    @Nullable
    Duration duration(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return null;
        }
        return Durations.read(value instanceof Integer number ? (Object) number.longValue() : value)
                .orElseThrow(() -> bad(field, Durations.ALLOWED));
    }

    <E extends Enum<E>> @Nullable E constant(String field, Class<E> type) {
        String text = text(field);
        if (text == null) {
            return null;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw bad(field, "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
    }

    @Nullable
    Map<String, @Nullable Object> map(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            try {
                return Values.copyOf(map, what + ": field '" + field + "'");
            } catch (IllegalArgumentException e) {
                throw new InvalidScheduleException(String.valueOf(e.getMessage()), e);
            }
        }
        throw noMap(field, value);
    }

    @Nullable
    Fields nested(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            return new Fields(what + ", " + field, map);
        }
        throw noMap(field, value);
    }

    /** What stands where a map belongs may be meant for its eyes only: params, say. */
    private InvalidScheduleException noMap(String field, Object value) {
        String found = value instanceof String
                ? "text"
                : value instanceof Number
                        ? "a number"
                        : value instanceof Iterable
                                ? "a list"
                                : value.getClass().getSimpleName();
        return new InvalidScheduleException(what + ": field '" + field + "' is " + found + "; allowed is a map");
    }

    InvalidScheduleException bad(String field, String allowed) {
        Object value = fields.get(field);
        String found = !fields.containsKey(field)
                ? "is missing"
                : value == null
                        ? "is null"
                        : "is " + echo(value) + " (" + value.getClass().getSimpleName() + ")";
        return new InvalidScheduleException(what + ": field '" + field + "' " + found + "; allowed is " + allowed);
    }

    private static String echo(Object value) {
        if (value instanceof Map<?, ?> || value instanceof Iterable<?>) {
            return "a collection"; // its content may be secret
        }
        String text = String.valueOf(value);
        return "'" + (text.length() <= LONGEST_ECHO ? text : text.substring(0, LONGEST_ECHO) + "...") + "'";
    }
}
