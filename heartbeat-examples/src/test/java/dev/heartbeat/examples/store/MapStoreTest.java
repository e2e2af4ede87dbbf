package dev.heartbeat.examples.store;

import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.tck.HeartbeatStoreKit;
import dev.heartbeat.tck.SettableInstant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that a store has to prove, in one class: the conformance kit. */
class MapStoreTest extends HeartbeatStoreKit {
    @Override
    protected HeartbeatStore createStore(SettableInstant clock) {
        return new MapStore(clock);
    }

    @Override
    protected void putDocument(HeartbeatStore store, String id, Map<String, @Nullable Object> fields) {
        ((MapStore) store).putDocument(id, fields);
    }

    @Override
    protected Optional<Map<String, @Nullable Object>> document(HeartbeatStore store, String id) {
        return ((MapStore) store).document(id);
    }
}
