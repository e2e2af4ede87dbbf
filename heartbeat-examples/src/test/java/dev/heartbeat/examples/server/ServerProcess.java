package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * Tests of the server as a process of its own: from the class path and, once it is packaged, from the jar that the system
 * property {@code heartbeat.server.jar} names.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ServerProcess {
    static final String SECRET = "a-secret-of-the-test";

    final StringBuilder printed = new StringBuilder();
    Process process;
    private BufferedReader output;

    @AfterEach
    void end() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    final void start(String secret, String... args) throws IOException {
        startIn(secret == null ? Map.of() : Map.of("CRON_SECRET", secret), args);
    }

    final void startIn(Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String jar = System.getProperty("heartbeat.server.jar");
        if (jar != null) {
            command.addAll(List.of("-jar", jar));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), HeartbeatServer.class.getName()));
        }
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("CRON_SECRET");
        builder.environment().putAll(environment);
        process = builder.start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Reads on until a line holds the text, or to the end. */
    final String lineWith(String text) throws IOException {
        String line = output.readLine();
        while (line != null) {
            printed.append(line).append('\n');
            if (line.contains(text)) {
                return line;
            }
            line = output.readLine();
        }
        throw new AssertionError("no line with '" + text + "' in:\n" + printed);
    }

    final String urlOf(String what) throws IOException {
        String line = lineWith("  " + what + " ");
        return line.substring(line.indexOf("http"));
    }

    final int exitCode() throws Exception {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            printed.append(line).append('\n');
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    static HttpRequest tick(String url, String secret) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + secret)
                .build();
    }
}
