package dev.heartbeat.examples.server;

import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import java.time.ZoneId;
import java.util.List;

/** The schedules that a newcomer sees living. Each does what its name says, and shows something that schedules can. */
final class Sample {
    private Sample() {}

    /**
     * Returns them; two start at once, so that there is something to see.
     *
     * @param health the URL of this server's health
     * @param page the URL of a page of this server
     */
    static List<Schedule> schedules(String health, String page) {
        return List.of(
                Schedule.builder("watch-own-health", "* * * * *", HttpRequestTask.NAME)
                        .param("url", health)
                        .param("expectedStatus", 200)
                        .runAtFirstPulse()
                        .build(),
                Schedule.builder("say-hello", "*/5 * * * *", LogTask.NAME)
                        .param("message", "The heartbeat is the pulse. As long as it beats, the system lives.")
                        .runAtFirstPulse()
                        .build(),
                Schedule.builder("open-demo-page", "*/2 8-19 * * *", HttpRequestTask.NAME)
                        .queue(Schedule.BROWSER_QUEUE)
                        .priority(Priority.LOW)
                        .param("url", page)
                        .build(),
                Schedule.builder("good-morning", "0 8 * * 1-5", LogTask.NAME)
                        .zone(ZoneId.of("America/New_York"))
                        .param("message", "Good morning, New York.")
                        .build());
    }

    /** Returns one that shows what an error looks like. */
    static Schedule failing() {
        return Schedule.builder("fails-on-purpose", "*/2 * * * *", QuickServer.FAILING_TASK)
                .retry(Retry.none())
                .runAtFirstPulse()
                .build();
    }
}
