package dev.heartbeat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.insight.Capacity;
import dev.heartbeat.insight.Extent;
import dev.heartbeat.insight.Finding;
import dev.heartbeat.insight.Insight;
import dev.heartbeat.insight.InsightQuery;
import dev.heartbeat.insight.SourceFigures;
import dev.heartbeat.insight.TaskFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the past says of the days to come. It costs thousands of reads, so the last answer is kept for a while, and of those who
 * ask at once one reads and the others wait for it. Thread-safe.
 */
final class InsightApi {
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int LONGEST_DAYS = 64;
    private static final int USUAL_DAYS = 28;

    private final Backend backend;
    private final ReentrantLock reading = new ReentrantLock();
    /** The answers by their span, of which there are {@value #LONGEST_DAYS} at the most. */
    private final Map<Duration, Insight> last = new HashMap<>();

    InsightApi(Backend backend) {
        this.backend = backend;
    }

    ObjectNode insight(QueryString query) throws MalformedException, RefusedException {
        int days = query.number("days", 1, LONGEST_DAYS, USUAL_DAYS);
        Insight insight = kept(Duration.ofDays(days));
        ObjectNode root = Nodes.object();
        root.put("days", days);
        Nodes.time(root, "from", insight.from());
        Nodes.time(root, "at", insight.at());
        root.put("complete", insight.complete());
        root.set("ledger", extent(insight.ledger()));
        root.set("pulses", extent(insight.pulses()));
        ArrayNode findings = root.putArray("findings");
        insight.findings().forEach(finding -> findings.add(finding(finding)));
        ArrayNode tasks = root.putArray("tasks");
        insight.tasks().forEach(task -> tasks.add(task(task)));
        ArrayNode sources = root.putArray("sources");
        insight.sources().forEach(source -> sources.add(source(source)));
        root.set("capacity", capacity(insight.capacity()));
        return root;
    }

    private Insight kept(Duration span) throws RefusedException {
        reading.lock();
        try {
            Instant now = backend.now();
            Insight known = last.get(span);
            if (known != null
                    && known.at().plus(LIFE).isAfter(now)
                    && !known.at().isAfter(now)) {
                return known;
            }
            Insight read = backend.heartbeat().history().insight(InsightQuery.over(span));
            last.put(span, read);
            return read;
        } catch (UnsupportedOperationException e) {
            throw RefusedException.notFound("The history of this host offers no insight");
        } finally {
            reading.unlock();
        }
    }

    private static ObjectNode extent(Extent extent) {
        ObjectNode node = Nodes.object();
        Nodes.time(node, "since", extent.since());
        node.put("read", extent.read());
        node.put("complete", extent.complete());
        return node;
    }

    private static ObjectNode finding(Finding finding) {
        ObjectNode node = Nodes.object();
        node.put("kind", finding.kind().text());
        node.put("about", finding.about());
        node.put("task", finding.task());
        node.put("more", finding.more());
        node.put("usual", FiguresApi.rounded(finding.usual()));
        node.put("current", FiguresApi.rounded(finding.now()));
        Double perWeek = finding.perWeek();
        node.put("perWeek", perWeek == null ? null : (Double) FiguresApi.rounded(perWeek));
        node.put("cause", finding.cause());
        node.put("nextStep", finding.nextStep());
        return node;
    }

    private static ObjectNode task(TaskFigures task) {
        ObjectNode node = Nodes.object();
        node.put("task", task.task());
        node.put("schedules", task.schedules());
        node.put("runs", task.runs());
        node.put("failed", task.failed());
        node.put("retried", task.retried());
        node.put("failureRate", FiguresApi.rounded(task.failureRate()));
        node.put("medianMs", task.medianMs());
        node.put("spreadMs", task.spreadMs());
        node.put("lateMedianMs", task.lateMedianMs());
        node.put("lateP95Ms", task.lateP95Ms());
        return node;
    }

    private static ObjectNode source(SourceFigures source) {
        ObjectNode node = Nodes.object();
        node.put("source", source.source());
        node.put("pulses", source.pulses());
        node.put("askedMs", source.askedMs());
        node.put("medianGapMs", source.medianGapMs());
        node.put("p95GapMs", source.p95GapMs());
        Duration suggested = source.suggestedStaleAfter();
        node.put("suggestedStaleAfterMs", suggested == null ? null : (Long) suggested.toMillis());
        return node;
    }

    private static ObjectNode capacity(Capacity capacity) {
        ObjectNode node = Nodes.object();
        node.put("roomMs", capacity.roomMs());
        Double perWeekMs = capacity.perWeekMs();
        node.put("perWeekMs", perWeekMs == null ? null : (Long) Math.round(perWeekMs));
        Nodes.time(node, "fullAt", capacity.fullAt());
        ArrayNode days = node.putArray("days");
        for (Capacity.Day day : capacity.days()) {
            ObjectNode each = days.addObject();
            each.put("date", day.day().toString());
            each.put("pulses", day.pulses());
            each.put("full", day.full());
            each.put("p95Ms", day.p95Ms());
            each.put("fullestMs", day.fullestMs());
        }
        return node;
    }
}
