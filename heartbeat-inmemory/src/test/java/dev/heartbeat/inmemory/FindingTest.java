package dev.heartbeat.inmemory;

import static dev.heartbeat.inmemory.Given.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingTest {
    private static final Instant START = Instant.parse("2026-02-15T12:30:00Z");
    private static final Instant FIRE = Instant.parse("2026-02-15T13:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);

    @Test
    void findsNothingBeforeTheFireAndTheScheduleFromItOn() {
        Given.created(store, Given.hourly("a"), START);
        assertThat(store.findDue(Given.due(FIRE.minusNanos(1), 10)).due()).isEmpty();
        assertThat(Given.ids(store.findDue(Given.due(FIRE, 10)).due())).containsExactly("a");
    }

    @Test
    void ordersByWakeThenIdAndAgreesWithTheOrderOfTheContract() {
        Given.created(store, Given.hourly("b"), START);
        Given.created(store, Given.hourly("a"), START);
        Given.created(store, Schedule.builder("z", "45 * * * *", "task").build(), START);
        List<StoredSchedule> due = store.findDue(Given.due(FIRE, 10)).due();
        assertThat(Given.ids(due)).containsExactly("z", "a", "b");
        assertThat(due.stream().map(DuePosition::of)).isSorted();
    }

    @Test
    void pagesReachEachScheduleOnceThoughAllStayDue() {
        for (int i = 0; i < 1_000; i++) {
            Given.created(store, Given.hourly("s-" + i), START);
        }
        List<String> seen = new ArrayList<>();
        Found page = store.findDue(Given.due(FIRE, 300));
        seen.addAll(Given.ids(page.due()));
        while (page.next().isPresent()) {
            assertThat(page.due()).hasSize(300);
            page = store.findDue(Given.after(page, FIRE, 300));
            seen.addAll(Given.ids(page.due()));
        }
        assertThat(seen).hasSize(1_000).doesNotHaveDuplicates();
    }

    @Test
    void offersNoNextPageWhenTheLastOneIsJustFull() {
        Given.created(store, Given.hourly("a"), START);
        Given.created(store, Given.hourly("b"), START);
        assertThat(store.findDue(Given.due(FIRE, 2)).next()).isEmpty();
        assertThat(store.findDue(Given.due(FIRE, 1)).next()).contains(new DuePosition(FIRE, "a"));
    }

    @Test
    void keepsSchedulesThatNeverWakeOutOfTheIndex() {
        Given.created(store, Given.hourly("on"), START);
        Given.created(store, Given.hourly("off").toBuilder().enabled(false).build(), START);
        Given.created(store, Schedule.builder("never", "0 0 31 2 *", "task").build(), START);
        Documents documents = new Documents();
        store.snapshot().schedules().values().forEach(each -> documents.put(document(each)));
        assertThat(documents.wakeable()).isEqualTo(1);
        assertThat(Given.ids(store.findDue(Given.due(Instant.MAX, 10)).due())).containsExactly("on");
    }

    @Test
    void movesTheScheduleInTheIndexWithEachWrite() {
        Given.created(store, Given.hourly("a"), START);
        clock.set(FIRE);
        Given.claimed(store, "a", FIRE);
        assertThat(store.findDue(Given.due(FIRE, 10)).due()).isEmpty();
        Instant leaseEnd = FIRE.plus(Given.LEASE);
        assertThat(Given.ids(store.findDue(Given.due(leaseEnd, 10)).due())).containsExactly("a");
        store.delete("a");
        assertThat(store.findDue(Given.due(leaseEnd, 10)).due()).isEmpty();
    }

    @Test
    void listsForcedSchedulesFirstAndPausedOnesAtTheEndOfTheirPause() {
        Given.created(store, Given.hourly("a"), START);
        Given.created(store, Given.hourly("b"), START);
        store.edit(ScheduleEdit.pause("a", new Pause(FIRE.plusSeconds(1), "ann", "")), Version.ANY);
        store.edit(ScheduleEdit.force("b"), Version.ANY);
        assertThat(Given.ids(store.findDue(Given.due(START, 10)).due())).containsExactly("b");
        assertThat(Given.ids(store.findDue(Given.due(FIRE, 10)).due())).containsExactly("b");
        assertThat(store.schedule("b").orElseThrow().lastRun()).isEqualTo(LastRun.NULL);
    }

    @Test
    void listsTheNextOnesBesideTheFirstPageOnly() {
        Given.created(store, Schedule.builder("later", "0 15 * * *", "task").build(), START);
        Given.created(store, Schedule.builder("soon", "0 14 * * *", "task").build(), START);
        Given.created(store, Given.hourly("due-1"), START);
        Given.created(store, Given.hourly("due-2"), START);
        Found first = store.findDue(new DueQuery(FIRE, null, 1, 1, LIMIT));
        assertThat(Given.ids(first.upcoming())).containsExactly("soon");
        Found second = store.findDue(new DueQuery(FIRE, first.next().orElseThrow(), 1, 1, LIMIT));
        assertThat(second.upcoming()).isEmpty();
        assertThat(Given.ids(second.due())).containsExactly("due-2");
    }

    @Test
    void tellsTheTimeOfItsOwnClock() {
        clock.advance(Duration.ofSeconds(5));
        assertThat(store.findDue(Given.due(FIRE, 1)).storeTime()).contains(START.plusSeconds(5));
    }

    @Test
    void pagesAllSchedulesById() {
        for (String id : List.of("c", "a", "d", "b")) {
            Given.created(
                    store, Given.hourly(id).toBuilder().enabled(!id.equals("b")).build(), START);
        }
        var first = store.schedules(null, 3);
        assertThat(Given.ids(first.items())).containsExactly("a", "b", "c");
        var last = store.schedules(first.next().orElseThrow(), 3);
        assertThat(Given.ids(last.items())).containsExactly("d");
        assertThat(last.next()).isEmpty();
    }

    private static Document document(StoredSchedule stored) {
        return Document.of(
                new Stamp(stored.writtenAt(), 1),
                stored.schedule(),
                stored.lastRun(),
                stored.lastResult(),
                stored.pause(),
                stored.state(),
                null);
    }
}
