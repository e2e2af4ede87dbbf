package dev.heartbeat.examples.server;

import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskExecutor;
import dev.heartbeat.task.TaskResult;
import java.util.Locale;
import java.util.Map;

/** Writes a line into the log. Params: {@code message}; {@code level} of debug, info, warning, error (info). */
final class LogTask implements TaskExecutor {
    static final String NAME = "log";
    static final String LOGGER_NAME = "heartbeat.log";

    private static final System.Logger LOGGER = System.getLogger(LOGGER_NAME);

    @Override
    public TaskResult execute(TaskContext context) {
        String message = context.params().text("message");
        String level = context.params().findText("level").orElse("info").toLowerCase(Locale.ROOT);
        System.Logger.Level at = switch (level) {
            case "debug" -> System.Logger.Level.DEBUG;
            case "info" -> System.Logger.Level.INFO;
            case "warning" -> System.Logger.Level.WARNING;
            case "error" -> System.Logger.Level.ERROR;
            default ->
                throw new IllegalArgumentException(
                        "param 'level' is '" + level + "'; allowed are debug, info, warning, error");
        };
        LOGGER.log(at, context.scheduleId() + ": " + message);
        return TaskResult.of(Map.of("message", message));
    }
}
