package dev.heartbeat.alert;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StateStore;
import dev.heartbeat.store.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The way to a store, which can be cut, and on which somebody else can come first. */
final class Outage implements StateStore {
    private final StateStore store;
    private final AtomicInteger writes = new AtomicInteger();
    private volatile boolean cut;
    private volatile Runnable before = () -> {};

    Outage(StateStore store) {
        this.store = store;
    }

    void cut(boolean isCut) {
        cut = isCut;
    }

    int writes() {
        return writes.get();
    }

    /** The next write comes after this. */
    void beforeWrite(Runnable other) {
        before = () -> {
            before = () -> {};
            other.run();
        };
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
        before.run();
        writes.incrementAndGet();
        return store.compareAndSet(cells, limit);
    }
}
