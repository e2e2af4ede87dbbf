package dev.heartbeat.firestore;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import dev.heartbeat.store.StoreException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Clients with bounded calls: by default one read may take five minutes. How long a call may take, its own limit tells; the
 * client's settings only see to it that a server which cannot be reached is given up on sooner, and with the reason.
 */
final class OwnClient {
    private static final RetrySettings BOUNDED = RetrySettings.newBuilder()
            .setTotalTimeoutDuration(Duration.ofSeconds(60))
            .setInitialRpcTimeoutDuration(Duration.ofSeconds(60))
            .setMaxRpcTimeoutDuration(Duration.ofSeconds(60))
            .setRpcTimeoutMultiplier(1)
            .setInitialRetryDelayDuration(Duration.ofMillis(100))
            .setRetryDelayMultiplier(2)
            .setMaxRetryDelayDuration(Duration.ofSeconds(2))
            .setMaxAttempts(10)
            .build();

    private OwnClient() {}

    /** Opens a client of its own: options of others may hold one that they have closed. */
    static Firestore open(@Nullable String project, @Nullable String database, @Nullable String emulator) {
        if (project == null && FirestoreOptions.getDefaultProjectId() == null) { // its own message would be empty
            throw new StoreException("open a Firestore client: no project is given, and the environment names none"
                    + " (GOOGLE_CLOUD_PROJECT, or the credentials)");
        }
        try {
            FirestoreOptions.Builder options = FirestoreOptions.newBuilder();
            options.setRetrySettings(BOUNDED);
            if (project != null) {
                options.setProjectId(project);
            }
            if (database != null) {
                options.setDatabaseId(database);
            }
            if (emulator != null) {
                options.setEmulatorHost(emulator);
            }
            return options.build().getService();
        } catch (RuntimeException e) {
            throw new StoreException(
                    "open a Firestore client" + (project == null ? "" : " for project '" + project + "'") + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
