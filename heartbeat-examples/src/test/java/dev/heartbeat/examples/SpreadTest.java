package dev.heartbeat.examples;

import static dev.heartbeat.inmemory.assertj.SimulationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many schedules of one hour, and no rush at its beginning. */
class SpreadTest {
    private static final Instant FRIDAY = Instant.parse("2026-03-06T08:30:00Z");

    // tag::spread[]
    @Test
    void sixtyReportsOfNineOClockStartOneAfterTheOtherUntilTen() {
        List<Schedule> reports = IntStream.range(0, 60)
                .mapToObj(tenant -> Schedule.builder("report-" + tenant, "0 9 * * *", "report")
                        .window(Duration.ofHours(1))
                        .build())
                .toList();

        SimulationResult morning = Simulation.of(reports).run(FRIDAY, Duration.ofHours(2));

        assertThat(morning).fires().wereExecuted().startedWithin(Duration.ofHours(1));
        assertThat(morning.pulses())
                .extracting(pulse -> pulse.count(Outcome.EXECUTED))
                .as("the most that one pulse had to start")
                .allMatch(count -> count < 30);
    }
    // end::spread[]

    @Test
    void withoutAWindowTheyAllStartAtNine() {
        List<Schedule> reports = IntStream.range(0, 60)
                .mapToObj(tenant -> Schedule.builder("report-" + tenant, "0 9 * * *", "report")
                        .build())
                .toList();

        SimulationResult morning = Simulation.of(reports).run(FRIDAY, Duration.ofHours(2));

        assertThat(morning.pulses().stream().mapToInt(SpreadTest::executed).max())
                .hasValue(60);
    }

    private static int executed(Pulse pulse) {
        return pulse.count(Outcome.EXECUTED);
    }
}
