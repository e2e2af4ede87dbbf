package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.Blob;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.GeoPoint;
import com.google.cloud.firestore.WriteBatch;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Firestore does and a plausible adapter gets wrong. */
@NeedsEmulator
@Timeout(120)
class TrapsTest {
    private final TestProject project = new TestProject();
    private final FirestoreHeartbeatStore store =
            FirestoreHeartbeatStore.builder().client(project.client()).build();

    @AfterEach
    void close() {
        project.close();
    }

    @Test
    void aWriteThatChangesNothingKeepsTheVersionSoTwoOfThemBothSucceed() {
        project.put("x/y", Map.of("n", 1L));
        Timestamp version = project.read("x/y").getUpdateTime();

        project.put("x/y", Map.of("n", 1L));

        assertThat(project.read("x/y").getUpdateTime()).isEqualTo(version);
    }

    @Test
    void twoHeartbeatsOfEqualContentOverOneVersionAreWrittenOnce() {
        assertThat(store.saveHeartbeat(Due.heartbeat(1), Version.NONE, Due.LIMIT))
                .isTrue();
        Version seenByBoth = store.heartbeat(Due.LIMIT).orElseThrow().version();

        assertThat(store.saveHeartbeat(Due.heartbeat(1), seenByBoth, Due.LIMIT)).isTrue();
        assertThat(store.saveHeartbeat(Due.heartbeat(1), seenByBoth, Due.LIMIT)).isFalse();
    }

    @Test
    void twoClaimsThatDifferInTheirTokenAloneAreWonOnce() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        ClaimRequest first = Due.request(seen);
        ClaimRequest second = Due.request(seen);
        assertThat(first.fire().owner()).isEqualTo(second.fire().owner());

        assertThat(store.claim(List.of(first), Due.LIMIT)).hasSize(1);
        assertThat(store.claim(List.of(second), Due.LIMIT)).isEmpty();
    }

    @Test
    void aListOfAThousandOfWhichHalfAreLostIsClaimedAndEnds() {
        WriteBatch batch = project.client().batch();
        for (int i = 0; i < 1_000; i++) {
            batch.create(project.client().document("schedules/s-" + i), fields("lastRun", null));
        }
        TestProject.get(batch.commit());
        List<ClaimRequest> requests =
                Due.find(store).due().stream().map(Due::request).toList();
        assertThat(requests).hasSize(1_000);
        List<ClaimRequest> others = new ArrayList<>();
        for (int i = 0; i < 1_000; i += 2) {
            others.add(Due.request(requests.get(i).seen()));
        }
        assertThat(store.claim(others, Due.LIMIT)).hasSize(500);

        List<Claim> won = store.claim(requests, Due.LIMIT);

        assertThat(won).hasSize(500).extracting(Claim::scheduleId).doesNotHaveDuplicates();
    }

    @Test
    void oneBadDocumentOfEachKindIsToldOfAndAllOthersAreFound() {
        Map<String, String> wrong = new TreeMap<>();
        put(wrong, "geopoint", "cron", fields("cron", new GeoPoint(1, 2)));
        put(wrong, "reference", "task", fields("task", project.client().document("a/b")));
        put(wrong, "blob", "timeZone", fields("timeZone", Blob.fromBytes(new byte[] {1})));
        put(wrong, "enabled-text", "enabled", fields("enabled", "true"));
        put(wrong, "enabled-number", "enabled", fields("enabled", 1L));
        put(wrong, "enabled-null", "enabled", fields("enabled", null));
        put(wrong, "last-run-text", "lastRun", fields("lastRun", "yesterday"));
        put(wrong, "last-run-map", "lastRun", fields("lastRun", Map.of("seconds", 1L)));
        put(wrong, "params-list", "params", fields("params", List.of(1L)));
        put(wrong, "retry-double", "maxAttempts", fields("retry", Map.of("maxAttempts", 2.5)));
        put(wrong, "nested-too-deep", "params", fields("params", nested(18)));
        put(wrong, "state-list", "heartbeat", fields("heartbeat", List.of()));
        put(wrong, "tab\tin id", "schedule id", fields());
        Map<String, @Nullable Object> noCron = new LinkedHashMap<>(fields());
        noCron.remove("cron");
        put(wrong, "no-cron", "cron", noCron);
        Map<String, @Nullable Object> huge = fields("comment", "x".repeat(1_040_000));
        project.put("schedules/huge", huge);
        project.put("schedules/good", fields());
        project.put("schedules/ä.b~c", fields());

        List<Unreadable> unreadable = Due.find(store).unreadable();

        assertThat(unreadable).extracting(Unreadable::id).containsExactlyInAnyOrderElementsOf(wrong.keySet());
        assertThat(unreadable).allSatisfy(each -> assertThat(each.reason()).contains(wrong.get(each.id())));
        assertThat(Due.dueIds(store)).containsExactlyInAnyOrder("good", "huge", "ä.b~c");
        assertThat(Due.find(store).unreadable())
                .as("also by a find that asks for enabled ones alone")
                .hasSameSizeAs(unreadable);
    }

    @Test
    void aMendedDocumentIsDueAndNotToldOfFromTheNextFindOn() {
        project.put("schedules/mended", fields("enabled", "true"));
        assertThat(Due.find(store).unreadable()).hasSize(1);
        project.put("schedules/mended", fields());

        assertThat(Due.find(store).unreadable()).isEmpty();
        assertThat(Due.dueIds(store)).containsExactly("mended");
    }

    @Test
    void anOversizeResultIsCutAndItsNeighboursAreRecorded() {
        ClaimRequest huge = Due.claimed(store, "huge");
        ClaimRequest odd = Due.claimed(store, "odd");
        ClaimRequest good = Due.claimed(store, "good");

        assertThat(store.record(
                        List.of(
                                Due.executed(huge, Map.of("text", "x".repeat(2_000_000))),
                                Due.executed(odd, Map.of("__reserved__", 1L)),
                                Due.executed(good)),
                        Due.LIMIT))
                .isEmpty();

        assertThat(store.schedule("good").orElseThrow().lastResult()).isEqualTo(Map.of("sent", 3L));
        assertThat(lastError("huge")).contains("not kept", "bytes");
        assertThat(lastError("odd")).contains("not kept", "__reserved__");
        assertThat(store.runs(RunQuery.newest(10)).items()).hasSize(3);
    }

    private String lastError(String id) {
        return String.valueOf(store.schedule(id).orElseThrow().lastResult().get("error"));
    }

    @Test
    void aDocumentThatHasNoRoomForAClaimIsToldOfAndItsNeighboursAreClaimed() {
        int room = 1_048_576 - 400; // for the document as a person writes it, and not for the map of a claim
        project.put("schedules/full", fields("comment", "x".repeat(room)));
        ClaimRequest full = Due.request(store.schedule("full").orElseThrow());
        ClaimRequest good = Due.request(store, "good");

        assertThat(store.claim(List.of(full, good), Due.LIMIT))
                .extracting(Claim::scheduleId)
                .containsExactly("good");

        assertThat(Due.dueIds(store)).isEmpty();
        assertThat(Due.find(store).unreadable())
                .singleElement()
                .satisfies(each -> assertThat(each.reason()).contains("too large"));
        project.put("schedules/full", fields());
        assertThat(Due.dueIds(store)).as("mended").containsExactly("full");
    }

    @Test
    void aClaimThatItsDocumentHasNoRoomToRenewIsLostAndItsNeighboursAreRenewed() {
        ClaimRequest full = Due.claimed(store, "full");
        ClaimRequest good = Due.claimed(store, "good");
        fill("schedules/full");

        assertThat(store.renew(List.of(Renewal.of(full.token()), Renewal.of(good.token())), Due.LEASE, Due.LIMIT))
                .extracting(Claim::scheduleId)
                .containsExactly("good");
    }

    @Test
    void aRecordThatItsDocumentHasNoRoomForIsToldOfWhenItsNeighboursAreRecorded() {
        ClaimRequest before = Due.claimed(store, "before");
        ClaimRequest full = Due.claimed(store, "full");
        ClaimRequest behind = Due.claimed(store, "behind");
        fill("schedules/full/runs/" + Due.KEY);
        List<RecordRequest> records = List.of(Due.executed(before), Due.executed(full), Due.executed(behind));

        assertThatThrownBy(() -> store.record(records, Due.LIMIT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("record 3 runs");

        assertThat(store.runs(RunQuery.newest(10)).items())
                .extracting(RunRecord::scheduleId)
                .containsExactlyInAnyOrder("before", "behind");
        assertThat(store.claimByToken(full.token(), Due.LIMIT)).isPresent();
    }

    /** Takes {@code nextRun} away, if it is there, and leaves no room for more. */
    private void fill(String path) {
        project.update(path, Map.of("nextRun", FieldValue.delete(), "comment", ""));
        int size = 1_000_000;
        for (int more = 1 << 15; more >= 2; more /= 2) {
            if (takes(path, size + more)) {
                size += more;
            }
        }
    }

    private boolean takes(String path, int size) {
        try {
            project.update(path, Map.of("comment", "x".repeat(size)));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void instantsAreCutToMicrosecondsBeforeTheyAreWritten() {
        Schedule schedule = Schedule.builder("mail", "@every PT1H", "send-mail").build();
        Instant nanos = Due.FIRE.plusNanos(123_456_789);
        ScheduleState state = ScheduleState.startingAt(nanos, schedule.rule());
        store.edit(ScheduleEdit.create(schedule, LastRun.MISSING, null, state), Version.NONE);

        StoredSchedule seen = store.schedule("mail").orElseThrow();
        assertThat(seen.state().cursor()).isEqualTo(Due.FIRE.plusNanos(123_456_000));
        ClaimRequest claim = Due.request(seen, Duration.ofNanos(20_000_000_999L));
        Claim won = store.claim(List.of(claim), Due.LIMIT).get(0);

        assertThat(store.claimByToken(claim.token(), Due.LIMIT)).contains(won);
        assertThat(store.renew(List.of(Renewal.of(claim.token())), Duration.ofNanos(20_000_000_999L), Due.LIMIT))
                .containsExactly(store.claimByToken(claim.token(), Due.LIMIT).orElseThrow());
    }

    @Test
    void aStoreKeepsWorkingWhenAnotherOneHasClosedItsClient() {
        FirestoreHeartbeatStore first = ownClient();
        FirestoreHeartbeatStore second = ownClient();
        assertThat(Due.dueIds(first)).isEmpty();
        first.close();
        first.close();

        assertThat(Due.dueIds(second)).isEmpty();
        assertThatThrownBy(() -> Due.find(first))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the Firestore client does not work any more");
        second.close();
    }

    @Test
    void aClientThatWasGivenIsNotClosed() {
        store.close();

        assertThat(Due.dueIds(store)).isEmpty();
    }

    private FirestoreHeartbeatStore ownClient() {
        return FirestoreHeartbeatStore.builder()
                .project(project.name())
                .emulator(Emulator.shared().host())
                .build();
    }

    @Test
    void anIdThatIsAPathDoesNotLeadToAnotherDocument() {
        Due.claimed(store, "mail");
        String run = "mail/runs/" + Due.KEY;

        for (String id : List.of(run, "a/b", "", ".", "..", "__x__")) {
            assertThat(store.schedule(id)).as(id).isEmpty();
            assertThat(store.delete(id)).as(id).isFalse();
            assertThat(store.edit(ScheduleEdit.force(id), Version.ANY)).as(id).isEmpty();
            assertThat(store.runs(RunQuery.of(id, 10)).items()).as(id).isEmpty();
        }
        assertThat(project.read("schedules/" + run).exists()).isTrue();
    }

    @Test
    void aRunThatSomebodyElseKeepsUnderTheSameCollectionNameIsNotOurs() {
        assertThat(store.record(List.of(Due.executed(Due.claimed(store, "mail"))), Due.LIMIT))
                .isEmpty();
        Map<String, Object> ours =
                project.read("schedules/mail/runs/" + Due.KEY).getData();
        project.put("horses/black-beauty/runs/1", ours);

        assertThat(store.runs(RunQuery.newest(10)).items()).hasSize(1);
        assertThat(store.runs(RunQuery.newest(1)).next()).isEmpty();
    }

    @Test
    void historyThatHasExpiredIsLeftOutThoughTheServiceHasNotRemovedIt() {
        FirestoreHeartbeatStore forgetful = FirestoreHeartbeatStore.builder()
                .client(project.client())
                .keep(Duration.ofSeconds(1))
                .build();
        forgetful.appendAudit(new dev.heartbeat.store.AuditEntry(Due.FIRE, "ann", "pause", "mail", ""));
        Due.find(forgetful);

        assertThat(project.client().collection("system/heartbeat/audit").listDocuments())
                .hasSize(1);
        assertThat(forgetful.audit(null, 10).items()).isEmpty();
    }

    private void put(Map<String, String> wrong, String id, String field, Map<String, @Nullable Object> fields) {
        project.put("schedules/" + id, fields);
        wrong.put(id, field);
    }

    private static Map<String, @Nullable Object> fields(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("enabled", true);
        fields.put("cron", "0 9 * * 1");
        fields.put("task", "weekly-deals-video");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return fields;
    }

    private static Map<String, Object> nested(int depth) {
        Map<String, Object> map = Map.of("end", Arrays.asList(1L, null));
        for (int i = 0; i < depth - 1; i++) {
            map = Map.of("deeper", map);
        }
        return map;
    }
}
