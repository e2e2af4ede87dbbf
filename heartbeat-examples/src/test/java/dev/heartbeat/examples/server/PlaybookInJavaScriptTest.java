package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heartbeat.firestore.Emulator;
import dev.heartbeat.firestore.NeedsEmulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The playbook's snippets, run by Google's own JavaScript client against the quick server on the emulator: {@code
 * src/test/js}. Needs node, and npm to get the client; without those it is skipped, unless {@code
 * -Dheartbeat.tools.required=true} makes that a failure.
 */
@NeedsEmulator
class PlaybookInJavaScriptTest extends ServerProcess {
    private static final Path SOURCE = Path.of("src/test/js");
    private static final Path FOLDER = Path.of("target/js");

    private final String project = Emulator.newProject();

    private record Ended(int code, String printed) {}

    @AfterEach
    void forget() {
        Emulator.shared().clear(project);
    }

    @Test
    void whatPeopleWriteRunsAndNothingElseIsTouched() throws Exception {
        Ended client = clientOfJavaScript();
        if (!Boolean.getBoolean("heartbeat.tools.required")) {
            assumeTrue(client.code() == 0, "Google's JavaScript client is not there: " + client.printed());
        }
        assertThat(client.code()).as(client.printed()).isZero();
        Map<String, String> onEmulator =
                Map.of(ServerStore.EMULATOR_VARIABLE, Emulator.shared().host(), "CRON_SECRET", SECRET);
        startIn(onEmulator, "--store", "firestore", "--project", project, "--port", "0", "--no-ticker");
        String tick = urlOf("tick");

        ProcessBuilder script = inFolder("node", "playbook.js");
        script.environment().putAll(onEmulator);
        script.environment().put("GOOGLE_CLOUD_PROJECT", project);
        script.environment().put("METADATA_SERVER_DETECTION", "none"); // else it looks for Google's machines first
        script.environment().put("HEARTBEAT_URL", tick.substring(0, tick.indexOf("/api/")));
        Ended ended = ended(script);

        assertThat(ended.code()).as(ended.printed()).isZero();
        assertThat(ended.printed().lines())
                .containsSubsequence( // among warnings of newer versions of Node
                        "add: runs once, at the next tick",
                        "where: lists what is enabled",
                        "update: lastRun null runs it once more",
                        "update: what is disabled stops, and goes on when it is enabled",
                        "update: a changed cron counts from the next tick on",
                        "every other field and document is as it was",
                        "system/heartbeat: healthy",
                        "delete: it is gone");
    }

    /** Gets the client, in the version of the lock file, unless it is there. */
    private static Ended clientOfJavaScript() throws Exception {
        Files.createDirectories(FOLDER);
        Path lock = FOLDER.resolve("package-lock.json");
        boolean isThere = Files.exists(FOLDER.resolve("node_modules/.package-lock.json"))
                && Files.mismatch(SOURCE.resolve("package-lock.json"), lock) == -1;
        for (String file : List.of("playbook.js", "package.json", "package-lock.json")) {
            Files.copy(SOURCE.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        try {
            return ended(
                    isThere
                            ? inFolder("node", "--version")
                            : inFolder("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"));
        } catch (IOException e) {
            return new Ended(127, String.valueOf(e.getMessage()));
        }
    }

    private static ProcessBuilder inFolder(String... command) {
        return new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true);
    }

    private static Ended ended(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), printed);
        } finally {
            process.destroyForcibly();
        }
    }
}
