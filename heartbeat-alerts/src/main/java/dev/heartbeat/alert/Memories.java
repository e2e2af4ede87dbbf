package dev.heartbeat.alert;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StateStore;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The memories of all rules, in the store and as this process knows them. A store that does not answer is no reason to be
 * silent, but the best one to speak: then this process goes by what it knows, and writes that when the store is back. Used by
 * one thread at a time.
 */
final class Memories {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat");
    private static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(10));

    private final StateStore store;
    private final Map<String, Memory> known = new HashMap<>();
    private final Map<String, Version> versions = new HashMap<>();
    private final Set<String> unsaved = new HashSet<>();

    Memories(StateStore store) {
        this.store = store;
    }

    /** What a save has come to. */
    enum Saved {
        /** It is written. */
        WRITTEN,
        /** Another instance has written something else. */
        LOST,
        /** The store did not answer; this process remembers it alone. */
        ALONE
    }

    private static StateKey key(String rule) {
        return new StateKey("alert", rule);
    }

    /** Reads what the store holds. Returns the pauses of everything and of queues as well, which come along. */
    Pauses read(Collection<String> rules) {
        Set<StateKey> keys = new HashSet<>(List.of(Pauses.KEY));
        rules.forEach(rule -> keys.add(key(rule)));
        Map<StateKey, StateCell> cells = new HashMap<>();
        versions.clear();
        try {
            store.read(keys, LIMIT).forEach(cell -> cells.put(cell.key(), cell));
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "reading what was alerted failed; going by what is known here", e);
            return Pauses.NONE;
        }
        for (String rule : rules) {
            StateCell cell = cells.get(key(rule));
            versions.put(rule, cell == null ? Version.NONE : cell.version());
            if (!unsaved.contains(rule)) {
                known.put(rule, cell == null ? Memory.NONE : Memory.read(cell.value()));
            }
        }
        StateCell pauses = cells.get(Pauses.KEY);
        return pauses == null ? Pauses.NONE : Pauses.read(pauses.value());
    }

    /** Returns what is known of a rule. */
    Memory of(String rule) {
        return known.getOrDefault(rule, Memory.NONE);
    }

    /** Tells whether this process knows something of a rule that the store does not. */
    boolean isUnsaved(String rule) {
        return unsaved.contains(rule);
    }

    /** Writes what is to be remembered, if nobody has written anything else since it was read. */
    Saved save(String rule, Memory memory) {
        Memory before = of(rule);
        known.put(rule, memory);
        try {
            Version version = versions.remove(rule);
            if (version == null) { // unknown since our own last write
                StateCell cell = store.read(List.of(key(rule)), LIMIT).stream()
                        .findFirst()
                        .orElse(null);
                Memory stored = cell == null ? Memory.NONE : Memory.read(cell.value());
                if (!stored.equals(before) && !unsaved.contains(rule)) {
                    known.put(rule, stored);
                    return Saved.LOST;
                }
                version = cell == null ? Version.NONE : cell.version();
            }
            boolean lost = !store.compareAndSet(List.of(new StateCell(key(rule), version, memory.write())), LIMIT)
                    .isEmpty();
            unsaved.remove(rule);
            return lost ? Saved.LOST : Saved.WRITTEN;
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "writing what was alerted failed; it is remembered here alone", e);
            unsaved.add(rule);
            return Saved.ALONE;
        }
    }
}
