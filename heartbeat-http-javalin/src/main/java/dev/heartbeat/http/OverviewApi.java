package dev.heartbeat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.DayFigures;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of the system, its pulses, its ledger, and what people did. */
final class OverviewApi {
    private static final int LONGEST_LIST = 100;
    /** How many entries of a schedule a look for one run costs at the most. */
    private static final int MOST_LOOKED_AT = 200;

    private static final int FIRST_LOOK = 20;

    private final Backend backend;

    OverviewApi(Backend backend) {
        this.backend = backend;
    }

    ObjectNode summary(QueryString query) throws MalformedException {
        ZoneId zone = query.zone("tz");
        Health health = backend.health().health();
        Instant now = backend.now();
        HeartbeatRecord last = health.heartbeat().orElse(null);
        ObjectNode root = Nodes.object();
        root.put("status", health.status().text());
        root.put("label", label(health.status()));
        root.put("healthy", health.healthy());
        Nodes.time(root, "now", now);
        ArrayNode causes = root.putArray("causes");
        health.conditions().forEach(condition -> causes.add(cause(condition)));
        ArrayNode errors = root.putArray("errors");
        if (last != null) {
            last.errors().forEach(error -> errors.add(error(error)));
        }
        root.put("errorsTotal", last == null ? 0 : last.errorsTotal());
        root.set("lastPulse", last == null ? null : lastPulse(last));
        Nodes.time(root, "nextExpected", last == null ? null : last.nextPulseExpected());
        root.put("intervalMs", backend.heartbeat().interval().toMillis());
        root.put("staleAfterMs", backend.heartbeat().staleAfter().toMillis());
        root.set("today", health.storeReadable() ? today(zone, now) : null);
        root.put("running", backend.heartbeat().pulsing());
        root.put("ticker", backend.heartbeat().started());
        root.set("pauses", health.storeReadable() ? pauses(now) : Nodes.array());
        root.put("describes", backend.describer() != null);
        return root;
    }

    private static String label(PulseStatus status) {
        return switch (status) {
            case ALIVE -> "System Healthy";
            case WARNING -> "Heartbeat Delayed";
            case ERROR -> "System Error";
            case UNKNOWN -> "Status Unknown";
        };
    }

    private static ObjectNode cause(Condition condition) {
        ObjectNode node = Nodes.object();
        node.put("name", condition.name());
        node.put("cause", Redaction.text(condition.cause()));
        Nodes.time(node, "since", condition.since());
        node.put("nextStep", condition.nextStep());
        return node;
    }

    private static ObjectNode error(HeartbeatError error) {
        ObjectNode node = Nodes.object();
        node.put("id", error.id());
        node.put("error", Redaction.text(error.error()));
        Nodes.time(node, "at", error.at());
        return node;
    }

    private static ObjectNode lastPulse(HeartbeatRecord last) {
        ObjectNode node = Nodes.object();
        node.put("id", last.pulseId());
        Nodes.time(node, "at", last.timestamp());
        node.put("source", last.source());
        node.put("durationMs", last.durationMs());
        node.put("executed", last.schedulesExecuted() + last.browserTasksExecuted());
        return node;
    }

    private ObjectNode today(ZoneId zone, Instant now) {
        LocalDate date = LocalDate.ofInstant(now, zone);
        Instant midnight = date.atStartOfDay(zone).toInstant();
        List<DayFigures> days = backend.heartbeat()
                .history()
                .days(LocalDate.ofInstant(midnight, ZoneOffset.UTC), LocalDate.ofInstant(now, ZoneOffset.UTC));
        DayFigures.Hour sums = HourSums.of(days).between(midnight, Instant.MAX);
        ObjectNode node = Nodes.object();
        node.put("date", date.toString());
        node.put("zone", zone.getId());
        node.put("executed", sums.executed());
        node.put("failed", sums.failed());
        long ended = sums.executed() + sums.failed();
        node.put("successRate", ended == 0 ? null : FiguresApi.rounded((double) sums.executed() / ended));
        return node;
    }

    private ArrayNode pauses(Instant now) {
        Pauses pauses = backend.heartbeat().schedules().pauses();
        ArrayNode list = Nodes.array();
        pauses.everything()
                .filter(entry -> entry.pause().holds(now))
                .ifPresent(entry -> list.add(pause("all", null, entry)));
        pauses.queues().forEach((queue, entry) -> {
            if (entry.pause().holds(now)) {
                list.add(pause("queue", queue, entry));
            }
        });
        return list;
    }

    private static ObjectNode pause(String scope, @Nullable String queue, Pauses.Entry entry) {
        ObjectNode node = Nodes.object();
        node.put("scope", scope);
        node.put("queue", queue);
        Nodes.time(node, "since", entry.since());
        Nodes.time(node, "until", end(entry.pause()));
        node.put("by", entry.pause().by());
        node.put("reason", entry.pause().reason());
        return node;
    }

    static Optional<Instant> end(Pause pause) {
        return pause.until().isBefore(Pause.INDEFINITELY) ? Optional.of(pause.until()) : Optional.empty();
    }

    ObjectNode pulses(QueryString query) throws MalformedException {
        String before = query.text("before").orElse(null);
        int limit = query.number("limit", 1, LONGEST_LIST, 20);
        Page<PulseRecord> page =
                Backend.page(before, () -> backend.heartbeat().history().pulses(before, limit));
        ArrayNode items = Nodes.array();
        page.items().forEach(pulse -> items.add(RunJson.pulse(pulse)));
        return list(items, page);
    }

    ObjectNode pulse(String id) throws RefusedException {
        PulseRecord pulse = backend.heartbeat()
                .history()
                .pulse(id)
                .orElseThrow(() -> RefusedException.notFound("The history holds no pulse of this id (any more)"));
        ObjectNode root = RunJson.pulse(pulse);
        ArrayNode runs = root.putArray("runs");
        ArrayNode upcoming = root.putArray("upcoming");
        for (PulseDetail detail : pulse.details()) {
            if (RunJson.isHandled(detail)) {
                runs.add(RunJson.handled(detail));
            } else {
                upcoming.add(RunJson.upcoming(detail));
            }
        }
        root.put("truncated", pulse.truncated());
        return root;
    }

    ObjectNode runs(QueryString query) throws MalformedException {
        String before = query.text("before").orElse(null);
        RunQuery wanted =
                new RunQuery(query.text("schedule").orElse(null), before, query.number("limit", 1, LONGEST_LIST, 20));
        Page<RunRecord> page =
                Backend.page(before, () -> backend.heartbeat().history().runs(wanted));
        ArrayNode items = Nodes.array();
        page.items().forEach(run -> items.add(RunJson.ledger(run, backend.redaction())));
        return list(items, page);
    }

    ObjectNode run(RunId id, boolean withParams) throws RefusedException {
        Optional<RunRecord> entry = entry(id);
        Optional<StoredSchedule> stored = entry.isPresent() && !withParams
                ? Optional.empty()
                : backend.heartbeat().schedules().findStored(id.schedule());
        PendingFire pending = stored.map(found -> found.state().pending())
                .filter(fire -> id.names(fire.key(), fire.fireTime()))
                .orElse(null);
        if (entry.isEmpty() && stored.isEmpty()) {
            throw RefusedException.notFound("There is no run of this id (any more)");
        }
        ObjectNode root = Nodes.object();
        root.set(
                "run",
                entry.map(run -> RunJson.ledger(run, backend.redaction())).orElse(null));
        root.set("current", entry.isPresent() ? null : RunJson.pending(pending));
        root.set(
                "params",
                withParams && stored.isPresent()
                        ? Nodes.value(backend.redaction()
                                .of(stored.get().schedule().params().asMap()))
                        : null);
        return root;
    }

    /** Looks among the newest entries of the schedule: a short look first, since most questions are about what is new. */
    private Optional<RunRecord> entry(RunId id) {
        List<RunRecord> noted = new ArrayList<>();
        Optional<RunQuery> query = Optional.of(RunQuery.of(id.schedule(), FIRST_LOOK));
        while (query.isPresent() && noted.size() < MOST_LOOKED_AT) {
            Page<RunRecord> page = backend.heartbeat().history().runs(query.get());
            for (RunRecord run : page.items()) {
                if (id.names(run)) {
                    return Optional.of(run);
                }
            }
            noted.addAll(page.items());
            query = page.next().map(next -> new RunQuery(id.schedule(), next, MOST_LOOKED_AT - FIRST_LOOK));
        }
        return Optional.empty();
    }

    ObjectNode audit(QueryString query) throws MalformedException {
        String before = query.text("before").orElse(null);
        int limit = query.number("limit", 1, LONGEST_LIST, 20);
        Page<AuditEntry> page = Backend.page(before, () -> backend.heartbeat().audit(before, limit));
        ArrayNode items = Nodes.array();
        for (AuditEntry entry : page.items()) {
            ObjectNode node = items.addObject();
            Nodes.time(node, "at", entry.at());
            node.put("who", entry.who());
            node.put("verb", entry.verb());
            node.put("target", entry.target());
            node.put("why", entry.why());
            node.put("text", Words.did(entry.who(), entry.verb(), entry.target()));
        }
        return list(items, page);
    }

    private static ObjectNode list(ArrayNode items, Page<?> page) {
        ObjectNode root = Nodes.object();
        root.set("items", items);
        root.put("next", page.next().orElse(null));
        return root;
    }
}
