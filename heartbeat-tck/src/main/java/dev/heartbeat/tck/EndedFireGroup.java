package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class EndedFireGroup extends KitGroup {
    EndedFireGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void aFireThatHasEndedIsNotClaimedAgain() {
        StoredSchedule seen = createDue("mail");
        Map<String, @Nullable Object> oldCopy = document("mail");
        ClaimRequest first = request(seen);
        win(first);
        RunRecord entry = end(first);
        putDocument("mail", oldCopy);
        assertThat(dueIds(now())).containsExactly("mail");

        assertThat(claim(request(read("mail")))).isEmpty();

        assertThat(ledger("mail")).containsExactly(entry);
    }

    @Test
    void theCursorMovesPastTheEndedFire() {
        StoredSchedule seen = createDue("mail");
        Map<String, @Nullable Object> oldCopy = document("mail");
        ClaimRequest first = request(seen);
        win(first);
        end(first);
        putDocument("mail", oldCopy);
        StoredSchedule putBack = read("mail");

        claim(request(putBack));

        StoredSchedule moved = read("mail");
        assertThat(moved.state().cursor()).isEqualTo(first.fire().fireTime());
        assertThat(moved.state().pending()).isNull();
        assertThat(moved.lastRun()).isEqualTo(putBack.lastRun());
        assertThat(dueIds(now())).as("it must not come back in every pulse").isEmpty();
        assertThat(dueIds(lastHour().plus(Sample.HOUR))).containsExactly("mail");
    }

    @Test
    void othersOfTheBatchAreClaimed() {
        StoredSchedule seen = createDue("ended");
        Map<String, @Nullable Object> oldCopy = document("ended");
        ClaimRequest first = request(seen);
        win(first);
        end(first);
        putDocument("ended", oldCopy);
        createDue("a");
        createDue("z");

        List<Claim> won = store().claim(List.of(request(read("a")), request(read("ended")), request(read("z"))), LIMIT);

        assertThat(won).extracting(Claim::scheduleId).containsExactlyInAnyOrder("a", "z");
        assertThat(read("ended").state().pending()).isNull();
    }

    @Test
    void anOldVersionOfAnEndedFireWritesNothing() {
        StoredSchedule seen = createDue("mail");
        ClaimRequest first = request(seen);
        win(first);
        end(first);
        StoredSchedule recorded = read("mail");

        assertThat(claim(request(seen))).isEmpty();

        assertThat(read("mail")).isEqualTo(recorded);
    }

    @Test
    void aCopyTakenDuringTheRunIsNotTakenOver() {
        ClaimRequest first = createClaimed("mail");
        Map<String, @Nullable Object> copyWithClaim = document("mail");
        RunRecord entry = end(first);
        putDocument("mail", copyWithClaim);
        pass(lease());
        assertThat(dueIds(now())).containsExactly("mail");

        assertThat(claim(request(read("mail")))).isEmpty();

        assertThat(read("mail").state().pending()).isNull();
        assertThat(read("mail").state().cursor()).isEqualTo(first.fire().fireTime());
        assertThat(ledger("mail")).containsExactly(entry);
    }

    @Test
    void aLateRecordUnderAPutBackTokenIsRefused() {
        ClaimRequest lost = createClaimed("mail");
        Map<String, @Nullable Object> copyWithLostClaim = document("mail");
        pass(lease());
        RunRecord entry = end(takeOver("mail"));
        putDocument("mail", copyWithLostClaim);

        assertThat(record(Sample.executed(lost, now()))).containsExactly(lost.token());

        assertThat(ledger("mail")).containsExactly(entry);
    }

    @Test
    void aRecordSentAgainOverAPutBackCopyCountsAsRecorded() {
        ClaimRequest claim = createClaimed("mail");
        Map<String, @Nullable Object> copyWithClaim = document("mail");
        RecordRequest record = Sample.executed(claim, now());
        assertThat(record(record)).isEmpty();
        putDocument("mail", copyWithClaim);

        assertThat(record(record)).isEmpty();

        assertThat(ledger("mail")).containsExactly(record.run());
    }

    @Test
    void aFireThatWasMissedOrFailedHasEndedToo() {
        for (Outcome outcome : List.of(Outcome.FAILED, Outcome.MISSED, Outcome.SKIPPED, Outcome.TIMED_OUT)) {
            String id = "s-" + outcome.text();
            ClaimRequest request = request(createDue(id));
            store().appendRuns(List.of(Sample.entry(id, request.fire().key(), outcome, "x", now())), LIMIT);

            assertThat(claim(request)).as(outcome.text()).isEmpty();
            assertThat(read(id).state().cursor()).isEqualTo(lastHour());
        }
    }

    @Test
    void anEntryOfAnotherScheduleOrKeyEndsNothing() {
        ClaimRequest request = request(createDue("mail"));
        store().appendRuns(
                        List.of(
                                Sample.entry("other", request.fire().key(), Outcome.EXECUTED, null, now()),
                                Sample.entry(
                                        "mail", request.fire().key() + "-fenced-1", Outcome.EXECUTED, "fenced", now()),
                                Sample.entry(
                                        "mail", "coalesced-" + request.fire().key(), Outcome.MISSED, "x", now())),
                        LIMIT);

        win(request);
    }
}
