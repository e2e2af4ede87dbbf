package dev.heartbeat.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.health.DayFigures;
import dev.heartbeat.health.DayFigures.Hour;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The few numbers that pulses keep of each day. */
class FiguresFlowTest {
    private static final LocalDate DAY = LocalDate.parse("2026-02-15");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private DayFigures day(Heartbeat heartbeat) {
        return heartbeat.history().days(DAY, DAY).get(0);
    }

    private static Heartbeat.Builder tasks(Heartbeat.Builder builder) {
        return builder.task(
                        "work", context -> TaskResult.done().count("emails", 40).count("revenue", 3))
                .task("fail", context -> TaskResult.failed("no"));
    }

    @Test
    void firesAreCountedInTheHourInWhichTheyEnd() {
        Heartbeat heartbeat = world.heartbeat(FiguresFlowTest::tasks);
        heartbeat.schedules().define(world.schedule("mail", "*/30 * * * *").build());
        heartbeat
                .schedules()
                .define(world.schedule("page", "0 9 * * *").queue("browser").build());
        heartbeat
                .schedules()
                .define(Schedule.builder("bad", "0 9 * * *", "fail")
                        .retry(Retry.none())
                        .build());

        for (String time : List.of("08:30:00", "09:00:00", "09:30:00")) {
            world.at(time);
            heartbeat.pulse();
        }

        DayFigures day = day(heartbeat);
        assertThat(day.day()).isEqualTo(DAY);
        assertThat(day.hours()).hasSize(24);
        assertThat(day.hours().get(8)).isEqualTo(new Hour(1, 0));
        assertThat(day.hours().get(9)).isEqualTo(new Hour(3, 1));
        assertThat(day.executed()).isEqualTo(4);
        assertThat(day.failed()).isEqualTo(1);
        assertThat(day.browserExecuted()).isEqualTo(1);
        assertThat(day.counts())
                .containsEntry("emails", 160L)
                .containsEntry("revenue", 12L)
                .hasSize(2);
        assertThat(day.pulses()).isEqualTo(3);
        assertThat(day.pulsesWithErrors()).isEqualTo(1);
        assertThat(day.turnedRed()).isEqualTo(1);
        assertThat(day.pulsesFailed()).isZero();
    }

    @Test
    void pulsesAreMeasuredByTheirIntervals() {
        Heartbeat heartbeat = world.heartbeat(FiguresFlowTest::tasks);
        for (String time : List.of(
                "08:00:00", // the first one ever: nothing to measure from
                "08:10:30", // 30 s late
                "08:15:00", // a second one in its interval
                "08:20:00", // in time
                "08:44:00")) { // 14 minutes late, and 24 after the last: a silence
            world.at(time);
            heartbeat.pulse();
        }

        DayFigures day = day(heartbeat);
        assertThat(day.pulses()).isEqualTo(5);
        assertThat(day.beats()).isEqualTo(3);
        assertThat(Duration.ofMillis(day.betweenMs())).isEqualTo(Duration.ofMinutes(44));
        assertThat(Duration.ofMillis(day.delayMs()))
                .isEqualTo(Duration.ofMinutes(14).plusSeconds(30));
        assertThat(day.silences()).isEqualTo(1);
    }

    @Test
    void instancesThatPulseTogetherCountEachThingOnce() {
        Heartbeat one = world.heartbeat(builder -> tasks(builder).name("one"));
        Heartbeat two = world.heartbeat(builder -> tasks(builder).name("two"));
        one.schedules().define(world.schedule("mail", "*/10 * * * *").build());

        for (String time : List.of("08:00:00", "08:10:00", "08:40:00")) {
            world.at(time);
            one.pulse();
            two.pulse();
        }

        assertThat(day(two)).isEqualTo(day(one));
        DayFigures day = day(one);
        assertThat(day.executed()).isEqualTo(2);
        assertThat(day.missed()).as("08:20 and 08:30").isEqualTo(2);
        assertThat(day.pulses()).isEqualTo(6);
        assertThat(day.beats()).isEqualTo(2);
        assertThat(day.silences()).isEqualTo(1);
    }

    @Test
    void aSilenceOverMidnightIsTheNextDays() {
        Heartbeat heartbeat = world.heartbeat(FiguresFlowTest::tasks);
        heartbeat.pulse();
        world.clock.set(Instant.parse("2026-02-17T00:05:00Z"));
        heartbeat.pulse();

        List<DayFigures> days = heartbeat.history().days(DAY, DAY.plusDays(2));
        assertThat(days).extracting(DayFigures::silences).containsExactly(0L, 0L, 1L);
        assertThat(days).extracting(DayFigures::pulses).containsExactly(1L, 0L, 1L);
    }

    @Test
    void whatIsTooOldMakesRoomAndDaysWithoutAnythingAreZeros() {
        Heartbeat heartbeat = world.heartbeat(FiguresFlowTest::tasks);
        heartbeat.pulse();
        LocalDate same = DAY.plusDays(DayFigures.DAYS_KEPT); // shares its cell
        world.clock.set(World.START.plus(Duration.ofDays(DayFigures.DAYS_KEPT)));
        heartbeat.pulse();

        assertThat(heartbeat.history().days(same, same).get(0).pulses()).isEqualTo(1);
        assertThat(day(heartbeat)).isEqualTo(DayFigures.none(DAY));
    }

    @Test
    void aPulseThatCannotDoItsWorkIsCountedWhenTheStoreIsBack() {
        Heartbeat heartbeat = world.heartbeat(FiguresFlowTest::tasks);
        heartbeat.pulse();
        world.at("08:10:00");
        world.probe.failAlways("findDue");
        world.probe.failAlways("compareAndSet");
        assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
        world.probe.heal("findDue");
        world.probe.heal("compareAndSet");
        world.at("08:20:00");
        heartbeat.pulse();

        DayFigures day = day(heartbeat);
        assertThat(day.pulses()).isEqualTo(3);
        assertThat(day.pulsesFailed()).isEqualTo(1);
        assertThat(day.pulsesWithErrors()).isEqualTo(1);
    }

    @Test
    void theNamesOfCountsAreBounded() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            TaskResult result = TaskResult.done();
            for (int i = 0; i < DayFigures.MOST_NAMES + 9; i++) {
                result = result.count("name-" + i, 1);
            }
            return result;
        }));
        heartbeat.schedules().define(world.now("many").build());
        heartbeat.pulse();

        assertThat(day(heartbeat).counts()).hasSize(DayFigures.MOST_NAMES);
    }

    @Test
    void theNamesOfCountsAreBoundedByTheirBytesToo() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            TaskResult result = TaskResult.done();
            for (int i = 0; i < DayFigures.MOST_NAMES; i++) {
                result = result.count("%02d".formatted(i) + "\u6f22".repeat(98), 1); // 296 bytes of UTF-8
            }
            return result;
        }));
        heartbeat.schedules().define(world.now("many").build());
        heartbeat.pulse();

        assertThat(day(heartbeat).counts()).hasSize(DayFigures.MOST_NAME_BYTES / 296);
    }

    @Test
    void playbooksAreCountedByTheirParam() {
        Heartbeat heartbeat = world.heartbeat(FiguresFlowTest::tasks);
        heartbeat
                .schedules()
                .define(world.now("deals").param("playbookId", "weekly-deals").build());
        heartbeat.schedules().define(world.now("mail").build());
        heartbeat
                .schedules()
                .define(Schedule.builder("bad", "0 0 1 1 *", "fail")
                        .param("playbookId", "refunds")
                        .retry(Retry.none())
                        .runAtFirstPulse()
                        .build());

        heartbeat.pulse();

        assertThat(day(heartbeat).executed()).isEqualTo(2);
        assertThat(day(heartbeat).playbooksExecuted()).isEqualTo(1);
    }

    @Test
    void aRedThatTwoInstancesSeeIsOneAndTheNextRedIsAnother() {
        Heartbeat one = world.heartbeat(builder -> tasks(builder).name("one"));
        Heartbeat two = world.heartbeat(builder -> tasks(builder).name("two"));
        one.schedules()
                .define(Schedule.builder("bad", "0,30 9 * * *", "fail")
                        .retry(Retry.none())
                        .build());

        for (String time : List.of("08:50:00", "09:00:00", "09:20:00", "09:30:00")) {
            world.at(time);
            one.pulse();
            two.pulse(); // in the beat of the failure it finds the error, and has none of its own
        }

        assertThat(day(one).turnedRed()).isEqualTo(2);
        assertThat(day(two)).isEqualTo(day(one));
    }

    @Test
    void aRangeOfDaysIsInOrderAndNotLongerThanWhatIsKept() {
        Heartbeat heartbeat = world.heartbeat(FiguresFlowTest::tasks);

        assertThat(heartbeat.history().days(DAY.minusDays(DayFigures.DAYS_KEPT - 1L), DAY))
                .hasSize(DayFigures.DAYS_KEPT)
                .isSortedAccordingTo(java.util.Comparator.comparing(DayFigures::day));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> heartbeat.history().days(DAY.minusDays(DayFigures.DAYS_KEPT), DAY))
                .withMessageContaining("1 to 64 in order");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> heartbeat.history().days(DAY, DAY.minusDays(1)));
    }
}
