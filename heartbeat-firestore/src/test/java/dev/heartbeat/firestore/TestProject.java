package dev.heartbeat.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.WriteBatch;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A project of its own on the shared emulator, with a client: what a person with a console has. */
final class TestProject implements AutoCloseable {
    private final String name = Emulator.newProject();
    private final Firestore client = Emulator.shared().client(name);

    Firestore client() {
        return client;
    }

    String name() {
        return name;
    }

    /** Replaces a whole document or makes it, with fields as the client knows them. */
    void put(String path, Map<String, @Nullable Object> fields) {
        get(client.document(path).set(fields));
    }

    void update(String path, Map<String, @Nullable Object> fields) {
        get(client.document(path).update(fields));
    }

    /** Makes many documents at once. */
    void putAll(String collection, int count, IntFunction<Map<String, @Nullable Object>> fields) {
        for (int from = 0; from < count; from += 500) {
            WriteBatch batch = client.batch();
            for (int i = from; i < Math.min(count, from + 500); i++) {
                batch.create(client.document(collection + "/s-" + i), fields.apply(i));
            }
            get(batch.commit());
        }
    }

    void delete(String path) {
        get(client.document(path).delete());
    }

    /** Asks the server for its time until it is later than that. */
    void awaitAfter(Instant instant) {
        Instant now;
        do {
            now = Neutral.instant(read("clock/none").getReadTime());
        } while (!now.isAfter(instant));
    }

    DocumentSnapshot read(String path) {
        return get(client.document(path).get());
    }

    /** All fields in plain values, or empty if there is no document. */
    Optional<Map<String, @Nullable Object>> fields(String path) {
        DocumentSnapshot document = read(path);
        return document.exists() ? Optional.of(Neutral.fromFirestore(document.getData())) : Optional.empty();
    }

    static <T> T get(Future<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.shutdown();
        Emulator.shared().clear(name);
    }
}
