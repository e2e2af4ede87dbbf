package dev.heartbeat.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import dev.heartbeat.schedule.Values;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * State cells: all in one document, so that a pulse reads them with one read and writes them with one write. A cell has a
 * version of its own, random and new in each write. Thread-safe.
 */
final class Cells {
    private static final String CELLS = "cells";

    private final Calls calls;
    private final Paths paths;

    Cells(Calls calls, Paths paths) {
        this.calls = calls;
        this.paths = paths;
    }

    List<StateCell> read(Collection<StateKey> keys, Deadline deadline) {
        if (keys.isEmpty()) {
            return List.of();
        }
        DocumentSnapshot document = read(deadline, "read " + keys.size() + " state cells");
        return keys.stream().flatMap(key -> cell(document, key).stream()).toList();
    }

    List<StateKey> compareAndSet(Collection<StateCell> cells, Deadline deadline) {
        if (cells.isEmpty()) {
            return List.of();
        }
        String what = "write " + cells.size() + " state cells";
        Map<StateKey, Version> written = new HashMap<>();
        cells.forEach(
                cell -> written.put(cell.key(), new Version(UUID.randomUUID().toString())));
        for (int tries = 1; ; tries++) {
            DocumentSnapshot now = read(deadline, what);
            List<StateKey> lost = new ArrayList<>();
            List<StateCell> toWrite = new ArrayList<>();
            for (StateCell cell : cells) {
                Version stored = cell(now, cell.key()).map(StateCell::version).orElse(Version.NONE);
                if (stored.equals(cell.version())) {
                    toWrite.add(cell);
                } else if (!stored.equals(written.get(cell.key()))) { // else our own write, whose answer got lost
                    lost.add(cell.key());
                }
            }
            if (toWrite.isEmpty()) {
                return lost;
            }
            try {
                write(now, toWrite, written, deadline, what);
                return lost;
            } catch (CallFailed e) {
                if (e.isFinal(deadline, tries)) {
                    throw e;
                }
            }
        }
    }

    private void write(
            DocumentSnapshot now,
            List<StateCell> cells,
            Map<StateKey, Version> versions,
            Deadline deadline,
            String what) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        for (StateCell cell : cells) {
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("kind", cell.key().kind());
            entry.put("name", cell.key().name());
            entry.put(
                    "version", Objects.requireNonNull(versions.get(cell.key())).value());
            entry.put("value", Neutral.toFirestore(cell.value()));
            entries.put(field(cell.key()), entry);
        }
        WriteBatch batch = calls.batch();
        if (now.exists()) {
            Map<String, @Nullable Object> changes = new LinkedHashMap<>();
            entries.forEach((field, entry) -> changes.put(CELLS + "." + field, entry));
            batch.update(
                    paths.state(),
                    changes,
                    Precondition.updatedAt(Objects.requireNonNull(now.getUpdateTime(), "update time")));
        } else {
            batch.create(paths.state(), Map.of(CELLS, entries));
        }
        calls.commit(batch, deadline, what);
    }

    private DocumentSnapshot read(Deadline deadline, String what) {
        return calls.read(paths.state(), deadline, what);
    }

    private static Optional<StateCell> cell(DocumentSnapshot document, StateKey key) {
        if (!document.exists()
                || !(document.get(CELLS) instanceof Map<?, ?> cells)
                || !(cells.get(field(key)) instanceof Map<?, ?> entry)
                || !(entry.get("version") instanceof String version)
                || !(entry.get("value") instanceof Map<?, ?> value)) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        value.forEach((name, each) -> plain.put(String.valueOf(name), each));
        return Optional.of(new StateCell(
                key, new Version(version), Values.copyOf(Neutral.fromFirestore(plain), "state cell " + key)));
    }

    /** Any text may be part of a key, and few may be the name of a field. */
    private static String field(StateKey key) {
        return "c" + Digest.of(key.kind().length() + ":" + key.kind() + key.name());
    }
}
