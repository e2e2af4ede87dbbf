package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.Firestore;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a find by the index sees at once, and what it sees when it reads all documents. */
@NeedsEmulator
@Timeout(120)
class IndexedTest {
    private final TestProject project = new TestProject();
    private final Wire wire = new Wire();
    private final Firestore client = wire.client(Emulator.shared(), project.name());
    private final FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
            .client(client)
            .mode(FindMode.INDEXED)
            .build();

    @AfterEach
    void close() {
        client.shutdown();
        project.close();
    }

    @Test
    void aDocumentWithoutOurFieldsIsFoundByTheFirstFindAndByThoseAfterIt() {
        project.put("schedules/due", byHand("lastRun", timestamp(0)));
        project.put("schedules/never-ran", byHand());

        assertThat(Due.dueIds(store)).as("reads all documents").containsExactlyInAnyOrder("due", "never-ran");
        assertThat(Due.dueIds(store)).as("by the index").containsExactlyInAnyOrder("due", "never-ran");
    }

    @Test
    void aForcedRunIsFoundAtOnce() {
        project.put("schedules/mail", byHand("lastRun", timestamp(4_102_444_800L)));
        assertThat(Due.dueIds(store)).isEmpty();

        Map<String, @Nullable Object> forced = new LinkedHashMap<>();
        forced.put("lastRun", null);
        project.update("schedules/mail", forced);

        assertThat(Due.dueIds(store)).containsExactly("mail");
    }

    @Test
    void anEditOfTheCronIsFoundWhenAllDocumentsAreRead() {
        project.put("schedules/mail", byHand("cron", "@at 2099-01-01T00:00:00Z", "lastRun", timestamp(0)));
        assertThat(Due.dueIds(store)).isEmpty();

        project.update("schedules/mail", Map.of("cron", "@at 2026-01-01T00:00:00Z"));
        assertThat(Due.dueIds(store)).as("by the index").isEmpty();
        store.reconcileAtNextFind();

        assertThat(Due.dueIds(store)).containsExactly("mail");
    }

    /** Else a fire between an edit and the find would be lost: what is written last is when a changed cron begins. */
    @Test
    void readingAllDocumentsWritesNone() {
        project.put("schedules/mail", byHand("lastRun", timestamp(0)));
        StoredSchedule before = store.schedule("mail").orElseThrow();
        wire.reset();

        Due.find(store);
        Due.find(store);

        assertThat(wire.writes()).isZero();
        assertThat(store.schedule("mail").orElseThrow().version()).isEqualTo(before.version());
    }

    @Test
    void aBadDocumentIsToldOfByEachFindUntilItIsMended() {
        project.put("schedules/broken", byHand("enabled", "true"));
        for (int find = 0; find < 3; find++) {
            assertThat(Due.find(store).unreadable()).extracting(Unreadable::id).containsExactly("broken");
        }

        project.put("schedules/broken", byHand());
        store.reconcileAtNextFind();

        assertThat(Due.find(store).unreadable()).isEmpty();
    }

    @Test
    void onlyWhatIsDueIsRead() {
        for (int i = 0; i < 30; i++) {
            project.put("schedules/later-" + i, byHand("cron", "@at 2099-01-01T00:00:00Z", "lastRun", timestamp(0)));
        }
        Due.request(store, "a");
        Due.request(store, "b");
        Due.find(store);
        wire.reset();

        assertThat(Due.dueIds(store)).containsExactly("a", "b");

        assertThat(wire.reads())
                .as("2 due, 1 for no forced one, 1 for no upcoming one")
                .isEqualTo(4);
    }

    private static Timestamp timestamp(long seconds) {
        return Timestamp.ofTimeSecondsAndNanos(seconds, 0);
    }

    private static Map<String, @Nullable Object> byHand(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("enabled", true);
        fields.put("cron", "@at 2026-02-15T12:00:00Z");
        fields.put("task", "send-mail");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return fields;
    }
}
