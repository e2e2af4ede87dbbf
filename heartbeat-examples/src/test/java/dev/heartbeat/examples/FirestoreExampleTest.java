package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.firestore.FindMode;
import dev.heartbeat.firestore.FirestoreHeartbeatStore;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The code of docs/firestore.md. It asks no server: the tests of heartbeat-firestore do. */
class FirestoreExampleTest {
    @Test
    void aStoreIsOpenedAndHandedToAHeartbeat() {
        // tag::open[]
        try (FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
                        .project("my-project")
                        .emulator("localhost:8080") // leave it out to use the application default credentials
                        .build();
                Heartbeat heartbeat = Heartbeat.builder(store)
                        .task("weekly-deals-video", context -> TaskResult.of(Map.of("seconds", 30)))
                        .build()) {
            // end::open[]
            assertThat(heartbeat.closed()).isFalse();
        }
    }

    @Test
    void aStoreThatFindsByTheIndex() {
        // tag::indexed[]
        FirestoreHeartbeatStore.Builder settings = FirestoreHeartbeatStore.builder()
                .mode(FindMode.INDEXED)
                .reconcileEvery(Duration.ofHours(6)) // people's edits of cron, pause and the like are seen then
                .keep(Duration.ofDays(90));
        // end::indexed[]
        assertThat(settings.project("my-project")
                        .emulator("localhost:8080")
                        .build()
                        .wakeGap())
                .isZero();
    }
}
