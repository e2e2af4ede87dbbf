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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(delete(ADMIN, "system/heartbeat")).isEqualTo(403);
    }

    @Test
    void schedulesAreForAdministratorsWhoLeaveOurFieldsAlone() throws IOException {
        assertThat(read(ANN, "schedules/mail")).isEqualTo(403);
        assertThat(write(ANN, "schedules/mail", "cron")).isEqualTo(403);
        assertThat(read(ADMIN, "schedules/mail")).isEqualTo(200);
        assertThat(write(ADMIN, "schedules/mail", "cron")).isEqualTo(200);
        assertThat(write(ADMIN, "schedules/mail", "heartbeat")).isEqualTo(403);
        assertThat(write(ADMIN, "schedules/mail", "nextRun")).isEqualTo(403);
        assertThat(write(ADMIN, "schedules/new", "cron")).isEqualTo(200);
    }

    @Test
    void anAdministratorForcesARunAndSwitchesAScheduleOff() throws IOException {
        assertThat(write(ANN, "schedules/mail", "lastRun")).isEqualTo(403);
        assertThat(write(ADMIN, "schedules/mail", "lastRun")).isEqualTo(200);
        assertThat(write(ADMIN, "schedules/mail", "enabled")).isEqualTo(200);
    }

    @Test
    void nobodyMakesAScheduleWithOurFields() throws IOException {
        assertThat(write(ADMIN, "schedules/claimed", "heartbeat")).isEqualTo(403);
        assertThat(write(ADMIN, "schedules/placed", "nextRun")).isEqualTo(403);
    }

    @Test
    void schedulesAreDeletedByAdministratorsAlone() throws IOException {
        assertThat(delete(NOBODY, "schedules/mail")).isEqualTo(403);
        assertThat(delete(ANN, "schedules/mail")).isEqualTo(403);
        assertThat(delete(ADMIN, "schedules/mail")).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"schedules/mail/runs/x", "system/heartbeat/pulses/x", "system/heartbeat/audit/x"})
    void historyIsReadByAdministratorsAndWrittenByNobody(String document) throws IOException {
        project.put(document, Map.of("status", "executed"));

        assertThat(read(ANN, document)).isEqualTo(403);
        assertThat(read(ADMIN, document)).isEqualTo(200);
        assertThat(write(ADMIN, document, "status")).isEqualTo(403);
        assertThat(delete(ADMIN, document)).isEqualTo(403);
    }

    @Test
    void theStateOfTheEngineIsNobodys() throws IOException {
        assertThat(read(ADMIN, "system/heartbeat-state")).isEqualTo(403);
        assertThat(write(ADMIN, "system/heartbeat-state", "cells")).isEqualTo(403);
        assertThat(delete(ADMIN, "system/heartbeat-state")).isEqualTo(403);
    }

    private int delete(String who, String document) throws IOException {
        return Emulator.shared().send("DELETE", path(document), who, "").statusCode();
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
