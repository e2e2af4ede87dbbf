package dev.heartbeat.examples;

import static dev.heartbeat.inmemory.assertj.SimulationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Audit;
import dev.heartbeat.BackfillPlan;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.Fire;
import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of fires that are found late, and of those that were missed. */
class CatchUpTest {
    private static final Instant FRIDAY = Instant.parse("2026-03-06T00:00:00Z");

    private static Schedule hourly(String id, CatchUp catchUp) {
        return Schedule.builder(id, "0 * * * *", "import").catchUp(catchUp).build();
    }

    // tag::outage[]
    @Test
    void fourSchedulesAfterAnOutageOfFiveFires() {
        SimulationResult friday = Simulation.of(
                        hourly("report", CatchUp.once()), // the default
                        hourly("market-check", CatchUp.skip()),
                        hourly("invoices", CatchUp.all(3)),
                        hourly("reminders", CatchUp.all().within(Duration.ofHours(2))))
                .outage(Instant.parse("2026-03-06T08:30:00Z"), Instant.parse("2026-03-06T13:20:00Z"))
                .run(FRIDAY, Duration.ofDays(1)); // 09:00 to 13:00 are found at 13:20

        assertThat(friday).firesOf("report").hadOutcome(Outcome.EXECUTED, 19).hadOutcome(Outcome.MISSED, 4);
        assertThat(friday)
                .firesOf("market-check")
                .hadOutcome(Outcome.EXECUTED, 18)
                .hadOutcome(Outcome.MISSED, 5);
        assertThat(friday).firesOf("invoices").wereExecuted(); // three at 13:20, two at 13:30
        assertThat(friday).firesOf("reminders").hadOutcome(Outcome.EXECUTED, 20).hadOutcome(Outcome.MISSED, 3);
    }
    // end::outage[]

    @Test
    void theFiresThatDidNotRunSayWhy() {
        SimulationResult friday = Simulation.of(
                        hourly("report", CatchUp.once()),
                        hourly("market-check", CatchUp.skip()),
                        hourly("invoices", CatchUp.all(3)))
                .outage(Instant.parse("2026-03-06T08:30:00Z"), Instant.parse("2026-03-06T13:20:00Z"))
                .run(FRIDAY, Duration.ofDays(1));

        assertThat(friday.firesOf("report"))
                .filteredOn(fire -> fire.outcome() == Outcome.MISSED)
                .extracting(Fire::reason)
                .containsOnly("coalesced");
        assertThat(friday.firesOf("market-check"))
                .filteredOn(fire -> fire.outcome() == Outcome.MISSED)
                .extracting(Fire::reason)
                .containsOnly("too-old");
        assertThat(friday.firesOf("invoices"))
                .extracting(Fire::startedAt)
                .contains(Instant.parse("2026-03-06T13:30:00Z"));
    }

    // tag::document[]
    @Test
    void aDocumentSaysItInTwoFields() {
        Map<String, Object> fields = Map.of(
                "enabled", true,
                "cron", "0 * * * *",
                "task", "import",
                "catchUp", "all(20)",
                "catchUpWithin", "PT6H");

        assertThat(ScheduleDocument.read("invoices", fields).schedule().catchUp())
                .isEqualTo(CatchUp.all(20).within(Duration.ofHours(6)));
    }
    // end::document[]

    // tag::backfill[]
    @Test
    void whatAnOutageHasLeftOutIsRunAfterwards() {
        SimulationResult friday = Simulation.of(hourly("report", CatchUp.once()))
                .outage(Instant.parse("2026-03-06T08:30:00Z"), Instant.parse("2026-03-06T13:20:00Z"))
                .at(Instant.parse("2026-03-06T14:05:00Z"), CatchUpTest::backfillTheMorning)
                .run(FRIDAY, Duration.ofDays(1));

        assertThat(friday.firesOf("report"))
                .filteredOn(Fire::isBackfilled) // one in each pulse: 14:10, 14:20, 14:30, 14:40
                .extracting(Fire::at)
                .containsExactly(
                        Instant.parse("2026-03-06T09:00:00Z"),
                        Instant.parse("2026-03-06T10:00:00Z"),
                        Instant.parse("2026-03-06T11:00:00Z"),
                        Instant.parse("2026-03-06T12:00:00Z"));
    }

    private static void backfillTheMorning(Heartbeat heartbeat) {
        Instant from = Instant.parse("2026-03-06T08:00:00Z");
        Instant to = Instant.parse("2026-03-06T14:00:00Z"); // exclusive
        Audit ann = Audit.by("ann", "the host was down");

        BackfillPlan plan =
                heartbeat.schedules().backfill("report", from, to, true, ann).orElseThrow(); // a dry run
        assertThat(plan.count()).isEqualTo(4);
        assertThat(plan.leftOut()).isEqualTo(2); // 08:00 and 13:00 have an entry of their own

        assertThat(heartbeat.schedules().backfill("report", from, to, false, ann))
                .map(BackfillPlan::asked)
                .contains(true);
    }
    // end::backfill[]
}
