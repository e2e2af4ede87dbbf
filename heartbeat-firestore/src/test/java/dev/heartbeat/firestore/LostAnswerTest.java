package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.firestore.Firestore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A commit is applied and its answer gets lost: the client sends it again, and the second one fails because of the first.
 */
@NeedsEmulator
class LostAnswerTest {
    private final TestProject project = new TestProject();
    private final Wire wire = new Wire();
    private final Firestore client = wire.client(Emulator.shared(), project.name());
    private final FirestoreHeartbeatStore store =
            FirestoreHeartbeatStore.builder().client(client).build();

    @AfterEach
    void close() {
        client.shutdown();
        project.close();
    }

    @Test
    void aClaimThatTheClientSentTwiceIsWonOnce() {
        ClaimRequest request = Due.request(store, "mail");
        ClaimRequest neighbour = Due.request(store, "news");
        wire.loseAnswersOfCommits(1);

        List<Claim> won = store.claim(List.of(request, neighbour), Due.LIMIT);

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(won).extracting(Claim::token).containsExactlyInAnyOrder(request.token(), neighbour.token());
        assertThat(store.claimByToken(request.token(), Due.LIMIT)).contains(won.get(0));
    }

    @Test
    void aRecordThatTheClientSentTwiceIsRecordedOnce() {
        ClaimRequest request = Due.claimed(store, "mail");
        wire.loseAnswersOfCommits(1);

        assertThat(store.record(List.of(Due.executed(request)), Due.LIMIT)).isEmpty();

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(store.runs(RunQuery.of("mail", 10)).items())
                .extracting(RunRecord::outcome)
                .containsExactly(Outcome.EXECUTED);
    }

    @Test
    void anAttemptToBeTriedAgainThatTheClientSentTwiceIsRecorded() {
        ClaimRequest request = Due.claimed(store, "mail");
        RecordRequest retrying = Due.retrying(request);

        wire.loseAnswersOfCommits(1);
        assertThat(store.record(List.of(retrying), Due.LIMIT)).isEmpty();

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(store.schedule("mail").orElseThrow().state()).isEqualTo(retrying.state());
        assertThat(store.record(List.of(retrying), Due.LIMIT))
                .as("another call")
                .containsExactly(request.token());
    }

    @Test
    void anAttemptToBeTriedAgainThatTheClientSentTwiceIsRecordedAlsoWhenAnotherInstanceHasBegunTheNext() {
        ClaimRequest first = Due.claimed(store, "mail");
        FirestoreHeartbeatStore other =
                FirestoreHeartbeatStore.builder().client(project.client()).build();
        wire.loseAnswerOfCommitAfter(() -> {
            ClaimRequest second = Due.request(other.schedule("mail").orElseThrow());
            assertThat(other.claim(List.of(second), Due.LIMIT)).hasSize(1);
        });

        assertThat(store.record(List.of(Due.retrying(first)), Due.LIMIT)).isEmpty();

        assertThat(wire.answersLeftToLose()).isZero();
        PendingFire pending = store.schedule("mail").orElseThrow().state().pending();
        assertThat(pending).isNotNull();
        assertThat(pending.starts()).isEqualTo(2);
    }

    @Test
    void aRenewalThatTheClientSentTwiceHolds() {
        ClaimRequest request = Due.claimed(store, "mail");
        wire.loseAnswersOfCommits(1);

        assertThat(store.renew(List.of(Renewal.of(request.token())), Due.LEASE, Due.LIMIT))
                .hasSize(1);

        assertThat(wire.answersLeftToLose()).isZero();
    }

    @Test
    void aHeartbeatThatTheClientSentTwiceIsWritten() {
        wire.loseAnswersOfCommits(1);
        assertThat(store.saveHeartbeat(Due.heartbeat(1), Version.NONE, Due.LIMIT))
                .isTrue();
        Version version = store.heartbeat(Due.LIMIT).orElseThrow().version();
        wire.loseAnswersOfCommits(1);

        assertThat(store.saveHeartbeat(Due.heartbeat(2), version, Due.LIMIT)).isTrue();

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(store.heartbeat(Due.LIMIT).orElseThrow().heartbeat()).isEqualTo(Due.heartbeat(2));
    }

    @Test
    void anEditThatTheClientSentTwiceIsMadeOnce() {
        StoredSchedule before = Due.request(store, "mail").seen();
        Schedule other = before.schedule().toBuilder().queue("browser").build();
        wire.loseAnswersOfCommits(1);

        Optional<Version> version = store.edit(ScheduleEdit.define(other), before.version());

        assertThat(wire.answersLeftToLose()).isZero();
        StoredSchedule after = store.schedule("mail").orElseThrow();
        assertThat(after.schedule()).isEqualTo(other);
        assertThat(version).contains(after.version());
    }

    @Test
    void aScheduleThatTheClientSentTwiceIsMade() {
        Schedule schedule =
                Schedule.builder("mail", "@at " + Due.FIRE, "send-mail").build();
        wire.loseAnswersOfCommits(1);

        Optional<Version> version = store.edit(ScheduleEdit.define(schedule), Version.NONE);

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(version).contains(store.schedule("mail").orElseThrow().version());
        assertThat(store.edit(ScheduleEdit.define(schedule), Version.NONE))
                .as("another call, of the same content")
                .isEmpty();
    }

    /** Else the schedule would run twice for one wish. */
    @Test
    void aForcedRunThatAnotherInstanceHasStartedAlreadyIsNotAskedForAgain() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        FirestoreHeartbeatStore other =
                FirestoreHeartbeatStore.builder().client(project.client()).build();
        wire.loseAnswerOfCommitAfter(() -> {
            ClaimRequest start = Due.request(other.schedule("mail").orElseThrow());
            assertThat(start.seen().lastRun()).isEqualTo(LastRun.NULL);
            assertThat(other.claim(List.of(start), Due.LIMIT)).hasSize(1);
        });

        assertThat(store.edit(ScheduleEdit.force("mail"), seen.version())).isPresent();

        assertThat(wire.answersLeftToLose()).isZero();
        StoredSchedule after = store.schedule("mail").orElseThrow();
        assertThat(after.state().pending()).isNotNull();
        assertThat(after.lastRun()).isEqualTo(LastRun.at(Due.FIRE));
    }

    @Test
    void aDeleteThatTheClientSentTwiceHasDeleted() {
        Due.request(store, "mail");
        wire.loseAnswersOfCommits(1);

        assertThat(store.delete("mail")).isTrue();

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(store.delete("mail")).isFalse();
    }

    @Test
    void aDeleteWhoseAnswerGotLostLeavesADocumentThatWasMadeSinceAlone() {
        Due.request(store, "mail");
        wire.loseAnswerOfCommitAfter(() -> project.put("schedules/mail", Map.of("enabled", false)));

        assertThat(store.delete("mail")).isTrue();

        assertThat(project.read("schedules/mail").exists()).isTrue();
    }

    @Test
    void anAuditEntryThatTheClientSentTwiceStandsThereOnce() {
        AuditEntry entry = new AuditEntry(Due.FIRE.plusSeconds(100L * 365 * 86_400), "ann", "pause", "mail", "");
        wire.loseAnswersOfCommits(1);

        store.appendAudit(entry);

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(store.audit(null, 10).items()).containsExactly(entry);
    }

    @Test
    void anEditThatNeverReachesTheServerIsTriedThreeTimes() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        wire.reset();
        wire.cutCommits();

        assertThatThrownBy(() -> store.edit(ScheduleEdit.force("mail"), seen.version()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("edit schedule 'mail'");

        assertThat(wire.commits()).isEqualTo(CallFailed.MOST_TRIES * Wire.ATTEMPTS);
    }

    @Test
    void anAuditEntryThatNeverReachesTheServerIsTriedThreeTimes() {
        wire.cutCommits();

        assertThatThrownBy(() -> store.appendAudit(new AuditEntry(Due.FIRE, "ann", "pause", "mail", "")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("ann did pause");

        assertThat(wire.commits()).isEqualTo(CallFailed.MOST_TRIES * Wire.ATTEMPTS);
    }

    @Test
    void aCellThatTheClientSentTwiceIsNotLost() {
        StateKey key = new StateKey("breaker", "mail");
        wire.loseAnswersOfCommits(1);

        assertThat(store.compareAndSet(List.of(new StateCell(key, Version.NONE, Map.of("n", 1L))), Due.LIMIT))
                .isEmpty();

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(store.read(List.of(key), Due.LIMIT)).hasSize(1);
    }
}
