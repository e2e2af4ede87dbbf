package dev.heartbeat.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one sink knows of one rule. Immutable; pure.
 *
 * @param unwell whether it was told that the rule holds, and not yet that it is over
 * @param times how often it was told so
 * @param at when it was told something the last time
 * @param failures how many tries in a row have failed
 * @param notBefore when it may be tried again; null for at once
 */
record Told(
        boolean unwell,
        long times,
        @Nullable Instant at,
        long failures,
        @Nullable Instant notBefore) {
    static final Told NOTHING = new Told(false, 0, null, 0, null);

    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 6; // an hour and four minutes

    private static final String UNWELL = "unwell";
    private static final String TIMES = "times";
    private static final String AT = "at";
    private static final String FAILURES = "failures";
    private static final String NOT_BEFORE = "notBefore";

    static Told read(Map<?, ?> values) {
        return new Told(
                Boolean.TRUE.equals(values.get(UNWELL)),
                number(values.get(TIMES)),
                values.get(AT) instanceof Instant at ? at : null,
                number(values.get(FAILURES)),
                values.get(NOT_BEFORE) instanceof Instant notBefore ? notBefore : null);
    }

    private static long number(@Nullable Object value) {
        return value instanceof Long number && number > 0 ? number : 0;
    }

    Map<String, @Nullable Object> write() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put(UNWELL, unwell);
        values.put(TIMES, times);
        values.put(AT, at);
        values.put(FAILURES, failures);
        values.put(NOT_BEFORE, notBefore);
        return values;
    }

    boolean mayBeTried(Instant now) {
        return notBefore == null || !now.isBefore(notBefore);
    }

    Told sent(Alert.Kind kind, Instant now) {
        return kind == Alert.Kind.RECOVERED
                ? new Told(false, 0, now, 0, null)
                : new Told(true, times + 1, now, 0, null);
    }

    Told failed(Instant now) {
        long doublings = Math.min(failures, MOST_DOUBLINGS);
        return new Told(unwell, times, at, failures + 1, now.plus(FIRST_WAIT.multipliedBy(1L << doublings)));
    }

    /** The rule holds no longer, and this sink need not be told so. */
    Told over() {
        return new Told(false, 0, at, 0, null);
    }
}
