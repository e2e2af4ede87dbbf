package dev.heartbeat.engine;

import dev.heartbeat.task.TaskResolver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a heartbeat was built with; see the builder for the meaning and range of each. */
public record EngineSettings(
        String name,
        Duration interval,
        Duration staleAfter,
        Duration budget,
        Duration lease,
        Duration shutdownGrace,
        int parallelism,
        int upcoming,
        Map<String, Integer> queueLimits,
        Map<String, Duration> queueWindows,
        @Nullable Executor executor,
        InstantSource clock,
        TaskResolver tasks) {
    /** Returns how much of the budget the work of a pulse may take. */
    public Duration room() {
        return budget.minus(PulseTime.reserve(budget));
    }
}
