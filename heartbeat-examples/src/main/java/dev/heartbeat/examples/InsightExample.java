package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.insight.Finding;
import dev.heartbeat.insight.Insight;
import dev.heartbeat.insight.TaskFigures;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;

/** A month of a task that has more to do each day, and what is said of it before anybody complains. */
public final class InsightExample {
    private static final Instant FIRST = Instant.parse("2026-02-01T09:00:00Z");
    private static final int DAYS = 28;

    private InsightExample() {}

    /** Pulses once a day, on a clock that is moved by hand, and prints what stands out at the end. */
    public static void main(String[] args) {
        SettableClock clock = new SettableClock(FIRST);
        Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore(clock))
                .clock(clock)
                .interval(Duration.ofDays(1))
                .task("birthday-emails", context -> {
                    long day = Duration.between(FIRST, context.fireTime()).toDays();
                    clock.advance(Duration.ofMillis(10_000 + 200 * day)); // more customers each day
                    return TaskResult.done();
                })
                .build();
        try (heartbeat) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("birthdays", "0 9 * * *", "birthday-emails")
                            .build());
            for (int day = 1; day <= DAYS; day++) {
                clock.set(FIRST.plus(Duration.ofDays(day)));
                heartbeat.pulse();
            }
            tell(heartbeat);
        }
    }

    // tag::insight[]
    static void tell(Heartbeat heartbeat) {
        Insight insight = heartbeat.history().insight();
        for (Finding finding : insight.findings()) {
            System.out.println(finding.kind().text() + ": " + finding.cause() + ". " + finding.nextStep() + ".");
        }
        for (TaskFigures task : insight.tasks()) {
            System.out.println(task.task() + ": " + task.runs() + " runs, median " + task.medianMs() + " ms");
        }
    }
    // end::insight[]
}
