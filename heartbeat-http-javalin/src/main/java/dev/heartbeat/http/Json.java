package dev.heartbeat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.Pulse;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contract's shapes, key for key. Trees of our own are written, never through the
 * host's mapper, whose settings would change the shapes.
 * Times are UTC to the second.
 */
final class Json {
    /** How many details a tick lists; {@code processed} counts all. */
    static final int MOST_DETAILS = 1_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    static byte[] tick(Pulse pulse, Map<String, String> words) {
        return bytes(tickTree(pulse, words));
    }

    static ObjectNode tickTree(Pulse pulse, Map<String, String> words) {
        ObjectNode root = NODES.objectNode();
        root.put("success", true);
        root.put("pulse", pulse.status().text());
        root.put("processed", pulse.details().size());
        ArrayNode details = root.putArray("details");
        ArrayNode browserTasks = NODES.arrayNode();
        boolean truncated = pulse.details().size() > MOST_DETAILS;
        for (PulseDetail detail : truncated ? pulse.details().subList(0, MOST_DETAILS) : pulse.details()) {
            details.add(detail(detail, words.get(detail.id())));
            if (detail.isBrowserTask()) {
                browserTasks.add(detail(detail, words.get(detail.id())));
            }
        }
        root.set("browserTasks", browserTasks);
        ObjectNode heartbeat = root.putObject("heartbeat");
        putTime(heartbeat, "timestamp", pulse.heartbeat().map(HeartbeatRecord::timestamp));
        putTime(heartbeat, "nextExpected", pulse.heartbeat().map(HeartbeatRecord::nextPulseExpected));
        if (truncated) {
            root.put("truncated", true);
        }
        if (pulse.busy()) {
            root.put("busy", true);
        }
        return root;
    }

    private static ObjectNode detail(PulseDetail detail, @Nullable String words) {
        ObjectNode node = NODES.objectNode();
        node.put("id", detail.id());
        putText(node, "task", detail.task());
        node.put("status", detail.outcome().text());
        if (detail.outcome() != Outcome.EXECUTED) {
            putText(node, "reason", detail.reason());
            putTime(node, "nextRun", detail.nextRun());
            putTime(node, "retryAt", detail.retryAt());
            putText(node, "error", detail.error());
        }
        putText(node, "description", words);
        return node;
    }

    static byte[] completion(Completion completion) {
        ObjectNode root = NODES.objectNode();
        root.put("completion", completion.text());
        return bytes(root);
    }

    static byte[] health(Health health) {
        ObjectNode root = NODES.objectNode();
        Optional<HeartbeatRecord> heartbeat = health.heartbeat();
        root.put("pulse", health.status().text());
        putTime(root, "timestamp", heartbeat.map(HeartbeatRecord::timestamp));
        putTime(root, "nextExpected", heartbeat.map(HeartbeatRecord::nextPulseExpected));
        root.put("healthy", health.healthy());
        root.put(
                "schedulesExecuted",
                heartbeat.map(HeartbeatRecord::schedulesExecuted).orElse(0));
        root.put(
                "browserTasksExecuted",
                heartbeat.map(HeartbeatRecord::browserTasksExecuted).orElse(0));
        root.put("errors", heartbeat.map(HeartbeatRecord::errorsTotal).orElse(0));
        return bytes(root);
    }

    /** The form of the expired draft for health answers, for monitors that ask for {@code application/health+json}. */
    static byte[] healthDraft(Health health, boolean failing) {
        ObjectNode root = NODES.objectNode();
        root.put(
                "status",
                switch (health.status()) {
                    case ALIVE -> "pass";
                    case WARNING, UNKNOWN -> failing ? "fail" : "warn";
                    case ERROR -> "fail";
                });
        root.put("description", "pulse " + health.status().text());
        return bytes(root);
    }

    /** What shields.io asks of an endpoint. */
    static byte[] shields(String label, String message, String colour, boolean error) {
        ObjectNode root = NODES.objectNode();
        root.put("schemaVersion", 1);
        root.put("label", label);
        root.put("message", message);
        root.put("color", colour);
        root.put("isError", error);
        root.put("cacheSeconds", 300);
        return bytes(root);
    }

    static byte[] lastUpdated(Health health, String text) {
        ObjectNode root = NODES.objectNode();
        root.put("pulse", health.status().text());
        root.put("text", text);
        putTime(root, "timestamp", health.heartbeat().map(HeartbeatRecord::timestamp));
        return bytes(root);
    }

    static byte[] problem(int status, String title, String detail, String path, @Nullable PulseStatus pulse) {
        ObjectNode root = NODES.objectNode();
        root.put("type", "about:blank");
        root.put("title", title);
        root.put("status", status);
        root.put("detail", detail);
        root.put("instance", path);
        if (pulse != null) {
            root.put("pulse", pulse.text());
        }
        return bytes(root);
    }

    private static void putText(ObjectNode node, String key, @Nullable String value) {
        if (value != null) {
            node.put(key, value);
        }
    }

    private static void putTime(ObjectNode node, String key, @Nullable Instant value) {
        if (value != null) {
            node.put(key, value.truncatedTo(ChronoUnit.SECONDS).toString());
        }
    }

    private static void putTime(ObjectNode node, String key, Optional<Instant> value) {
        node.put(
                key,
                value.map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse(null));
    }

    private static byte[] bytes(ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
