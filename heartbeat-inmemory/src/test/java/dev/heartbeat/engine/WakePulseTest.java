package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule B43: between beats a wake writes the record only if it ran something, at most once a second. */
class WakePulseTest {
    private static final PulseOrder WAKE = new PulseOrder("ticker", null, false, true);
    private static final PulseOrder BEAT = new PulseOrder("ticker", null, false, false);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-02-15T08:00:00Z"));
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final CountDownLatch told = new CountDownLatch(2);
    private final Engine engine = new Engine(
            store,
            new EngineSettings(
                    "wakes",
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(15),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20),
                    Duration.ZERO,
                    1,
                    20,
                    Map.of(),
                    Map.of(),
                    Runnable::run,
                    clock,
                    name -> switch (name) {
                        case "work" ->
                            Optional.of(Task.named(name, context -> TaskResult.done())
                                    .build());
                        case "fail" ->
                            Optional.of(Task.named(name, context -> TaskResult.failed("no answer"))
                                    .retry(Retry.none())
                                    .build());
                        default -> Optional.empty();
                    }),
            new EngineListener() {
                @Override
                public boolean listens() {
                    return true;
                }

                @Override
                public void pulseEnded(PulseReport report) {
                    told.countDown();
                }

                @Override
                public void runEnded(PulseDetail detail) {}
            });

    @AfterEach
    void close() {
        engine.close();
    }

    private void due(String id, String task) {
        Schedule schedule = Schedule.builder(id, "0 0 1 1 *", task).build();
        assertThat(store.edit(
                        ScheduleEdit.create(
                                schedule,
                                LastRun.NULL,
                                null,
                                ScheduleState.startingAt(clock.instant(), schedule.rule())),
                        Version.NONE))
                .isPresent();
    }

    @Test
    void anIdleWakeLeavesNoTraceAtAll() {
        engine.pulse(BEAT);
        clock.advance(Duration.ofMinutes(1));
        PulseReport idle = engine.pulse(WAKE);

        assertThat(idle.heartbeat().orElseThrow().timestamp()).isEqualTo("2026-02-15T08:00:00Z");
        assertThat(store.snapshot().pulses()).hasSize(1);
        assertThat(store.snapshot().heartbeat().orElseThrow().timestamp()).isEqualTo("2026-02-15T08:00:00Z");
        assertThat(told.getCount()).as("listeners heard of the beat alone").isEqualTo(1);
    }

    @Test
    void aFailureInAWakeTurnsTheHeartbeatRedOnceInTheFiguresOfTheDay() {
        engine.pulse(BEAT);
        clock.advance(Duration.ofMinutes(1));
        due("a", "fail");
        engine.pulse(WAKE);
        clock.advance(Duration.ofMinutes(1));
        due("b", "work");
        engine.pulse(WAKE);
        engine.pulse(BEAT);

        LocalDate day = LocalDate.of(2026, 2, 15);
        assertThat(Figures.read(store, day, day)).singleElement().satisfies(figures -> {
            assertThat(figures.pulses()).isEqualTo(4);
            assertThat(figures.turnedRed()).isEqualTo(1);
        });
    }

    @Test
    void aWakeThatFindsOnlyWhatIsHeldBackLeavesNoTraceEither() {
        due("unknown", "nobody");
        store.putDocument("bad", java.util.Map.of("enabled", "yes"));
        engine.pulse(BEAT);
        clock.advance(Duration.ofMinutes(1));
        PulseReport wake = engine.pulse(WAKE);
        engine.close(); // writes what is left to be written

        assertThat(wake.pulse().counts()).doesNotContainKey(Outcome.EXECUTED);
        assertThat(store.snapshot().heartbeat().orElseThrow().timestamp())
                .as("it ran nothing")
                .isEqualTo("2026-02-15T08:00:00Z");
        assertThat(store.snapshot().pulses()).hasSize(1);
    }

    @Test
    void aWakeThatRanSomethingIsInTheHistoryAtOnceAndInTheHeartbeatSoon() throws Exception {
        engine.pulse(BEAT);
        clock.advance(Duration.ofMinutes(1));
        due("a", "work");
        engine.pulse(WAKE);
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
        engine.close(); // writes what is left to be written

        assertThat(store.snapshot().pulses()).hasSize(2);
        assertThat(store.snapshot().heartbeat()).hasValueSatisfying(record -> {
            assertThat(record.timestamp()).isEqualTo("2026-02-15T08:01:00Z");
            assertThat(record.schedulesExecuted()).isEqualTo(1);
        });
    }
}
