package dev.heartbeat.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule B24 in the flow: starts of what fires together are spread over the window. */
@Timeout(value = 1, unit = java.util.concurrent.TimeUnit.MINUTES)
class WindowFlowTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant DAY = Instant.parse("2026-02-15T00:00:00Z");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static List<Schedule> hourly(int count, Duration window) {
        return IntStream.range(0, count)
                .mapToObj(i -> Schedule.builder("s" + i, "0 * * * *", "work")
                        .window(window)
                        .build())
                .toList();
    }

    @Test
    void aHundredHourlySchedulesStartInAllPulsesOfTheHourAndEachRunsInEachHour() {
        SimulationResult day = Simulation.of(hourly(100, HOUR)).run(DAY, Duration.ofDays(1));

        assertThat(day.pulses().stream()
                        .filter(pulse -> pulse.startedAt().isAfter(DAY.plus(HOUR)))
                        .filter(pulse -> pulse.startedAt().getEpochSecond() % 3_600 != 0) // at the full hour all wait
                        .mapToInt(pulse -> pulse.count(Outcome.EXECUTED))
                        .boxed())
                .as("starts in each pulse, of 100 in each hour")
                .hasSize(115)
                .allSatisfy(count -> assertThat(count).isBetween(5, 40));
        assertThat(day.fires())
                .as("23 hours of 100 schedules")
                .hasSize(2_300)
                .allSatisfy(fire -> assertThat(fire.outcome()).isEqualTo(Outcome.EXECUTED))
                .allSatisfy(fire -> assertThat(fire.delay())
                        .hasValueSatisfying(late -> assertThat(late).isLessThan(HOUR)));
    }

    @Test
    void aSourceThatComesRarelyRunsThemAtOnceRatherThanTooLate() {
        Duration rarely = Duration.ofMinutes(216); // as GitHub Actions was seen to deliver
        SimulationResult week = Simulation.of(Schedule.builder("a", "0 9 * * *", "work")
                        .window(Duration.ofHours(4))
                        .build())
                .pulseEvery(rarely)
                .run(DAY, Duration.ofDays(7));

        assertThat(week.firesOf("a"))
                .hasSize(7)
                .allSatisfy(fire -> assertThat(fire.delay())
                        .hasValueSatisfying(
                                late -> assertThat(late).as("within its window").isLessThan(Duration.ofHours(4))));
    }

    @Test
    void scheduleTaskAndQueueGiveAWindowInThisOrder() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", world::note)
                .task(Task.named("spread", world::note).window(HOUR).build())
                .queueWindow("mail", HOUR));
        List<Schedule> schedules = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            schedules.add(world.schedule("plain" + i, "0 * * * *").build());
            schedules.add(
                    world.schedule("of-queue" + i, "0 * * * *").queue("mail").build());
            schedules.add(Schedule.builder("of-task" + i, "0 * * * *", "spread").build());
            schedules.add(world.schedule("own-none" + i, "0 * * * *")
                    .queue("mail")
                    .window(Duration.ZERO)
                    .build());
        }
        schedules.forEach(heartbeat.schedules()::define);
        world.at("08:55:00");
        heartbeat.pulse();
        world.at("09:00:00");

        Pulse pulse = heartbeat.pulse();

        assertThat(started("plain")).hasSize(20);
        assertThat(started("own-none")).hasSize(20);
        assertThat(started("of-task")).hasSizeLessThan(15);
        assertThat(started("of-queue")).hasSizeLessThan(15);
        assertThat(pulse.details())
                .filteredOn(detail -> PulseDetail.WINDOW.equals(detail.reason()))
                .as("those who wait are listed with those that come next")
                .isNotEmpty()
                .allSatisfy(detail -> assertThat(detail.outcome()).isEqualTo(Outcome.SKIPPED))
                .allSatisfy(detail -> assertThat(detail.nextRun()).isEqualTo("2026-02-15T09:00:00Z"));
        for (String time : List.of("09:10", "09:20", "09:30", "09:40", "09:50")) {
            world.at(time + ":00");
            heartbeat.pulse();
        }
        assertThat(world.starts).hasSize(80);
        assertThat(world.store.snapshot().runs())
                .hasSize(80)
                .allSatisfy(run -> assertThat(run.outcome()).isEqualTo(Outcome.EXECUTED));
    }

    private Set<String> started(String prefix) {
        Set<String> ids = new TreeSet<>();
        for (TaskContext context : world.starts) {
            if (context.scheduleId().startsWith(prefix)) {
                ids.add(context.scheduleId());
            }
        }
        return ids;
    }

    @Test
    void whatSomebodyAsksForWaitsForNoSlot() {
        Heartbeat heartbeat = world.working();
        hourly(20, HOUR).forEach(heartbeat.schedules()::define);
        world.at("09:00:00");
        for (int i = 0; i < 20; i++) {
            heartbeat.schedules().runNow("s" + i, Audit.by("ann", "now"));
        }

        heartbeat.pulse();

        assertThat(world.starts).hasSize(20);
    }

    /** The slot is whole seconds from the fire, so within two seconds it is now or in a second. */
    @Test
    void theResidentTickerWakesForEachSlot() throws Exception {
        ConcurrentLinkedQueue<TaskContext> starts = new ConcurrentLinkedQueue<>();
        CountDownLatch runs = new CountDownLatch(20);
        Heartbeat heartbeat = Heartbeat.builder(new dev.heartbeat.inmemory.InMemoryHeartbeatStore())
                .interval(Duration.ofDays(1)) // no beat helps
                .task("work", context -> {
                    starts.add(context);
                    runs.countDown();
                    return TaskResult.done();
                })
                .build();
        try (heartbeat) {
            heartbeat.start();
            String soon = "@at " + Instant.now().plusSeconds(1);
            for (int i = 0; i < 20; i++) {
                heartbeat
                        .schedules()
                        .define(Schedule.builder("s" + i, soon, "work")
                                .window(Duration.ofSeconds(3))
                                .build());
            }
            World.await(runs);
        }
        assertThat(starts).extracting(TaskContext::scheduleId).doesNotHaveDuplicates();
    }

    @Test
    void whatIsNoWindowIsRefusedAtTheCall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.builder("a", "@daily", "work").window(Duration.ofSeconds(-1)))
                .withMessageContaining("schedule 'a'")
                .withMessageContaining("window PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Task.named("work", world::note).window(Duration.ofDays(367)))
                .withMessageContaining("task 'work'")
                .withMessageContaining("at most 366 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Heartbeat.builder(world.store).queueWindow("mail", Duration.ofDays(-1)))
                .withMessageContaining("window of queue 'mail'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Heartbeat.builder(world.store).queueWindow(" ", HOUR));
    }
}
