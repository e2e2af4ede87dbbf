package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A person saves an old copy of a whole document over the one in the database, or deletes it, while its fire runs. */
@NeedsEmulator
@Timeout(120)
class OldCopyTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final TestProject project = new TestProject();
    private final FirestoreHeartbeatStore store =
            FirestoreHeartbeatStore.builder().client(project.client()).build();
    private final FirestoreHeartbeatStore other =
            FirestoreHeartbeatStore.builder().client(project.client()).build();

    @AfterEach
    void close() {
        project.close();
    }

    @Test
    void aDocumentThatIsSavedOverItsClaimIsNotClaimedAgainWhileTheClaimLives() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        Map<String, Object> oldCopy = project.read("schedules/mail").getData();
        ClaimRequest claim = Due.request(seen);
        assertThat(store.claim(List.of(claim), Due.LIMIT)).hasSize(1);
        project.put("schedules/mail", oldCopy);

        ClaimRequest again = Due.request(store.schedule("mail").orElseThrow());
        assertThat(store.claim(List.of(again), Due.LIMIT)).isEmpty();
        assertThat(store.record(List.of(Due.executed(claim)), Due.LIMIT)).isEmpty();
        assertThat(store.claim(List.of(again), Due.LIMIT))
                .as("its fire has ended")
                .isEmpty();

        assertThat(store.schedule("mail").orElseThrow().state().cursor()).isEqualTo(Due.FIRE);
        assertThat(store.runs(RunQuery.of("mail", 10)).items()).hasSize(1);
    }

    @Test
    void aDocumentThatIsSavedOverALaterAttemptIsNotClaimedAgainWhileThatOneLives() {
        ClaimRequest first = Due.claimed(store, "mail");
        assertThat(store.record(List.of(Due.retrying(first)), Due.LIMIT)).isEmpty();
        Map<String, Object> waiting = project.read("schedules/mail").getData();
        ClaimRequest second = Due.request(store.schedule("mail").orElseThrow());
        assertThat(store.claim(List.of(second), Due.LIMIT)).hasSize(1);
        project.put("schedules/mail", waiting);

        ClaimRequest again = Due.request(store.schedule("mail").orElseThrow());
        assertThat(store.claim(List.of(again), Due.LIMIT)).isEmpty();
        assertThat(store.record(List.of(Due.executed(second)), Due.LIMIT)).isEmpty();
        assertThat(store.runs(RunQuery.of("mail", 10)).items()).hasSize(1);
    }

    @Test
    void aDocumentThatIsSavedOverAnExpiredClaimIsTakenOver() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        Map<String, Object> oldCopy = project.read("schedules/mail").getData();
        ClaimRequest dead = Due.request(seen, Duration.ZERO);
        assertThat(store.claim(List.of(dead), Due.LIMIT)).hasSize(1);
        project.put("schedules/mail", oldCopy);

        ClaimRequest again = Due.request(store.schedule("mail").orElseThrow());
        assertThat(store.claim(List.of(again), Due.LIMIT)).hasSize(1);
        assertThat(store.record(List.of(Due.executed(dead)), Due.LIMIT)).containsExactly(dead.token());
        assertThat(store.record(List.of(Due.executed(again)), Due.LIMIT)).isEmpty();
        assertThat(store.runs(RunQuery.of("mail", 10)).items()).hasSize(1);
    }

    @Test
    void aDocumentThatIsSavedOverAnAcceptedRunIsNotClaimedAgainBeforeItsDeadline() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        Map<String, Object> oldCopy = project.read("schedules/mail").getData();
        ClaimRequest claim = Due.request(seen, Duration.ZERO); // so that the deadline alone holds it
        assertThat(store.claim(List.of(claim), Due.LIMIT)).hasSize(1);
        assertThat(store.record(List.of(Due.accepted(claim, Duration.ofHours(1))), Due.LIMIT))
                .isEmpty();
        project.put("schedules/mail", oldCopy);

        ClaimRequest again = Due.request(store.schedule("mail").orElseThrow());
        assertThat(store.claim(List.of(again), Due.LIMIT)).isEmpty();
        assertThat(store.record(List.of(Due.executed(claim)), Due.LIMIT)).isEmpty();
        assertThat(store.runs(RunQuery.of("mail", 10)).items()).hasSize(1);
    }

    @Test
    void aDocumentThatIsSavedOverAnAcceptedRunIsTakenOverAtItsDeadline() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        Map<String, Object> oldCopy = project.read("schedules/mail").getData();
        ClaimRequest claim = Due.request(seen);
        assertThat(store.claim(List.of(claim), Due.LIMIT)).hasSize(1);
        assertThat(store.record(List.of(Due.accepted(claim, Duration.ZERO)), Due.LIMIT))
                .isEmpty();
        project.put("schedules/mail", oldCopy);

        assertThat(store.record(List.of(Due.executed(claim)), Due.LIMIT))
                .as("it is over")
                .containsExactly(claim.token());
        ClaimRequest again = Due.request(store.schedule("mail").orElseThrow());
        assertThat(store.claim(List.of(again), Due.LIMIT)).hasSize(1);
        assertThat(store.record(List.of(Due.executed(again)), Due.LIMIT)).isEmpty();
        assertThat(store.runs(RunQuery.of("mail", 10)).items()).hasSize(1);
    }

    @Test
    void aRunThatIsOlderThanItsFirstLeaseIsNotStartedAgainAsLongAsItIsRenewed() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        Map<String, Object> oldCopy = copy();
        ClaimRequest claim = Due.request(seen, SHORT);
        Claim won = store.claim(List.of(claim), Due.LIMIT).get(0);
        renew(claim, Due.LEASE);
        project.awaitAfter(won.until());

        deleteAndPutBack(oldCopy);
        assertThat(other.claim(List.of(requestOfOther()), Due.LIMIT)).isEmpty();
        Claim renewed = renew(claim, SHORT);
        assertThat(pendingToken()).as("the renewal puts the claim back").isEqualTo(claim.token());

        deleteAndPutBack(oldCopy); // and nobody renews it
        project.awaitAfter(renewed.until());
        ClaimRequest takeOver = requestOfOther();
        assertThat(other.claim(List.of(takeOver), Due.LIMIT)).hasSize(1);
        assertThat(store.renew(List.of(Renewal.of(claim.token())), SHORT, Due.LIMIT))
                .isEmpty();
        assertThat(store.record(List.of(Due.executed(claim)), Due.LIMIT)).containsExactly(claim.token());
        assertThat(other.record(List.of(Due.executed(takeOver)), Due.LIMIT)).isEmpty();
        assertThat(ledger()).extracting(RunRecord::token).containsExactly(takeOver.token());
    }

    @Test
    void aRenewalDoesNotPutItsClaimInThePlaceOfAnotherFires() {
        ClaimRequest claim = Due.claimed(store, "mail");
        Map<String, Object> copy = copy();
        Map<String, Object> heartbeat = map(copy.get("heartbeat"));
        Map<String, Object> pending = map(heartbeat.get("pending"));
        RunToken another = RunToken.of("mail", "20260215T110000Z", "x");
        pending.putAll(Map.of("key", another.fireKey(), "token", another.value()));
        heartbeat.put("pending", pending);
        copy.put("heartbeat", heartbeat);
        project.put("schedules/mail", copy);

        assertThat(store.renew(List.of(Renewal.of(claim.token())), Due.LEASE, Due.LIMIT))
                .isEmpty();

        assertThat(pendingToken()).isEqualTo(another);
    }

    @Test
    void aRenewalDoesNotTakeTheScheduleBackFromALaterFire() {
        ClaimRequest claim = Due.request(store, "mail");
        Map<String, Object> copy = copy();
        assertThat(store.claim(List.of(claim), Due.LIMIT)).hasSize(1);
        Map<String, Object> heartbeat = map(copy.get("heartbeat"));
        Instant later = Due.FIRE.plusSeconds(3_600); // that another instance has recorded since, from the old copy
        heartbeat.put("cursor", Neutral.timestamp(later));
        copy.put("heartbeat", heartbeat);
        project.put("schedules/mail", copy);

        assertThat(store.renew(List.of(Renewal.of(claim.token())), Due.LEASE, Due.LIMIT))
                .isEmpty();

        assertThat(other.schedule("mail").orElseThrow().state().cursor()).isEqualTo(later);
        assertThat(pendingToken()).isNull();
    }

    @Test
    void aClaimThatHasRunOutIsNotPutBack() {
        StoredSchedule seen = Due.request(store, "mail").seen();
        Map<String, Object> oldCopy = copy();
        ClaimRequest claim = Due.request(seen, Duration.ZERO);
        assertThat(store.claim(List.of(claim), Due.LIMIT)).hasSize(1);
        project.put("schedules/mail", oldCopy);

        assertThat(store.renew(List.of(Renewal.of(claim.token())), Due.LEASE, Due.LIMIT))
                .isEmpty();

        assertThat(pendingToken()).isNull();
    }

    @Test
    void aCopyOfAnEarlierAttemptIsNotRenewed() {
        ClaimRequest first = Due.claimed(store, "mail");
        Map<String, Object> firstAttempt = copy();
        assertThat(store.record(List.of(Due.retrying(first)), Due.LIMIT)).isEmpty();
        ClaimRequest second = requestOfOther();
        assertThat(other.claim(List.of(second), Due.LIMIT)).hasSize(1);
        Object until = project.read(run()).get("until");
        project.put("schedules/mail", firstAttempt);

        assertThat(store.renew(List.of(Renewal.of(first.token())), Duration.ofHours(1), Due.LIMIT))
                .isEmpty();

        assertThat(project.read(run()).get("until")).isEqualTo(until);
    }

    @Test
    void aRecordUnderAnEarlierAttemptsCopyIsRefused() {
        ClaimRequest first = Due.claimed(store, "mail");
        Map<String, Object> firstAttempt = copy();
        assertThat(store.record(List.of(Due.retrying(first)), Due.LIMIT)).isEmpty();
        ClaimRequest second = requestOfOther();
        assertThat(other.claim(List.of(second), Due.LIMIT)).hasSize(1);
        project.put("schedules/mail", firstAttempt);

        assertThat(store.record(List.of(Due.executed(first)), Due.LIMIT)).containsExactly(first.token());

        assertThat(ledger()).isEmpty();
        assertThat(other.record(List.of(Due.executed(second)), Due.LIMIT)).isEmpty();
        assertThat(ledger()).extracting(RunRecord::token).containsExactly(second.token());
    }

    @Test
    void aRecordOfAnEarlierAttemptIsRefusedAlsoWhenTheScheduleIsDeleted() {
        ClaimRequest lost = Due.request(Due.request(store, "mail").seen(), Duration.ZERO);
        assertThat(store.claim(List.of(lost), Due.LIMIT)).hasSize(1);
        ClaimRequest takeOver = requestOfOther();
        assertThat(other.claim(List.of(takeOver), Due.LIMIT)).hasSize(1);
        project.delete("schedules/mail");

        assertThat(store.record(List.of(Due.executed(lost)), Due.LIMIT)).containsExactly(lost.token());

        assertThat(ledger()).isEmpty();
        assertThat(other.record(List.of(Due.executed(takeOver)), Due.LIMIT)).isEmpty();
        assertThat(ledger()).extracting(RunRecord::token).containsExactly(takeOver.token());
    }

    @Test
    void givingBackAClaimThatCameBackWithACopyLeavesTheEndOfItsFireAsItIs() {
        ClaimRequest claim = Due.claimed(store, "mail");
        Map<String, Object> copyWithClaim = copy();
        assertThat(store.record(List.of(Due.executed(claim)), Due.LIMIT)).isEmpty();
        project.put("schedules/mail", copyWithClaim);

        assertThat(store.release(List.of(claim.token()), Due.LIMIT)).isEmpty();

        assertThat(ledger()).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
    }

    private Map<String, Object> copy() {
        return new HashMap<>(project.read("schedules/mail").getData());
    }

    private void deleteAndPutBack(Map<String, Object> copy) {
        project.delete("schedules/mail");
        project.put("schedules/mail", copy);
    }

    private Claim renew(ClaimRequest claim, Duration lease) {
        List<Claim> renewed = store.renew(List.of(Renewal.of(claim.token())), lease, Due.LIMIT);
        assertThat(renewed).extracting(Claim::token).containsExactly(claim.token());
        return renewed.get(0);
    }

    private ClaimRequest requestOfOther() {
        return Due.request(other.schedule("mail").orElseThrow());
    }

    private @Nullable RunToken pendingToken() {
        PendingFire pending = other.schedule("mail").orElseThrow().state().pending();
        return pending == null ? null : pending.token();
    }

    private List<RunRecord> ledger() {
        return store.runs(RunQuery.of("mail", 10)).items();
    }

    private static String run() {
        return "schedules/mail/runs/" + Due.KEY;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return new HashMap<>((Map<String, Object>) value);
    }
}
