package dev.heartbeat.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one sink knows of one rule. Immutable; pure.
 *
 * @param incident the begin of the incident that it was told of, and whose end it was not told; null if there is none
 * @param times how often it was told of it
 * @param at when it was told something the last time
 * @param failures how many tries in a row have failed
 * @param notBefore when it may be tried again; null for at once
 */
record Told(
        @Nullable Instant incident,
        long times,
        @Nullable Instant at,
        long failures,
        @Nullable Instant notBefore) {
    static final Told NOTHING = new Told(null, 0, null, 0, null);

    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final Duration LONGEST_WAIT = FIRST_WAIT.multipliedBy(1L << MOST_DOUBLINGS);

    private static final String INCIDENT = "incident";
    private static final String TIMES = "times";
    private static final String AT = "at";
    private static final String FAILURES = "failures";
    private static final String NOT_BEFORE = "notBefore";

    static Told read(Map<?, ?> values) {
        return new Told(
                values.get(INCIDENT) instanceof Instant incident ? incident : null,
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
        values.put(INCIDENT, incident);
        values.put(TIMES, times);
        values.put(AT, at);
        values.put(FAILURES, failures);
        values.put(NOT_BEFORE, notBefore);
        return values;
    }

    /** Tells whether it knows of an incident, this one or one before it, and of no end. */
    boolean isUnwell() {
        return incident != null;
    }

    /** Tells whether it may be tried. One that somebody's clock has put off for longer than is ever waited may. */
    boolean mayBeTried(Instant now) {
        return notBefore == null || !now.isBefore(notBefore) || notBefore.isAfter(now.plus(LONGEST_WAIT));
    }

    Told sent(Alert.Kind kind, Instant since, Instant now) {
        return kind == Alert.Kind.RECOVERED
                ? new Told(null, 0, now, 0, null)
                : new Told(since, since.equals(incident) ? times + 1 : 1, now, 0, null);
    }

    Told failed(Instant now) {
        long doublings = Math.min(failures, MOST_DOUBLINGS);
        return new Told(incident, times, at, failures + 1, now.plus(FIRST_WAIT.multipliedBy(1L << doublings)));
    }

    /** The same, told of an incident that others know by another begin. */
    Told of(Instant since) {
        return new Told(since, times, at, failures, notBefore);
    }
}
