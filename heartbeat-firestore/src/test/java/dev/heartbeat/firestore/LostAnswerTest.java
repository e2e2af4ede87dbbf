package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.Firestore;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.util.List;
import java.util.Map;
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
    void aCellThatTheClientSentTwiceIsNotLost() {
        StateKey key = new StateKey("breaker", "mail");
        wire.loseAnswersOfCommits(1);

        assertThat(store.compareAndSet(List.of(new StateCell(key, Version.NONE, Map.of("n", 1L))), Due.LIMIT))
                .isEmpty();

        assertThat(wire.answersLeftToLose()).isZero();
        assertThat(store.read(List.of(key), Due.LIMIT)).hasSize(1);
    }
}
