package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands that need bash and curl. */
final class Shell {
    private Shell() {}

    /** How a command ended. */
    record Ended(int code, String printed) {}

    /** Skips the test without bash and curl, unless {@code -Dheartbeat.tools.required=true} makes that a failure. */
    static void assumeBashAndCurl() throws Exception {
        boolean there = run(List.of("bash", "-c", "command -v curl"), Map.of()).code() == 0;
        if (!Boolean.getBoolean("heartbeat.tools.required")) {
            assumeTrue(there, "bash and curl are not there");
        }
        assertThat(there).as("bash and curl are there").isTrue();
    }

    static Ended bash(String command, Map<String, String> environment) throws Exception {
        return run(List.of("bash", "-c", command), environment);
    }

    static Ended run(List<String> command, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Ended(-1, String.valueOf(e.getMessage()));
        }
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), printed);
    }
}
