package dev.heartbeat.examples.server;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the command line says. */
record ServerOptions(
        int port,
        String host,
        @Nullable Path schedules,
        Store store,
        @Nullable String project,
        Duration interval,
        @Nullable Duration staleAfter,
        Duration budget,
        boolean ticker,
        boolean demo,
        @Nullable String adminSecret,
        List<String> allowedHosts,
        boolean https,
        boolean help) {
    /** Where schedules and history are kept. */
    enum Store {
        MEMORY,
        FIRESTORE
    }

    static final String USAGE = """
            Usage: java -jar heartbeat-server.jar [options]

              --port N            port to listen on, 0 for a free one (8080)
              --host H            address to listen on (127.0.0.1); another one than loopback needs an admin secret
              --admin-secret S    asks for it before it shows the dashboard; better in ADMIN_SECRET
              --allowed-host H    name that people reach it by, such as ops.example.com; may be repeated
              --https             people reach it through a proxy that speaks https; needs an admin secret
              --schedules FILE    a JSON array of schedules; those that the store has already stay as they are there.
                                  Without it, and in memory, a small sample runs
              --store S           where schedules and history are kept: memory or firestore (memory)
              --project P         the Google Cloud project of firestore (that of the environment)
              --interval D        how often pulses are expected (PT10M)
              --stale-after D     age from which the heartbeat is stale (one and a half intervals)
              --budget D          time that one pulse may take (PT60S)
              --no-ticker         no pulses of its own: wait for /api/cron/tick
              --demo              adds a schedule that fails on purpose, and to firestore the small sample
              --help              shows this

            Durations are ISO-8601, such as PT10M. The tick secret is taken from CRON_SECRET (16 characters or more);
            without it one is made and printed once. Without an admin secret (16 characters or more) the dashboard is open to
            everybody on this machine, and to nobody else. BEHIND_HTTPS=true is --https. Firestore is the emulator at FIRESTORE_EMULATOR_HOST if that is set,
            else the service, by the application default credentials. Exit codes: 0 all well, 1 it could not run, 2 wrong usage.
            """;

    private static final List<String> FLAGS = List.of(
            "--port",
            "--host",
            "--admin-secret",
            "--allowed-host",
            "--https",
            "--schedules",
            "--store",
            "--project",
            "--interval",
            "--stale-after",
            "--budget",
            "--no-ticker",
            "--demo",
            "--help");

    static ServerOptions parse(List<String> args) throws UsageException {
        int port = 8080;
        String host = "127.0.0.1";
        Path schedules = null;
        Store store = Store.MEMORY;
        String project = null;
        Duration interval = Duration.ofMinutes(10);
        Duration staleAfter = null;
        Duration budget = Duration.ofSeconds(60);
        boolean ticker = true;
        boolean demo = false;
        boolean help = false;
        String adminSecret = null;
        List<String> allowedHosts = new ArrayList<>();
        boolean https = false;
        Words words = new Words(args);
        while (words.hasNext()) {
            String flag = words.nextFlag();
            switch (flag) {
                case "--port" -> port = port(words.value());
                case "--host" -> host = words.value();
                case "--admin-secret" -> adminSecret = words.value();
                case "--allowed-host" -> allowedHosts.add(words.value());
                case "--https" -> https = words.on();
                case "--schedules" -> schedules = file(words.value());
                case "--store" -> store = store(words.value());
                case "--project" -> project = words.value();
                case "--interval" -> interval = duration(flag, words.value(), "PT1S", "P1D");
                case "--stale-after" -> staleAfter = duration(flag, words.value(), "PT1S", "P30D");
                case "--budget" -> budget = duration(flag, words.value(), "PT0.1S", "PT1H");
                case "--no-ticker" -> ticker = !words.on();
                case "--demo" -> demo = words.on();
                case "--help", "-h" -> help = words.on();
                default ->
                    throw new UsageException("unknown option '" + flag + "'" + nearest(flag) + "; allowed are "
                            + String.join(", ", FLAGS));
            }
        }
        if (project != null && store != Store.FIRESTORE) {
            throw new UsageException("option --project: is for --store firestore alone");
        }
        return new ServerOptions(
                port,
                host,
                schedules,
                store,
                project,
                interval,
                staleAfter,
                budget,
                ticker,
                demo,
                adminSecret,
                List.copyOf(allowedHosts),
                https,
                help);
    }

    /** The command line, flag by flag: {@code --port 1} and {@code --port=1} are the same. */
    private static final class Words {
        private final Deque<String> left;
        private String flag = "";
        private @Nullable String attached;

        Words(List<String> args) {
            this.left = new ArrayDeque<>(args);
        }

        boolean hasNext() {
            return !left.isEmpty();
        }

        String nextFlag() {
            String word = left.removeFirst();
            int is = word.startsWith("--") ? word.indexOf('=') : -1;
            flag = is < 0 ? word : word.substring(0, is);
            attached = is < 0 ? null : word.substring(is + 1);
            return flag;
        }

        String value() throws UsageException {
            if (attached != null) {
                return attached;
            }
            if (left.isEmpty() || left.getFirst().startsWith("--")) {
                throw new UsageException("option " + flag + " needs a value");
            }
            return left.removeFirst();
        }

        /** The flag takes no value. */
        boolean on() throws UsageException {
            if (attached != null) {
                throw new UsageException("option " + flag + ": '" + attached + "' is not allowed; it takes no value");
            }
            return true;
        }
    }

    private static Path file(String text) throws UsageException {
        try {
            if (!text.isEmpty()) {
                return Path.of(text);
            }
        } catch (InvalidPathException e) {
            // falls through to the message below
        }
        throw new UsageException("option --schedules: '" + text + "' is not allowed; the path of a file");
    }

    private static int port(String text) throws UsageException {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // falls through to the message below
        }
        throw new UsageException("option --port: '" + text + "' is not allowed; 0 to 65535, 0 takes a free one");
    }

    private static Store store(String text) throws UsageException {
        return switch (text) {
            case "memory" -> Store.MEMORY;
            case "firestore" -> Store.FIRESTORE;
            default -> throw new UsageException("option --store: '" + text + "' is not allowed; memory or firestore");
        };
    }

    private static Duration duration(String flag, String text, String least, String most) throws UsageException {
        try {
            Duration duration = Duration.parse(text);
            if (duration.compareTo(Duration.parse(least)) >= 0 && duration.compareTo(Duration.parse(most)) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // falls through to the message below
        }
        throw new UsageException("option " + flag + ": '" + text + "' is not allowed; a duration from " + least + " to "
                + most + ", such as PT10M");
    }

    private static String nearest(String flag) {
        return Typos.nearest(flag, FLAGS)
                .map(known -> " (did you mean " + known + "?)")
                .orElse("");
    }
}
