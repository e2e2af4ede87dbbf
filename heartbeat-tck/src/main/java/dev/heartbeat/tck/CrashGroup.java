package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A worker makes the first calls of a script and stops for ever; its lease runs out; another worker goes on. Then the
 * first one wakes up after all and makes the rest of its calls, which must not matter. One schedule for each place at
 * which the script is cut.
 */
abstract class CrashGroup extends KitGroup {
    CrashGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void aRunIsRecoveredFromEveryPlaceItCanStopAt() {
        endEachFireOnceHoweverTheScriptIsCut(
                1, worker -> List.of(worker::claim, worker::renew, worker::renew, worker::succeed));
    }

    @Test
    void aRetryIsRecoveredFromEveryPlaceItCanStopAt() {
        endEachFireOnceHoweverTheScriptIsCut(
                1,
                worker -> List.of(
                        worker::claim,
                        worker::fail,
                        worker::claim,
                        worker::renew,
                        worker::fail,
                        worker::claim,
                        worker::succeed));
    }

    @Test
    void aReleaseIsRecoveredFromEveryPlaceItCanStopAt() {
        endEachFireOnceHoweverTheScriptIsCut(
                1, worker -> List.of(worker::claim, worker::release, worker::claim, worker::succeed));
    }

    @Test
    void fireAfterFireIsRecoveredFromEveryPlaceItCanStopAt() {
        endEachFireOnceHoweverTheScriptIsCut(
                3,
                worker -> List.of(
                        worker::claim,
                        worker::succeed,
                        worker::claim,
                        worker::renew,
                        worker::succeed,
                        worker::claim,
                        worker::succeed));
    }

    @Test
    void anAskedForStartHappensHoweverTheRunStops() {
        endEachFireOnceHoweverTheScriptIsCut(
                1,
                worker -> List.of(
                        worker::claim, worker::force, worker::renew, worker::succeed, worker::claim, worker::succeed));
    }

    @Test
    void aClaimWhoseAnswerGotLostIsFoundByItsToken() {
        ClaimRequest unanswered = request(createDue("mail"));
        store().claim(List.of(unanswered), LIMIT);

        assertThat(store().claimByToken(unanswered.token(), LIMIT)).isPresent();
        assertThat(release(unanswered.token())).containsExactly(unanswered.token());
        ClaimRequest again = takeOver("mail");

        assertThat(again.fire().starts()).isEqualTo(1);
        RunRecord entry = end(again);
        assertThat(ledger("mail")).containsExactly(entry);
    }

    private void endEachFireOnceHoweverTheScriptIsCut(int fires, Function<Worker, List<Runnable>> script) {
        int calls = script.apply(new Worker("none")).size();
        List<Worker> workers = new ArrayList<>();
        for (int cut = 0; cut <= calls; cut++) {
            Worker worker = new Worker("cut-after-" + cut);
            createDue(Sample.hourly(worker.id), fires);
            script.apply(worker).subList(0, cut).forEach(Runnable::run);
            workers.add(worker);
        }
        pass(lease());

        for (Worker worker : workers) {
            recover(worker.id);
            StoredSchedule recovered = read(worker.id);
            worker.wakeUpLate();
            assertThat(read(worker.id))
                    .as("%s, after its late calls", worker.id)
                    .isEqualTo(recovered);
            assertEndedOnce(worker, fires);
        }
    }

    private void recover(String id) {
        for (int round = 0; round < 10 && dueIds(now()).contains(id); round++) {
            end(takeOver(id));
        }
    }

    private void assertEndedOnce(Worker worker, int fires) {
        StoredSchedule stored = read(worker.id);
        List<RunRecord> ledger = ledger(worker.id);
        List<String> timed = new ArrayList<>();
        for (int fire = 0; fire < fires; fire++) {
            timed.add(Sample.key(lastHour().minus(Sample.HOUR.multipliedBy(fire))));
        }
        assertThat(ledger)
                .extracting(RunRecord::key)
                .as(worker.id)
                .doesNotHaveDuplicates()
                .containsAll(timed);
        assertThat(ledger).as(worker.id).allMatch(run -> run.outcome() == Outcome.EXECUTED);
        assertThat(ledger).as(worker.id).hasSize(fires + worker.startsAskedFor);
        assertThat(stored.state().pending()).as(worker.id).isNull();
        assertThat(stored.state().cursor()).as(worker.id).isEqualTo(lastHour());
        assertThat(stored.isForced()).as(worker.id + ", wish left over").isFalse();
    }

    /** Works on one schedule, one store call at a time. */
    private final class Worker {
        private final String id;
        private @Nullable StoredSchedule seen;
        private @Nullable ClaimRequest held;
        private boolean asked;
        private int startsAskedFor;

        private Worker(String id) {
            this.id = id;
        }

        void claim() {
            seen = read(id);
            held = request(seen);
            win(held);
        }

        void wakeUpLate() {
            if (seen == null || held == null) {
                return;
            }
            assertThat(CrashGroup.this.renew(held.token()))
                    .as("%s, late renewal", id)
                    .isEmpty();
            assertThat(CrashGroup.this.release(held.token()))
                    .as("%s, late release", id)
                    .isEmpty();
            assertThat(CrashGroup.this.claim(request(seen)))
                    .as("%s, claim with an old read", id)
                    .isEmpty();
            write(Sample.executed(held, now()));
        }

        void renew() {
            assertThat(CrashGroup.this.renew(held().token())).hasSize(1);
        }

        void release() {
            assertThat(CrashGroup.this.release(held().token())).hasSize(1);
        }

        void fail() {
            write(Sample.retrying(held(), now(), now()));
        }

        void succeed() {
            write(Sample.executed(held(), now()));
            startsAskedFor += asked ? 1 : 0;
            asked = false;
        }

        void force() {
            asked = true;
            assertThat(store().edit(ScheduleEdit.force(id), Version.ANY)).isPresent();
        }

        private void write(RecordRequest record) {
            store().record(List.of(record), LIMIT);
        }

        private ClaimRequest held() {
            return Objects.requireNonNull(held, "held");
        }
    }
}
