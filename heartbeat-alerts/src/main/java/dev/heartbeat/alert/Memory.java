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
 * <p>Some conditions are known to one instance alone. So an end counts only once nobody has seen the rule hold for a while:
 * an instance that sees nothing of it does not end the incident of one that does.
 *
 * @param since since when the rule is seen to hold: the incident; null if there is none
 * @param endedAt since when nobody has seen it hold; null while somebody does
 * @param sendingUntil until when the instance that is sending has the word; null if none is
 * @param sinks what each sink knows, by its name
 */
record Memory(
        @Nullable Instant since,
        @Nullable Instant endedAt,
        @Nullable Instant sendingUntil,
        Map<String, Told> sinks) {
    static final Memory NONE = new Memory(null, null, null, Map.of());
    /** How long the instance that sends has the word: ten sinks that give up after ten seconds, three times over. */
    static final Duration SENDING = Duration.ofMinutes(5);

    private static final Duration RECOVERY_COUNTS = Duration.ofDays(1);

    private static final String SINCE = "since";
    private static final String ENDED_AT = "endedAt";
    private static final String SENDING_UNTIL = "sendingUntil";
    private static final String SINKS = "sinks";
    private static final String NAME = "name";

    Memory {
        sinks = Collections.unmodifiableMap(new LinkedHashMap<>(sinks));
    }

    /**
     * When a rule is told of.
     *
     * @param patience how long it must have held
     * @param repeat how long after one time it is told again; null for never
     * @param recovery whether its end is told
     * @param grace how long nobody must have seen it hold for an end to count
     */
    record Terms(Duration patience, @Nullable Duration repeat, boolean recovery, Duration grace) {}

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

    private boolean isToldOf(Told told) {
        return since != null && since.equals(told.incident());
    }

    /** Tells whether another instance has the word. One whose clock is far ahead does not keep it for longer than others. */
    boolean isBeingSent(Instant now) {
        return sendingUntil != null && now.isBefore(sendingUntil) && !sendingUntil.isAfter(now.plus(SENDING));
    }

    private boolean isOver(Terms terms, Instant now) {
        return endedAt != null && !now.isBefore(endedAt.plus(terms.grace()));
    }

    /** Returns the memory after a look. */
    Memory seen(boolean holds, Instant now, Terms terms) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        if (since == null || since.isAfter(at)) { // later than now: by somebody's clock
            return holds ? new Memory(at, null, null, sinks) : since == null ? this : NONE;
        }
        if (holds) {
            return isOver(terms, now)
                    ? new Memory(at, null, null, sinks)
                    : new Memory(since, null, sendingUntil, sinks);
        }
        if (endedAt == null || endedAt.isAfter(at)) {
            return new Memory(since, at, sendingUntil, sinks);
        }
        boolean someoneWaits = terms.recovery()
                && now.isBefore(endedAt.plus(RECOVERY_COUNTS))
                && sinks.values().stream().anyMatch(Told::isUnwell);
        return isOver(terms, now) && !someoneWaits ? NONE : this;
    }

    /** Returns what is to be sent now. */
    List<Due> due(Collection<String> names, Terms terms, Instant now) {
        List<Due> due = new ArrayList<>();
        for (String name : names) {
            Told told = told(name);
            Kind kind = kind(told, terms, now);
            if (kind != null && told.mayBeTried(now)) {
                due.add(new Due(name, kind, isToldOf(told) ? told.times() + 1 : 1));
            }
        }
        return due;
    }

    private @Nullable Kind kind(Told told, Terms terms, Instant now) {
        if (since == null) {
            return null;
        }
        if (endedAt != null) {
            return terms.recovery() && told.isUnwell() && isOver(terms, now) ? Kind.RECOVERED : null;
        }
        if (!isToldOf(told)) {
            return now.isBefore(since.plus(terms.patience())) ? null : Kind.RAISED;
        }
        Duration repeat = terms.repeat();
        return repeat == null || told.at() == null || now.isBefore(told.at().plus(repeat)) ? null : Kind.REPEATED;
    }

    /** Returns the memory while this instance sends: others leave it the word. */
    Memory sending(Instant now) {
        return new Memory(since, endedAt, now.plus(SENDING).truncatedTo(ChronoUnit.MILLIS), sinks);
    }

    /** Returns the memory after what was sent, and what was not. */
    Memory sent(Instant incident, Collection<Due> all, Collection<String> failed, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        Map<String, Told> after = new LinkedHashMap<>(sinks);
        for (Due due : all) {
            Told told = told(due.sink());
            after.put(due.sink(), failed.contains(due.sink()) ? told.failed(at) : told.sent(due.kind(), incident, at));
        }
        return new Memory(since, endedAt, null, after);
    }

    /**
     * Returns what is to be remembered by a process that went by its own memory, when the store, which others have written
     * meanwhile, is back: the incident as the store has it, and of each sink what it was told last by either.
     */
    Memory joined(Memory stored) {
        if (stored.since == null || since == null) {
            return stored.since == null ? this : stored;
        }
        Map<String, Told> all = new LinkedHashMap<>(stored.sinks);
        sinks.forEach((name, told) -> {
            Told theirs = stored.told(name);
            boolean isLater =
                    told.at() != null && (theirs.at() == null || theirs.at().isBefore(told.at()));
            if (isLater) {
                all.put(name, isToldOf(told) ? told.of(stored.since) : told);
            }
        });
        return new Memory(stored.since, stored.endedAt, stored.sendingUntil, all);
    }
}
