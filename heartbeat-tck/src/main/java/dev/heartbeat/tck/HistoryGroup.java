package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class HistoryGroup extends KitGroup {
    HistoryGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void anEmptyHistoryIsOneEmptyPage() {
        assertThat(store().pulses(null, 10)).isEqualTo(new Page<>(List.of(), Optional.empty()));
        assertThat(store().runs(RunQuery.newest(10)).items()).isEmpty();
        assertThat(store().audit(null, 10).items()).isEmpty();
        assertThat(store().pulse("p-1")).isEmpty();
    }

    @Test
    void aPulseIsReadAsItWasWritten() {
        PulseRecord pulse = Sample.pulse("p-1", now(), 3);

        store().savePulse(pulse, LIMIT);

        assertThat(store().pulse("p-1")).contains(pulse);
        assertThat(store().pulse("p-2")).isEmpty();
        assertThat(store().pulses(null, 10).items()).containsExactly(pulse);
    }

    @Test
    void aPulseWithTheSameIdTakesItsPlace() {
        Instant startedAt = now();
        store().savePulse(Sample.pulse("p-1", startedAt, 3), LIMIT);
        store().savePulse(Sample.pulse("p-2", startedAt, 5), LIMIT);
        PulseRecord later = Sample.pulse("p-1", startedAt, 4);

        store().savePulse(later, LIMIT);

        assertThat(store().pulse("p-1")).contains(later);
        assertThat(store().pulses(null, 10).items())
                .extracting(PulseRecord::id)
                .containsExactlyInAnyOrder("p-1", "p-2");
    }

    @Test
    void pulsesComeLatestStartFirst() {
        List<PulseRecord> pulses = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            pulses.add(Sample.pulse("p-" + (i * 7 % 23), now().minusSeconds(100 - i), i));
        }
        List<PulseRecord> shuffled = new ArrayList<>(pulses);
        Collections.rotate(shuffled, 9);
        shuffled.forEach(pulse -> store().savePulse(pulse, LIMIT));
        Collections.reverse(pulses);

        assertThat(allPages(after -> store().pulses(after, 5))).isEqualTo(pulses);
        assertThat(allPages(after -> store().pulses(after, 1_000))).isEqualTo(pulses);
    }

    @Test
    void pagingThroughPulsesIsStableWhileNewOnesArrive() {
        List<String> old = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            store().savePulse(Sample.pulse("old-" + i, now().minusSeconds(i), i), LIMIT);
            old.add("old-" + i);
        }
        int[] arrived = {0};

        List<PulseRecord> paged = allPages(whileArriving(
                () -> store().savePulse(Sample.pulse("new-" + arrived[0]++, now().plusSeconds(arrived[0]), 0), LIMIT),
                after -> store().pulses(after, 5)));

        assertThat(paged).extracting(PulseRecord::id).containsExactlyElementsOf(old);
    }

    @Test
    void pulsesOfOneInstantAreAllListedOnce() {
        Instant same = now();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            store().savePulse(Sample.pulse("p-" + i, same, i), LIMIT);
            ids.add("p-" + i);
        }

        assertThat(allPages(after -> store().pulses(after, 2)))
                .extracting(PulseRecord::id)
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void runsComeNewestEndFirst() {
        for (int i = 0; i < 11; i++) {
            append(Sample.entry(
                    i % 2 == 0 ? "even" : "odd", "k-" + i, Outcome.EXECUTED, null, now().minusSeconds(i * 3L % 11)));
        }

        List<RunRecord> all = allPages(after -> store().runs(new RunQuery(null, after, 4)));
        assertThat(all).hasSize(11).extracting(RunRecord::endedAt).isSortedAccordingTo(Collections.reverseOrder());
        assertThat(ledger("even"))
                .hasSize(6)
                .allMatch(run -> run.scheduleId().equals("even"))
                .extracting(RunRecord::endedAt)
                .isSortedAccordingTo(Collections.reverseOrder());
        assertThat(allPages(after -> store().runs(new RunQuery("odd", after, 2))))
                .hasSize(5);
        assertThat(store().runs(RunQuery.of("nobody", 10)).items()).isEmpty();
    }

    @Test
    void runsThatEndedTogetherAreAllListedOnce() {
        Instant same = now();
        for (int i = 0; i < 9; i++) {
            append(Sample.entry("s-" + i % 3, "k-" + i, Outcome.EXECUTED, null, same));
        }

        assertThat(allPages(after -> store().runs(new RunQuery(null, after, 2))))
                .extracting(RunRecord::key)
                .containsExactlyInAnyOrder("k-0", "k-1", "k-2", "k-3", "k-4", "k-5", "k-6", "k-7", "k-8");
        assertThat(allPages(after -> store().runs(new RunQuery("s-1", after, 2))))
                .extracting(RunRecord::key)
                .containsExactlyInAnyOrder("k-1", "k-4", "k-7");
    }

    @Test
    void pagingThroughRunsIsStableWhileNewOnesArrive() {
        List<String> old = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            append(Sample.entry("mail", "old-" + i, Outcome.EXECUTED, null, now().minusSeconds(i)));
            old.add("old-" + i);
        }
        int[] arrived = {0};

        List<RunRecord> paged = allPages(whileArriving(
                () -> append(Sample.entry(
                        "mail", "new-" + arrived[0]++, Outcome.EXECUTED, null, now().plusSeconds(arrived[0]))),
                after -> store().runs(new RunQuery("mail", after, 5))));

        assertThat(paged).extracting(RunRecord::key).containsExactlyElementsOf(old);
    }

    @Test
    void theFirstEntryOfAKeyStays() {
        RunRecord first = Sample.entry("mail", "k-1", Outcome.FAILED, "lost", now());
        append(first);

        append(
                Sample.entry("mail", "k-1", Outcome.EXECUTED, null, now().plusSeconds(1)),
                Sample.entry("mail", "k-2", Outcome.EXECUTED, null, now().plusSeconds(2)),
                Sample.entry("other", "k-1", Outcome.EXECUTED, null, now().plusSeconds(3)));

        assertThat(ledger("mail")).extracting(RunRecord::key).containsExactly("k-2", "k-1");
        assertThat(ledger("mail")).last().isEqualTo(first);
        assertThat(ledger("other")).hasSize(1);
    }

    @Test
    void aNoteOfALateAnswerStandsBesideTheEndOfItsFire() {
        RunRecord entry = end(createClaimed("mail"));
        RunRecord note =
                Sample.entry("mail", entry.key() + "-fenced", Outcome.EXECUTED, RunRecord.FENCED, now().plusSeconds(1));

        append(note);

        assertThat(ledger("mail")).containsExactly(note, entry);
    }

    @Test
    void theLedgerOutlivesTheSchedule() {
        RunRecord entry = end(createClaimed("mail"));

        assertThat(store().delete("mail")).isTrue();

        assertThat(ledger("mail")).containsExactly(entry);
    }

    @Test
    void auditComesLatestFirst() {
        List<AuditEntry> entries = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            entries.add(new AuditEntry(now().minusSeconds(i), "ann", "run-now", "s-" + i, i == 3 ? "" : "why " + i));
        }
        List<AuditEntry> shuffled = new ArrayList<>(entries);
        Collections.rotate(shuffled, 4);
        shuffled.forEach(store()::appendAudit);

        assertThat(allPages(after -> store().audit(after, 3))).isEqualTo(entries);
    }

    @Test
    void auditEntriesOfOneInstantAreAllKept() {
        Instant same = now();
        for (int i = 0; i < 5; i++) {
            store().appendAudit(new AuditEntry(same, "ann", "pause", "s-" + i, "holiday"));
        }

        assertThat(allPages(after -> store().audit(after, 2)))
                .extracting(AuditEntry::target)
                .containsExactlyInAnyOrder("s-0", "s-1", "s-2", "s-3", "s-4");
    }

    private void append(RunRecord... entries) {
        store().appendRuns(List.of(entries), LIMIT);
    }

    /** Reads pages, with something newer arriving after each. */
    private static <T> Function<@Nullable String, Page<T>> whileArriving(
            Runnable arrival, Function<@Nullable String, Page<T>> list) {
        return after -> {
            Page<T> page = list.apply(after);
            arrival.run();
            return page;
        };
    }
}
