package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

abstract class RaceGroup extends KitGroup {
    private static final int SCHEDULES = 500;
    private static final int PAGE = 100;
    private static final int PAIRS = 40;
    private static final int ADDITIONS = 25;

    /** Far more than the additions of all threads, to any of which a thread can lose a try. */
    private static final int MOST_TRIES = 10 * Race.THREADS * ADDITIONS;

    RaceGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void eachFireIsWonOnceHoweverManyClaimIt() {
        List<String> ids = createMany(SCHEDULES);
        List<StoredSchedule> seen = readAll(ids);

        List<List<Claim>> won = Race.run(Race.THREADS, thread -> {
            List<Claim> mine = new ArrayList<>();
            for (int from = 0; from < SCHEDULES; from += PAGE) {
                List<ClaimRequest> requests = seen.subList(from, from + PAGE).stream()
                        .map(this::request)
                        .toList();
                mine.addAll(store().claim(requests, LIMIT));
            }
            return mine;
        });

        List<Claim> all = won.stream().flatMap(List::stream).toList();
        assertThat(all).extracting(Claim::scheduleId).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(all).allMatch(claim -> isInForce(claim.token()));
    }

    @Test
    void pulsesAtOnceEndEachFireOnce() {
        List<String> ids = createMany(SCHEDULES);

        List<Integer> recorded = Race.run(Race.THREADS, thread -> {
            int mine = 0;
            for (StoredSchedule due : findAll(now(), PAGE)) {
                ClaimRequest request = request(due);
                if (!claim(request).isEmpty()) {
                    assertThat(record(Sample.executed(request, now()))).isEmpty();
                    mine++;
                }
            }
            return mine;
        });

        assertThat(recorded.stream().mapToInt(Integer::intValue).sum()).isEqualTo(SCHEDULES);
        assertThat(allPages(after -> store().runs(new RunQuery(null, after, PAGE))))
                .extracting(run -> run.scheduleId())
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(dueIds(now())).isEmpty();
    }

    @Test
    void renewAndTakeOverNeverBothWin() {
        List<ClaimRequest> held = claimMany(PAIRS);
        pass(lease());
        List<StoredSchedule> expired =
                readAll(held.stream().map(ClaimRequest::scheduleId).toList());
        List<ClaimRequest> takeOvers = expired.stream().map(this::request).toList();

        List<List<Boolean>> won = Race.run(
                2,
                side -> IntStream.range(0, PAIRS)
                        .mapToObj(i -> side == 0
                                ? !renew(held.get(i).token()).isEmpty()
                                : !claim(takeOvers.get(i)).isEmpty())
                        .toList());

        for (int i = 0; i < PAIRS; i++) {
            boolean renewed = won.get(0).get(i);
            boolean takenOver = won.get(1).get(i);
            assertThat(renewed).as("pair %s: renewed, not taken over", i).isNotEqualTo(takenOver);
            assertThat(isInForce(held.get(i).token())).isEqualTo(renewed);
            assertThat(isInForce(takeOvers.get(i).token())).isEqualTo(takenOver);
        }
    }

    @Test
    void recordAndTakeOverNeverBothWin() {
        List<ClaimRequest> held = claimMany(PAIRS);
        pass(lease());
        List<ClaimRequest> takeOvers =
                held.stream().map(claim -> request(read(claim.scheduleId()))).toList();

        List<List<Boolean>> won = Race.run(
                2,
                side -> IntStream.range(0, PAIRS)
                        .mapToObj(i -> side == 0
                                ? record(Sample.executed(held.get(i), now())).isEmpty()
                                : !claim(takeOvers.get(i)).isEmpty())
                        .toList());

        for (int i = 0; i < PAIRS; i++) {
            boolean recorded = won.get(0).get(i);
            boolean takenOver = won.get(1).get(i);
            assertThat(recorded).as("pair %s", i).isNotEqualTo(takenOver);
            assertThat(ledger(held.get(i).scheduleId())).hasSize(recorded ? 1 : 0);
            if (takenOver) {
                end(takeOvers.get(i));
            }
            assertThat(ledger(held.get(i).scheduleId())).hasSize(1);
        }
    }

    @Test
    void oneRecordSentByManyIsWrittenOnce() {
        List<ClaimRequest> held = claimMany(PAIRS);
        List<RecordRequest> records =
                held.stream().map(claim -> Sample.executed(claim, now())).toList();

        List<Boolean> refused =
                Race.run(4, thread -> !store().record(records, LIMIT).isEmpty());

        assertThat(refused).containsOnly(false);
        assertThat(allPages(after -> store().runs(new RunQuery(null, after, PAGE))))
                .hasSize(PAIRS);
    }

    @Test
    void editsAndRecordsKeepEachOther() {
        List<ClaimRequest> held = claimMany(PAIRS);

        Race.run(3, thread -> {
            for (ClaimRequest claim : held) {
                Schedule schedule = claim.seen().schedule();
                boolean done = switch (thread) {
                    case 0 -> record(Sample.executed(claim, now())).isEmpty();
                    case 1 ->
                        store().edit(
                                        ScheduleEdit.define(schedule.toBuilder()
                                                .param("to", "bob")
                                                .build()),
                                        Version.ANY)
                                .isPresent();
                    default ->
                        store().edit(ScheduleEdit.force(schedule.id()), Version.ANY)
                                .isPresent();
                };
                assertThat(done).as("thread %s at %s", thread, schedule.id()).isTrue();
            }
            return thread;
        });

        for (ClaimRequest claim : held) {
            StoredSchedule stored = read(claim.scheduleId());
            assertThat(stored.schedule().params().text("to")).isEqualTo("bob");
            assertThat(stored.lastRun()).isEqualTo(LastRun.NULL);
            assertThat(stored.state().pending()).isNull();
            assertThat(stored.lastResult()).isEqualTo(Map.of("sent", 3L));
            assertThat(ledger(claim.scheduleId())).hasSize(1);
        }
    }

    @Test
    void editsAndClaimsKeepEachOther() {
        List<ClaimRequest> requests =
                createMany(PAIRS).stream().map(id -> request(read(id))).toList();

        List<List<Boolean>> done = Race.run(
                2,
                side -> requests.stream()
                        .map(request -> side == 0
                                ? !claim(request).isEmpty()
                                : store().edit(
                                                ScheduleEdit.define(request.seen().schedule().toBuilder()
                                                        .enabled(false)
                                                        .build()),
                                                Version.ANY)
                                        .isPresent())
                        .toList());

        assertThat(done.get(1)).containsOnly(true);
        for (int i = 0; i < PAIRS; i++) {
            assertThat(read(requests.get(i).scheduleId()).schedule().enabled()).isFalse();
            assertThat(isInForce(requests.get(i).token()))
                    .as("pair %s", i)
                    .isEqualTo(done.get(0).get(i));
        }
    }

    @Test
    void deletesAndRecordsKeepEachOther() {
        List<ClaimRequest> held = claimMany(PAIRS);

        List<List<Boolean>> done = Race.run(
                2,
                side -> held.stream()
                        .map(claim -> side == 0
                                ? record(Sample.executed(claim, now())).isEmpty()
                                : store().delete(claim.scheduleId()))
                        .toList());

        assertThat(done).allSatisfy(side -> assertThat(side).containsOnly(true));
        for (ClaimRequest claim : held) {
            assertThat(hasDocument(claim.scheduleId())).isFalse();
            assertThat(ledger(claim.scheduleId())).hasSize(1);
        }
    }

    @Test
    void historyKeepsWhatManyWriteAtOnce() {
        Instant same = now();
        Race.run(Race.THREADS, thread -> {
            for (int i = 0; i < ADDITIONS; i++) {
                String name = thread + "-" + i;
                store().savePulse(Sample.pulse(name, same, i), LIMIT);
                store().appendAudit(new AuditEntry(same, "ann", "pause", name, ""));
                store().appendRuns(
                                List.of(
                                        Sample.entry("mail", "own-" + name, Outcome.EXECUTED, null, same),
                                        Sample.entry("mail", "shared-" + i, Outcome.EXECUTED, name, same)),
                                LIMIT);
            }
            return thread;
        });

        int written = Race.THREADS * ADDITIONS;
        assertThat(allPages(after -> store().pulses(after, PAGE)))
                .extracting(PulseRecord::id)
                .hasSize(written)
                .doesNotHaveDuplicates();
        assertThat(allPages(after -> store().audit(after, PAGE)))
                .extracting(AuditEntry::target)
                .hasSize(written)
                .doesNotHaveDuplicates();
        assertThat(ledger("mail"))
                .extracting(RunRecord::key)
                .hasSize(written + ADDITIONS)
                .doesNotHaveDuplicates();
    }

    @Test
    void oneOfManyEditsOfOneVersionWins() {
        Version seen = createDue("mail").version();

        List<Optional<Version>> versions = Race.run(
                Race.THREADS,
                thread -> store().edit(
                                ScheduleEdit.define(Sample.hourly("mail").toBuilder()
                                        .param("thread", thread)
                                        .build()),
                                seen));
        assertThat(versions.stream().filter(Optional::isPresent)).hasSize(1);
        assertThat(read("mail").schedule().params().whole("thread"))
                .isEqualTo(IntStream.range(0, Race.THREADS)
                        .filter(i -> versions.get(i).isPresent())
                        .findFirst()
                        .orElseThrow());

        List<Boolean> made = Race.run(
                Race.THREADS,
                thread -> store().edit(ScheduleEdit.define(Sample.hourly("new")), Version.NONE)
                        .isPresent());
        assertThat(made.stream().filter(one -> one)).hasSize(1);
    }

    @Test
    void stateCellsCountExactly() {
        StateKey key = new StateKey("count", "all");
        addFromAllThreads(() -> {
            List<StateCell> cells = store().read(List.of(key), LIMIT);
            StateCell next = cells.isEmpty()
                    ? new StateCell(key, Version.NONE, Map.of("n", 1L))
                    : new StateCell(key, cells.get(0).version(), Map.of("n", count(cells.get(0)) + 1));
            return store().compareAndSet(List.of(next), LIMIT).isEmpty();
        });

        assertThat(store().read(List.of(key), LIMIT).get(0).value())
                .isEqualTo(Map.of("n", (long) Race.THREADS * ADDITIONS));
    }

    @Test
    void heartbeatsCountExactly() {
        addFromAllThreads(() -> {
            Optional<StoredHeartbeat> seen = store().heartbeat(LIMIT);
            int executed =
                    seen.map(stored -> stored.heartbeat().schedulesExecuted()).orElse(0);
            Version version = seen.map(StoredHeartbeat::version).orElse(Version.NONE);
            return store().saveHeartbeat(Sample.heartbeat(now(), executed + 1), version, LIMIT);
        });

        assertThat(store().heartbeat(LIMIT).orElseThrow().heartbeat().schedulesExecuted())
                .isEqualTo(Race.THREADS * ADDITIONS);
    }

    /** Lets each thread add its part, however often others are faster; a store to which nobody ever adds fails. */
    private static void addFromAllThreads(BooleanSupplier addition) {
        Race.run(Race.THREADS, thread -> {
            int added = 0;
            for (int tries = 0; added < ADDITIONS && tries < MOST_TRIES; tries++) {
                added += addition.getAsBoolean() ? 1 : 0;
            }
            assertThat(added)
                    .as("additions of thread %s in %s tries", thread, MOST_TRIES)
                    .isEqualTo(ADDITIONS);
            return thread;
        });
    }

    private static long count(StateCell cell) {
        return (Long) Objects.requireNonNull(cell.value().get("n"));
    }

    private List<String> createMany(int count) {
        List<String> ids =
                IntStream.range(0, count).mapToObj(i -> "s-" + (1_000 + i)).toList();
        ids.forEach(this::createDue);
        return ids;
    }

    private List<ClaimRequest> claimMany(int count) {
        List<ClaimRequest> requests =
                createMany(count).stream().map(id -> request(read(id))).toList();
        assertThat(store().claim(requests, LIMIT)).hasSize(count);
        return requests;
    }
}
