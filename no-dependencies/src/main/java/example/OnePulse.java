package example;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.util.Map;

/** One pulse with nothing on the class path but the core and the in-memory store. */
public final class OnePulse {
    private OnePulse() {}

    public static void main(String[] args) {
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task(
                        "greet",
                        context ->
                                TaskResult.of(Map.of("greeted", context.params().text("whom"))))
                .build()) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("greet-world", "0 9 * * 1", "greet")
                            .param("whom", "world")
                            .runAtFirstPulse()
                            .build());
            Pulse pulse = heartbeat.pulse();
            if (pulse.count(Outcome.EXECUTED) != 1 || !heartbeat.health().healthy()) {
                throw new IllegalStateException("expected one executed run and a healthy heartbeat, got " + pulse);
            }
        }
    }
}
