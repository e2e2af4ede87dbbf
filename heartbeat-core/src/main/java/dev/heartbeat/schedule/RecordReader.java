package dev.heartbeat.schedule;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads params into a record by its component names. */
final class RecordReader {
    private RecordReader() {}

    static <R extends Record> R read(Class<R> type, Params params) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = argument(components[i].getGenericType(), components[i].getName(), params);
        }
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            Throwable refused = e.getTargetException();
            throw new IllegalArgumentException(
                    params.what() + ": " + type.getSimpleName() + " refused the values: " + refused.getMessage(),
                    refused);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    params.what() + ": record " + type.getName() + " cannot be created; is its package open to"
                            + " dev.heartbeat.core?",
                    e);
        }
    }

    private static @Nullable Object argument(Type type, String key, Params params) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return params.has(key)
                    ? Optional.ofNullable(argument(generic.getActualTypeArguments()[0], key, params))
                    : Optional.empty();
        }
        if (!((type instanceof ParameterizedType generic ? generic.getRawType() : type) instanceof Class<?> raw)) {
            throw unsupported(key, type, params);
        }
        if (!params.has(key) && !raw.isPrimitive() && isWrapper(raw)) {
            return null;
        }
        return value(raw, key, params);
    }

    private static boolean isWrapper(Class<?> type) {
        return type == Long.class || type == Integer.class || type == Double.class || type == Boolean.class;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object value(Class<?> type, String key, Params params) {
        if (type == String.class) {
            return params.text(key);
        }
        if (type == long.class || type == Long.class) {
            return params.whole(key);
        }
        if (type == int.class || type == Integer.class) {
            long whole = params.whole(key);
            if (whole != (int) whole) {
                throw params.mismatch(key, whole, "a whole number that fits an int");
            }
            return (int) whole;
        }
        if (type == double.class || type == Double.class) {
            return params.number(key);
        }
        if (type == boolean.class || type == Boolean.class) {
            return params.flag(key);
        }
        if (type == Instant.class) {
            return params.instant(key);
        }
        if (type == Duration.class) {
            return Durations.read(params.asMap().get(key))
                    .orElseThrow(() -> params.mismatch(key, params.asMap().get(key), Durations.ALLOWED));
        }
        if (type == List.class) {
            return params.list(key);
        }
        if (type == Map.class) {
            return params.nested(key).asMap();
        }
        if (type == Params.class) {
            return params.nested(key);
        }
        if (type.isEnum()) {
            return constant((Class<? extends Enum>) type, key, params);
        }
        if (type.isRecord()) {
            return read((Class<? extends Record>) type, params.nested(key));
        }
        throw unsupported(key, type, params);
    }

    private static IllegalArgumentException unsupported(String key, Type type, Params params) {
        return new IllegalArgumentException(params.what() + ": component '" + key + "' has type " + type.getTypeName()
                + ", which params cannot hold");
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String key, Params params) {
        String text = params.text(key);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw params.mismatch(key, text, "one of " + Arrays.toString(type.getEnumConstants()));
    }
}
