package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

abstract class ClaimGroup extends KitGroup {
    ClaimGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void aWonClaimTellsTokenFireAttemptAndLeaseEnd() {
        ClaimRequest request = request(createDue("mail"));
        Instant before = now();

        Claim claim = win(request);

        assertThat(claim.token()).isEqualTo(request.token());
        assertThat(claim.scheduleId()).isEqualTo("mail");
        assertThat(claim.fireTime()).isEqualTo(lastHour());
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim.cancelRequested()).isFalse();
        assertLeaseEnd(claim.until(), before, lease());
        assertThat(store().claimByToken(request.token(), LIMIT)).contains(claim);
    }

    @Test
    void theStateIsWrittenAsAskedWithTheLeaseEnd() {
        StoredSchedule seen = createDue(Sample.hourly("mail"), 3);
        PendingFire fire = request(seen).fire();
        ClaimRequest request = Sample.withFire(
                request(seen),
                new PendingFire(
                        fire.key(),
                        fire.fireTime(),
                        fire.forced(),
                        2,
                        fire.state(),
                        fire.token(),
                        fire.owner(),
                        null,
                        List.of(new FireSeries(
                                Outcome.SKIPPED, "paused", 7, false, lastHour().minusSeconds(900), lastHour())),
                        false));

        Claim claim = win(request);

        StoredSchedule stored = read("mail");
        assertThat(stored.state())
                .isEqualTo(request.state().withPending(request.fire().until(claim.until())));
        assertThat(stored.schedule()).isEqualTo(seen.schedule());
        assertThat(stored.version()).isNotEqualTo(seen.version());
    }

    @Test
    void theLeaseEndsByTheClockOfTheStore() {
        Instant before = now();
        StoredSchedule seen = createDue(Sample.hourly("slow"), 3);

        Claim slow = win(Sample.claim(seen, before.minusSeconds(400), lease()));
        Claim fast = win(Sample.claim(createDue("fast"), before.plusSeconds(400), lease()));

        assertLeaseEnd(slow.until(), before, lease());
        assertLeaseEnd(fast.until(), before, lease());
    }

    @Test
    void lastRunIsWrittenInMilliseconds() {
        Instant second = now().truncatedTo(ChronoUnit.SECONDS);

        win(Sample.claim(createDue("mail"), second.plusNanos(789_999_000), lease()));

        assertThat(read("mail").lastRun().value()).isEqualTo(second.plusMillis(789));
    }

    @Test
    void lastRunStaysWhenNoTaskIsCalled() {
        Instant earlier = now().minusSeconds(7_200).truncatedTo(ChronoUnit.MILLIS);
        StoredSchedule seen = create(
                Sample.hourly("mail"),
                LastRun.at(earlier),
                new ScheduleState(
                        lastHour().minus(Sample.HOUR),
                        earlier,
                        Sample.hourly("mail").rule(),
                        null,
                        0));

        win(Sample.withoutStart(request(seen)));

        assertThat(read("mail").lastRun()).isEqualTo(LastRun.at(earlier));
    }

    @Test
    void unknownFieldsStay() {
        Instant createdAt = now();
        putDocument("mail", fields("comment", "do not touch", "createdAt", createdAt, "params", Map.of("to", "ann")));

        end(takeOver("mail"));

        assertKept("mail", "comment", "do not touch");
        assertKept("mail", "createdAt", createdAt);
        assertThat(read("mail").schedule().params().text("to")).isEqualTo("ann");
    }

    @Test
    void anOldVersionIsLostAndWritesNothing() {
        StoredSchedule seen = createDue("mail");
        assertThat(store().edit(
                                ScheduleEdit.define(seen.schedule().toBuilder()
                                        .param("to", "ann")
                                        .build()),
                                Version.ANY))
                .isPresent();
        StoredSchedule edited = read("mail");

        RunRecord superseded = Sample.entry("mail", "earlier-fire", Outcome.FAILED, "superseded", now());
        assertThat(claim(Sample.superseding(request(seen), superseded))).isEmpty();

        assertThat(read("mail")).isEqualTo(edited);
        assertThat(ledger("mail")).isEmpty();
    }

    @Test
    void twoClaimsOfOneReadAreWonOnce() {
        StoredSchedule seen = createDue("mail");
        ClaimRequest first = request(seen);
        ClaimRequest second = request(seen);

        win(first);
        StoredSchedule won = read("mail");

        assertThat(claim(second)).isEmpty();
        assertThat(read("mail")).isEqualTo(won);
        assertThat(isInForce(first.token())).isTrue();
        assertThat(isInForce(second.token())).isFalse();
    }

    @Test
    void theSameRequestSentTwiceStartsOnce() {
        ClaimRequest request = request(createDue("mail"));
        Claim first = win(request);
        StoredSchedule won = read("mail");

        // Lost, since its version is gone; or, from a store that sends again by itself, the very same claim.
        assertThat(claim(request)).isSubsetOf(first);

        assertThat(read("mail")).isEqualTo(won);
        assertThat(store().claimByToken(request.token(), LIMIT)).contains(first);
    }

    @Test
    void lostOnesDoNotSpoilTheirNeighbours() {
        List<ClaimRequest> requests = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            requests.add(request(createDue("s-" + i)));
        }
        win(request(read("s-2")));
        assertThat(store().delete("s-5")).isTrue();
        editByHand("s-9", fields -> fields.put("enabled", false));

        List<Claim> won = store().claim(requests, LIMIT);

        assertThat(won)
                .extracting(Claim::scheduleId)
                .containsExactlyInAnyOrder("s-0", "s-1", "s-3", "s-4", "s-6", "s-7", "s-8");
        assertThat(hasDocument("s-5")).isFalse();
    }

    @Test
    void aScheduleThatWasDeletedAndMadeAgainIsNotClaimedByAnOldRead() {
        StoredSchedule seen = createDue("mail");
        assertThat(store().delete("mail")).isTrue();
        StoredSchedule again = createDue("mail");

        assertThat(claim(request(seen))).isEmpty();
        assertThat(read("mail")).isEqualTo(again);
    }

    @Test
    void theSupersededFireEndsInTheSameStep() {
        ClaimRequest stuck = createClaimed("mail");
        pass(lease());
        StoredSchedule seen = read("mail");
        RunRecord superseded = Sample.entry("mail", stuck.fire().key(), Outcome.FAILED, "superseded", now());
        ClaimRequest next = Sample.superseding(nextFire(seen), superseded);

        win(next);

        assertThat(ledger("mail")).containsExactly(superseded);
        assertThat(renew(stuck.token())).isEmpty();
        assertThat(record(Sample.executed(stuck, now()))).containsExactly(stuck.token());
        assertThat(ledger("mail")).containsExactly(superseded);
    }

    @Test
    void theFirstEndOfASupersededFireStays() {
        createDue("mail");
        RunRecord first = Sample.entry("mail", "earlier-fire", Outcome.EXECUTED, null, now().minusSeconds(60));
        store().appendRuns(List.of(first), LIMIT);
        RunRecord second = Sample.entry("mail", "earlier-fire", Outcome.FAILED, "superseded", now());

        win(Sample.superseding(request(read("mail")), second));

        assertThat(ledger("mail")).containsExactly(first);
    }

    @Test
    void aListOfSixHundredIsClaimedAndRecorded() {
        List<ClaimRequest> requests = IntStream.range(0, 600)
                .mapToObj(i -> request(createDue("s-" + i)))
                .toList();
        win(request(read("s-333")));

        List<RunToken> won =
                store().claim(requests, LIMIT).stream().map(Claim::token).toList();
        assertThat(won).hasSize(599).doesNotHaveDuplicates();

        List<RunToken> refused = store().record(
                        requests.stream()
                                .map(request -> Sample.executed(request, now()))
                                .toList(),
                        LIMIT);
        assertThat(refused).containsExactly(requests.get(333).token());
        assertThat(allPages(after -> store().runs(new RunQuery(null, after, 100))))
                .hasSize(599);
    }

    @Test
    void anEmptyListIsNothingToDo() {
        assertThat(store().claim(List.of(), LIMIT)).isEmpty();
        assertThat(store().renew(List.of(), lease(), LIMIT)).isEmpty();
        assertThat(store().release(List.of(), LIMIT)).isEmpty();
        assertThat(store().record(List.of(), LIMIT)).isEmpty();
    }

    @Test
    void anUnknownTokenIsNoClaim() {
        ClaimRequest request = createClaimed("mail");

        assertThat(isInForce(RunToken.of("mail", request.fire().key(), Sample.random())))
                .isFalse();
        assertThat(isInForce(RunToken.of("nobody", request.fire().key(), Sample.random())))
                .isFalse();
    }

    /** The claim of the fire after the pending one. */
    private ClaimRequest nextFire(StoredSchedule seen) {
        return Sample.claim(
                seen.withState(seen.state().withPending(null)), lastHour().plus(Sample.HOUR), lease());
    }
}
