package dev.heartbeat.firestore;

import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.tck.HeartbeatStoreKit;
import dev.heartbeat.tck.SettableInstant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The conformance kit on the emulator, whose server has a clock of its own. */
@NeedsEmulator
abstract class FirestoreKit extends HeartbeatStoreKit {
    private final FindMode mode;
    private @Nullable TestProject project;

    FirestoreKit(FindMode mode) {
        this.mode = mode;
    }

    @Override
    protected boolean clockIsSettable() {
        return false;
    }

    @Override
    protected HeartbeatStore createStore(SettableInstant clock) {
        project = new TestProject();
        return FirestoreHeartbeatStore.builder()
                .client(project.client())
                .mode(mode)
                .build();
    }

    @Override
    protected void putDocument(HeartbeatStore store, String id, Map<String, @Nullable Object> fields) {
        project().put("schedules/" + id, Neutral.toFirestore(fields));
        ((FirestoreHeartbeatStore) store).reconcileAtNextFind();
    }

    @Override
    protected Optional<Map<String, @Nullable Object>> document(HeartbeatStore store, String id) {
        return project().fields("schedules/" + id);
    }

    @Override
    protected void closeStore(HeartbeatStore store) throws Exception {
        ((FirestoreHeartbeatStore) store).close();
        project().close();
    }

    private TestProject project() {
        return Objects.requireNonNull(project, "project");
    }
}
