package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

abstract class ReleaseGroup extends KitGroup {
    ReleaseGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void aReleasedFireMayBeClaimedAtOnce() {
        ClaimRequest first = createClaimed("mail");

        assertThat(release(first.token())).containsExactly(first.token());

        assertThat(dueIds(now())).containsExactly("mail");
        Claim again = win(request(read("mail")));
        assertThat(again.fireTime()).isEqualTo(first.fire().fireTime());
    }

    @Test
    void aReleasedStartDoesNotCount() {
        ClaimRequest claim = createClaimed("mail");
        StoredSchedule claimed = read("mail");
        Instant before = now();

        release(claim.token());

        StoredSchedule released = read("mail");
        PendingFire pending = Objects.requireNonNull(released.state().pending());
        Instant until = Objects.requireNonNull(pending.until());
        assertTaken(until, before);
        assertThat(released.state()).isEqualTo(claimed.state().released(until));
        assertThat(pending.starts()).isZero();
        assertThat(win(request(released)).attempt()).isEqualTo(1);
    }

    @Test
    void lastRunAndDefinitionStay() {
        ClaimRequest claim = createClaimed("mail");
        StoredSchedule claimed = read("mail");

        release(claim.token());

        assertThat(read("mail").lastRun()).isEqualTo(claimed.lastRun());
        assertThat(read("mail").schedule()).isEqualTo(claimed.schedule());
        assertThat(ledger("mail")).isEmpty();
    }

    @Test
    void aReleasedClaimIsOver() {
        ClaimRequest claim = createClaimed("mail");
        release(claim.token());
        StoredSchedule released = read("mail");

        assertThat(isInForce(claim.token())).isFalse();
        assertThat(renew(claim.token())).isEmpty();
        assertThat(release(claim.token())).isEmpty();
        assertThat(record(Sample.executed(claim, now()))).containsExactly(claim.token());
        assertThat(read("mail")).isEqualTo(released);
    }

    @Test
    void aStaleTokenReleasesNothing() {
        ClaimRequest lost = createClaimed("mail");
        pass(lease());
        ClaimRequest current = takeOver("mail");
        StoredSchedule before = read("mail");

        assertThat(release(lost.token())).isEmpty();

        assertThat(read("mail")).isEqualTo(before);
        assertThat(isInForce(current.token())).isTrue();
    }

    @Test
    void aClaimIsReleasedAfterAnEdit() {
        ClaimRequest claim = createClaimed("mail");
        editByHand("mail", fields -> fields.put("lastRun", null));

        assertThat(release(claim.token())).containsExactly(claim.token());
        assertThat(read("mail").lastRun()).isEqualTo(LastRun.NULL);
    }

    @Test
    void aDeletedScheduleIsNotMadeAgain() {
        ClaimRequest claim = createClaimed("mail");
        assertThat(store().delete("mail")).isTrue();

        assertThat(release(claim.token())).isEmpty();
        assertThat(hasDocument("mail")).isFalse();
    }

    @Test
    void seriesThatTheLedgerDoesNotKnowYetAreKept() {
        StoredSchedule seen = createDue(Sample.hourly("mail"), 3);
        PendingFire fire = request(seen).fire();
        FireSeries series = new FireSeries(
                Outcome.MISSED, "coalesced", 2, true, lastHour().minus(Sample.HOUR.multipliedBy(2)), lastHour());
        ClaimRequest claim = Sample.withFire(
                request(seen),
                new PendingFire(
                        fire.key(),
                        fire.fireTime(),
                        false,
                        1,
                        fire.state(),
                        RunToken.of("mail", fire.key(), Sample.random()),
                        fire.owner(),
                        null,
                        List.of(series),
                        false));
        win(claim);

        release(claim.token());

        assertThat(Objects.requireNonNull(read("mail").state().pending()).missed())
                .containsExactly(series);
    }
}
