package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.cronutils.CronDescriptions;
import dev.heartbeat.cronutils.CronDialect;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.TaskResult;
import java.time.Instant;
import java.time.ZoneId;

/** Schedules with the expressions of Quartz and Spring, and what they mean in words. */
public final class DialectsExample {
    private DialectsExample() {}

    /** Runs through a last Friday of a month. */
    public static void main(String[] args) {
        // tag::dialects[]
        Schedule report = Schedule.builder("report", CronDialect.QUARTZ.timing("0 0 9 ? * 6L"), "report")
                .zone(ZoneId.of("America/New_York"))
                .build();
        Schedule cleanup = Schedule.builder("cleanup", CronDialect.SPRING.timing("0 */20 * * * MON-FRI"), "cleanup")
                .build();
        String words = CronDescriptions.describe(report.timing()).orElse("");
        // end::dialects[]
        System.out.println(report.id() + " " + words);

        SettableClock clock = new SettableClock(Instant.parse("2026-02-27T13:50:00Z"));
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore(clock))
                .clock(clock)
                .task("report", context -> TaskResult.done())
                .task("cleanup", context -> TaskResult.done())
                .build()) {
            heartbeat.schedules().define(report);
            heartbeat.schedules().define(cleanup);
            clock.set(Instant.parse("2026-02-27T14:00:00Z"));
            heartbeat
                    .pulse()
                    .details()
                    .forEach(detail -> System.out.println(
                            detail.id() + " " + detail.outcome().text() + " for " + detail.fireTime()));
        }
    }
}
