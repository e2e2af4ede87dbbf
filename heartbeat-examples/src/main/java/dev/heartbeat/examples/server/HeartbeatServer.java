package dev.heartbeat.examples.server;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The main class of {@code heartbeat-server.jar}. */
public final class HeartbeatServer {
    static final int COULD_NOT_RUN = 1;
    static final int WRONG_USAGE = 2;

    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    /** Held, since the logging framework forgets loggers that nobody holds. */
    private static final List<Logger> LOGGERS = List.of(Logger.getLogger(""), Logger.getLogger(LogTask.LOGGER_NAME));

    private HeartbeatServer() {}

    /** Starts the server; see {@code --help}. */
    public static void main(String[] args) {
        quietLogs();
        AtomicReference<@Nullable QuickServer> started = new AtomicReference<>();
        int code = run(List.of(args), System.getenv(), System.out, System.err, started);
        QuickServer server = started.get();
        if (server == null) {
            System.exit(code);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "heartbeat-shutdown"));
    }

    /** One line for each entry, and no more than there is need for; unless the logs are set up from outside. */
    private static void quietLogs() {
        if (System.getProperty(LOG_FORMAT) == null) {
            System.setProperty(LOG_FORMAT, "%1$tFT%1$tT%1$tz %4$s %5$s%6$s%n");
        }
        if (System.getProperty("java.util.logging.config.file") == null
                && System.getProperty("java.util.logging.config.class") == null) {
            LOGGERS.get(0).setLevel(Level.WARNING); // the console has a line for each pulse already
            LOGGERS.get(1).setLevel(Level.INFO);
        }
    }

    /**
     * Does what the command line says.
     *
     * @param started gets the server if one was started; it then runs until it is closed
     * @return the exit code
     */
    static int run(
            List<String> args,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            AtomicReference<@Nullable QuickServer> started) {
        try {
            ServerOptions options = ServerOptions.parse(args);
            if (options.help()) {
                out.print(ServerOptions.USAGE);
                return 0;
            }
            started.set(QuickServer.start(options, environment, out));
            return 0;
        } catch (UsageException e) {
            e.problems().forEach(problem -> err.println("heartbeat-server: " + problem));
            err.println("heartbeat-server: --help shows the options");
            return WRONG_USAGE;
        } catch (RuntimeException e) {
            err.println(
                    "heartbeat-server: " + Optional.ofNullable(e.getMessage()).orElse(e.toString()));
            return COULD_NOT_RUN;
        }
    }
}
