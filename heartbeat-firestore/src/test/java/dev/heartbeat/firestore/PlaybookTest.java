package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Documents with the playbook's fields alone, as a person writes them in the console or a script does. */
@NeedsEmulator
@Timeout(120)
class PlaybookTest {
    private static final Set<String> WRITTEN_BY_US = Set.of("lastRun", "lastResult", "nextRun", "heartbeat");

    private final TestProject project = new TestProject();
    private final FirestoreHeartbeatStore store =
            FirestoreHeartbeatStore.builder().client(project.client()).build();
    private final ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
    private final Heartbeat heartbeat = Heartbeat.builder(store)
            .task("birthday-emails", context -> {
                ran.add(context.scheduleId());
                return TaskResult.of(Map.of("sent", 7));
            })
            .build();

    @AfterEach
    void close() {
        heartbeat.close();
        project.close();
    }

    @Test
    void aScheduleThatNeverRanRunsAtTheNextPulseAndOnlyOurFieldsAreAdded() {
        project.put("schedules/null", playbookFields("lastRun", null));
        project.put("schedules/missing", playbookFields());
        Map<String, Map<String, Object>> before = snapshot();

        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.details())
                .filteredOn(detail -> detail.outcome() == Outcome.EXECUTED)
                .extracting(PulseDetail::id)
                .containsExactlyInAnyOrder("null", "missing");
        DocumentSnapshot document = project.read("schedules/null");
        assertThat(document.get("lastRun")).isInstanceOf(Timestamp.class);
        assertThat(document.getTimestamp("lastRun").getNanos() % 1_000_000).isZero();
        assertThat(document.get("lastResult")).isEqualTo(Map.of("sent", 7L));
        assertThat(document.get("nextRun")).isInstanceOf(Timestamp.class);
        assertThat(snapshot()).isEqualTo(before);
    }

    @Test
    void lastRunNullForcesOneRunAndDisablingStopsIt() {
        project.put("schedules/mail", playbookFields("lastRun", null));
        heartbeat.pulse();
        heartbeat.pulse();
        assertThat(ran).hasSize(1);

        Map<String, @Nullable Object> forced = new LinkedHashMap<>(Map.of("enabled", true));
        forced.put("lastRun", null);
        project.update("schedules/mail", forced);
        heartbeat.pulse();
        heartbeat.pulse();
        assertThat(ran).hasSize(2);

        Map<String, @Nullable Object> disabled = new LinkedHashMap<>(forced);
        disabled.put("enabled", false);
        project.update("schedules/mail", disabled);
        heartbeat.pulse();
        assertThat(ran).hasSize(2);
    }

    @Test
    void aChangedCronTakesEffectAtTheNextPulse() {
        project.put("schedules/mail", playbookFields("lastRun", null));
        heartbeat.pulse();
        project.update("schedules/mail", Map.of("cron", "0 0 1 1 *"));

        assertThat(heartbeat.pulse().details())
                .singleElement()
                .extracting(detail -> String.valueOf(detail.nextRun()))
                .asString()
                .endsWith("-01-01T00:00:00Z");
    }

    @Test
    void theHeartbeatDocumentHasThePlaybooksFieldsAndAFewOfOurs() {
        project.put("schedules/mail", playbookFields("lastRun", null));
        project.put("schedules/broken", playbookFields("enabled", "true"));

        heartbeat.pulse();

        Map<String, Object> fields =
                Objects.requireNonNull(project.read("system/heartbeat").getData());
        assertThat(fields)
                .containsKeys(
                        "timestamp",
                        "status",
                        "schedulesProcessed",
                        "schedulesExecuted",
                        "browserTasksProcessed",
                        "browserTasksExecuted",
                        "errors",
                        "nextPulseExpected")
                .containsEntry("status", "error")
                .containsEntry("schedulesExecuted", 1L);
        assertThat(fields.get("timestamp")).isInstanceOf(Timestamp.class);
        assertThat(fields.get("nextPulseExpected")).isInstanceOf(Timestamp.class);
        assertThat((List<?>) fields.get("errors"))
                .singleElement()
                .asString()
                .contains("broken")
                .contains("enabled");
        assertThat((String) fields.get("error")).contains("broken");

        project.update("schedules/broken", Map.of("enabled", false));
    }

    @Test
    void aHeartbeatDocumentOfAnotherWriterIsReadAndTakenOver() {
        Map<String, @Nullable Object> theirs = new LinkedHashMap<>();
        theirs.put("timestamp", Timestamp.ofTimeSecondsAndNanos(1_771_156_800, 0));
        theirs.put("status", 7L);
        theirs.put("errors", List.of("x", Map.of("id", "mail", "error", "no connection")));
        theirs.put("comment", "mine");
        project.put("system/heartbeat", theirs);

        assertThat(store.heartbeat(Due.LIMIT).orElseThrow().heartbeat().errors())
                .extracting(error -> error.id() + ": " + error.error())
                .containsExactly("mail: no connection");
        heartbeat.pulse();

        assertThat(project.read("system/heartbeat").getData())
                .containsEntry("status", "healthy")
                .containsEntry("comment", "mine")
                .doesNotContainKey("error");
    }

    /** All documents of people, without what is ours to write. */
    private Map<String, Map<String, Object>> snapshot() {
        Map<String, Map<String, Object>> documents = new TreeMap<>();
        List<QueryDocumentSnapshot> all = new ArrayList<>(
                TestProject.get(project.client().collection("schedules").get()).getDocuments());
        for (QueryDocumentSnapshot each : all) {
            Map<String, Object> fields = new TreeMap<>(each.getData());
            fields.keySet().removeAll(WRITTEN_BY_US);
            documents.put(each.getId(), fields);
        }
        return documents;
    }

    private static Map<String, @Nullable Object> playbookFields(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("enabled", true);
        fields.put("cron", "0 8 29 2 *");
        fields.put("task", "birthday-emails");
        fields.put("params", Map.of("playbookId", "birthday-campaign-template"));
        fields.put("createdAt", Timestamp.ofTimeSecondsAndNanos(1_771_156_800, 5_000_000));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return fields;
    }
}
