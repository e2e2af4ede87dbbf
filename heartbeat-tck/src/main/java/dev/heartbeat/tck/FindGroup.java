package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

abstract class FindGroup extends KitGroup {
    FindGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void anEmptyStoreFindsNothing() {
        Found found = find(now(), null, 10, 10);

        assertThat(found.due()).isEmpty();
        assertThat(found.next()).isEmpty();
        assertThat(found.unreadable()).isEmpty();
        assertThat(found.upcoming()).isEmpty();
    }

    @Test
    void dueSchedulesComeByWakeTimeThenId() {
        Instant now = now();
        createOnce("b", now.minusSeconds(30));
        createOnce("late", now.minusSeconds(1));
        createOnce("a-2", now.minusSeconds(30));
        createOnce("z", now.minusSeconds(3_600));
        createOnce("B", now.minusSeconds(30));
        createOnce("a", now.minusSeconds(30));
        create(Sample.hourly("forced"), LastRun.NULL, ScheduleState.NEW);
        createOnce("at-once", now.minusSeconds(30).plusNanos(1_000));

        assertThat(dueIds(now)).containsExactly("forced", "z", "B", "a", "a-2", "b", "at-once", "late");
    }

    @Test
    void aScheduleIsDueFromItsWakeTimeOn() {
        createOnce("mail", now());

        assertThat(dueIds(now())).containsExactly("mail");
    }

    @Test
    void whatIsFoundIsWhatIsStored() {
        StoredSchedule stored = createDue(
                Sample.hourly("mail").toBuilder()
                        .queue("browser")
                        .param("to", "ann")
                        .build(),
                2);

        assertThat(findAll(now(), 10)).containsExactly(stored);
        assertThat(read("mail")).isEqualTo(stored);
    }

    @Test
    void pagingOnReachesEveryScheduleOnce() {
        Instant now = now();
        List<String> ids =
                IntStream.range(0, 25).mapToObj(i -> "s-" + (100 + i)).toList();
        for (int i = ids.size() - 1; i >= 0; i--) {
            createOnce(ids.get(i), now.minusSeconds(100 - i / 4)); // four at each instant: pages end within a tie
        }

        assertThat(ids(findAll(now, 10))).isEqualTo(ids);
        assertThat(ids(findAll(now, 1))).isEqualTo(ids);
        assertThat(ids(findAll(now, 25))).isEqualTo(ids);
    }

    @Test
    void aPageStartsBehindItsPlaceAlsoWhenThatScheduleIsGone() {
        Instant now = now();
        createOnce("a", now.minusSeconds(30));
        createOnce("b", now.minusSeconds(30));
        createOnce("c", now.minusSeconds(10));
        DuePosition place = find(now, null, 2, 0).next().orElseThrow();
        assertThat(store().delete("b")).isTrue();

        assertThat(ids(find(now, place, 10, 0).due())).contains("c").doesNotContain("a", "b");
    }

    @Test
    void schedulesHeldBackDoNotStarveThoseBehindThem() {
        Instant now = now();
        for (int i = 0; i < 12; i++) {
            createOnce("held-" + (10 + i), now.minusSeconds(1_000 - i));
        }
        createOnce("behind-1", now.minusSeconds(20));
        createOnce("behind-2", now.minusSeconds(10));

        for (int pulse = 0; pulse < 2; pulse++) {
            assertThat(ids(findAll(now, 4)))
                    .as("pulse %s, nothing was claimed", pulse)
                    .hasSize(14)
                    .endsWith("behind-1", "behind-2");
        }
    }

    @Test
    void claimsBetweenPagesLoseNoneAndRepeatNone() {
        List<String> ids =
                IntStream.range(0, 25).mapToObj(i -> "s-" + (100 + i)).toList();
        ids.forEach(this::createDue);
        List<String> claimed = new ArrayList<>();
        DuePosition after = null;
        for (int page = 0; page < 10; page++) {
            Found found = find(now(), after, 7, 0);
            found.due().stream()
                    .map(this::request)
                    .forEach(request -> claimed.add(win(request).scheduleId()));
            if (found.next().isEmpty()) {
                break;
            }
            after = found.next().get();
        }

        assertThat(claimed).containsExactlyElementsOf(ids);
    }

    @Test
    void disabledSchedulesAreNotFound() {
        Schedule disabled = Sample.hourly("off").toBuilder().enabled(false).build();
        createDue(disabled, 1);
        create(Sample.hourly("off-forced").toBuilder().enabled(false).build(), LastRun.NULL, ScheduleState.NEW);
        createDue("on");

        Found found = find(now(), null, 10, 10);

        assertThat(ids(found.due())).contains("on").doesNotContain("off", "off-forced");
        assertThat(ids(found.upcoming())).doesNotContain("off", "off-forced");
    }

    @Test
    void aPausedScheduleIsDueFromTheEndOfItsPause() {
        createDue("mail");
        Instant end = now().plusSeconds(3_600 * 3);
        assertThat(store().edit(ScheduleEdit.pause("mail", new Pause(end, "ann", "holiday")), Version.ANY))
                .isPresent();

        assertThat(dueIds(now())).isEmpty();
        assertThat(dueIds(end.minusSeconds(3_600))).isEmpty();
        assertThat(dueIds(end.plusSeconds(3_600))).containsExactly("mail");
    }

    @Test
    void upcomingListsTheNextOnesThatAreNotDue() {
        Instant now = now();
        createOnce("due", now.minusSeconds(5));
        createOnce("third", now.plusSeconds(30));
        createOnce("first", now.plusSeconds(10));
        createOnce("fourth", now.plusSeconds(40));
        createOnce("second-b", now.plusSeconds(20));
        createOnce("second-a", now.plusSeconds(20));

        assertThat(ids(find(now, null, 10, 4).upcoming())).containsExactly("first", "second-a", "second-b", "third");
        assertThat(ids(find(now, null, 10, 20).upcoming()))
                .containsExactly("first", "second-a", "second-b", "third", "fourth");
        assertThat(find(now, null, 10, 0).upcoming()).isEmpty();
    }

    @Test
    void upcomingAndUnreadableAreOnTheFirstPageOnly() {
        Instant now = now();
        putDocument("broken", fields("cron", "at nine"));
        createOnce("due-1", now.minusSeconds(5));
        createOnce("due-2", now.minusSeconds(4));
        createOnce("later", now.plusSeconds(10));

        Found first = find(now, null, 1, 10);
        Found second = find(now, first.next().orElseThrow(), 1, 10);

        assertThat(first.unreadable()).extracting(Unreadable::id).containsExactly("broken");
        assertThat(ids(first.upcoming())).containsExactly("later");
        assertThat(second.unreadable()).isEmpty();
        assertThat(second.upcoming()).isEmpty();
    }

    @Test
    void schedulesHeldByALastRunInTheFutureAreToldOf() {
        Instant now = now();
        Map<String, Object> held = fields("lastRun", now.plusSeconds(86_400));
        putDocument("held-2", held);
        putDocument("held-1", held);
        putDocument("ran", fields("lastRun", now.minusSeconds(60)));
        createDue("due-1");
        createDue("due-2");

        Found first = find(now, null, 1, 0);
        Found second = find(now, first.next().orElseThrow(), 1, 0);

        assertThat(ids(first.held())).containsExactly("held-1", "held-2");
        assertThat(second.held()).as("on the first page only").isEmpty();

        putDocument("held-1", fields("lastRun", now.minusSeconds(60)));
        assertThat(ids(find(now, null, 1, 0).held())).as("no longer held").containsExactly("held-2");
    }

    @Test
    void editsMoveAScheduleInTheOrder() {
        createOnce("mail", now().plusSeconds(60));
        assertThat(dueIds(now())).isEmpty();

        edit(Sample.once("mail", now().minusSeconds(60)));
        assertThat(dueIds(now())).containsExactly("mail");

        edit(Sample.once("mail", now().minusSeconds(60)).toBuilder()
                .enabled(false)
                .build());
        assertThat(dueIds(now())).isEmpty();

        editByHand("mail", fields -> fields.put("enabled", true));
        assertThat(dueIds(now())).containsExactly("mail");

        editByHand("mail", fields -> fields.put("cron", "@at " + now().plusSeconds(90)));
        assertThat(dueIds(now())).isEmpty();

        assertThat(store().delete("mail")).isTrue();
        assertThat(dueIds(now().plusSeconds(100))).isEmpty();
    }

    @Test
    void claimsAndRecordsMoveAScheduleInTheOrder() {
        ClaimRequest claim = createClaimed("mail");
        assertThat(dueIds(now())).as("while claimed").isEmpty();

        end(claim);
        assertThat(dueIds(now())).as("after the record").isEmpty();
        assertThat(dueIds(lastHour().plus(Sample.HOUR))).as("an hour later").containsExactly("mail");
    }

    @Test
    void findingChangesNothing() {
        StoredSchedule before = createDue("mail");

        findAll(now().plus(Duration.ofDays(2)), 1);

        assertThat(read("mail")).isEqualTo(before);
    }

    @Test
    void theStoreTellsItsTime() {
        Instant before = now();
        Found found = find(now().minus(Duration.ofDays(7)), null, 1, 0);

        assertThat(found.storeTime()).hasValueSatisfying(time -> assertTaken(time, before));
    }

    private void edit(Schedule schedule) {
        assertThat(store().edit(ScheduleEdit.define(schedule), Version.ANY)).isPresent();
    }
}
