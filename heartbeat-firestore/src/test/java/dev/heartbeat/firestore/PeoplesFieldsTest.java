package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.Blob;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.GeoPoint;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What people keep in their documents may be more than it reads as, and nobody writes it back. */
@NeedsEmulator
@Timeout(120)
class PeoplesFieldsTest {
    private final TestProject project = new TestProject();
    private final FirestoreHeartbeatStore store =
            FirestoreHeartbeatStore.builder().client(project.client()).build();
    private final Map<String, @Nullable Object> params = new LinkedHashMap<>();

    @BeforeEach
    void writeByHand() {
        params.put("place", new GeoPoint(43.05, -76.15));
        params.put("ref", project.client().document("playbook_templates/weekly"));
        params.put("blob", Blob.fromBytes(new byte[] {1, 2, 3}));
        params.put("since", Timestamp.ofTimeSecondsAndNanos(1_771_156_800, 123_456_000));
        params.put("nan", Double.NaN);
        params.put("a.b", 1L);
        params.put("nested", Map.of("ref", project.client().document("a/b"), "n", 1L));
        Map<String, @Nullable Object> byHand = new LinkedHashMap<>();
        byHand.put("enabled", true);
        byHand.put("cron", "0 9 * * 1");
        byHand.put("task", "weekly-deals-video");
        byHand.put("params", params);
        byHand.put("comment", new GeoPoint(1, 2));
        byHand.put("dotted.name", "mine");
        project.put("schedules/mail", byHand);
    }

    @AfterEach
    void close() {
        project.close();
    }

    @Test
    void itIsNeutralInParamsAndStaysAsItIsThroughARun() {
        Map<String, Object> before = project.read("schedules/mail").getData();

        StoredSchedule seen = store.schedule("mail").orElseThrow();
        assertThat(seen.schedule().params().asMap())
                .containsEntry("place", Map.of("latitude", 43.05, "longitude", -76.15))
                .containsEntry("ref", "playbook_templates/weekly")
                .containsEntry("blob", "AQID")
                .containsEntry("a.b", 1L);
        ClaimRequest claim = Due.request(seen);
        assertThat(store.claim(List.of(claim), Due.LIMIT)).hasSize(1);
        assertThat(store.record(List.of(Due.executed(claim)), Due.LIMIT)).isEmpty();
        assertThat(store.edit(ScheduleEdit.force("mail"), Version.ANY)).isPresent();

        Map<String, Object> after = project.read("schedules/mail").getData();
        assertThat(after).containsKeys("lastResult", "nextRun", "heartbeat", "lastRun");
        after.keySet().removeAll(List.of("lastResult", "nextRun", "heartbeat", "lastRun"));
        assertThat(after).isEqualTo(before);
        assertThat(project.read("schedules/mail").get(FieldPath.of("dotted.name")))
                .isEqualTo("mine");
    }

    @Test
    void aDefinitionWithTheSameParamsLeavesThemAlone() {
        Schedule edited = seen().toBuilder()
                .queue("browser")
                .timeout(Duration.ofSeconds(5))
                .build();

        assertThat(store.edit(ScheduleEdit.define(edited), Version.ANY)).isPresent();

        assertThat(seen()).isEqualTo(edited);
        assertThat(project.read("schedules/mail").get("params")).isEqualTo(params);
    }

    @Test
    void aDefinitionThatChangesOneParamLeavesTheOthersAlone() {
        Schedule edited = seen().toBuilder()
                .param("a.b", 2L)
                .param("nested", Map.of("ref", "a/b", "n", 7L))
                .build();

        assertThat(store.edit(ScheduleEdit.define(edited), Version.ANY)).isPresent();

        assertThat(seen()).isEqualTo(edited);
        params.put("a.b", 2L);
        params.put("nested", Map.of("ref", project.client().document("a/b"), "n", 7L));
        assertThat(project.read("schedules/mail").get("params")).isEqualTo(params);
    }

    @Test
    void paramsThatReallyDifferAreWritten() {
        Instant later = Instant.parse("2027-01-01T00:00:00Z");
        Schedule edited = Schedule.builder("mail", "0 9 * * 1", "weekly-deals-video")
                .param("ref", "playbook_templates/monthly")
                .param("place", Map.of("latitude", 1.0, "longitude", 2.0))
                .param("since", later)
                .build();

        assertThat(store.edit(ScheduleEdit.define(edited), Version.ANY)).isPresent();

        assertThat(project.read("schedules/mail").get("params"))
                .isEqualTo(Map.of(
                        "ref",
                        "playbook_templates/monthly",
                        "place",
                        Map.of("latitude", 1.0, "longitude", 2.0),
                        "since",
                        Neutral.timestamp(later)));
    }

    private Schedule seen() {
        return store.schedule("mail").orElseThrow().schedule();
    }
}
