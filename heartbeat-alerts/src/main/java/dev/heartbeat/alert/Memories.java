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
import org.jspecify.annotations.Nullable;

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
    /** As last read from the store or written to it. */
    private final Map<String, Memory> stored = new HashMap<>();

    private final Map<String, Version> versions = new HashMap<>();
    private final Set<String> unsaved = new HashSet<>();
    private Pauses pauses = Pauses.NONE;
    private boolean answers = true;

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

    /** Reads what the store holds, and the pauses along with it. */
    void read(Collection<String> rules) {
        Set<StateKey> keys = new HashSet<>(List.of(Pauses.KEY));
        rules.forEach(rule -> keys.add(key(rule)));
        Map<StateKey, StateCell> cells = new HashMap<>();
        versions.clear();
        answers = false;
        try {
            store.read(keys, LIMIT).forEach(cell -> cells.put(cell.key(), cell));
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "reading what was alerted failed; going by what is known here", e);
            return;
        }
        answers = true;
        rules.forEach(rule -> found(rule, cells.get(key(rule))));
        StateCell cell = cells.get(Pauses.KEY);
        pauses = cell == null ? Pauses.NONE : Pauses.read(cell.value());
    }

    private void found(String rule, @Nullable StateCell cell) {
        Memory memory = cell == null ? Memory.NONE : Memory.read(cell.value());
        versions.put(rule, cell == null ? Version.NONE : cell.version());
        if (!unsaved.contains(rule)) {
            known.put(rule, memory);
        } else if (!memory.equals(stored.get(rule))) {
            known.put(rule, of(rule).joined(memory));
        }
        stored.put(rule, memory);
    }

    /** Returns the pauses of everything and of queues, as last read. */
    Pauses pauses() {
        return pauses;
    }

    /** Returns what is known of a rule. */
    Memory of(String rule) {
        return known.getOrDefault(rule, Memory.NONE);
    }

    /** Tells whether this process knows something of a rule that the store does not. */
    boolean isUnsaved(String rule) {
        return unsaved.contains(rule);
    }

    /**
     * Writes what is to be remembered, if nobody has written anything else since it was read. After {@link Saved#LOST} what
     * others wrote is known.
     */
    Saved save(String rule, Memory memory) {
        known.put(rule, memory);
        if (!answers) {
            unsaved.add(rule);
            return Saved.ALONE;
        }
        try {
            Version version = versions.remove(rule);
            if (version == null) { // unknown since our own last write
                Memory before = stored.getOrDefault(rule, Memory.NONE);
                reread(rule);
                if (!before.equals(stored.get(rule))) {
                    known.put(rule, stored.getOrDefault(rule, Memory.NONE));
                    return Saved.LOST;
                }
                version = versions.remove(rule);
            }
            StateCell cell = new StateCell(key(rule), version == null ? Version.NONE : version, memory.write());
            if (store.compareAndSet(List.of(cell), LIMIT).isEmpty()) {
                unsaved.remove(rule);
                stored.put(rule, memory);
                known.put(rule, memory);
                return Saved.WRITTEN;
            }
            reread(rule);
            known.put(rule, stored.getOrDefault(rule, Memory.NONE));
            return Saved.LOST;
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "writing what was alerted failed; it is remembered here alone", e);
            known.put(rule, memory);
            unsaved.add(rule);
            return Saved.ALONE;
        }
    }

    private void reread(String rule) {
        StateCell cell =
                store.read(List.of(key(rule)), LIMIT).stream().findFirst().orElse(null);
        versions.put(rule, cell == null ? Version.NONE : cell.version());
        stored.put(rule, cell == null ? Memory.NONE : Memory.read(cell.value()));
    }
}
