package dev.heartbeat.benchmarks.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.WriteBatch;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes to Firestore that nothing is decided for: due schedules, and what claims and records of them write at the least. */
final class BareClient {
    private static final int PAGE = 100;
    private static final Instant AT = Instant.parse("2026-02-15T12:00:00Z");

    private final Firestore client;

    BareClient(Firestore client) {
        this.client = client;
    }

    /** Writes schedules as the playbook does, all of them due. */
    void writeSchedules(int count) throws InterruptedException, ExecutionException {
        pages(count, (i, batch) -> {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("enabled", true);
            fields.put("cron", "0 8 29 2 *");
            fields.put("task", "nothing");
            fields.put("params", Map.of("playbookId", "birthday-campaign-template"));
            fields.put("lastRun", null);
            batch.create(schedule(i), fields);
        });
    }

    /**
     * Writes what claims and records write, with no precondition and nothing read, in pages of the same size, one after
     * the other.
     *
     * @return how many nanoseconds that takes, without the schedules
     */
    long write(int count) throws InterruptedException, ExecutionException {
        writeSchedules(count);
        Map<String, Object> claim = Map.of("lastRun", AT, "nextRun", AT, "heartbeat", state());
        Map<String, Object> record = Map.of("lastResult", Map.of(), "nextRun", AT, "heartbeat", state());
        Map<String, Object> run = new HashMap<>(state());
        long begin = System.nanoTime();
        pages(count, (i, batch) -> {
            batch.update(schedule(i), claim);
            batch.create(run(i), run);
        });
        pages(count, (i, batch) -> {
            batch.update(schedule(i), record);
            batch.update(run(i), run);
        });
        return System.nanoTime() - begin;
    }

    private void pages(int count, BiConsumer<Integer, WriteBatch> writes)
            throws InterruptedException, ExecutionException {
        for (int from = 0; from < count; from += PAGE) {
            WriteBatch batch = client.batch();
            for (int i = from; i < Math.min(count, from + PAGE); i++) {
                writes.accept(i, batch);
            }
            batch.commit().get();
        }
    }

    /** About as many fields as a claim has. */
    private static Map<String, Object> state() {
        return Map.of(
                "cursor",
                AT,
                "wrote",
                AT,
                "rule",
                "cron 0 8 29 2 * UTC",
                "wakeAt",
                AT,
                "token",
                "s-1/20260215T120000Z/0",
                "owner",
                "heartbeat-1",
                "starts",
                1L,
                "until",
                AT,
                "outcome",
                "running",
                "expireAt",
                AT);
    }

    private DocumentReference schedule(int i) {
        return client.document("schedules/s-" + i);
    }

    private DocumentReference run(int i) {
        return client.document("schedules/s-" + i + "/runs/20260215T120000Z");
    }
}
