package dev.heartbeat.inmemory;

import static dev.heartbeat.inmemory.Given.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Instant START = Instant.parse("2026-02-15T12:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final InMemoryHeartbeatStore store = InMemoryHeartbeatStore.builder()
            .clock(clock)
            .keep(Duration.ofDays(2), 5)
            .build();

    @Test
    void keepsNoMoreLedgerEntriesThanItsBound() {
        for (int i = 0; i < 12; i++) {
            append("a", i);
        }
        assertThat(keys(store.runs(RunQuery.newest(100)))).containsExactly("11", "10", "9", "8", "7");
        assertThat(keys(store.runs(RunQuery.of("a", 100)))).containsExactly("11", "10", "9", "8", "7");
    }

    @Test
    void dropsEntriesThatAreOlderThanItsAge() {
        append("a", 1);
        clock.advance(Duration.ofDays(1));
        append("a", 2);
        store.savePulse(pulse("p1", START), LIMIT);
        store.appendAudit(new AuditEntry(START, "ann", "pause", "a", ""));
        clock.advance(Duration.ofDays(1));
        assertThat(keys(store.runs(RunQuery.newest(100)))).containsExactly("2", "1");
        clock.advance(Duration.ofSeconds(1));
        assertThat(keys(store.runs(RunQuery.newest(100)))).containsExactly("2");
        clock.advance(Duration.ofDays(1));
        assertThat(store.runs(RunQuery.of("a", 100)).items()).isEmpty();
        assertThat(store.pulses(null, 100).items()).isEmpty();
        assertThat(store.pulse("p1")).isEmpty();
        assertThat(store.audit(null, 100).items()).isEmpty();
    }

    @Test
    void countsAgeFromTheArrivalSoThatTimesOfAnotherClockDoNotMatter() {
        store.appendRuns(
                List.of(Given.run("a", "old", START.minusSeconds(1), Instant.parse("2020-01-01T00:00:00Z"))), LIMIT);
        assertThat(keys(store.runs(RunQuery.newest(100)))).containsExactly("old");
    }

    @Test
    void keepsTheFirstEntryOfAKey() {
        RunRecord first = Given.run("a", "k", START, START);
        store.appendRuns(List.of(first, Given.run("a", "k", START, START.plusSeconds(1))), LIMIT);
        store.appendRuns(List.of(Given.run("a", "k", START, START.plusSeconds(2))), LIMIT);
        assertThat(store.runs(RunQuery.newest(100)).items()).containsExactly(first);
    }

    @Test
    void listsByEndWhateverTheOrderOfArrival() {
        append("a", 3);
        append("b", 1);
        append("a", 2);
        assertThat(keys(store.runs(RunQuery.newest(100)))).containsExactly("3", "2", "1");
        assertThat(keys(store.runs(RunQuery.of("a", 100)))).containsExactly("3", "2");
        assertThat(store.runs(RunQuery.of("c", 100)).items()).isEmpty();
    }

    @Test
    void pagesShiftNotWhenNewEntriesArrive() {
        for (int i = 0; i < 4; i++) {
            append("a", i);
        }
        RunQuery query = RunQuery.newest(2);
        Page<RunRecord> first = store.runs(query);
        assertThat(keys(first)).containsExactly("3", "2");
        append("a", 9);
        RunQuery more = query.after(first).orElseThrow();
        assertThat(keys(store.runs(more))).containsExactly("1", "0");
        assertThat(store.runs(more).next()).isEmpty();
    }

    @Test
    void pagesOnBehindAnEntryThatHasBeenDropped() {
        for (int i = 0; i < 5; i++) {
            append("a", i);
        }
        RunQuery query = RunQuery.newest(4);
        Page<RunRecord> first = store.runs(query);
        append("a", 8);
        append("a", 9);
        assertThat(store.runs(query.after(first).orElseThrow()).items()).isEmpty();
    }

    @Test
    void refusesAPlaceThatNoPageGaveAndLimitsOutOfRange() {
        assertThatThrownBy(() -> store.runs(new RunQuery(null, "page-2", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("page-2");
        assertThatThrownBy(() -> store.pulses(null, 0)).hasMessageContaining("1 to 1000");
        assertThatThrownBy(() -> store.audit(null, 1_001)).hasMessageContaining("1 to 1000");
        assertThatThrownBy(() -> store.schedules(null, 1_001)).hasMessageContaining("1 to 1000");
        assertThatThrownBy(() -> InMemoryHeartbeatStore.builder().keep(Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void listsPulsesByStartAndReplacesTheOneWithTheSameId() {
        store.savePulse(pulse("p1", START), LIMIT);
        store.savePulse(pulse("p3", START.plusSeconds(3)), LIMIT);
        store.savePulse(pulse("p2", START.plusSeconds(2)), LIMIT);
        PulseRecord again = pulse("p1", START.plusSeconds(9));
        store.savePulse(again, LIMIT);
        Page<PulseRecord> first = store.pulses(null, 2);
        assertThat(first.items()).extracting(PulseRecord::id).containsExactly("p1", "p3");
        assertThat(store.pulses(first.next().orElseThrow(), 2).items())
                .extracting(PulseRecord::id)
                .containsExactly("p2");
        assertThat(store.pulse("p1")).contains(again);
    }

    @Test
    void keepsAtMostTwoHundredDetailsOfAPulse() {
        PulseDetail detail = new PulseDetail("a", "t", null, Outcome.EXECUTED, null, START, 1, 1, null, null, null);
        store.savePulse(
                new PulseRecord("p", "test", START, START, 1, Map.of(), Collections.nCopies(500, detail), false, null),
                LIMIT);
        PulseRecord kept = store.pulse("p").orElseThrow();
        assertThat(kept.details()).hasSize(PulseRecord.MOST_DETAILS);
        assertThat(kept.truncated()).isTrue();
    }

    @Test
    void listsTheLatestAuditEntryFirstAlsoWithinOneInstant() {
        store.appendAudit(new AuditEntry(START, "ann", "pause", "a", ""));
        store.appendAudit(new AuditEntry(START, "ann", "resume", "a", ""));
        Page<AuditEntry> first = store.audit(null, 1);
        assertThat(first.items()).extracting(AuditEntry::verb).containsExactly("resume");
        assertThat(store.audit(first.next().orElseThrow(), 1).items())
                .extracting(AuditEntry::verb)
                .containsExactly("pause");
    }

    private void append(String id, int second) {
        Instant ended = START.plusSeconds(second);
        store.appendRuns(List.of(Given.run(id, String.valueOf(second), ended, ended)), LIMIT);
    }

    private static List<String> keys(Page<RunRecord> page) {
        return page.items().stream().map(RunRecord::key).toList();
    }

    private static PulseRecord pulse(String id, Instant startedAt) {
        return new PulseRecord(id, "test", START, startedAt, 1, Map.of(), List.of(), false, null);
    }
}
