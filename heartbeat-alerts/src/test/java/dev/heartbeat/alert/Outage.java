package dev.heartbeat.alert;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StateStore;
import dev.heartbeat.store.StoreException;
import java.util.Collection;
import java.util.List;

/** The way to a store, which can be cut. */
final class Outage implements StateStore {
    private final StateStore store;
    private volatile boolean cut;

    Outage(StateStore store) {
        this.store = store;
    }

    void cut(boolean isCut) {
        cut = isCut;
    }

    private void pass() {
        if (cut) {
            throw new StoreException("the line is cut");
        }
    }

    @Override
    public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
        pass();
        return store.read(keys, limit);
    }

    @Override
    public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
        pass();
        return store.compareAndSet(cells, limit);
    }
}
