package dev.heartbeat.examples;

// tag::tour[]
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.Health;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;

public final class FiveMinuteTour {
    private FiveMinuteTour() {}

    public static void main(String[] args) {
        Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task(
                        "weekly-deals-video",
                        context -> TaskResult.of(
                                Map.of("playbook", context.params().text("playbookId"))))
                .interval(Duration.ofMinutes(10))
                .build();

        // define() may be called at every boot: it never touches lastRun, a pause or a claim
        heartbeat
                .schedules()
                .define(Schedule.builder("weekly-deals", "0 9 * * 1", "weekly-deals-video")
                        .zone(ZoneId.of("America/New_York"))
                        .param("playbookId", "weekly-deals-template")
                        .runAtFirstPulse()
                        .build());

        Pulse pulse = heartbeat.pulse(); // one pass: from a cron endpoint, a test, a main
        System.out.println(pulse.detail("weekly-deals"));

        heartbeat.pulse(PulseRequest.from("github-actions")); // nothing is due: nothing runs twice

        heartbeat.start(); // or the resident ticker, aligned to the clock

        Health health = heartbeat.health();
        System.out.println(health.status()); // ALIVE

        heartbeat.close(); // waits for running tasks
    }
}
// end::tour[]
