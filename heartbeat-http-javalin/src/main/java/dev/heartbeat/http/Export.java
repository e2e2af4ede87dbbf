package dev.heartbeat.http;

import dev.heartbeat.store.Page;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as a file, however long it is: read page by page while it is written. The first page is read before anything is
 * answered. A file that does not come to its end shows it: the sheet by its last line, the array by the bracket that is
 * missing.
 */
final class Export {
    /** The most entries of one file. */
    static final int MOST = 100_000;

    static final String CUT_SHORT = "INCOMPLETE: the store did not answer for the entries that follow\r\n";
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat.http");
    private static final int PAGE = 500;
    private static final String HEAD = "endedAt,schedule,task,queue,outcome,reason,fireTime,firstFire,count,attempt,"
            + "startedAt,durationMs,error,counts,pulse\r\n";

    private final Backend backend;

    Export(Backend backend) {
        this.backend = backend;
    }

    HttpResponse csv(QueryString query) throws MalformedException {
        Entries entries = entries(query);
        return file("history.csv", "text/csv; charset=utf-8", out -> {
            write(out, HEAD);
            if (!entries.writeTo(out, Export::line, "")) {
                write(out, CUT_SHORT);
            }
        });
    }

    HttpResponse json(QueryString query) throws MalformedException {
        Entries entries = entries(query);
        return file("history.json", "application/json; charset=utf-8", out -> {
            write(out, "[");
            if (entries.writeTo(
                    out, run -> RunJson.ledger(run, backend.redaction()).toString(), ",\n")) {
                write(out, "]");
            }
        });
    }

    private static HttpResponse file(String name, String type, HttpResponse.Stream stream) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type);
        headers.put("Content-Disposition", "attachment; filename=\"" + name + "\"");
        return HttpResponse.streamed(headers, stream);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private Entries entries(QueryString query) throws MalformedException {
        int most = query.number("limit", 1, MOST, MOST);
        return new Entries(query.text("schedule").orElse(null), most);
    }

    /** The entries of one file, newest end first. */
    private final class Entries {
        private final @Nullable String schedule;
        private Page<RunRecord> page;
        private int left;

        Entries(@Nullable String schedule, int most) {
            this.schedule = schedule;
            this.left = most;
            this.page = read(null);
        }

        private Page<RunRecord> read(@Nullable String after) {
            return backend.heartbeat().history().runs(new RunQuery(schedule, after, Math.min(left, PAGE)));
        }

        /** Writes all of them. Returns false if the store did not let it. */
        boolean writeTo(OutputStream out, Function<RunRecord, String> text, String between) throws IOException {
            String before = "";
            while (true) {
                for (RunRecord run : page.items()) {
                    write(out, before + text.apply(run));
                    before = between;
                }
                left -= page.items().size();
                String next = page.next().orElse(null);
                if (next == null || left <= 0) {
                    return true;
                }
                try {
                    page = read(next);
                } catch (RuntimeException e) { // what has been written cannot be taken back for an answer that says why
                    LOGGER.log(System.Logger.Level.WARNING, "a download of the history was cut short", e);
                    return false;
                }
            }
        }
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
