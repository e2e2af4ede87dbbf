package dev.heartbeat.examples.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object as plain values, with the line of each of its fields by path, such as {@code retry.maxAttempts}. */
final class LocatedJson {
    private final Map<String, Integer> lines = new HashMap<>();
    private final List<String> repeated = new ArrayList<>();
    private final int line;
    private final Map<String, @Nullable Object> fields;

    /** Reads the object at whose start the parser stands, and leaves it at the end. */
    LocatedJson(JsonParser parser) throws IOException {
        this.line = parser.currentTokenLocation().getLineNr();
        this.fields = object(parser, "");
    }

    /** Returns the fields; nested objects are maps. */
    Map<String, @Nullable Object> fields() {
        return fields;
    }

    /** Returns the line of a path, else that of the object itself. */
    int line(String path) {
        return lines.getOrDefault(path, line);
    }

    /** Returns the paths that are there more than once. */
    List<String> repeated() {
        return repeated;
    }

    private Map<String, @Nullable Object> object(JsonParser parser, String path) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            String at = path.isEmpty() ? name : path + "." + name;
            lines.put(at, parser.currentTokenLocation().getLineNr());
            if (object.containsKey(name)) {
                repeated.add(at);
            }
            parser.nextToken();
            object.put(name, value(parser, at));
        }
        return object;
    }

    private List<@Nullable Object> array(JsonParser parser, String path) throws IOException {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, path + "[" + array.size() + "]"));
        }
        return array;
    }

    private @Nullable Object value(JsonParser parser, String path) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path);
            case START_ARRAY -> array(parser, path);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }
}
