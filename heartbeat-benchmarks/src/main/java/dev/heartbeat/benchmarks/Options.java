package dev.heartbeat.benchmarks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param rounds how often each process is measured
 * @param readme the file that gets the table, if any
 */
record Options(int rounds, @Nullable Path readme) {
    private static final int ROUNDS = 5;

    /** Throws {@code IllegalArgumentException} before anything is measured for nothing. */
    static Options parse(String... arguments) {
        int rounds = ROUNDS;
        Path readme = null;
        for (int i = 0; i < arguments.length; i += 2) {
            String option = arguments[i];
            if (i + 1 == arguments.length) {
                throw refused("option " + option + " without a value");
            }
            String value = arguments[i + 1];
            switch (option) {
                case "--rounds" -> {
                    if (!value.matches("[1-9][0-9]{0,3}")) {
                        throw refused("--rounds " + value);
                    }
                    rounds = Integer.parseInt(value);
                }
                case "--readme" -> readme = Path.of(value);
                default -> throw refused("option " + option);
            }
        }
        return new Options(rounds, readme);
    }

    private static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException(what + " is not allowed; --rounds N (1 to 9999), --readme FILE");
    }
}
