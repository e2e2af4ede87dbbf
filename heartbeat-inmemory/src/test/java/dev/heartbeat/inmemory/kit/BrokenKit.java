package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.tck.HeartbeatStoreKit;
import dev.heartbeat.tck.SettableInstant;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kit over a store that is broken on purpose. Its subclasses are no tests of this module, and not named like tests:
 * {@link BrokenStoresTest} runs them, and expects them to fail.
 */
abstract class BrokenKit extends HeartbeatStoreKit {
    private SettableInstant clock = new SettableInstant(Instant.EPOCH);

    abstract ForwardingStore broken(InMemoryHeartbeatStore healthy);

    /** The clock of the store. */
    final SettableInstant clock() {
        return clock;
    }

    @Override
    protected HeartbeatStore createStore(SettableInstant clock) {
        this.clock = clock;
        return broken(new InMemoryHeartbeatStore(clock));
    }

    @Override
    protected void putDocument(HeartbeatStore store, String id, Map<String, @Nullable Object> fields) {
        ((ForwardingStore) store).healthy.putDocument(id, fields);
    }

    @Override
    protected Optional<Map<String, @Nullable Object>> document(HeartbeatStore store, String id) {
        return ((ForwardingStore) store).healthy.document(id);
    }

    @Override
    protected boolean keepsUnknownFields() {
        return false;
    }
}
