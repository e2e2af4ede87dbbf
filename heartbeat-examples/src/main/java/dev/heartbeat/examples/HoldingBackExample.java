package dev.heartbeat.examples;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.health.Condition;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Breaker;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What holds schedules back: the circuit of a provider that is down, limits of a task and of a queue, and pauses. On a
 * clock that is moved by hand.
 */
public final class HoldingBackExample {
    private HoldingBackExample() {}

    /** Lets a provider fail and mend, then pauses a queue and everything, and prints what pulses and health say of it. */
    public static void main(String[] args) {
        SettableClock clock = new SettableClock(Instant.parse("2026-02-15T08:59:00Z"));
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
        AtomicBoolean providerIsDown = new AtomicBoolean(true);

        // tag::limits[]
        Task publish = Task.named(
                        "publish", context -> providerIsDown.get() ? TaskResult.failed("no answer") : TaskResult.done())
                .breaker(new Breaker(3, Duration.ofMinutes(5)))
                .circuit(params -> params.text("provider"))
                .build();
        Task report = Task.named("report", context -> TaskResult.done())
                .maxParallel(1)
                .build();
        Heartbeat heartbeat = Heartbeat.builder(store)
                .clock(clock)
                .task(publish)
                .task(report)
                .queueLimit(Schedule.BROWSER_QUEUE, 2)
                .build();
        // end::limits[]
        try (heartbeat) {
            for (int channel = 1; channel <= 3; channel++) {
                define(heartbeat, "channel-" + channel);
            }
            clock.set(Instant.parse("2026-02-15T09:00:00Z"));
            print(heartbeat.pulse()); // three failures in a row
            define(heartbeat, "channel-4");
            clock.set(Instant.parse("2026-02-15T09:03:00Z"));
            print(heartbeat.pulse());
            providerIsDown.set(false);
            clock.set(Instant.parse("2026-02-15T09:10:00Z"));
            print(heartbeat.pulse());
            print(heartbeat.pulse());

            // tag::pauses[]
            Audit audit = Audit.by("ann", "the provider moves house");
            heartbeat.schedules().pauseQueue("publishing", Instant.parse("2026-02-15T10:00:00Z"), audit);
            heartbeat.schedules().pauseAll(Instant.parse("2026-02-15T09:30:00Z"), audit);

            Pauses pauses = heartbeat.schedules().pauses();
            System.out.println("paused by "
                    + pauses.queue("publishing").orElseThrow().pause().by());
            // end::pauses[]
            clock.set(Instant.parse("2026-02-15T09:20:00Z"));
            print(heartbeat.pulse());
            for (Condition condition : heartbeat.health().conditions()) {
                System.out.println(condition.name() + ": " + condition.cause());
            }
            heartbeat.schedules().resumeAll(audit);
            heartbeat.schedules().resumeQueue("publishing", audit);
            clock.set(Instant.parse("2026-02-15T09:30:00Z"));
            print(heartbeat.pulse());
        }
    }

    private static void define(Heartbeat heartbeat, String id) {
        heartbeat
                .schedules()
                .define(Schedule.builder(id, "*/10 * * * *", "publish")
                        .queue("publishing")
                        .param("provider", "videos.example")
                        .runAtFirstPulse()
                        .build());
    }

    private static void print(Pulse pulse) {
        System.out.println(pulse.startedAt());
        for (PulseDetail detail : pulse.details()) {
            System.out.println("  " + detail.id() + " " + detail.outcome().text()
                    + (detail.reason() == null ? "" : ", " + detail.reason())
                    + (detail.retryAt() == null ? "" : " until " + detail.retryAt()));
        }
    }
}
