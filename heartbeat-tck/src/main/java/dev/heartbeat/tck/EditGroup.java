package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

abstract class EditGroup extends KitGroup {
    EditGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void aNewDocumentHoldsWhatTheEditSays() {
        Instant before = now();
        Schedule schedule = fullSchedule("mail");
        ScheduleState state = ScheduleState.startingAt(now(), schedule.rule());
        Pause pause = new Pause(now().plusSeconds(60), "ann", "holiday");

        Optional<Version> version =
                store().edit(ScheduleEdit.create(schedule, LastRun.MISSING, pause, state), Version.NONE);

        StoredSchedule stored = read("mail");
        assertThat(version).contains(stored.version());
        assertThat(stored.schedule()).isEqualTo(schedule);
        assertThat(stored.lastRun()).isEqualTo(LastRun.MISSING);
        assertThat(stored.lastResult()).isNull();
        assertThat(stored.pause()).isEqualTo(pause);
        assertThat(stored.state()).isEqualTo(state);
        assertTaken(stored.writtenAt(), before);
    }

    @Test
    void defineWithoutAStateMakesANewOne() {
        assertThat(store().edit(ScheduleEdit.define(Sample.hourly("mail")), Version.NONE))
                .isPresent();

        assertThat(read("mail").state()).isEqualTo(ScheduleState.NEW);
        assertThat(read("mail").lastRun()).isEqualTo(LastRun.MISSING);
    }

    @Test
    void noneMeansThatThereIsNoDocument() {
        StoredSchedule stored = createDue("mail");
        putDocument("broken", Map.of("enabled", "yes"));

        assertThat(store().edit(ScheduleEdit.define(Sample.once("mail", now())), Version.NONE))
                .isEmpty();
        assertThat(store().edit(ScheduleEdit.define(Sample.hourly("broken")), Version.NONE))
                .isEmpty();

        assertThat(read("mail")).isEqualTo(stored);
        assertThat(store().schedule("broken")).isEmpty();
    }

    @Test
    void anyMeansThatThereIsADocument() {
        assertThat(store().edit(ScheduleEdit.define(Sample.hourly("mail")), Version.ANY))
                .isEmpty();
        assertThat(store().edit(ScheduleEdit.force("mail"), Version.ANY)).isEmpty();
        assertThat(hasDocument("mail")).isFalse();

        createDue("mail");
        assertThat(store().edit(ScheduleEdit.define(fullSchedule("mail")), Version.ANY))
                .isPresent();
        assertThat(read("mail").schedule()).isEqualTo(fullSchedule("mail"));
    }

    @Test
    void onlyTheExpectedVersionIsEdited() {
        Version first = createDue("mail").version();
        Schedule one = Sample.hourly("mail").toBuilder().queue("one").build();
        Version second = store().edit(ScheduleEdit.define(one), first).orElseThrow();
        assertThat(read("mail").version()).isEqualTo(second).isNotEqualTo(first);

        Schedule two = one.toBuilder().queue("two").build();
        assertThat(store().edit(ScheduleEdit.define(two), first)).isEmpty();
        assertThat(read("mail").schedule()).isEqualTo(one);

        assertThat(store().delete("mail")).isTrue();
        assertThat(store().edit(ScheduleEdit.define(two), second)).isEmpty();
        assertThat(hasDocument("mail")).isFalse();
    }

    @Test
    void anEditThatWouldMakeADocumentWithoutADefinitionIsAnError() {
        assertThatIllegalArgumentException().isThrownBy(() -> store().edit(ScheduleEdit.force("mail"), Version.NONE));
        assertThat(hasDocument("mail")).isFalse();
    }

    @Test
    void defineReplacesTheDefinitionAndNothingElse() {
        Schedule first = fullSchedule("mail");
        Pause pause = new Pause(now().minusSeconds(60), "ann", "holiday");
        ClaimRequest claim = request(createDue(first, 2));
        win(claim);
        assertThat(store().edit(ScheduleEdit.pause("mail", pause), Version.ANY)).isPresent();
        editByHand("mail", fields -> fields.put("comment", "mine"));
        StoredSchedule before = read("mail");

        Schedule bare = Sample.hourly("mail").toBuilder().param("cc", "bob").build();
        assertThat(store().edit(ScheduleEdit.define(bare), Version.ANY)).isPresent();

        StoredSchedule after = read("mail");
        assertThat(after.schedule())
                .as("fields that are not set any more are gone")
                .isEqualTo(bare);
        assertThat(after.lastRun()).isEqualTo(before.lastRun());
        assertThat(after.pause()).isEqualTo(pause);
        assertThat(after.state()).isEqualTo(before.state());
        assertKept("mail", "comment", "mine");
        assertThat(document("mail")).doesNotContainKeys("queue", "circuit", "retry", "notBefore", "catchUp");
        assertThat(isInForce(claim.token())).isTrue();
        end(claim);
        assertThat(read("mail").lastResult()).isNotNull();
        assertThat(store().edit(ScheduleEdit.define(first), Version.ANY)).isPresent();
        assertThat(read("mail").lastResult()).isEqualTo(Map.of("sent", 3L));
    }

    @Test
    void theStateOfAnEditIsForNewDocumentsOnly() {
        ClaimRequest claim = createClaimed("mail");
        StoredSchedule before = read("mail");

        ScheduleEdit edit = new ScheduleEdit("mail", before.schedule(), null, null, ScheduleState.NEW, false);
        assertThat(store().edit(edit, Version.ANY)).isPresent();

        assertThat(read("mail").state()).isEqualTo(before.state());
        assertThat(isInForce(claim.token())).isTrue();
    }

    @Test
    void pauseWritesThePauseAndNothingElse() {
        StoredSchedule before = createDue("mail");
        Pause pause = new Pause(Pause.INDEFINITELY, "ann", "");

        assertThat(store().edit(ScheduleEdit.pause("mail", pause), before.version()))
                .isPresent();

        StoredSchedule after = read("mail");
        assertThat(after.pause()).isEqualTo(pause);
        assertThat(after.schedule()).isEqualTo(before.schedule());
        assertThat(after.lastRun()).isEqualTo(before.lastRun());
        assertThat(after.state()).isEqualTo(before.state());
    }

    @Test
    void forceWritesNullAndNothingElse() {
        end(createClaimed("mail"));
        StoredSchedule before = read("mail");

        assertThat(store().edit(ScheduleEdit.force("mail"), before.version())).isPresent();

        StoredSchedule after = read("mail");
        assertThat(after.lastRun()).isEqualTo(LastRun.NULL);
        assertThat(document("mail")).containsEntry("lastRun", null);
        assertThat(after.schedule()).isEqualTo(before.schedule());
        assertThat(after.lastResult()).isEqualTo(before.lastResult());
        assertThat(after.state()).isEqualTo(before.state());
    }

    @Test
    void aMissingLastRunInAnEditWritesNothing() {
        end(createClaimed("mail"));
        StoredSchedule before = read("mail");

        ScheduleEdit edit = new ScheduleEdit("mail", before.schedule(), LastRun.MISSING, null, null, false);
        assertThat(store().edit(edit, Version.ANY)).isPresent();

        assertThat(read("mail").lastRun()).isEqualTo(before.lastRun());
    }

    @Test
    void cancelAsksOnlyAPendingFire() {
        StoredSchedule idle = createDue("idle");
        assertThat(store().edit(ScheduleEdit.cancel("idle"), Version.ANY)).isPresent();
        assertThat(read("idle").state()).isEqualTo(idle.state());

        createClaimed("mail");
        StoredSchedule claimed = read("mail");
        assertThat(store().edit(ScheduleEdit.cancel("mail"), Version.ANY)).isPresent();
        assertThat(read("mail").state())
                .isEqualTo(claimed.state()
                        .withPending(Objects.requireNonNull(claimed.state().pending())
                                .cancelling()));
    }

    @Test
    void everyWriteMovesTheTimeOfTheLastWrite() {
        StoredSchedule created = createDue("mail");
        pass(Duration.ofMillis(200));

        Instant before = now();
        editByHand("mail", fields -> fields.put("cron", "@every PT2H"));
        StoredSchedule byHand = read("mail");
        assertTaken(byHand.writtenAt(), before);
        assertThat(byHand.writtenAt()).isAfter(created.writtenAt());

        pass(Duration.ofMillis(200));
        assertThat(store().edit(ScheduleEdit.define(Sample.hourly("mail")), Version.ANY))
                .isPresent();
        assertThat(read("mail").writtenAt()).isAfter(byHand.writtenAt());
    }

    @Test
    void noVersionIsEverUsedTwice() {
        List<Version> versions = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            StoredSchedule forced = create(Sample.hourly("mail"), LastRun.NULL, ScheduleState.NEW);
            versions.add(forced.version());
            ClaimRequest claim = takeOver("mail");
            versions.add(read("mail").version());
            end(claim);
            versions.add(read("mail").version());
            versions.add(store().edit(ScheduleEdit.force("mail"), Version.ANY).orElseThrow());
            assertThat(store().delete("mail")).isTrue();
        }

        assertThat(versions)
                .doesNotHaveDuplicates()
                .doesNotContain(Version.NONE, Version.ANY)
                .allMatch(version ->
                        !version.value().isEmpty() && !version.value().contains("/"));
    }

    @Test
    void deleteTellsWhetherThereWasOne() {
        createDue("mail");

        assertThat(store().delete("mail")).isTrue();
        assertThat(store().delete("mail")).isFalse();
        assertThat(store().schedule("mail")).isEmpty();
        assertThat(store().schedules(null, 10).items()).isEmpty();
    }

    @Test
    void schedulesAreListedById() {
        List<String> ids = new ArrayList<>(List.of("B", "a", "a-1", "a1", "b"));
        for (int i = 0; i < 12; i++) {
            ids.add("s-" + (10 + i));
        }
        for (int i = ids.size() - 1; i >= 0; i--) {
            Schedule schedule =
                    Sample.hourly(ids.get(i)).toBuilder().enabled(i % 3 != 0).build();
            createDue(schedule, 1);
        }

        assertThat(ids(allPages(after -> store().schedules(after, 5)))).isEqualTo(ids);
        assertThat(ids(allPages(after -> store().schedules(after, 1)))).isEqualTo(ids);
        Page<StoredSchedule> all = store().schedules(null, 1_000);
        assertThat(ids(all.items())).isEqualTo(ids);
        assertThat(all.next()).isEmpty();
        assertThat(store().schedules(null, 5).items()).hasSize(5).first().isEqualTo(read("B"));
    }

    @Test
    void pagingThroughSchedulesGoesOnOverDeletedOnes() {
        for (int i = 0; i < 9; i++) {
            createDue("s-" + i);
        }
        Page<StoredSchedule> first = store().schedules(null, 3);
        assertThat(store().delete("s-1")).isTrue();
        assertThat(store().delete("s-2")).isTrue();
        assertThat(store().delete("s-3")).isTrue();
        createDue("s-0a"); // one in the place of two: an offset would be off

        Page<StoredSchedule> second = store().schedules(first.next().orElseThrow(), 3);

        assertThat(ids(second.items())).containsExactly("s-4", "s-5", "s-6");
    }

    private static Schedule fullSchedule(String id) {
        return Schedule.builder(id, "*/10 9-17 * * MON-FRI", "task of all sorts: ä/ö")
                .zone(ZoneId.of("America/New_York"))
                .dst(DstPolicy.WALL)
                .queue("browser")
                .circuit("api.example.com")
                .priority(Priority.CRITICAL)
                .timeout(Duration.ofMillis(2_500))
                .retry(Retry.attempts(5).backoff(Duration.ofSeconds(1), Duration.ofMinutes(2)))
                .catchUp(CatchUp.all(20).within(Duration.ofMillis(90_500)))
                .notBefore(Instant.parse("2026-01-01T00:00:00.000001Z"))
                .notAfter(Instant.parse("2027-01-01T00:00:00Z"))
                .param("to", "ann")
                .build();
    }
}
