package dev.heartbeat.examples.server;

import dev.heartbeat.firestore.FirestoreHeartbeatStore;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.HeartbeatStore;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The store that the command line names, what to call it, and what closes it. */
record ServerStore(HeartbeatStore store, String name, Runnable closing) implements AutoCloseable {
    static final String EMULATOR_VARIABLE = "FIRESTORE_EMULATOR_HOST";

    /**
     * Opens it. It asks no server yet.
     *
     * @param clock the time of a store in memory; others have their own
     * @throws UsageException if the project or the emulator's address cannot be one
     * @throws dev.heartbeat.store.StoreException if there are no credentials, or no project is known
     */
    static ServerStore open(ServerOptions options, Map<String, String> environment, InstantSource clock)
            throws UsageException {
        return switch (options.store()) {
            case MEMORY -> new ServerStore(new InMemoryHeartbeatStore(clock), "memory", () -> {});
            case FIRESTORE ->
                firestore(
                        Optional.ofNullable(options.project()),
                        Optional.ofNullable(environment.get(EMULATOR_VARIABLE)));
        };
    }

    private static ServerStore firestore(Optional<String> project, Optional<String> emulator) throws UsageException {
        FirestoreHeartbeatStore.Builder settings = FirestoreHeartbeatStore.builder();
        try {
            project.ifPresent(settings::project);
            emulator.ifPresent(settings::emulator);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        FirestoreHeartbeatStore store = settings.build();
        String name = "Firestore, " + project.map(id -> "project " + id).orElse("the environment's project")
                + emulator.map(address -> ", emulator at " + address).orElse("");
        return new ServerStore(store, name, store::close);
    }

    @Override
    public void close() {
        closing.run();
    }
}
