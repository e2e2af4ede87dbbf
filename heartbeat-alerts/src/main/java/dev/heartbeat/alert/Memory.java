package dev.heartbeat.alert;

import dev.heartbeat.alert.Alert.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all instances together remember of one rule, as one state cell holds it. What is to be sent follows from what holds
 * now and from what each sink knows: nothing is queued, so nothing untrue is sent later. Immutable; pure. Instants are in
 * whole milliseconds, as every store keeps them.
 *
 * @param since since when the rule is seen to hold, or was the last time; null if no sink knows of that any more
 * @param endedAt when it was first seen to hold no longer; null while it holds
 * @param sendingUntil until when the instance that is sending has the word; null if none is
 * @param sinks what each sink knows, by its name
 */
record Memory(
        @Nullable Instant since,
        @Nullable Instant endedAt,
        @Nullable Instant sendingUntil,
        Map<String, Told> sinks) {
    static final Memory NONE = new Memory(null, null, null, Map.of());

    private static final String SINCE = "since";
    private static final String ENDED_AT = "endedAt";
    private static final String SENDING_UNTIL = "sendingUntil";
    private static final String SINKS = "sinks";
    private static final String NAME = "name";

    Memory {
        sinks = Collections.unmodifiableMap(new LinkedHashMap<>(sinks));
    }

    /** One message that is due. */
    record Due(String sink, Kind kind, long number) {}

    /** Reads the values of the cell; what makes no sense in it is left out. */
    static Memory read(Map<String, @Nullable Object> values) {
        Map<String, Told> sinks = new LinkedHashMap<>();
        if (values.get(SINKS) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> map && map.get(NAME) instanceof String name) {
                    sinks.put(name, Told.read(map));
                }
            }
        }
        return new Memory(
                instant(values.get(SINCE)), instant(values.get(ENDED_AT)), instant(values.get(SENDING_UNTIL)), sinks);
    }

    private static @Nullable Instant instant(@Nullable Object value) {
        return value instanceof Instant instant ? instant : null;
    }

    Map<String, @Nullable Object> write() {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        sinks.forEach((name, told) -> {
            Map<String, @Nullable Object> sink = new LinkedHashMap<>();
            sink.put(NAME, name);
            sink.putAll(told.write());
            list.add(sink);
        });
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put(SINCE, since);
        values.put(ENDED_AT, endedAt);
        values.put(SENDING_UNTIL, sendingUntil);
        values.put(SINKS, list);
        return values;
    }

    private Told told(String sink) {
        return sinks.getOrDefault(sink, Told.NOTHING);
    }

    /**
     * Returns the memory after a look.
     *
     * @param holds whether the rule holds
     * @param tellsRecovery whether sinks are told of the end
     */
    Memory seen(boolean holds, Instant now, boolean tellsRecovery) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        if (holds) {
            return since != null && endedAt == null ? this : new Memory(at, null, sendingUntil, sinks);
        }
        if (since == null) {
            return this;
        }
        Map<String, Told> left = new LinkedHashMap<>();
        sinks.forEach((name, told) -> left.put(name, tellsRecovery && told.unwell() ? told : told.over()));
        boolean someoneWaits = left.values().stream().anyMatch(Told::unwell);
        return someoneWaits ? new Memory(since, endedAt == null ? at : endedAt, sendingUntil, left) : NONE;
    }

    /** Returns what is to be sent now; nothing while another instance is sending. */
    List<Due> due(Collection<String> names, Duration patience, @Nullable Duration repeat, Instant now) {
        if (since == null || (sendingUntil != null && now.isBefore(sendingUntil))) {
            return List.of();
        }
        List<Due> due = new ArrayList<>();
        for (String name : names) {
            Told told = told(name);
            Kind kind = kind(told, patience, repeat, now);
            if (kind != null && told.mayBeTried(now)) {
                due.add(new Due(name, kind, told.times() + 1));
            }
        }
        return due;
    }

    private @Nullable Kind kind(Told told, Duration patience, @Nullable Duration repeat, Instant now) {
        if (since == null) {
            return null;
        }
        if (endedAt != null) {
            return told.unwell() ? Kind.RECOVERED : null;
        }
        if (!told.unwell()) {
            return now.isBefore(since.plus(patience)) ? null : Kind.RAISED;
        }
        return repeat == null || told.at() == null || now.isBefore(told.at().plus(repeat)) ? null : Kind.REPEATED;
    }

    /** Returns the memory while this instance sends: others leave it the word until then. */
    Memory sending(Instant until) {
        return new Memory(since, endedAt, until.truncatedTo(ChronoUnit.MILLIS), sinks);
    }

    /** Returns the memory after what was sent, and what was not. */
    Memory sent(Collection<Due> all, Collection<String> failed, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        Map<String, Told> after = new LinkedHashMap<>(sinks);
        for (Due due : all) {
            Told told = told(due.sink());
            after.put(due.sink(), failed.contains(due.sink()) ? told.failed(at) : told.sent(due.kind(), at));
        }
        boolean isOver = endedAt != null && after.values().stream().noneMatch(Told::unwell);
        return isOver ? NONE : new Memory(since, endedAt, null, after);
    }
}
