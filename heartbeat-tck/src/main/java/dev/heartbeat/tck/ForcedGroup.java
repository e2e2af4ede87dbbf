package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class ForcedGroup extends KitGroup {
    ForcedGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void nullAndMissingAreTwoThings() {
        putDocument("null", fields("lastRun", null));
        putDocument("missing", fields());
        putDocument("set", fields("lastRun", Instant.parse("2026-02-15T11:00:00.001Z")));

        assertThat(read("null").lastRun()).isEqualTo(LastRun.NULL);
        assertThat(read("missing").lastRun()).isEqualTo(LastRun.MISSING);
        assertThat(read("set").lastRun()).isEqualTo(LastRun.at(Instant.parse("2026-02-15T11:00:00.001Z")));
        assertThat(document("null")).containsEntry("lastRun", null);
        assertThat(document("missing")).doesNotContainKey("lastRun");
        assertThat(findAll(now(), 10)).extracting(StoredSchedule::id).contains("null", "missing");
    }

    @Test
    void theClaimConsumesTheWish() {
        putDocument("null", fields("lastRun", null));
        putDocument("missing", fields());

        for (String id : new String[] {"null", "missing"}) {
            ClaimRequest claim = takeOver(id);
            assertThat(read(id).lastRun().value()).isEqualTo(claim.state().wrote());
            end(claim);
            assertThat(read(id).isForced()).isFalse();
        }
        assertThat(dueIds(now())).isEmpty();
    }

    @Test
    void aClaimThatCallsNoTaskKeepsTheWish() {
        putDocument("null", fields("lastRun", null));
        putDocument("missing", fields());

        for (String id : new String[] {"null", "missing"}) {
            LastRun before = read(id).lastRun();
            ClaimRequest claim = Sample.withoutStart(request(read(id)));
            win(claim);
            assertThat(read(id).lastRun()).isEqualTo(before);
            end(claim);
            assertThat(read(id).lastRun()).isEqualTo(before);
        }
        assertThat(document("missing")).doesNotContainKey("lastRun");
    }

    @Test
    void aWishDuringTheRunSurvivesRenewAndRecord() {
        ClaimRequest claim = createClaimed("mail");
        assertThat(store().edit(ScheduleEdit.force("mail"), Version.ANY)).isPresent();

        renew(claim.token());
        assertThat(read("mail").lastRun()).isEqualTo(LastRun.NULL);
        end(claim);

        assertThat(read("mail").lastRun()).isEqualTo(LastRun.NULL);
        assertThat(dueIds(now())).containsExactly("mail");
        ClaimRequest asked = takeOver("mail");
        RunRecord entry = end(asked);
        assertThat(entry.key()).isNotEqualTo(claim.fire().key());
        assertThat(ledger("mail")).hasSize(2);
        assertThat(dueIds(now())).isEmpty();
    }

    @Test
    void aLastRunThatAPersonDeletedDuringTheRunStaysMissing() {
        ClaimRequest claim = createClaimed("mail");
        editByHand("mail", fields -> fields.remove("lastRun"));

        end(claim);

        assertThat(read("mail").lastRun()).isEqualTo(LastRun.MISSING);
        assertThat(read("mail").isForced()).isTrue();
        assertThat(dueIds(now())).containsExactly("mail");
    }

    @Test
    void aWishBetweenReadAndClaimIsNotConsumedUnseen() {
        StoredSchedule seen = createDue("mail");
        assertThat(store().edit(ScheduleEdit.force("mail"), Version.ANY)).isPresent();

        assertThat(claim(request(seen))).isEmpty();
        assertThat(read("mail").lastRun()).isEqualTo(LastRun.NULL);
    }

    @Test
    void aTakeOverIsTheStartThatWasAskedFor() {
        ClaimRequest lost = createClaimed("mail");
        assertThat(store().edit(ScheduleEdit.force("mail"), Version.ANY)).isPresent();
        pass(lease());

        ClaimRequest current = takeOver("mail");
        end(current);

        assertThat(current.fire().key()).isEqualTo(lost.fire().key());
        assertThat(read("mail").lastRun().kind()).isEqualTo(LastRun.Kind.AT);
        assertThat(dueIds(now())).isEmpty();
    }

    @Test
    void aWishDuringARetryWaitMakesItDueAtOnce() {
        ClaimRequest claim = createClaimed("mail");
        assertThat(record(Sample.retrying(claim, now(), now().plusSeconds(600))))
                .isEmpty();
        assertThat(dueIds(now())).isEmpty();

        editByHand("mail", fields -> fields.put("lastRun", null));

        assertThat(dueIds(now())).containsExactly("mail");
    }

    @Test
    void eachWishMakesAVersionOfItsOwn() {
        StoredSchedule first = create(Sample.hourly("mail"), LastRun.NULL, ScheduleState.NEW);
        ClaimRequest claim = takeOver("mail");
        end(claim);
        Version forced = store().edit(ScheduleEdit.force("mail"), Version.ANY).orElseThrow();

        assertThat(read("mail").version()).isEqualTo(forced).isNotEqualTo(first.version());
        ClaimRequest again = takeOver("mail");
        assertThat(again.fire().key()).isNotEqualTo(claim.fire().key());
        end(again);
        assertThat(ledger("mail")).hasSize(2);
    }

    @Test
    void aDocumentThatWasWrittenByHandHasNoState() {
        Instant before = now();
        Map<String, @Nullable Object> byHand = fields("lastRun", null);
        putDocument("mail", byHand);

        StoredSchedule stored = read("mail");

        assertThat(stored.state()).isEqualTo(ScheduleState.NEW);
        assertThat(stored.lastResult()).isNull();
        assertThat(stored.pause()).isNull();
        assertTaken(stored.writtenAt(), before);
        assertThat(document("mail")).containsAllEntriesOf(byHand);
    }
}
