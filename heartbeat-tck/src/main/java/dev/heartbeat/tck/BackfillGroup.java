package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

abstract class BackfillGroup extends KitGroup {
    BackfillGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    /** Three hours of fires before the last one. */
    private Backfill threeHours() {
        Instant from = lastHour().minus(Sample.HOUR.multipliedBy(3));
        return new Backfill(from, lastHour(), from, "ann");
    }

    private void setBackfill(String id, Backfill backfill) {
        assertThat(store().edit(ScheduleEdit.backfill(id, backfill), Version.ANY))
                .as("version after the edit")
                .isPresent();
    }

    /** Makes a schedule that has run its last fire, with a backfill. */
    private StoredSchedule createBackfilled(String id) {
        end(createClaimed(id));
        setBackfill(id, threeHours());
        return read(id);
    }

    private ClaimRequest backfill(StoredSchedule seen) {
        return Sample.backfill(seen, now(), lease());
    }

    @Test
    void anEditSetsTheBackfillAndNothingElse() {
        createClaimed("mail");
        StoredSchedule before = read("mail");

        setBackfill("mail", threeHours());

        StoredSchedule after = read("mail");
        assertThat(after.state()).isEqualTo(before.state().withBackfill(threeHours()));
        assertThat(after.schedule()).isEqualTo(before.schedule());
        assertThat(after.lastRun()).isEqualTo(before.lastRun());
        assertThat(after.version()).isNotEqualTo(before.version());
    }

    @Test
    void definitionsAndPausesLeaveTheBackfillAlone() {
        createBackfilled("mail");

        assertThat(store().edit(
                                ScheduleEdit.define(Sample.hourly("mail").toBuilder()
                                        .queue("browser")
                                        .build()),
                                Version.ANY))
                .isPresent();
        assertThat(store().edit(ScheduleEdit.pause("mail", new Pause(now(), "ann", "")), Version.ANY))
                .isPresent();

        assertThat(read("mail").state().backfill()).isEqualTo(threeHours());
    }

    @Test
    void aScheduleWithFiresToBackfillIsDueUntilTheyAreDone() {
        end(createClaimed("mail"));
        assertThat(dueIds(now())).isEmpty();
        setBackfill("mail", threeHours());

        for (int fire = 0; fire < 3; fire++) {
            assertThat(dueIds(now())).containsExactly("mail");
            ClaimRequest claim = backfill(read("mail"));
            win(claim);
            assertThat(dueIds(now())).as("while it is claimed").isEmpty();
            end(claim);
        }

        assertThat(dueIds(now())).isEmpty();
        assertThat(ids(find(now(), null, 10, 10).upcoming())).containsExactly("mail");
        assertThat(read("mail").state().backfill())
                .as("stays as a note")
                .isEqualTo(threeHours().withNext(null));
    }

    @Test
    void aBackfillThatIsEndedIsNotDueAnyMore() {
        createBackfilled("mail");

        setBackfill("mail", threeHours().endedAt(threeHours().from()));

        assertThat(dueIds(now())).isEmpty();
    }

    @Test
    void aClaimMovesTheBackfillOnAndMarksItsFire() {
        StoredSchedule seen = createBackfilled("mail");
        ClaimRequest claim = backfill(seen);

        win(claim);

        StoredSchedule claimed = read("mail");
        PendingFire pending = Objects.requireNonNull(claimed.state().pending());
        assertThat(pending.backfilled()).isTrue();
        assertThat(pending.fireTime()).isEqualTo(threeHours().from());
        assertThat(claimed.state().backfill())
                .isEqualTo(threeHours().withNext(threeHours().from().plus(Sample.HOUR)));
        assertThat(claimed.state().cursor()).isEqualTo(seen.state().cursor());
    }

    @Test
    void aFireThatIsOlderThanTheLastEndedOneIsWonAndEndsOnce() {
        ClaimRequest claim = backfill(createBackfilled("mail"));
        win(claim);

        RunRecord entry = end(claim);

        assertThat(ledger("mail")).hasSize(2).contains(entry);
        assertThat(claim(Sample.backfill(read("mail"), claim.fire().fireTime(), now(), lease())))
                .as("a second time")
                .isEmpty();
    }

    @Test
    void renewalsReleasesAndRecordsLeaveTheBackfillAlone() {
        ClaimRequest claim = backfill(createBackfilled("mail"));
        Backfill after = threeHours().withNext(threeHours().from().plus(Sample.HOUR));
        win(claim);

        renew(claim.token());
        assertThat(read("mail").state().backfill()).isEqualTo(after);
        release(claim.token());
        assertThat(read("mail").state().backfill()).isEqualTo(after);
        assertThat(Objects.requireNonNull(read("mail").state().pending()).backfilled())
                .isTrue();
        ClaimRequest again = takeOver("mail");
        assertThat(record(Sample.retrying(again, now(), now()))).isEmpty();
        assertThat(read("mail").state().backfill()).isEqualTo(after);
    }

    @Test
    void aBackfillThatIsSetDuringARunSurvivesItsRecord() {
        ClaimRequest claim = createClaimed("mail");
        setBackfill("mail", threeHours());

        end(claim);

        assertThat(read("mail").state())
                .isEqualTo(claim.state().withPending(null).withBackfill(threeHours()));
        assertThat(dueIds(now())).containsExactly("mail");
    }

    @Test
    void aBackfillThatIsEndedDuringItsRunStaysEnded() {
        ClaimRequest claim = backfill(createBackfilled("mail"));
        win(claim);
        Backfill ended = threeHours().endedAt(threeHours().from());
        setBackfill("mail", ended);

        end(claim);

        assertThat(read("mail").state().backfill()).isEqualTo(ended);
        assertThat(dueIds(now())).isEmpty();
    }

    @Test
    void aPastFireThatHasEndedIsPassedOverAndTheCursorStays() {
        StoredSchedule seen = createBackfilled("mail");
        ClaimRequest claim = backfill(seen);
        store().appendRuns(List.of(Sample.entry("mail", claim.fire().key(), Outcome.EXECUTED, null, now())), LIMIT);

        assertThat(claim(claim)).isEmpty();

        StoredSchedule past = read("mail");
        assertThat(past.state())
                .isEqualTo(seen.state()
                        .withBackfill(threeHours().withNext(threeHours().from().plus(Sample.HOUR))));
        assertThat(past.lastRun()).isEqualTo(seen.lastRun());
    }
}
