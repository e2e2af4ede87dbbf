package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.examples.server.HeartbeatServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The quick server as a process on the emulator, while somebody works in the database as the playbook's snippets do: {@code
 * add}, {@code update({enabled: true, lastRun: null})}, {@code where('enabled', '==', true)}.
 */
@NeedsEmulator
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QuickServerOnFirestoreTest {
    private static final String SECRET = "a-secret-of-the-test";
    private static final String ADDED = "schedules/Xb3kQzR7mWv2LpT9cYhN"; // what add() makes up is like it

    private final TestProject project = new TestProject();
    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable Process process;
    private String url = "";

    @TempDir
    Path folder;

    @AfterEach
    void end() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        project.close();
    }

    @Test
    void thePlaybooksSnippetsWorkAndNothingElseIsTouched() throws Exception {
        project.put("customers/ann", Map.of("schedules", "mine", "lastRun", Instant.EPOCH));
        project.put("schedules/off", playbook("enabled", false, "lastRun", null));
        project.put("schedules/present", playbook("lastRun", Instant.EPOCH, "cron", "0 0 1 1 *", "enabled", false));
        Map<String, Map<String, @Nullable Object>> untouched =
                read("customers/ann", "schedules/off", "schedules/present");
        start(
                "[{\"id\":\"present\",\"enabled\":true,\"cron\":\"* * * * *\",\"task\":\"log\",\"params\":{\"message\":\"x\"}},"
                        + "{\"id\":\"imported\",\"enabled\":false,\"cron\":\"@daily\",\"task\":\"log\",\"params\":{\"message\":\"y\"}}]");

        assertThat(project.fields("schedules/imported"))
                .hasValueSatisfying(fields ->
                        assertThat(fields).containsEntry("cron", "@daily").containsEntry("enabled", false));
        assertThat(tick()).contains("\"processed\":0");

        project.put(ADDED, playbook("lastRun", null));
        assertThat(tick()).contains("\"status\":\"executed\"");
        Instant first = lastRun();
        assertThat(tick()).doesNotContain("executed");

        project.update(ADDED, fields("enabled", true, "lastRun", null));
        assertThat(tick()).contains("\"status\":\"executed\"");
        assertThat(lastRun()).isAfter(first);

        project.update(ADDED, fields("cron", "0 0 1 1 *"));
        assertThat(tick()).containsPattern("\"nextRun\":\"\\d{4}-01-01T00:00:00Z\"");

        project.update(ADDED, fields("enabled", false, "lastRun", null));
        assertThat(tick()).doesNotContain("executed");
        assertThat(project.fields(ADDED).orElseThrow())
                .containsEntry("lastRun", null)
                .containsEntry("params", Map.of("message", "Happy birthday"))
                .containsEntry("createdAt", Instant.parse("2026-02-15T12:00:00.005Z"));

        assertThat(read("customers/ann", "schedules/off", "schedules/present")).isEqualTo(untouched);
        assertThat(project.client()
                        .collection("schedules")
                        .whereEqualTo("enabled", true)
                        .get()
                        .get()
                        .getDocuments())
                .isEmpty();
    }

    private Instant lastRun() {
        return (Instant) project.fields(ADDED).orElseThrow().get("lastRun");
    }

    private Map<String, Map<String, @Nullable Object>> read(String... paths) {
        Map<String, Map<String, @Nullable Object>> documents = new LinkedHashMap<>();
        for (String path : paths) {
            documents.put(path, project.fields(path).orElseThrow());
        }
        return documents;
    }

    private String tick() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + SECRET)
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private void start(String schedules) throws IOException {
        Path file = Files.writeString(folder.resolve("schedules.json"), schedules);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeartbeatServer.class.getName(),
                        "--store",
                        "firestore",
                        "--project",
                        project.name(),
                        "--port",
                        "0",
                        "--no-ticker",
                        "--schedules",
                        file.toString())
                .redirectErrorStream(true);
        builder.environment().put("CRON_SECRET", SECRET);
        builder.environment().put(Emulator.HOST, Emulator.shared().host());
        process = builder.start();
        StringBuilder printed = new StringBuilder();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            printed.append(line).append('\n');
            if (line.contains("  tick ")) {
                url = line.substring(line.indexOf("http"));
            }
            if (line.startsWith("Schedules:")) {
                return;
            }
        }
        throw new AssertionError("the server ended:\n" + printed);
    }

    /** The playbook's first example, with other fields in place of some. */
    private static Map<String, @Nullable Object> playbook(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> fields = fields(
                "enabled",
                true,
                "cron",
                "0 8 29 2 *",
                "task",
                "log",
                "params",
                Map.of("message", "Happy birthday"),
                "createdAt",
                Instant.parse("2026-02-15T12:00:00.005Z"));
        fields.putAll(fields(keysAndValues));
        return fields;
    }

    private static Map<String, @Nullable Object> fields(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return fields;
    }
}
