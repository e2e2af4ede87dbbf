package dev.heartbeat.examples.server;

import dev.heartbeat.schedule.Params;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a built-in task asks of its params, so that a file can be checked before its tasks run.
 *
 * @param names the params it knows
 * @param sound a sound value for each param that it needs
 * @param check throws {@code IllegalArgumentException} if params cannot be used
 */
record TaskParams(Set<String> names, Map<String, Object> sound, Consumer<Params> check) {
    private static final TaskParams HTTP = new TaskParams(
            HttpCall.PARAMS, Map.of("url", "http://127.0.0.1"), params -> HttpCall.read(params, "a key"));
    private static final TaskParams LOG =
            new TaskParams(LogTask.PARAMS, Map.of("message", "any"), params -> LogTask.Line.read(params));

    /** Returns what the task asks; empty if this server has no such task, or one that takes no params. */
    static Optional<TaskParams> of(String task) {
        return switch (task) {
            case HttpRequestTask.NAME -> Optional.of(HTTP);
            case LogTask.NAME -> Optional.of(LOG);
            default -> Optional.empty();
        };
    }
}
