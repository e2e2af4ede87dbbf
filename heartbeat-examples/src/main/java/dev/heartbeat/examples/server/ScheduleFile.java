package dev.heartbeat.examples.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.heartbeat.store.ScheduleDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a file of schedules: a JSON array of documents in the playbook's form, each with an {@code id}. All of it is
 * checked before anything is used, and every problem is told with its line, so that one run finds all of them.
 */
final class ScheduleFile {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String EXAMPLE =
            "[ { \"id\": \"a\", \"enabled\": true, \"cron\": \"0 9 * * 1\", \"task\": \"log\" } ]";

    private final Path file;
    private final List<String> problems = new ArrayList<>();
    private final List<ScheduleDocument> documents = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private int entries;

    private ScheduleFile(Path file) {
        this.file = file;
    }

    static List<ScheduleDocument> read(Path file) throws UsageException {
        ScheduleFile reading = new ScheduleFile(file);
        try {
            reading.readAll(bytes(file));
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

    private static byte[] bytes(Path file) throws UsageException, IOException {
        if (!Files.exists(file)) {
            throw new UsageException("file " + file + " does not exist");
        }
        if (Files.isDirectory(file)) {
            throw new UsageException("file " + file + " is a directory; allowed is a JSON file");
        }
        return Files.readAllBytes(file);
    }

    private void readAll(byte[] json) throws IOException {
        try (JsonParser parser = MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                problem(1, "a JSON array of schedules is wanted, like " + EXAMPLE);
                return;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                entries++;
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    readOne(new LocatedJson(parser));
                } else {
                    int line = parser.currentTokenLocation().getLineNr();
                    problem(line, "entry " + entries + " is " + parser.getText() + "; a JSON object is wanted");
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                problem(parser.currentTokenLocation().getLineNr(), "nothing may follow the array");
            }
        }
    }

    private void readOne(LocatedJson entry) {
        int before = problems.size();
        ScheduleCheck check = new ScheduleCheck(entries, entry, this::problem);
        if (check.id() != null && !ids.add(check.id())) {
            problem(entry.line("id"), check.what() + " is there twice; ids are unique");
        }
        check.all();
        if (problems.size() == before) {
            documents.add(check.document());
        }
    }

    private void problem(int line, String text) {
        problems.add("file " + file + ", line " + line + ": " + text);
    }
}
