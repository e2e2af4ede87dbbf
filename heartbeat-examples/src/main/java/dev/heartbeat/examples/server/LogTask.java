package dev.heartbeat.examples.server;

import dev.heartbeat.schedule.Params;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskExecutor;
import dev.heartbeat.task.TaskResult;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes a line into the log. Params: {@code message}; {@code level} of debug, info, warning, error (info). */
final class LogTask implements TaskExecutor {
    static final String NAME = "log";
    static final String LOGGER_NAME = "heartbeat.log";
    static final Set<String> PARAMS = Set.of("message", "level");

    private static final System.Logger LOGGER = System.getLogger(LOGGER_NAME);

    /** The params as they are used. */
    record Line(String message, System.Logger.Level level) {
        /** Throws {@code IllegalArgumentException} if they cannot be used. */
        static Line read(Params params) {
            return new Line(
                    params.text("message"),
                    level(params.findText("level").orElse("info").toLowerCase(Locale.ROOT)));
        }

        private static System.Logger.Level level(String text) {
            return switch (text) {
                case "debug" -> System.Logger.Level.DEBUG;
                case "info" -> System.Logger.Level.INFO;
                case "warning" -> System.Logger.Level.WARNING;
                case "error" -> System.Logger.Level.ERROR;
                default ->
                    throw new IllegalArgumentException(
                            "param 'level' is '" + text + "'; allowed are debug, info, warning, error");
            };
        }
    }

    @Override
    public TaskResult execute(TaskContext context) {
        Line line = Line.read(context.params());
        LOGGER.log(line.level(), context.scheduleId() + ": " + line.message());
        return TaskResult.of(Map.of("message", line.message()));
    }
}
