package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.examples.server.Shell.Ended;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The shell steps of the pulse sources, run against the quick server. They need bash and curl; without those they are
 * skipped, unless {@code -Dheartbeat.tools.required=true} makes that a failure.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PulseSourcesTest {
    private static final Path SOURCES = Path.of("sources");
    private static final String SECRET = "a-secret-of-the-test";

    private QuickServer server;

    @BeforeEach
    void start() throws Exception {
        Shell.assumeBashAndCurl();
        server = QuickServer.start(
                ServerOptions.parse(List.of("--port", "0", "--no-ticker")),
                Map.of("CRON_SECRET", SECRET),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** What stands under {@code run: |} in the workflow, as GitHub hands it to bash. */
    private static String workflowStep() throws IOException {
        List<String> lines = Files.readAllLines(SOURCES.resolve("github-actions/pulse.yaml"));
        int run = lines.indexOf("        run: |");
        assertThat(run).as("the line of the step").isPositive();
        return lines.subList(run + 1, lines.size()).stream()
                .map(line -> line.isEmpty() ? line : line.substring(10))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static Ended workflow(String url, String secret, String failOnUnsuccessful) throws Exception {
        return Shell.run(
                List.of("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", workflowStep()),
                Map.of(
                        "HEARTBEAT_URL",
                        url,
                        "CRON_SECRET",
                        secret,
                        "FAIL_ON_UNSUCCESSFUL",
                        failOnUnsuccessful,
                        "RETRY_SECONDS",
                        "0"));
    }

    @Test
    void aPulseIsMadeAndItsAnswerLogged() throws Exception {
        Ended ended = workflow(server.url(), SECRET, "true");

        assertThat(ended.code()).as(ended.printed()).isZero();
        assertThat(ended.printed())
                .contains("attempt 1: status 200", "\"success\":true", "pulse: alive")
                .doesNotContain("attempt 2", SECRET);
        assertThat(server.store().pulses(null, 100).items())
                .extracting(pulse -> pulse.source())
                .contains("github-actions");
    }

    @Test
    void aWrongSecretFailsAtOnceAndSaysWhy() throws Exception {
        Ended ended = workflow(server.url(), "not-the-secret-of-it", "false");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.printed())
                .contains("attempt 1: status 401", "::error", "wrong CRON_SECRET")
                .doesNotContain("attempt 2", "not-the-secret-of-it");
    }

    @Test
    void aServerThatCannotServeIsTriedThreeTimes() throws Exception {
        server.heartbeat().close();
        Ended ended = workflow(server.url(), SECRET, "false");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.printed()).contains("attempt 3: status 503", "::error", "the answer was 503");
    }

    @Test
    void aRefusedConnectionIsTriedThreeTimes() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Ended ended = workflow("http://127.0.0.1:" + port, SECRET, "false");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.printed()).contains("attempt 3: status 000", "::error", "no connection");
    }

    @Test
    void anAnswerThatBreaksOffIsNoAnswer() throws Exception {
        try (Listening broken = Listening.with(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
        })) {
            Ended ended = workflow(broken.url(), SECRET, "false");

            assertThat(ended.code()).as(ended.printed()).isEqualTo(1);
            assertThat(ended.printed()).contains("attempt 3: status 000", "::error", "no whole answer");
        }
    }

    @Test
    void theWorkflowRunsEveryTenMinutesAndByHandWithItsInput() throws Exception {
        String workflow = Files.readString(SOURCES.resolve("github-actions/pulse.yaml"));
        String on = workflow.substring(workflow.indexOf("\non:\n"), workflow.indexOf("\npermissions:"));

        assertThat(on)
                .contains("schedule:\n    - cron: '*/10 * * * *'\n")
                .contains("workflow_dispatch:\n    inputs:\n      fail-on-unsuccessful:\n")
                .contains("type: boolean\n        default: true\n");
        assertThat(workflow).contains("FAIL_ON_UNSUCCESSFUL: ${{ inputs.fail-on-unsuccessful || 'false' }}");
    }

    /** An answer of another server that speaks the playbook's format. */
    @ParameterizedTest(name = "fail on unsuccessful {0}: exit code {1}")
    @CsvSource({"true, 1", "false, 0"})
    void anUnsuccessfulPulseFailsIfTheInputSaysSo(String fail, int code) throws Exception {
        try (Listening other = Listening.answering("{\"success\":false,\"pulse\":\"error\",\"processed\":1}")) {
            Ended ended = workflow(other.url(), SECRET, fail);

            assertThat(ended.code()).as(ended.printed()).isEqualTo(code);
            assertThat(ended.printed()).contains("pulse: error");
        }
    }

    @Test
    void whatIsNotSetIsNamed() throws Exception {
        Ended ended = workflow("", SECRET, "false");

        assertThat(ended.code()).isNotZero();
        assertThat(ended.printed()).contains("HEARTBEAT_URL", "is empty");
    }

    /** The lines that crontab, systemd and Kubernetes hand to a shell. */
    @ParameterizedTest
    @CsvSource({
        "crontab/heartbeat.cron, crontab",
        "systemd/heartbeat-pulse.service, systemd",
        "kubernetes/pulse.yaml, kubernetes"
    })
    void theOneLineSourcesPulseAndFailOnAWrongSecret(String file, String source) throws Exception {
        String command = shellCommand(file);
        Ended right = Shell.bash(command, Map.of("HEARTBEAT_URL", server.url(), "CRON_SECRET", SECRET));
        Ended wrong = Shell.bash(command, Map.of("HEARTBEAT_URL", server.url(), "CRON_SECRET", "not-the-secret-of-it"));

        assertThat(right.code()).as(right.printed()).isZero();
        assertThat(server.store().pulses(null, 100).items())
                .extracting(pulse -> pulse.source())
                .contains(source);
        assertThat(wrong.code()).as(wrong.printed()).isEqualTo(22);
        if (source.equals("crontab")) {
            assertThat(right.printed()).as("what cron would mail").isEmpty();
            assertThat(wrong.printed()).as("the answer, which says why").contains("\"status\":401");
        }
    }

    private static String shellCommand(String file) throws IOException {
        String text = Files.readString(SOURCES.resolve(file));
        String from = text.substring(text.indexOf("echo \"Authorization"));
        return switch (file.substring(0, file.indexOf('/'))) {
            case "crontab" -> text.substring(text.indexOf("answer=")).strip();
            case "systemd" -> from.substring(0, from.indexOf("'\n"));
            default ->
                from.lines()
                        .takeWhile(line -> !line.contains("resources:"))
                        .map(String::strip)
                        .collect(Collectors.joining(" "));
        };
    }

    @Test
    void cloudSchedulerGetsTheSecretInAFileAndNotOnACommandLine(@TempDir Path folder) throws Exception {
        Path gcloud = Files.writeString(folder.resolve("gcloud"), """
                #!/usr/bin/env bash
                printf '%s\\n' "$@" > "$SEEN/arguments"
                while [ "$1" != --flags-file ]; do shift; done
                echo "$2" > "$SEEN/path"
                cp --preserve=mode "$2" "$SEEN/flags"
                """);
        assertThat(gcloud.toFile().setExecutable(true)).isTrue();

        Ended ended = Shell.run(
                List.of("bash", SOURCES.resolve("cloud-scheduler/create.sh").toString()),
                Map.of(
                        "PATH",
                        folder + ":" + System.getenv("PATH"),
                        "SEEN",
                        folder.toString(),
                        "HEARTBEAT_URL",
                        "https://example.com",
                        "LOCATION",
                        "us-central1",
                        "CRON_SECRET",
                        "it's-a-secret"));

        assertThat(ended.code()).as(ended.printed()).isZero();
        assertThat(Files.readAllLines(folder.resolve("arguments")))
                .contains("heartbeat-pulse", "https://example.com/api/cron/tick", "*/10 * * * *", "--flags-file")
                .noneMatch(argument -> argument.contains("secret"));
        Path flags = folder.resolve("flags");
        assertThat(flags).hasContent("--headers:\n  Authorization: 'Bearer it''s-a-secret'\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(flags)))
                .isEqualTo("rw-------");
        assertThat(Path.of(Files.readString(folder.resolve("path")).strip())).doesNotExist();
    }

    @Test
    void everySourceSaysHowLateItIs() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(file ->
                            !file.endsWith("README.md") && !file.toString().endsWith(".service"))
                    .toList();
            assertThat(all)
                    .hasSize(5)
                    .allSatisfy(file -> assertThat(Files.readString(file)).contains("# Lateness: "));
        }
    }
}
