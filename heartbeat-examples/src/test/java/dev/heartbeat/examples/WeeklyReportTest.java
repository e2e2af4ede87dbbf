package dev.heartbeat.examples;

import static dev.heartbeat.inmemory.assertj.SimulationAssertions.assertThat;

import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** How a schedule of one's own is tested: weeks in moments, with the real engine and without a wait. */
class WeeklyReportTest {
    // tag::unit-test[]
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final Schedule WEEKLY_REPORT = Schedule.builder("weekly-report", "0 9 * * 1", "report")
            .zone(ZoneId.of("America/New_York"))
            .retry(Retry.attempts(2))
            .build();

    @Test
    void theReportGoesOutOnMondaysAtNineAlsoWhenTheClocksChange() {
        SimulationResult march = Simulation.of(WEEKLY_REPORT).run(MARCH, Duration.ofDays(21));
        assertThat(march).stayedAlive().firesOf("weekly-report").wereExecuted().startedWithin(Duration.ofMinutes(10));
        assertThat(march)
                .firesOf("weekly-report")
                .firedAt("2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z", "2026-03-16T13:00:00Z");
    }
    // end::unit-test[]

    // tag::bad-day[]
    @Test
    void aReportThatFailsOnceIsTriedAgainAndAnOutageOfAWeekendDelaysIt() {
        SimulationResult march = Simulation.of(WEEKLY_REPORT)
                .takes("report", Duration.ofSeconds(20)) // each call; simulated time passes
                .answers("report", TaskResult.failed("mail server down"), TaskResult.done())
                .jitter(Duration.ofMinutes(25), 42) // pulses as late as GitHub's
                .outage(Instant.parse("2026-03-07T00:00:00Z"), Instant.parse("2026-03-09T18:00:00Z"))
                .run(MARCH, Duration.ofDays(14));

        assertThat(march)
                .firesOf("weekly-report")
                .hadOutcome(Outcome.EXECUTED, 2)
                .startedWithin(Duration.ofHours(6))
                .satisfies(fires -> assertThat(march)
                        .firesOf("weekly-report")
                        .first()
                        .extracting("attempts")
                        .isEqualTo(2));
    }
    // end::bad-day[]
}
