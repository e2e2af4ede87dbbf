package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.firestore.Emulator;
import dev.heartbeat.firestore.FirestoreHeartbeatStore;
import dev.heartbeat.firestore.NeedsEmulator;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.StoredSchedule;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --store firestore}, on the emulator that the environment names. */
@NeedsEmulator
class QuickServerOnFirestoreTest extends ServerProcess {
    private static final String FILE = """
            [ { "id": "present", "enabled": true, "cron": "* * * * *", "task": "log", "params": { "message": "new" } },
              { "id": "absent", "enabled": true, "cron": "0 8 29 2 *", "task": "log", "params": { "message": "hello" } } ]
            """;

    private final String project = Emulator.newProject();
    private final FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
            .project(project)
            .emulator(Emulator.shared().host())
            .build();
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @AfterEach
    void forget() {
        store.close();
        Emulator.shared().clear(project);
    }

    @Test
    void aFileIsImportedWhereIdsAreAbsentAndWhatIsStoredOutlivesTheProcess() throws Exception {
        StoredSchedule present = define(Schedule.builder("present", "0 0 1 1 *", "log")
                .param("message", "old")
                .build());

        startOn(Emulator.shared().host(), "--schedules", file());
        String health = urlOf("health");
        String tick = urlOf("tick");

        assertThat(store.schedule("present")).contains(present);
        assertThat(store.schedule("absent").map(each -> each.schedule().timing().text()))
                .contains("0 8 29 2 *");
        assertThat(body(tick(tick, SECRET)))
                .contains("{\"id\":\"absent\",\"task\":\"log\",\"status\":\"executed\"}")
                .contains("\"id\":\"present\",\"task\":\"log\",\"status\":\"skipped\",\"reason\":\"not-due\"");
        assertThat(body(HttpRequest.newBuilder(URI.create(health)).build())).startsWith("{\"pulse\":\"alive\"");
        Optional<StoredSchedule> ran = store.schedule("absent");
        end();

        startOn(Emulator.shared().host(), "--schedules", file());
        assertThat(lineWith("  absent ")).contains("next: ").doesNotContain("at the next pulse");
        assertThat(store.schedule("absent")).isEqualTo(ran);
    }

    @Test
    void withoutAFileOnlyWhatIsStoredRuns() throws Exception {
        startOn(Emulator.shared().host());
        String tick = urlOf("tick");

        assertThat(body(tick(tick, SECRET))).contains("\"processed\":0");
        assertThat(store.schedules(null, 10).items()).isEmpty();
    }

    @Test
    void withTheDemoTheDashboardShowsTheSampleInFirestoreToo() throws Exception {
        startOn(Emulator.shared().host(), "--demo");
        String health = urlOf("health");
        String tick = urlOf("tick");
        String api = health.replace("/api/system/health", "/heartbeat/api/");

        assertThat(body(tick(tick, SECRET)))
                .contains("\"id\":\"say-hello\",\"task\":\"log\",\"status\":\"executed\"")
                .contains("\"id\":\"fails-on-purpose\"");

        assertThat(body(HttpRequest.newBuilder(URI.create(api + "summary")).build()))
                .contains("\"status\":\"error\"")
                .contains("this task fails on purpose");
        assertThat(body(HttpRequest.newBuilder(URI.create(api + "schedules")).build()))
                .contains("\"say-hello\"", "\"watch-own-health\"", "\"fails-on-purpose\"");
        assertThat(body(HttpRequest.newBuilder(URI.create(api + "pulses")).build()))
                .contains("2 tasks executed");
    }

    @Test
    void aServerThatCannotReachItsStoreSaysSoAndEnds() throws Exception {
        startOn("127.0.0.1:1", "--schedules", file());

        assertThat(exitCode()).isEqualTo(HeartbeatServer.COULD_NOT_RUN);
        assertThat(printed).contains("heartbeat-server: ").contains("Firestore");
    }

    private void startOn(String emulator, String... args) throws IOException {
        Stream<String> common = Stream.of("--store", "firestore", "--project", project, "--port", "0", "--no-ticker");
        startIn(
                Map.of("CRON_SECRET", SECRET, ServerStore.EMULATOR_VARIABLE, emulator),
                Stream.concat(common, Stream.of(args)).toArray(String[]::new));
    }

    private String file() throws IOException {
        return Files.writeString(folder.resolve("schedules.json"), FILE).toString();
    }

    private String body(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private StoredSchedule define(Schedule schedule) {
        try (Heartbeat heartbeat = Heartbeat.builder(store).build()) {
            heartbeat.schedules().define(schedule);
        }
        return store.schedule(schedule.id()).orElseThrow();
    }
}
