package dev.heartbeat.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.Runs;
import dev.heartbeat.schedule.Durations;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskResult;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says of a run: the body of a request for the path of runs. A field that does not belong to its status is
 * refused, because a misspelt one would lose what it says.
 */
final class RunAnswer {
    private static final String STATUSES = "executed, skipped, failed, accepted or running";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ObjectNode body;
    private final RunToken token;

    /**
     * Reads an answer.
     *
     * @param inPath the token as it stands in the path, still encoded; empty if it does not
     */
    RunAnswer(String inPath, byte[] sent) throws MalformedException {
        this.body = object(sent);
        this.token = token(inPath);
    }

    /** Gives the answer. */
    Completion give(Runs runs) throws MalformedException {
        String status = requireText("status");
        switch (status) {
            case "executed" -> {
                allow(status, "result", "counts");
                return complete(runs, counted(result()));
            }
            case "skipped" -> {
                allow(status, "reason", "counts");
                return complete(runs, counted(TaskResult.skipped(requireText("reason"))));
            }
            case "failed" -> {
                allow(status, "error", "retryAfter", "counts");
                String error = requireText("error");
                Duration wait = duration("retryAfter").orElse(null);
                return complete(
                        runs,
                        counted(
                                wait == null
                                        ? TaskResult.failed(error)
                                        : checked(() -> TaskResult.retryAfter(wait, error))));
            }
            case "accepted" -> {
                allow(status, "within");
                Duration within = duration("within").orElseThrow(() -> bad("within", Durations.ALLOWED));
                return complete(runs, checked(() -> TaskResult.accepted(within)));
            }
            case "running" -> {
                allow(status, "progress", "note");
                JsonNode fraction = body.get("progress");
                if (fraction == null || !fraction.isNumber()) {
                    throw bad("progress", "a number from 0 to 1");
                }
                return runs.progress(token, fraction.doubleValue(), text("note").orElse(""));
            }
            default -> throw bad("status", STATUSES);
        }
    }

    private Completion complete(Runs runs, TaskResult result) {
        return runs.complete(token, result);
    }

    private RunToken token(String inPath) throws MalformedException {
        Optional<String> inBody = text("token");
        String ofPath = decoded(inPath);
        if (!ofPath.isEmpty() && inBody.isPresent() && !inBody.get().equals(ofPath)) {
            throw new MalformedException("the token in the path and the one in the body differ; one of them is enough");
        }
        String text = ofPath.isEmpty() ? inBody.orElseThrow(() -> bad("token", "the token of a run")) : ofPath;
        return checked(() -> new RunToken(text));
    }

    /** A plus is a plus in a path. */
    private static String decoded(String text) throws MalformedException {
        return checked(() -> URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
    }

    private TaskResult result() throws MalformedException {
        JsonNode result = body.get("result");
        if (result == null) {
            return TaskResult.done();
        }
        if (!(result instanceof ObjectNode object)) {
            throw bad("result", "an object");
        }
        Map<String, @Nullable Object> values = values(object);
        return checked(() -> TaskResult.of(values));
    }

    private TaskResult counted(TaskResult result) throws MalformedException {
        JsonNode counts = body.get("counts");
        if (counts == null) {
            return result;
        }
        if (!(counts instanceof ObjectNode)) {
            throw bad("counts", "an object of whole numbers");
        }
        TaskResult counted = result;
        for (Map.Entry<String, JsonNode> count : counts.properties()) {
            if (!count.getValue().isIntegralNumber() || !count.getValue().canConvertToLong()) {
                throw bad("counts", "an object of whole numbers");
            }
            TaskResult before = counted;
            counted =
                    checked(() -> before.count(count.getKey(), count.getValue().longValue()));
        }
        return counted;
    }

    private void allow(String status, String... fields) throws MalformedException {
        Set<String> allowed = new HashSet<>(Set.of(fields));
        allowed.addAll(Set.of("token", "status"));
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!allowed.contains(name)) {
                throw new MalformedException("the body has a field '" + name + "'; with status " + status
                        + " there are " + String.join(", ", fields));
            }
        }
    }

    private String requireText(String field) throws MalformedException {
        return text(field).orElseThrow(() -> bad(field, field.equals("status") ? STATUSES : "text"));
    }

    private Optional<String> text(String field) throws MalformedException {
        JsonNode value = body.get(field);
        if (value != null && !value.isTextual()) {
            throw bad(field, "text");
        }
        return Optional.ofNullable(value).map(JsonNode::textValue);
    }

    private Optional<Duration> duration(String field) throws MalformedException {
        JsonNode value = body.get(field);
        if (value == null) {
            return Optional.empty();
        }
        Optional<Duration> duration = Durations.read(value(value));
        if (duration.isEmpty()) {
            throw bad(field, Durations.ALLOWED);
        }
        return duration;
    }

    /** What is found is not repeated: it may be meant for other eyes. */
    private MalformedException bad(String field, String allowed) {
        return new MalformedException("the field '" + field + "' of the body is "
                + (body.has(field) ? "not allowed" : "missing") + "; allowed is " + allowed);
    }

    private static ObjectNode object(byte[] sent) throws MalformedException {
        try {
            if (MAPPER.readTree(sent) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new MalformedException("the body is no JSON: line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr());
        } catch (IOException e) {
            throw new IllegalStateException("bytes can always be read", e);
        }
        throw new MalformedException("the body is no JSON object; like {\"status\":\"executed\"}");
    }

    private static Map<String, @Nullable Object> values(ObjectNode object) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        object.properties().forEach(each -> values.put(each.getKey(), value(each.getValue())));
        return values;
    }

    /** Numbers beyond a long stay what they are, which no result may hold. */
    private static @Nullable Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> values((ObjectNode) node);
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                node.forEach(each -> list.add(value(each)));
                yield list;
            }
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER ->
                node.isIntegralNumber()
                        ? node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue()
                        : (Object) node.doubleValue();
            default -> null;
        };
    }

    private interface Reading<T> {
        T get();
    }

    /** What our own types refuse, the sender should read. */
    private static <T> T checked(Reading<T> reading) throws MalformedException {
        try {
            return reading.get();
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }
}
