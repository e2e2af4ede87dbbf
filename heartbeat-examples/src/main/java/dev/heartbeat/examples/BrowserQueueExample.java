package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.TaskResult;
import java.util.Map;

/**
 * The queue {@code browser}: work that drives a browser is counted apart in the heartbeat, as the playbook's dashboards
 * expect it. A queue is a name on the schedule; the task does not know of it.
 */
public final class BrowserQueueExample {
    private BrowserQueueExample() {}

    /** Runs two browser tasks, of which one fails, and two others, and prints the counts of the heartbeat. */
    public static void main(String[] args) {
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task("scrape", context -> {
                    String site = context.params().text("site");
                    return site.endsWith(".invalid")
                            ? TaskResult.failed("no such site: " + site)
                            : TaskResult.of(Map.of("site", site));
                })
                .task("send-mail", context -> TaskResult.done())
                .build()) {
            defineBrowserTask(heartbeat, "competitor-prices", "shop.example");
            defineBrowserTask(heartbeat, "keyword-rankings", "search.invalid");
            define(heartbeat, Schedule.builder("birthdays", "0 8 * * *", "send-mail"));
            define(heartbeat, Schedule.builder("newsletter", "0 9 * * 1", "send-mail"));

            Pulse pulse = heartbeat.pulse();
            for (PulseDetail detail : pulse.details()) {
                System.out.println((detail.isBrowserTask() ? "browser task " : "schedule ") + detail.id() + " "
                        + detail.outcome().text());
            }
            // The same numbers stand in the store's heartbeat document and, over HTTP, in tick and health.
            HeartbeatRecord record = pulse.heartbeat().orElseThrow();
            System.out.println("schedules: " + record.schedulesProcessed() + " processed, " + record.schedulesExecuted()
                    + " executed");
            System.out.println("browser tasks: " + record.browserTasksProcessed() + " processed, "
                    + record.browserTasksExecuted() + " executed");
        }
    }

    private static void defineBrowserTask(Heartbeat heartbeat, String id, String site) {
        define(
                heartbeat,
                Schedule.builder(id, "@hourly", "scrape")
                        .queue(Schedule.BROWSER_QUEUE) // in a document of the store: queue: "browser"
                        .param("site", site));
    }

    private static void define(Heartbeat heartbeat, Schedule.Builder schedule) {
        heartbeat.schedules().define(schedule.runAtFirstPulse().build());
    }
}
