package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

abstract class LeaseGroup extends KitGroup {
    LeaseGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void aClaimedScheduleIsDueAgainWhenItsLeaseEnds() {
        Claim claim = win(request(createDue("mail")));

        assertThat(dueIds(claim.until().minusNanos(1_000))).isEmpty();
        assertThat(dueIds(claim.until())).containsExactly("mail");
        pass(lease());
        assertThat(dueIds(now())).containsExactly("mail");
    }

    @Test
    void anExpiredClaimIsTakenOver() {
        ClaimRequest lost = createClaimed("mail");
        pass(lease());

        List<StoredSchedule> due = findAll(now(), 10);
        assertThat(ids(due)).containsExactly("mail");
        Claim takenOver = win(request(due.get(0)));

        assertThat(takenOver.attempt()).isEqualTo(2);
        assertThat(takenOver.fireTime()).isEqualTo(lost.fire().fireTime());
        assertThat(isInForce(lost.token())).isFalse();
        assertThat(isInForce(takenOver.token())).isTrue();
    }

    @Test
    void renewMovesTheEndByTheTimeOfTheStore() {
        ClaimRequest claim = createClaimed("mail");
        pass(lease().dividedBy(2));
        Instant before = now();
        Duration longer = lease().multipliedBy(3);

        List<Claim> renewed = renewFor(longer, claim.token());

        assertThat(renewed).extracting(Claim::token).containsExactly(claim.token());
        assertThat(renewed.get(0).attempt()).isEqualTo(1);
        assertLeaseEnd(renewed.get(0).until(), before, longer);
        assertThat(store().claimByToken(claim.token(), LIMIT)).contains(renewed.get(0));
        assertThat(dueIds(before.plus(lease()))).isEmpty();
        assertThat(dueIds(renewed.get(0).until())).containsExactly("mail");
    }

    @Test
    void renewLeavesAllElseAsItIs() {
        putDocument("mail", fields("comment", "mine", "params", Map.of("to", "ann")));
        ClaimRequest claim = takeOver("mail");
        StoredSchedule before = read("mail");
        pass(lease().dividedBy(2));

        renew(claim.token());

        StoredSchedule after = read("mail");
        PendingFire pending = Objects.requireNonNull(after.state().pending());
        assertThat(after.schedule()).isEqualTo(before.schedule());
        assertThat(after.lastRun()).isEqualTo(before.lastRun());
        assertThat(after.lastResult()).isEqualTo(before.lastResult());
        assertThat(after.state())
                .isEqualTo(before.state().withPending(claim.fire().until(Objects.requireNonNull(pending.until()))));
        assertKept("mail", "comment", "mine");
    }

    @Test
    void renewAfterAnEditStillHolds() {
        ClaimRequest claim = createClaimed("mail");

        editByHand("mail", fields -> fields.put("params", Map.of("to", "bob")));
        assertThat(renew(claim.token())).containsExactly(claim.token());
        assertThat(store().edit(ScheduleEdit.force("mail"), Version.ANY)).isPresent();
        assertThat(renew(claim.token())).containsExactly(claim.token());

        assertThat(read("mail").lastRun()).isEqualTo(LastRun.NULL);
        assertThat(read("mail").schedule().params().text("to")).isEqualTo("bob");
    }

    @Test
    void renewIsRefusedAfterATakeOver() {
        ClaimRequest lost = createClaimed("mail");
        pass(lease());
        takeOver("mail");
        StoredSchedule before = read("mail");
        pass(lease().dividedBy(4));

        assertThat(renew(lost.token())).isEmpty();
        assertThat(read("mail")).isEqualTo(before);
    }

    @Test
    void anExpiredClaimThatNobodyTookIsStillInForce() {
        ClaimRequest claim = createClaimed("mail");
        pass(lease().multipliedBy(2));
        Instant before = now();

        assertThat(isInForce(claim.token())).isTrue();
        List<Claim> renewed = renewFor(lease(), claim.token());

        assertThat(renewed).hasSize(1);
        assertLeaseEnd(renewed.get(0).until(), before, lease());
    }

    @Test
    void aRenewedClaimIsNotTakenOverByAnOlderRead() {
        ClaimRequest claim = createClaimed("mail");
        pass(lease());
        StoredSchedule seenExpired = read("mail");
        assertThat(renew(claim.token())).containsExactly(claim.token());

        assertThat(claim(request(seenExpired))).isEmpty();
        assertThat(isInForce(claim.token())).isTrue();
    }

    @Test
    void onlyClaimsInForceAreRenewed() {
        ClaimRequest inForce = createClaimed("in-force");
        ClaimRequest recorded = createClaimed("recorded");
        ClaimRequest released = createClaimed("released");
        ClaimRequest deleted = createClaimed("deleted");
        ClaimRequest unreadable = createClaimed("unreadable");
        end(recorded);
        release(released.token());
        assertThat(store().delete("deleted")).isTrue();
        putDocument("unreadable", Map.of("enabled", true));

        List<RunToken> renewed = renew(
                recorded.token(),
                released.token(),
                inForce.token(),
                deleted.token(),
                unreadable.token(),
                RunToken.of("nobody", "fire", "random"));

        assertThat(renewed).containsExactly(inForce.token());
        assertThat(hasDocument("deleted")).isFalse();
        assertThat(hasDocument("nobody")).isFalse();
    }

    @Test
    void aWishToCancelIsSeenByRenewAndByToken() {
        ClaimRequest claim = createClaimed("mail");
        assertThat(store().edit(ScheduleEdit.cancel("mail"), Version.ANY)).isPresent();

        assertThat(renewFor(lease(), claim.token()))
                .extracting(Claim::cancelRequested)
                .containsExactly(true);
        assertThat(store().claimByToken(claim.token(), LIMIT))
                .hasValueSatisfying(seen -> assertThat(seen.cancelRequested()).isTrue());
        end(claim);
        assertThat(read("mail").state().pending()).isNull();
    }

    @Test
    void disabledAndPausedSchedulesKeepTheirClaim() {
        ClaimRequest claim = createClaimed("mail");
        editByHand("mail", fields -> {
            fields.put("enabled", false);
            fields.put("pausedUntil", now().plusSeconds(7_200));
        });

        assertThat(renew(claim.token())).containsExactly(claim.token());
        end(claim);
        assertThat(ledger("mail")).hasSize(1);
    }
}
