package dev.heartbeat.inmemory;

import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The named state documents. Not thread-safe. */
final class Cells {
    private final Map<StateKey, StateCell> cells = new LinkedHashMap<>();
    private final Stamp.Source stamps;

    Cells(Stamp.Source stamps) {
        this.stamps = stamps;
    }

    List<StateCell> read(Collection<StateKey> keys) {
        List<StateCell> found = new ArrayList<>(keys.size());
        for (StateKey key : keys) {
            StateCell cell = cells.get(key);
            if (cell != null) {
                found.add(cell);
            }
        }
        return Collections.unmodifiableList(found);
    }

    /** Writes the cells whose version is the stored one. Returns the keys of the others. */
    List<StateKey> compareAndSet(Collection<StateCell> written, Instant now) {
        List<StateKey> lost = new ArrayList<>();
        for (StateCell cell : written) {
            StateCell stored = cells.get(cell.key());
            if (cell.version().equals(stored == null ? Version.NONE : stored.version())) {
                Version version = stamps.next(now).text();
                cells.put(cell.key(), new StateCell(cell.key(), version, cell.value()));
            } else {
                lost.add(cell.key());
            }
        }
        return Collections.unmodifiableList(lost);
    }

    Map<StateKey, StateCell> all() {
        return new LinkedHashMap<>(cells);
    }
}
