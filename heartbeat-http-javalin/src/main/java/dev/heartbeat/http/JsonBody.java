package dev.heartbeat.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The small body of something a person does: a few texts, or nothing at all. */
final class JsonBody {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ObjectNode body;

    JsonBody(byte[] sent, String... fields) throws MalformedException {
        this.body = sent.length == 0 ? Nodes.object() : object(sent);
        List<String> allowed = List.of(fields);
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!allowed.contains(name)) {
                throw new MalformedException(
                        "the body has a field '" + name + "'; there are " + String.join(", ", allowed));
            }
        }
    }

    private static ObjectNode object(byte[] sent) throws MalformedException {
        try {
            if (MAPPER.readTree(sent) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new MalformedException(
                    "the body is no JSON: line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        } catch (IOException e) {
            throw new IllegalStateException("bytes can always be read", e);
        }
        throw new MalformedException("the body is no JSON object; like {\"why\":\"shop is down\"}, or nothing at all");
    }

    Optional<String> text(String field, int longest) throws MalformedException {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual() || value.textValue().length() > longest) {
            throw new MalformedException(
                    "the field '" + field + "' of the body is not allowed; text of up to " + longest + " characters");
        }
        return Optional.of(value.textValue());
    }

    Optional<Instant> instant(String field) throws MalformedException {
        Optional<String> text = text(field, 40);
        try {
            return text.map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw new MalformedException(
                    "the field '" + field + "' of the body is not allowed; an instant such as 2026-02-16T00:00:00Z");
        }
    }
}
