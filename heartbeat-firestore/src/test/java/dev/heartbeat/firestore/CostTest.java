package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.WriteBatch;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pulse reads and writes, as the service bills it: the table in docs/firestore.md. */
@NeedsEmulator
@Timeout(120)
class CostTest {
    private final TestProject project = new TestProject();
    private final Wire wire = new Wire();
    private final Firestore client = wire.client(Emulator.shared(), project.name());

    @AfterEach
    void close() {
        client.shutdown();
        project.close();
    }

    @ParameterizedTest
    @CsvSource({
        "SCAN,     0,  40, 0",
        "SCAN,     1,  40, 0",
        "SCAN,     10, 40, 5",
        "SCAN,     40, 40, 0",
        "INDEXED,  0,  40, 0",
        "INDEXED,  1,  40, 0",
        "INDEXED,  10, 40, 0",
        "INDEXED,  10, 40, 5",
    })
    void aPulseCostsWhatTheTableSays(FindMode mode, int due, int enabled, int upcoming) {
        FirestoreHeartbeatStore store =
                FirestoreHeartbeatStore.builder().client(client).mode(mode).build();
        try (Heartbeat heartbeat = Heartbeat.builder(store)
                .upcoming(upcoming)
                .task("send-mail", context -> TaskResult.of(Map.of("sent", 1)))
                .build()) {
            writeSchedules(enabled);
            assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(enabled);
            force(due);
            wire.reset();

            Pulse pulse = heartbeat.pulse();

            assertThat(pulse.count(Outcome.EXECUTED)).isEqualTo(due);
            // in INDEXED mode: nothing that the index has as due, what is forced, and the next ones
            int found = mode == FindMode.SCAN ? enabled : 1 + Math.max(1, due) + Math.max(1, upcoming);
            // beside them the heartbeat record and the state cells, which are read again before the figures of the day
            // and what was learned are written
            assertThat(wire.reads()).as("documents read").isEqualTo(found + 3);
            assertThat(wire.writes()).as("documents written").isEqualTo(4 * due + 3);
        }
    }

    private void writeSchedules(int count) {
        WriteBatch batch = project.client().batch();
        for (int i = 0; i < count; i++) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("enabled", true);
            fields.put("cron", "0 0 1 1 *");
            fields.put("task", "send-mail");
            batch.create(project.client().document("schedules/s-" + i), fields);
        }
        TestProject.get(batch.commit());
    }

    private void force(int count) {
        for (int i = 0; i < count; i++) {
            Map<String, @Nullable Object> forced = new LinkedHashMap<>();
            forced.put("lastRun", null);
            project.update("schedules/s-" + i, forced);
        }
    }
}
