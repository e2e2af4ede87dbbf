package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.firestore.Emulator;
import dev.heartbeat.firestore.FirestoreHeartbeatStore;
import dev.heartbeat.firestore.NeedsEmulator;
import dev.heartbeat.schedule.Schedule;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NeedsEmulator
@Timeout(60)
class CloudRunExampleTest {
    private static final String SECRET = "0123456789abcdef";

    @Test
    void aTickThatWaitsRunsWhatIsDueInFirestore() throws Exception {
        String project = Emulator.newProject();
        try (FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
                        .project(project)
                        .emulator(Emulator.shared().host())
                        .build();
                Heartbeat heartbeat = CloudRunExample.heartbeat(store)) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("birthdays", "0 8 29 2 *", "birthday-emails")
                            .runAtFirstPulse()
                            .build());
            Javalin app = CloudRunExample.app(heartbeat, SECRET).start("127.0.0.1", 0);
            try {
                HttpRequest tick = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + app.port() + "/api/cron/tick?await=true"))
                        .header("Authorization", "Bearer " + SECRET)
                        .build();
                assertThat(HttpClient.newHttpClient()
                                .send(tick, BodyHandlers.ofString())
                                .body())
                        .contains("{\"id\":\"birthdays\",\"task\":\"birthday-emails\",\"status\":\"executed\"}");
                assertThat(store.schedule("birthdays").orElseThrow().lastResult())
                        .isEqualTo(Map.of("sent", 7L));
            } finally {
                app.stop();
            }
        } finally {
            Emulator.shared().clear(project);
        }
    }
}
