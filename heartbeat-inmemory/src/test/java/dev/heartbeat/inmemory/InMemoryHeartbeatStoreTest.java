package dev.heartbeat.inmemory;

import static dev.heartbeat.inmemory.Given.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryHeartbeatStoreTest {
    private static final Instant START = Instant.parse("2026-02-15T12:30:00Z");
    private static final Instant FIRE = Instant.parse("2026-02-15T13:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);

    @Test
    void givesNoVersionTwiceNotEvenAfterDeleteAndCreate() {
        Set<Version> versions = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            assertThat(versions.add(Given.created(store, Given.hourly("a"), START)))
                    .isTrue();
            assertThat(versions.add(
                            store.edit(ScheduleEdit.force("a"), Version.ANY).orElseThrow()))
                    .isTrue();
            Claim claim = Given.claimed(store, "a", FIRE.plusSeconds(i));
            assertThat(versions.add(version("a"))).isTrue();
            store.renew(List.of(Renewal.of(claim.token())), Given.LEASE, LIMIT);
            assertThat(versions.add(version("a"))).isTrue();
            store.release(List.of(claim.token()), LIMIT);
            assertThat(versions.add(version("a"))).isTrue();
            assertThat(store.delete("a")).isTrue();
        }
    }

    @Test
    void comparesTheExpectedVersionOfAnEdit() {
        ScheduleEdit define = ScheduleEdit.define(Given.hourly("a"));
        assertThat(store.edit(define, Version.ANY)).isEmpty();
        assertThat(store.edit(define, new Version("1"))).isEmpty();
        Version made = store.edit(define, Version.NONE).orElseThrow();
        assertThat(store.edit(define, Version.NONE)).isEmpty();
        Version changed = store.edit(define, made).orElseThrow();
        assertThat(store.edit(define, made)).isEmpty();
        assertThat(version("a")).isEqualTo(changed);
        assertThatThrownBy(() -> store.edit(ScheduleEdit.force("b"), Version.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'b'");
        assertThat(store.delete("b")).isFalse();
    }

    @Test
    void leavesWhateverAnEditDoesNotNameAsItIs() {
        Given.created(store, Given.hourly("a"), START);
        Given.ran(store, "a", FIRE);
        Pause pause = new Pause(FIRE.plusSeconds(60), "ann", "holiday");
        store.edit(ScheduleEdit.pause("a", pause), Version.ANY);
        StoredSchedule before = store.schedule("a").orElseThrow();

        Schedule other = Schedule.builder("a", "30 * * * *", "task").build();
        ScheduleEdit edit = new ScheduleEdit("a", other, LastRun.MISSING, null, ScheduleState.NEW, true);
        store.edit(edit, Version.ANY);
        StoredSchedule after = store.schedule("a").orElseThrow();
        assertThat(after.schedule()).isEqualTo(other);
        assertThat(after.lastRun()).isEqualTo(before.lastRun());
        assertThat(after.lastResult()).isEqualTo(before.lastResult());
        assertThat(after.pause()).isEqualTo(pause);
        assertThat(after.state()).isEqualTo(before.state());
    }

    @Test
    void asksThePendingFireToStopAndNothingElse() {
        Given.created(store, Given.hourly("a"), START);
        Claim claim = Given.claimed(store, "a", FIRE);
        store.edit(new ScheduleEdit("a", null, null, null, null, true), Version.ANY);
        assertThat(store.claimByToken(claim.token(), LIMIT))
                .contains(new Claim(claim.token(), FIRE, 1, claim.until(), true));
    }

    @Test
    void takesNoAliasOfWhatItIsGiven() {
        Given.created(store, Given.hourly("a"), START);
        Map<String, Object> values = new HashMap<>(Map.of("n", 1L));
        Claim claim = Given.claimed(store, "a", FIRE);
        store.record(List.of(Given.success(store, claim, FIRE, values)), LIMIT);
        Map<String, Object> fields = new HashMap<>(Map.of("enabled", true, "cron", 7, "task", "task"));
        store.putDocument("bad", fields);
        values.put("n", 2L);
        fields.clear();

        assertThat(store.schedule("a").orElseThrow().lastResult()).isEqualTo(Map.of("n", 1L));
        assertThat(store.runs(RunQuery.newest(1)).items().get(0).result()).isEqualTo(Map.of("n", 1L));
        assertThat(store.document("bad").orElseThrow()).containsEntry("cron", 7L);
    }

    @Test
    void givesNothingAwayThatCanBeChanged() {
        Given.created(store, Given.hourly("a"), START);
        Given.ran(store, "a", FIRE);
        store.putDocument("bad", Map.of());
        InMemorySnapshot snapshot = store.snapshot();
        for (Map<?, ?> map : List.of(
                store.schedule("a").orElseThrow().lastResult(),
                store.document("a").orElseThrow(),
                (Map<?, ?>) store.document("a").orElseThrow().get("heartbeat"),
                store.document("bad").orElseThrow(),
                snapshot.schedules(),
                snapshot.cells())) {
            assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
        }
        for (List<?> list : List.of(
                store.unreadable(),
                snapshot.runs(),
                snapshot.pulses(),
                snapshot.audit(),
                store.claim(List.of(), LIMIT),
                store.record(List.of(), LIMIT))) {
            assertThatThrownBy(list::clear).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void takesASnapshotThatLaterWritesDoNotChange() {
        Given.created(store, Given.hourly("b"), START);
        Given.created(store, Given.hourly("a"), START);
        Given.ran(store, "a", FIRE);
        HeartbeatRecord heartbeat = new HeartbeatRecord(START, START, 1, 1, 0, 0, List.of(), 0, FIRE, "p", "test", 5);
        assertThat(store.saveHeartbeat(heartbeat, Version.NONE, LIMIT)).isTrue();
        store.appendAudit(new AuditEntry(START, "ann", "pause", "a", ""));
        StateKey key = new StateKey("breaker", "task");
        store.compareAndSet(List.of(new StateCell(key, Version.NONE, Map.of("open", true))), LIMIT);

        InMemorySnapshot snapshot = store.snapshot();
        store.delete("a");
        store.appendRuns(List.of(Given.run("b", "k", FIRE, FIRE)), LIMIT);
        assertThat(snapshot.schedules()).containsOnlyKeys("a", "b");
        assertThat(snapshot.schedules().keySet()).containsExactly("a", "b");
        assertThat(snapshot.runs()).hasSize(1);
        assertThat(snapshot.heartbeat()).contains(heartbeat);
        assertThat(snapshot.audit()).hasSize(1);
        assertThat(snapshot.cells().get(key).value()).isEqualTo(Map.of("open", true));
    }

    @Test
    void savesTheHeartbeatOverTheExpectedVersionOnly() {
        HeartbeatRecord first = new HeartbeatRecord(START, START, 1, 1, 0, 0, List.of(), 0, FIRE, "p", "test", 5);
        assertThat(store.heartbeat(LIMIT)).isEmpty();
        assertThat(store.saveHeartbeat(first, new Version("1"), LIMIT)).isFalse();
        assertThat(store.saveHeartbeat(first, Version.NONE, LIMIT)).isTrue();
        assertThat(store.saveHeartbeat(first, Version.NONE, LIMIT)).isFalse();
        StoredHeartbeat stored = store.heartbeat(LIMIT).orElseThrow();
        assertThat(store.saveHeartbeat(first, stored.version(), LIMIT)).isTrue();
        assertThat(store.saveHeartbeat(first, stored.version(), LIMIT)).isFalse();
    }

    @Test
    void writesEachCellByItself() {
        StateKey a = new StateKey("breaker", "a");
        StateKey b = new StateKey("breaker", "b");
        store.compareAndSet(List.of(new StateCell(a, Version.NONE, Map.of("n", 1))), LIMIT);
        List<StateKey> lost = store.compareAndSet(
                List.of(new StateCell(a, Version.NONE, Map.of("n", 2)), new StateCell(b, Version.NONE, Map.of())),
                LIMIT);
        assertThat(lost).containsExactly(a);
        List<StateCell> read = store.read(List.of(a, b, new StateKey("breaker", "c")), LIMIT);
        assertThat(read).extracting(StateCell::value).containsExactly(Map.of("n", 1L), Map.of());
        assertThat(store.compareAndSet(List.of(read.get(0)), LIMIT)).isEmpty();
        assertThat(store.compareAndSet(List.of(read.get(0)), LIMIT)).containsExactly(a);
    }

    @Test
    void putsADocumentBackAsItWasRead() {
        Schedule schedule = Given.hourly("a").toBuilder().queue("browser").build();
        Given.created(store, schedule, START);
        Given.ran(store, "a", FIRE);
        store.edit(ScheduleEdit.pause("a", new Pause(FIRE, "ann", "why")), Version.ANY);
        Given.claimed(store, "a", FIRE.plusSeconds(3600));
        StoredSchedule before = store.schedule("a").orElseThrow();
        Map<String, Object> document = store.document("a").orElseThrow();
        assertThat(document).containsEntry("nextRun", before.nextRun().orElseThrow());
        assertThat((Map<?, ?>) document.get("heartbeat")).extracting("wakeAt").isEqualTo(before.wakeAt());

        store.putDocument("a", document);
        StoredSchedule after = store.schedule("a").orElseThrow();
        assertThat(after.version()).isNotEqualTo(before.version());
        assertThat(after.withState(before.state()))
                .usingRecursiveComparison()
                .ignoringFields("version")
                .isEqualTo(before);
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(store.document("a")).contains(document);
    }

    @Test
    void readsAHandWrittenDocumentAsNewAndForced() {
        store.putDocument("a", Map.of("enabled", true, "cron", "0 9 * * *", "task", "task", "note", "mine"));
        StoredSchedule stored = store.schedule("a").orElseThrow();
        assertThat(stored.state()).isEqualTo(ScheduleState.NEW);
        assertThat(stored.writtenAt()).isEqualTo(START);
        assertThat(Given.ids(store.findDue(Given.due(START, 10)).due())).containsExactly("a");
        assertThat(store.document("none")).isEmpty();
    }

    @Test
    void listsUnreadableDocumentsAndFindsTheEnabledOnesOnTheFirstPage() {
        store.putDocument("on", Map.of("enabled", true, "cron", "whenever", "task", "task"));
        store.putDocument("odd", Map.of("enabled", "true", "cron", "@daily", "task", "task"));
        store.putDocument("off", Map.of("enabled", false, "cron", "whenever", "task", "task"));
        Given.created(store, Given.hourly("a"), START);
        Given.created(store, Given.hourly("b"), START);

        assertThat(store.unreadable()).extracting(Unreadable::id).containsExactly("odd", "off", "on");
        Found first = store.findDue(Given.due(FIRE, 1));
        assertThat(first.unreadable()).extracting(Unreadable::id).containsExactly("odd", "on");
        assertThat(first.unreadable().get(0).reason()).contains("'enabled'").contains("true or false");
        assertThat(store.findDue(Given.after(first, FIRE, 1)).unreadable()).isEmpty();
        assertThat(store.schedule("on")).isEmpty();
        assertThat(Given.ids(store.schedules(null, 10).items())).containsExactly("a", "b");
        assertThat(store.edit(ScheduleEdit.define(Given.hourly("on")), Version.NONE))
                .isEmpty();
        assertThat(store.delete("on")).isTrue();
        assertThat(store.unreadable()).hasSize(2);
    }

    @Test
    void mendsAnUnreadableDocumentByAnEditThatReplacesWhatIsWrong() {
        store.putDocument("a", Map.of("enabled", true, "cron", "whenever", "task", "task", "timeout", "soon"));
        store.edit(ScheduleEdit.force("a"), Version.ANY);
        assertThat(store.unreadable()).hasSize(1);
        store.edit(ScheduleEdit.define(Given.hourly("a")), Version.ANY);
        assertThat(store.unreadable()).isEmpty();
        StoredSchedule mended = store.schedule("a").orElseThrow();
        assertThat(mended.schedule()).isEqualTo(Given.hourly("a"));
        assertThat(mended.lastRun()).isEqualTo(LastRun.NULL);
    }

    private Version version(String id) {
        return store.schedule(id).orElseThrow().version();
    }
}
