package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.tck.HeartbeatStoreKit;
import dev.heartbeat.tck.SettableInstant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

class InMemoryHeartbeatStoreKitTest extends HeartbeatStoreKit {
    @Override
    protected HeartbeatStore createStore(SettableInstant clock) {
        return new InMemoryHeartbeatStore(clock);
    }

    @Override
    protected void putDocument(HeartbeatStore store, String id, Map<String, @Nullable Object> fields) {
        ((InMemoryHeartbeatStore) store).putDocument(id, fields);
    }

    @Override
    protected Optional<Map<String, @Nullable Object>> document(HeartbeatStore store, String id) {
        return ((InMemoryHeartbeatStore) store).document(id);
    }

    @Override
    protected boolean keepsUnknownFields() {
        return false; // it keeps what a schedule is made of, in as few bytes as it can
    }
}
