package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A day with more work than the budget has room for, seen beforehand. */
class BusyDayTest {
    private static final Instant DAY = Instant.parse("2026-03-02T00:00:00Z");

    // tag::busy-day[]
    @Test
    void onABusyDayPaymentsNeverWaitAndTheLedgerSaysWhatTheBudgetDidNotReach() {
        SimulationResult day = Simulation.of(
                        schedule("payments", "*/10 * * * *", Priority.CRITICAL),
                        schedule("stock", "*/10 9-16 * * *", Priority.HIGH),
                        schedule("prices", "*/10 9-16 * * *", Priority.NORMAL),
                        schedule("thumbnails", "0 8-17 * * *", Priority.LOW))
                .takes("payments", Duration.ofSeconds(10))
                .takes("stock", Duration.ofSeconds(20))
                .takes("prices", Duration.ofSeconds(15))
                .takes("thumbnails", Duration.ofSeconds(40))
                .setup(builder -> builder.parallelism(1)) // 55 of 60 seconds for 45 to 85 seconds of work
                .run(DAY, Duration.ofDays(1));

        assertThat(day.outcomesOf("payments")).containsExactly(entry("executed", 143));
        assertThat(day.outcomesOf("stock")).containsExactly(entry("executed", 48));
        assertThat(day.outcomesOf("thumbnails")) // wait for one pulse each hour, and then have their turn
                .containsExactly(entry("deferred: would-not-fit", 7), entry("executed", 10));
        assertThat(day.outcomesOf("prices")) // give up one turn each hour, and the ledger says why
                .containsExactly(entry("deferred: budget", 7), entry("executed", 41), entry("missed: overload", 7));

        Pulse tenOClock = day.pulses().get(60);
        assertThat(tenOClock.detail("thumbnails").orElseThrow().reason())
                .isEqualTo("would-not-fit: likely takes 40 s, 10 s were left");
    }
    // end::busy-day[]

    private static Schedule schedule(String id, String cron, Priority priority) {
        return Schedule.builder(id, cron, id)
                .priority(priority)
                .timeout(Duration.ofMinutes(5))
                .build();
    }
}
