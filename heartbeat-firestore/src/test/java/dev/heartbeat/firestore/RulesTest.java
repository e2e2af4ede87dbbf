package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sample of security rules, as the emulator enforces them on people who come without a service account. */
@NeedsEmulator
@Timeout(120)
class RulesTest {
    private static final String NOBODY = "";
    private static final String ANN = token("{\"sub\":\"ann\",\"user_id\":\"ann\"}");
    private static final String ADMIN = token("{\"sub\":\"bob\",\"user_id\":\"bob\",\"admin\":true}");

    private final TestProject project = new TestProject();

    @BeforeEach
    void putRules() throws IOException {
        JsonObject file = new JsonObject();
        file.addProperty("content", IndexesTest.resource("firestore.rules"));
        JsonArray files = new JsonArray();
        files.add(file);
        JsonObject rules = new JsonObject();
        rules.add("files", files);
        JsonObject body = new JsonObject();
        body.add("rules", rules);
        String path = "/emulator/v1/projects/" + project.name() + ":securityRules";
        assertThat(Emulator.shared().send("PUT", path, NOBODY, body.toString()).statusCode())
                .isEqualTo(200);
        project.put("schedules/mail", Map.of("enabled", true, "cron", "@daily", "task", "x", "heartbeat", Map.of()));
        project.put("system/heartbeat", Map.of("status", "healthy"));
        project.put("system/heartbeat-state", Map.of("cells", Map.of()));
    }

    @AfterEach
    void close() {
        project.close();
    }

    @Test
    void theHeartbeatIsReadByWhoIsSignedInAndWrittenByNobody() throws IOException {
        assertThat(read(NOBODY, "system/heartbeat")).isEqualTo(403);
        assertThat(read(ANN, "system/heartbeat")).isEqualTo(200);
        assertThat(write(ADMIN, "system/heartbeat", "status")).isEqualTo(403);
        assertThat(read(ADMIN, "system/heartbeat-state")).isEqualTo(403);
    }

    @Test
    void schedulesAreForAdministratorsWhoLeaveOurFieldsAlone() throws IOException {
        assertThat(read(ANN, "schedules/mail")).isEqualTo(403);
        assertThat(write(ANN, "schedules/mail", "cron")).isEqualTo(403);
        assertThat(read(ADMIN, "schedules/mail")).isEqualTo(200);
        assertThat(write(ADMIN, "schedules/mail", "cron")).isEqualTo(200);
        assertThat(write(ADMIN, "schedules/mail", "heartbeat")).isEqualTo(403);
        assertThat(write(ADMIN, "schedules/mail", "nextRun")).isEqualTo(403);
        assertThat(write(ADMIN, "schedules/mail/runs/x", "token")).isEqualTo(403);
        assertThat(write(ADMIN, "schedules/new", "cron")).isEqualTo(200);
    }

    private int read(String who, String document) throws IOException {
        return Emulator.shared().send("GET", path(document), who, "").statusCode();
    }

    private int write(String who, String document, String field) throws IOException {
        String body = "{\"fields\":{\"%s\":{\"stringValue\":\"written\"}}}".formatted(field);
        return Emulator.shared()
                .send("PATCH", path(document) + "?updateMask.fieldPaths=" + field, who, body)
                .statusCode();
    }

    private String path(String document) {
        return "/v1/projects/" + project.name() + "/databases/(default)/documents/" + document;
    }

    /** The emulator takes tokens without a signature. */
    private static String token(String claims) {
        return base64("{\"alg\":\"none\"}") + "." + base64(claims) + ".";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
