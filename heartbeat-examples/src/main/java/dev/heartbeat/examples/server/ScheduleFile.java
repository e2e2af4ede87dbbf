package dev.heartbeat.examples.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.store.ScheduleDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of schedules: a JSON array of documents in the playbook's form, each with an {@code id}. All of it is
 * checked before anything is used, and every problem is told with its line, so that one run finds all of them.
 */
final class ScheduleFile {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Pattern NAMED_FIELD = Pattern.compile("field '([^']+)'");
    private static final Set<String> FIELDS = Set.of(
            "id",
            "enabled",
            "cron",
            "task",
            "lastRun",
            "lastResult",
            "params",
            "createdAt",
            "timeZone",
            "dstPolicy",
            "queue",
            "priority",
            "timeout",
            "retry",
            "catchUp",
            "catchUpWithin",
            "window",
            "notBefore",
            "notAfter",
            "pausedUntil",
            "pausedBy",
            "pauseReason");

    private final Path file;
    private final List<String> problems = new ArrayList<>();
    private final List<ScheduleDocument> documents = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    private ScheduleFile(Path file) {
        this.file = file;
    }

    static List<ScheduleDocument> read(Path file) throws UsageException {
        ScheduleFile reading = new ScheduleFile(file);
        try {
            reading.readAll(Files.readString(file));
        } catch (JsonProcessingException e) {
            reading.problem(
                    e.getLocation().getLineNr(),
                    "not JSON, column " + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UsageException("file " + file + " cannot be read: " + e);
        }
        if (!reading.problems.isEmpty()) {
            throw new UsageException(reading.problems);
        }
        return reading.documents;
    }

    private void readAll(String json) throws IOException {
        try (JsonParser parser = MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                problem(
                        1,
                        "a JSON array of schedules is wanted, like [ { \"id\": \"a\", \"enabled\": true, \"cron\":"
                                + " \"0 9 * * 1\", \"task\": \"log\" } ]");
                return;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = parser.currentTokenLocation().getLineNr();
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    readOne(parser, line);
                } else {
                    problem(line, "an entry is " + parser.getText() + "; a JSON object is wanted");
                    parser.skipChildren();
                }
            }
        }
    }

    private void readOne(JsonParser parser, int line) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        Map<String, Integer> lines = new HashMap<>();
        int before = problems.size();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            int at = parser.currentTokenLocation().getLineNr();
            parser.nextToken();
            JsonNode value = MAPPER.readTree(parser);
            if (!FIELDS.contains(name)) {
                problem(
                        at,
                        "field '" + name + "' is unknown"
                                + Typos.nearest(name, FIELDS)
                                        .map(known -> " (did you mean '" + known + "'?)")
                                        .orElse("")
                                + "; allowed are " + FIELDS.stream().sorted().toList());
            }
            if (fields.containsKey(name)) {
                problem(at, "field '" + name + "' is there twice");
            }
            fields.put(name, value(value));
            lines.put(name, at);
        }
        if (!(fields.remove("id") instanceof String id)) {
            problem(line, "field 'id' is missing or not text; allowed is the name of the schedule");
            return;
        }
        if (!ids.add(id)) {
            problem(lines.getOrDefault("id", line), "schedule '" + id + "' is there twice; ids are unique");
        }
        try {
            ScheduleDocument document = ScheduleDocument.read(id, fields);
            if (problems.size() == before) {
                documents.add(document);
            }
        } catch (InvalidScheduleException e) {
            String message = String.valueOf(e.getMessage());
            Matcher field = NAMED_FIELD.matcher(message);
            problem(field.find() ? lines.getOrDefault(field.group(1), line) : line, message);
        }
    }

    private void problem(int line, String text) {
        problems.add("file " + file + ", line " + line + ": " + text);
    }

    private static @Nullable Object value(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.forEach(each -> list.add(value(each)));
            return list;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        return node.isNull() ? null : node.textValue();
    }
}
