package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

abstract class RecordGroup extends KitGroup {
    RecordGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void stateResultAndLedgerAreWritten() {
        ClaimRequest claim = createClaimed("mail");
        StoredSchedule claimed = read("mail");
        RecordRequest record = Sample.executed(claim, now());

        assertThat(record(record)).isEmpty();

        StoredSchedule stored = read("mail");
        assertThat(stored.state()).isEqualTo(record.state());
        assertThat(stored.lastResult()).isEqualTo(Map.of("sent", 3L));
        assertThat(stored.lastRun()).isEqualTo(claimed.lastRun());
        assertThat(stored.schedule()).isEqualTo(claimed.schedule());
        assertThat(stored.version()).isNotEqualTo(claimed.version());
        assertThat(ledger("mail")).containsExactly(record.run());
        assertThat(isInForce(claim.token())).isFalse();
    }

    @Test
    void aRecordUnderAnotherTokenIsRefusedAndWritesNothing() {
        ClaimRequest claim = createClaimed("mail");
        StoredSchedule claimed = read("mail");
        RecordRequest record = Sample.executed(claim, now());
        RunToken invented = RunToken.of("mail", claim.fire().key(), Sample.random());
        RecordRequest forged =
                new RecordRequest(invented, record.state(), record.lastResult(), record.run(), List.of());

        assertThat(record(forged)).containsExactly(invented);

        assertThat(read("mail")).isEqualTo(claimed);
        assertThat(ledger("mail")).isEmpty();
        assertThat(isInForce(claim.token())).isTrue();
    }

    @Test
    void aRecordAfterATakeOverIsRefusedAndWritesNothing() {
        ClaimRequest lost = createClaimed("mail");
        pass(lease());
        ClaimRequest current = takeOver("mail");
        StoredSchedule before = read("mail");
        RunRecord series = Sample.series("mail", lastHour(), lastHour(), 1, now());

        assertThat(record(Sample.withMissed(Sample.executed(lost, now()), series)))
                .containsExactly(lost.token());

        assertThat(read("mail")).isEqualTo(before);
        assertThat(ledger("mail")).isEmpty();
        RunRecord entry = end(current);
        assertThat(ledger("mail")).containsExactly(entry);
        assertThat(record(Sample.executed(lost, now()))).containsExactly(lost.token());
        assertThat(ledger("mail")).containsExactly(entry);
    }

    @Test
    void anExpiredClaimThatNobodyTookIsRecorded() {
        ClaimRequest claim = createClaimed("mail");
        pass(lease().multipliedBy(2));

        RunRecord entry = end(claim);

        assertThat(ledger("mail")).containsExactly(entry);
        assertThat(read("mail").state().pending()).isNull();
    }

    @Test
    void aRenewedClaimIsRecordedUnderItsToken() {
        ClaimRequest claim = createClaimed("mail");
        pass(lease().dividedBy(2));
        renew(claim.token());

        end(claim);

        assertThat(ledger("mail")).hasSize(1);
    }

    @Test
    void whatPeopleChangedDuringTheRunSurvivesTheRecord() {
        ClaimRequest claim = createClaimed("mail");
        editByHand("mail", fields -> {
            fields.put("params", Map.of("to", "bob"));
            fields.put("lastRun", null);
            fields.put("comment", "mine");
        });
        Schedule edited = read("mail").schedule().toBuilder().queue("browser").build();
        assertThat(store().edit(ScheduleEdit.define(edited), Version.ANY)).isPresent();

        RunRecord entry = end(claim);

        StoredSchedule stored = read("mail");
        assertThat(stored.schedule()).isEqualTo(edited);
        assertThat(stored.schedule().params().text("to")).isEqualTo("bob");
        assertThat(stored.lastRun()).isEqualTo(LastRun.NULL);
        assertThat(stored.state().pending()).isNull();
        assertKept("mail", "comment", "mine");
        assertThat(ledger("mail")).containsExactly(entry);
    }

    @Test
    void aRecordSentTwiceCountsAsRecordedAndIsWrittenOnce() {
        ClaimRequest claim = createClaimed("mail");
        RunRecord series = Sample.series("mail", lastHour(), lastHour(), 1, now().minusSeconds(9));
        RecordRequest record = Sample.withMissed(Sample.executed(claim, now()), series);
        assertThat(record(record)).isEmpty();
        StoredSchedule recorded = read("mail");

        assertThat(record(record)).isEmpty();

        assertThat(read("mail")).isEqualTo(recorded);
        assertThat(ledger("mail")).containsExactly(record.run(), series);
    }

    @Test
    void aRecordSentAgainAfterTheNextClaimDisturbsNothing() {
        ClaimRequest first = createClaimed("mail");
        RecordRequest record = Sample.executed(first, now());
        assertThat(record(record)).isEmpty();
        assertThat(store().edit(ScheduleEdit.force("mail"), Version.ANY)).isPresent();
        ClaimRequest next = takeOver("mail");
        StoredSchedule claimed = read("mail");

        assertThat(record(record)).isEmpty();

        assertThat(read("mail")).isEqualTo(claimed);
        assertThat(isInForce(next.token())).isTrue();
    }

    @Test
    void aDeletedScheduleGetsItsLedgerEntriesAndIsNotMadeAgain() {
        ClaimRequest claim = createClaimed("mail");
        RunRecord series = Sample.series("mail", lastHour(), lastHour(), 1, now().minusSeconds(9));
        RecordRequest record = Sample.withMissed(Sample.executed(claim, now()), series);
        assertThat(store().delete("mail")).isTrue();

        assertThat(record(record)).isEmpty();
        assertThat(record(record)).as("sent twice").isEmpty();

        assertThat(hasDocument("mail")).isFalse();
        assertThat(store().schedule("mail")).isEmpty();
        assertThat(ledger("mail")).containsExactly(record.run(), series);
    }

    @Test
    void anAttemptThatIsTriedAgainKeepsItsFireWaiting() {
        ClaimRequest claim = createClaimed("mail");
        Instant nextAttempt = now().plusSeconds(30);
        RecordRequest record = Sample.retrying(claim, now(), nextAttempt);

        assertThat(record(record)).isEmpty();

        StoredSchedule stored = read("mail");
        assertThat(stored.state()).isEqualTo(record.state());
        assertThat(stored.state().pending())
                .isEqualTo(claim.fire().waiting(1, nextAttempt))
                .extracting(PendingFire::state)
                .isEqualTo(PendingFire.State.WAITING);
        assertThat(stored.lastResult()).isEqualTo(Map.of("error", "no connection"));
        assertThat(ledger("mail")).as("the fire has not ended").isEmpty();
        assertThat(isInForce(claim.token())).isFalse();
        assertThat(dueIds(nextAttempt.minusNanos(1_000))).isEmpty();
        assertThat(dueIds(nextAttempt)).containsExactly("mail");
    }

    @Test
    void theNextAttemptEndsTheSameFire() {
        ClaimRequest first = createClaimed("mail");
        assertThat(record(Sample.retrying(first, now(), now()))).isEmpty();

        ClaimRequest second = takeOver("mail");
        RunRecord entry = end(second);

        assertThat(entry.key()).isEqualTo(first.fire().key());
        assertThat(entry.attempt()).isEqualTo(2);
        assertThat(ledger("mail")).containsExactly(entry);
    }

    @Test
    void missedSeriesAreWrittenWithTheRecord() {
        ClaimRequest claim = createClaimed("mail");
        Instant end = now();
        RunRecord coalesced = Sample.series("mail", lastHour().minusSeconds(90), lastHour(), 4, end.minusSeconds(2));
        RunRecord paused = Sample.entry("mail", "paused-x", Outcome.SKIPPED, "paused", end.minusSeconds(1));

        assertThat(record(Sample.withMissed(Sample.retrying(claim, end, end), coalesced, paused)))
                .isEmpty();
        assertThat(ledger("mail")).as("with an attempt that is no end").containsExactly(paused, coalesced);

        ClaimRequest again = takeOver("mail");
        RunRecord sameKey = Sample.series("mail", lastHour(), lastHour(), 1, end.plusSeconds(5));
        RecordRequest record = Sample.withMissed(Sample.executed(again, end.plusSeconds(5)), sameKey);
        assertThat(record(record)).isEmpty();
        assertThat(ledger("mail"))
                .as("the first entry of a key stays")
                .containsExactly(record.run(), paused, coalesced);
    }

    @Test
    void lastResultStaysWhenTheRecordHasNone() {
        end(createClaimed("mail"));
        assertThat(store().edit(ScheduleEdit.force("mail"), Version.ANY)).isPresent();
        ClaimRequest claim = takeOver("mail");
        RecordRequest record = Sample.executed(claim, now());

        assertThat(record(new RecordRequest(record.token(), record.state(), null, record.run(), List.of())))
                .isEmpty();

        assertThat(read("mail").lastResult()).isEqualTo(Map.of("sent", 3L));
    }

    @Test
    void refusedOnesDoNotSpoilTheirNeighbours() {
        ClaimRequest first = createClaimed("first");
        ClaimRequest lost = createClaimed("lost");
        ClaimRequest deleted = createClaimed("deleted");
        ClaimRequest twice = createClaimed("twice");
        ClaimRequest last = createClaimed("last");
        end(twice);
        assertThat(store().delete("deleted")).isTrue();
        pass(lease());
        takeOver("lost");

        List<RunToken> refused = record(
                Sample.executed(first, now()),
                Sample.executed(lost, now()),
                Sample.executed(deleted, now()),
                Sample.executed(twice, now()),
                Sample.executed(last, now()));

        assertThat(refused).containsExactly(lost.token());
        assertThat(ledger("first")).hasSize(1);
        assertThat(ledger("lost")).isEmpty();
        assertThat(ledger("deleted")).hasSize(1);
        assertThat(ledger("twice")).hasSize(1);
        assertThat(ledger("last")).hasSize(1);
        assertThat(hasDocument("deleted")).isFalse();
    }

    @Test
    void theFireOfAClaimThatAPersonWipedEndsOnce() {
        StoredSchedule seen = createDue("mail");
        Map<String, Object> before = document("mail");
        ClaimRequest wiped = request(seen);
        win(wiped);
        putDocument("mail", before);

        // Refused, or taken for its fire's end: the contract leaves it open. The fire must not end twice.
        record(Sample.executed(wiped, now()));
        ClaimRequest again = request(read("mail"));
        if (!claim(again).isEmpty()) {
            end(again);
        }

        assertThat(ledger("mail"))
                .hasSize(1)
                .allMatch(entry -> entry.key().equals(wiped.fire().key()));
        assertThat(read("mail").state().pending()).isNull();
        assertThat(read("mail").state().cursor()).isEqualTo(lastHour());
    }
}
