package dev.heartbeat.store;

import java.util.Collection;
import java.util.List;

/** The verbs of small named state documents. Thread-safe; {@link StoreException} as in {@link ClaimStore}. */
public interface StateStore {
    /** Returns the cells that exist, in any order. */
    List<StateCell> read(Collection<StateKey> keys, CallLimit limit);

    /**
     * Writes each cell whose version is still the expected one; each cell is compared and written by itself. {@link
     * Version#ANY} is for schedules alone: it is the version of no cell.
     *
     * @return the keys that were lost: their cells have another version now
     */
    List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit);
}
