package dev.heartbeat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ledger as a file. */
final class Export {
    private static final int MOST = 10_000;
    private static final int PAGE = 1_000;
    private static final String HEAD = "endedAt,schedule,task,queue,outcome,reason,fireTime,firstFire,count,attempt,"
            + "startedAt,durationMs,error,counts,pulse\r\n";

    private final Backend backend;

    Export(Backend backend) {
        this.backend = backend;
    }

    HttpResponse csv(QueryString query) throws MalformedException {
        StringBuilder text = new StringBuilder(HEAD);
        runs(query).forEach(run -> text.append(line(run)));
        return file("history.csv", "text/csv; charset=utf-8", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse json(QueryString query) throws MalformedException {
        ArrayNode list = Nodes.array();
        runs(query).forEach(run -> list.add(RunJson.ledger(run, backend.redaction())));
        return file("history.json", "application/json; charset=utf-8", Nodes.bytes(list));
    }

    private static HttpResponse file(String name, String type, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type);
        headers.put("Content-Disposition", "attachment; filename=\"" + name + "\"");
        return new HttpResponse(200, headers, body);
    }

    private List<RunRecord> runs(QueryString query) throws MalformedException {
        int limit = query.number("limit", 1, MOST, PAGE);
        List<RunRecord> runs = new ArrayList<>();
        Optional<RunQuery> wanted =
                Optional.of(new RunQuery(query.text("schedule").orElse(null), null, Math.min(limit, PAGE)));
        while (wanted.isPresent() && runs.size() < limit) {
            Page<RunRecord> page = backend.heartbeat().history().runs(wanted.get());
            runs.addAll(page.items());
            wanted = wanted.get().after(page);
        }
        return runs.size() <= limit ? runs : runs.subList(0, limit);
    }

    private static String line(RunRecord run) {
        String counts = run.counts().entrySet().stream()
                .map(count -> count.getKey() + "=" + count.getValue())
                .collect(Collectors.joining("; "));
        List<String> cells = new ArrayList<>();
        cells.add(cell(Nodes.time(run.endedAt())));
        cells.add(cell(run.scheduleId()));
        cells.add(cell(run.task()));
        cells.add(cell(run.queue()));
        cells.add(cell(run.outcome().text()));
        cells.add(cell(Redaction.text(run.reason())));
        cells.add(cell(Nodes.time(run.fireTime())));
        cells.add(cell(Nodes.time(run.firstFire())));
        cells.add(Integer.toString(run.count()));
        cells.add(Integer.toString(run.attempt()));
        cells.add(cell(Nodes.time(run.startedAt())));
        Long took = RunJson.durationMs(run);
        cells.add(took == null ? "" : took.toString());
        cells.add(cell(Redaction.text(run.error())));
        cells.add(cell(counts));
        cells.add(cell(run.pulseId()));
        return String.join(",", cells) + "\r\n";
    }

    /** Quoted where it must be; what a spreadsheet would take for a formula is made a text. */
    static String cell(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        String safe = "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
