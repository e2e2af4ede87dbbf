package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Runs that go on elsewhere, answers to one claim by several, the wish to cancel, and progress. */
abstract class AcceptedGroup extends KitGroup {
    AcceptedGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void anAcceptedRunHoldsItsFireUntilItsDeadlineByTheTimeOfTheStore() {
        ClaimRequest claim = createClaimed("mail");
        Instant before = now();
        Duration within = lease().multipliedBy(3);
        RecordRequest accepted = Sample.accepted(claim, before.minus(Sample.HOUR), within);

        assertThat(record(accepted)).isEmpty();

        PendingFire fire = pending("mail");
        assertThat(fire.state()).isEqualTo(PendingFire.State.ACCEPTED);
        assertThat(fire.token()).isEqualTo(claim.token());
        assertLeaseEnd(fire.until(), before, within);
        assertThat(ledger("mail")).as("the fire has not ended").isEmpty();
        Instant deadline = Objects.requireNonNull(fire.until());
        assertThat(store().claimByToken(claim.token(), LIMIT)).contains(Claim.of(fire));
        assertThat(dueIds(deadline.minusNanos(1_000))).isEmpty();
        assertThat(dueIds(deadline)).containsExactly("mail");
    }

    @Test
    void anAcceptedRunIsRecordedUnderItsToken() {
        ClaimRequest claim = createAccepted("mail", lease().multipliedBy(3));
        pass(lease().multipliedBy(2)); // nobody renews it

        RunRecord entry = end(claim);

        assertThat(ledger("mail")).containsExactly(entry);
        assertThat(read("mail").state().pending()).isNull();
    }

    @Test
    void anAcceptedRunIsOverAtItsDeadline() {
        ClaimRequest claim = createAccepted("mail", lease());
        pass(lease());
        StoredSchedule over = read("mail");

        assertThat(record(Sample.executed(claim, now()))).containsExactly(claim.token());
        assertThat(renew(claim.token())).isEmpty();
        assertThat(isInForce(claim.token())).isFalse();
        assertThat(read("mail")).isEqualTo(over);
        assertThat(ledger("mail")).isEmpty();

        end(takeOver("mail"));
        assertThat(ledger("mail")).hasSize(1);
    }

    @Test
    void renewingAnAcceptedRunLeavesItsDeadline() {
        ClaimRequest claim = createAccepted("mail", lease().multipliedBy(3));
        Instant deadline = pending("mail").until();

        assertThat(renewFor(lease(), claim.token()))
                .singleElement()
                .extracting(Claim::until)
                .isEqualTo(deadline);
        renewFor(lease().multipliedBy(9), claim.token());

        assertThat(pending("mail").until()).isEqualTo(deadline);
    }

    @Test
    void anAcceptedRunThatIsAcceptedAgainHasANewDeadline() {
        ClaimRequest claim = createAccepted("mail", lease());
        pass(lease().dividedBy(2));
        Instant before = now();

        assertThat(record(Sample.accepted(claim, before, lease().multipliedBy(2))))
                .isEmpty();

        assertLeaseEnd(pending("mail").until(), before, lease().multipliedBy(2));
    }

    @Test
    void aWishToCancelStaysWhenARunIsAcceptedOrTriedAgain() {
        ClaimRequest accepted = createClaimed("accepted");
        ClaimRequest failed = createClaimed("failed");
        ClaimRequest ended = createClaimed("ended");
        for (ClaimRequest claim : List.of(accepted, failed, ended)) {
            assertThat(store().edit(ScheduleEdit.cancel(claim.scheduleId()), Version.ANY))
                    .isPresent();
        }
        Instant end = now();

        // all of them are sent by somebody who has not heard of the wish
        assertThat(record(
                        Sample.accepted(accepted, end, lease()),
                        Sample.retrying(failed, end, end.plusSeconds(60)),
                        Sample.executed(ended, end)))
                .isEmpty();

        assertThat(pending("accepted").cancelRequested()).isTrue();
        assertThat(pending("failed").cancelRequested()).isTrue();
        assertThat(read("ended").state().pending()).isNull();
        assertThat(dueIds(now())).as("to be ended now").containsExactly("accepted", "failed");
    }

    @Test
    void aWishToCancelStaysWhenAClaimIsGivenBack() {
        ClaimRequest claim = createClaimed("mail");
        assertThat(store().edit(ScheduleEdit.cancel("mail"), Version.ANY)).isPresent();

        release(claim.token());

        assertThat(pending("mail").cancelRequested()).isTrue();
    }

    @Test
    void anAnswerByTokenSentTwiceCountsAsRecordedAndIsWrittenOnce() {
        ClaimRequest claim = createAccepted("mail", lease());
        RecordRequest answer = Sample.answeredAs("other", Sample.executed(claim, now()));
        assertThat(record(answer)).isEmpty();
        StoredSchedule recorded = read("mail");

        assertThat(record(answer)).isEmpty();

        assertThat(read("mail")).isEqualTo(recorded);
        assertThat(ledger("mail")).containsExactly(answer.run());
    }

    @Test
    void anotherAnswerToTheSameClaimIsRefusedAndWritesNothing() {
        ClaimRequest own = createClaimed("own");
        ClaimRequest byToken = createClaimed("by-token");
        RecordRequest first = Sample.executed(own, now());
        RecordRequest second = Sample.answeredAs("other", Sample.executed(byToken, now()));
        assertThat(record(first, second)).isEmpty();
        List<StoredSchedule> recorded = readAll(List.of("own", "by-token"));

        assertThat(record(Sample.answeredAs("other", first))).containsExactly(own.token());
        assertThat(record(Sample.executed(byToken, now()))).containsExactly(byToken.token());
        assertThat(record(Sample.answeredAs("third", second))).containsExactly(byToken.token());

        assertThat(readAll(List.of("own", "by-token"))).isEqualTo(recorded);
        assertThat(ledger("own")).containsExactly(first.run());
        assertThat(ledger("by-token")).containsExactly(second.run());
    }

    @Test
    void ofManyAnswersToOneClaimOneIsRecorded() {
        for (int round = 0; round < 10; round++) {
            String id = "mail-" + round;
            ClaimRequest claim = createAccepted(id, Sample.HOUR);

            List<List<RunToken>> refused = Race.run(
                    Race.THREADS, thread -> record(Sample.answeredAs("t" + thread, Sample.executed(claim, now()))));

            assertThat(refused.stream().filter(List::isEmpty)).as("recorded").hasSize(1);
            assertThat(ledger(id)).hasSize(1);
        }
    }

    @Test
    void renewWritesTheProgressThatComesWithIt() {
        ClaimRequest claimed = createClaimed("claimed");
        ClaimRequest accepted = createAccepted("accepted", lease());
        Progress half = Progress.of(0.5, "half of \u2665");

        for (ClaimRequest claim : List.of(claimed, accepted)) {
            assertThat(store().renew(List.of(new Renewal(claim.token(), half)), lease(), LIMIT))
                    .hasSize(1);
            renew(claim.token()); // tells nothing

            assertThat(pending(claim.scheduleId()).progress()).isEqualTo(half);
        }
        RunToken invented = RunToken.of("claimed", claimed.fire().key(), Sample.random());
        store().renew(List.of(new Renewal(invented, Progress.of(1, "forged"))), lease(), LIMIT);
        assertThat(pending("claimed").progress()).isEqualTo(half);
    }

    @Test
    void aRenewalByZeroNotesProgressAndMovesNoEnd() {
        ClaimRequest claim = createClaimed("mail");
        Instant end = pending("mail").until();
        pass(lease().dividedBy(2));

        List<Claim> held =
                store().renew(List.of(new Renewal(claim.token(), Progress.of(0.1, ""))), Duration.ZERO, LIMIT);

        assertThat(held).singleElement().extracting(Claim::until).isEqualTo(end);
        assertThat(pending("mail").until()).isEqualTo(end);
        assertThat(pending("mail").progress()).isEqualTo(Progress.of(0.1, ""));
    }

    @Test
    void aPendingFireSurvivesWithAllItsFields() {
        PendingFire plain = request(createDue("mail")).fire();
        PendingFire full = new PendingFire(
                plain.key(),
                plain.fireTime(),
                true,
                true,
                3,
                PendingFire.State.CLAIMED,
                plain.token(),
                "owner",
                null,
                List.of(),
                true,
                "20260215T090000Z-pulse",
                RunToken.of("mail", plain.key(), "earlier"),
                new Progress(42, "line one\nline two"));

        win(Sample.withFire(request(read("mail")), full));

        assertThat(pending("mail").until(null)).isEqualTo(full);
    }

    private PendingFire pending(String id) {
        @Nullable PendingFire fire = read(id).state().pending();
        return Objects.requireNonNull(fire, "pending fire of " + id);
    }

    /** Makes a due schedule, wins its fire, and has its work go on elsewhere. */
    private ClaimRequest createAccepted(String id, Duration within) {
        ClaimRequest claim = createClaimed(id);
        assertThat(record(Sample.accepted(claim, now(), within))).isEmpty();
        return claim;
    }
}
