package dev.heartbeat.engine;

import dev.heartbeat.engine.BreakerRule.Gate;
import dev.heartbeat.health.Condition;
import dev.heartbeat.store.StateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The circuit breakers in one pulse: who tries an open circuit, and who is held back by one. */
final class PulseBreakers {
    private final Engine engine;
    private final PulseRun pulse;
    /** The schedules that were to try a circuit. */
    private final Map<String, StateKey> asked = new HashMap<>();
    /** The runs that try one. */
    private final List<LiveRun> probes = new ArrayList<>();
    /** What is held back: how many by each circuit, and the first of them. */
    private final Map<StateKey, Held> held = new LinkedHashMap<>();

    /** When the places were last asked for, by this machine. */
    private long askedNanos;

    private record Held(int count, String first) {}

    PulseBreakers(Engine engine, PulseRun pulse) {
        this.engine = engine;
        this.pulse = pulse;
    }

    /**
     * Asks, for each circuit whose cool-down has passed, that the schedule whose last start is longest ago may try
     * it: one call for all. Were it the first of the plan, or the oldest fire, one schedule that fails for a reason of its own
     * could try each time.
     */
    void probe(List<Candidate> plan) {
        Instant now = pulse.time().store();
        Map<StateKey, Candidate> oldest = new HashMap<>();
        for (Candidate candidate : plan) {
            StateKey key = key(candidate);
            if (key != null && gate(key, candidate.id(), now) == Gate.PROBE) {
                oldest.merge(key, candidate, PulseBreakers::longerAgo);
            }
        }
        if (!oldest.isEmpty()) {
            askedNanos = engine.pace().nanos();
            oldest.forEach((key, candidate) -> {
                asked.put(candidate.id(), key);
                engine.breakers().ask(key, candidate.id(), pulse.id(), now);
            });
            engine.board().save(pulse.time().workLimit());
        }
    }

    /**
     * The store took so long for a claim that a place may run out before the first renewal: keeps it for longer, or finds
     * that it is another's by now.
     */
    void keepPlaces() {
        long now = engine.pace().nanos();
        if (!asked.isEmpty() && now - askedNanos > engine.settings().lease().toNanos() / 3) {
            askedNanos = now;
            asked.forEach((id, key) ->
                    engine.breakers().renew(key, id, pulse.id(), pulse.time().store()));
            engine.board().save(pulse.time().workLimit());
        }
    }

    /** Returns the one whose last start is longer ago; of equal ones the older fire, and of equal fires the first. */
    private static Candidate longerAgo(Candidate a, Candidate b) {
        int order = lastStart(b).compareTo(lastStart(a));
        return order < 0 || (order == 0 && b.fireTime().isBefore(a.fireTime())) ? b : a;
    }

    private static Instant lastStart(Candidate candidate) {
        Instant wrote = candidate.seen().state().wrote();
        return wrote == null ? Instant.MIN : wrote;
    }

    /** Tells whether a circuit holds the candidate back, and notes that it does. */
    boolean holdBack(Candidate candidate) {
        StateKey key = key(candidate);
        if (key == null || gate(key, candidate.id(), pulse.time().store()) == Gate.PASS) {
            return false;
        }
        Circuit circuit = engine.breakers().circuit(key);
        held.merge(key, new Held(1, candidate.id()), (before, one) -> new Held(before.count() + 1, before.first()));
        pulse.book().circuitOpen(candidate, circuit.heldUntil(), text(key, circuit));
        Instant until = circuit.heldUntil();
        if (until != null) {
            pulse.wakeByStoreTime(until);
        }
        return true;
    }

    /** A claim of the pulse was won. */
    void claimed(LiveRun run) {
        if (asked.containsKey(run.scheduleId()) && run.isStart()) {
            run.probe();
            probes.add(run);
        }
    }

    /** The places of probes that did not start are free; what has started tells of its end, if need be from elsewhere. */
    void giveBack() {
        if (asked.isEmpty()) {
            return;
        }
        pulse.book().open().forEach(run -> asked.remove(run.scheduleId()));
        probes.stream().filter(LiveRun::hasStarted).forEach(run -> asked.remove(run.scheduleId()));
        asked.forEach((id, key) -> engine.breakers().giveBack(key, id, pulse.id()));
    }

    /** What a person who looks at the health should know of the circuits that held something back. */
    List<Condition> conditions() {
        List<Condition> conditions = new ArrayList<>();
        held.forEach((key, fires) -> {
            Circuit circuit = engine.breakers().circuit(key);
            if (!circuit.isClosed()) {
                conditions.add(new Condition(
                        Condition.CIRCUIT_OPEN,
                        text(key, circuit) + "; it holds back " + fires.count() + " due, such as " + fires.first(),
                        Objects.requireNonNull(circuit.openedAt(), "openedAt"),
                        "Mend what the circuit stands for; after the cool-down one run tries it, and its success lets"
                                + " the rest go on"));
            }
        });
        return conditions;
    }

    private static String text(StateKey key, Circuit circuit) {
        return "circuit '" + key.name() + "' is open after " + circuit.failures()
                + " failures in a row; tried again at " + circuit.heldUntil();
    }

    private Gate gate(StateKey key, String scheduleId, Instant now) {
        return engine.breakers().gate(key, scheduleId, pulse.id(), now);
    }

    private @Nullable StateKey key(Candidate candidate) {
        return candidate.isStart()
                ? Breakers.key(
                        candidate.seen().schedule(), pulse.task(candidate.seen().schedule()))
                : null;
    }
}
