package dev.heartbeat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.Audit;
import dev.heartbeat.health.Explanation;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The schedules, and what a person may do to them. */
final class SchedulesApi {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat.http");
    private static final List<String> FILTERS = List.of("all", "enabled", "disabled", "paused", "failing", "held");
    private static final String DASHBOARD = "from the dashboard";
    private static final int LONGEST_LIST = 200;
    private static final int MOST_LOOKED_AT = 1_000;
    private static final int NEXT_FIRES = 3;

    private final Backend backend;

    SchedulesApi(Backend backend) {
        this.backend = backend;
    }

    ObjectNode list(QueryString query) throws MalformedException {
        String search = query.text("search").orElse("").toLowerCase(Locale.ROOT);
        String filter = query.text("filter").orElse("all");
        if (!FILTERS.contains(filter)) {
            throw new MalformedException(
                    "the query parameter 'filter' is not allowed; one of " + String.join(", ", FILTERS));
        }
        int limit = query.number("limit", 1, LONGEST_LIST, 50);
        String after = query.text("after").orElse(null);
        List<PulseDetail> lastPulse = lastPulse();
        HeldBack heldBack = heldBack(lastPulse);
        boolean all = search.isEmpty() && filter.equals("all");
        ArrayNode items = Nodes.array();
        int lookedAt = 0;
        String cursor = after;
        do { // without a search one page is all; with one, pages are looked through
            String start = cursor;
            int size = all ? limit : Math.min(LONGEST_LIST, MOST_LOOKED_AT - lookedAt);
            Page<StoredSchedule> page =
                    Backend.page(start, () -> backend.heartbeat().schedules().list(start, size));
            for (StoredSchedule stored : page.items()) {
                Optional<HeldBack.Reason> held = heldBack.of(stored);
                if (matches(stored, search) && passes(stored, filter, held)) {
                    items.add(item(stored, held.orElse(null)));
                }
            }
            lookedAt += page.items().size();
            cursor = page.next().orElse(null);
        } while (cursor != null && !all && items.size() < limit && lookedAt < MOST_LOOKED_AT);
        ObjectNode root = Nodes.object();
        root.set("items", items);
        root.set("unreadable", after == null ? unreadable(lastPulse) : Nodes.array());
        root.put("lookedAt", lookedAt);
        root.put("next", cursor);
        return root;
    }

    private static boolean matches(StoredSchedule stored, String search) {
        Schedule schedule = stored.schedule();
        return search.isEmpty()
                || (schedule.id() + "\n" + schedule.task() + "\n"
                                + schedule.queue().orElse(""))
                        .toLowerCase(Locale.ROOT)
                        .contains(search);
    }

    private boolean passes(StoredSchedule stored, String filter, Optional<HeldBack.Reason> held) {
        return switch (filter) {
            case "enabled" -> stored.schedule().enabled();
            case "disabled" -> !stored.schedule().enabled();
            case "paused" ->
                held.map(HeldBack.Reason::by)
                        .filter(by -> by.endsWith("paused"))
                        .isPresent();
            case "failing" -> stored.state().failures() > 0;
            case "held" -> held.isPresent();
            default -> true;
        };
    }

    private List<PulseDetail> lastPulse() {
        return backend.heartbeat().history().pulses(null, 1).items().stream()
                .findFirst()
                .map(PulseRecord::details)
                .orElse(List.of());
    }

    private HeldBack heldBack(List<PulseDetail> lastPulse) {
        return new HeldBack(backend.heartbeat().schedules().pauses(), lastPulse, backend.now());
    }

    private static ArrayNode unreadable(List<PulseDetail> lastPulse) {
        ArrayNode list = Nodes.array();
        for (PulseDetail detail : lastPulse) {
            if (PulseDetail.QUARANTINED.equals(detail.reason())) {
                ObjectNode node = list.addObject();
                node.put("id", detail.id());
                node.put("reason", Redaction.text(detail.error()));
            }
        }
        return list;
    }

    ObjectNode one(String id) throws RefusedException {
        StoredSchedule stored = find(id);
        ObjectNode root = Nodes.object();
        root.set("schedule", item(stored, heldBack(lastPulse()).of(stored).orElse(null)));
        return root;
    }

    /** Why it starts with the next pulse or does not, as the engine's own rules say. */
    ObjectNode why(String id) throws RefusedException {
        Explanation explanation = backend.heartbeat()
                .schedules()
                .explain(id)
                .orElseThrow(() -> RefusedException.notFound("There is no schedule '" + id + "'"));
        ObjectNode root = Nodes.object();
        root.put("schedule", id);
        root.put("due", explanation.due());
        root.put("reason", explanation.reason());
        root.put("cause", Redaction.text(explanation.cause()));
        Nodes.time(root, "until", explanation.until());
        root.put("nextStep", explanation.nextStep());
        ArrayNode notes = root.putArray("notes");
        for (String note : explanation.notes()) {
            notes.add(Redaction.text(note));
        }
        return root;
    }

    private StoredSchedule find(String id) throws RefusedException {
        return backend.heartbeat()
                .schedules()
                .findStored(id)
                .orElseThrow(() -> RefusedException.notFound("There is no schedule '" + id + "'"));
    }

    private ObjectNode item(StoredSchedule stored, HeldBack.@Nullable Reason held) {
        Schedule schedule = stored.schedule();
        ObjectNode node = Nodes.object();
        node.put("id", schedule.id());
        node.put("task", schedule.task());
        node.put("queue", schedule.queue().orElse(null));
        node.put("enabled", schedule.enabled());
        node.put("priority", schedule.priority().name().toLowerCase(Locale.ROOT));
        node.put("cron", schedule.timing().text());
        node.put("words", words(schedule).orElse(null));
        node.put("zone", schedule.zoneText());
        ArrayNode next = node.putArray("next");
        next(stored).forEach(fire -> next.add(Nodes.time(fire)));
        Nodes.time(node, "lastRun", stored.lastRun().instant());
        node.put("asked", stored.isForced());
        node.set("last", last(stored));
        node.put("failuresInARow", stored.state().failures());
        node.set("state", RunJson.pending(stored.state().pending()));
        node.set("held", held(held));
        node.set("pause", pause(stored.pause()));
        node.set("backfill", backfill(stored.state().backfill()));
        return node;
    }

    private Optional<String> words(Schedule schedule) {
        try {
            return backend.describer() == null
                    ? Optional.empty()
                    : backend.describer().apply(schedule);
        } catch (RuntimeException | LinkageError e) { // somebody else's code, and maybe a library that is missing
            LOGGER.log(System.Logger.Level.DEBUG, "a schedule could not be described", e);
            return Optional.empty();
        }
    }

    private static List<Instant> next(StoredSchedule stored) {
        List<Instant> fires = new ArrayList<>(NEXT_FIRES);
        try {
            Optional<Instant> fire = stored.nextRun();
            while (fires.size() < NEXT_FIRES
                    && fire.filter(Pause.INDEFINITELY::isAfter).isPresent()) {
                fires.add(fire.get());
                fire = stored.schedule().nextFire(fire.get());
            }
        } catch (InvalidScheduleException e) {
            return List.of(); // a timing of the user's own that throws now; the pulse tells what is wrong
        }
        return fires;
    }

    private @Nullable ObjectNode last(StoredSchedule stored) {
        if (stored.lastResult() == null) {
            return null;
        }
        boolean ok = !(stored.lastResult().get("error") instanceof String)
                || stored.state().failures() == 0;
        ObjectNode node = Nodes.object();
        node.put("ok", ok);
        node.put("text", ok ? "Executed" : "Failed");
        node.set("result", ok ? Nodes.value(backend.redaction().of(stored.lastResult())) : null);
        node.put(
                "error", ok ? null : Redaction.text((String) stored.lastResult().get("error")));
        return node;
    }

    private static @Nullable ObjectNode held(HeldBack.@Nullable Reason held) {
        if (held == null) {
            return null;
        }
        ObjectNode node = Nodes.object();
        node.put("by", held.by());
        node.put("words", held.words());
        return node;
    }

    private @Nullable ObjectNode pause(@Nullable Pause pause) {
        if (pause == null || !pause.holds(backend.now())) {
            return null;
        }
        ObjectNode node = Nodes.object();
        Nodes.time(node, "until", OverviewApi.end(pause));
        node.put("by", pause.by());
        node.put("reason", pause.reason());
        node.putNull("since");
        return node;
    }

    private static @Nullable ObjectNode backfill(@Nullable Backfill backfill) {
        if (backfill == null || backfill.next() == null) {
            return null;
        }
        ObjectNode node = Nodes.object();
        Nodes.time(node, "from", backfill.from());
        Nodes.time(node, "to", backfill.to());
        Nodes.time(node, "next", backfill.next());
        node.put("by", backfill.who());
        return node;
    }

    ObjectNode run(String id, Viewer viewer, byte[] sent) throws RefusedException, MalformedException {
        Audit audit = audit(viewer, new JsonBody(sent, "why"));
        StoredSchedule stored = find(id);
        String handle = RunHandle.of(stored, newestRuns(id)).text();
        if (!backend.heartbeat().schedules().runNow(id, audit)) {
            if (stored.isUnusedOneOff()) {
                throw new RefusedException(
                        409,
                        "Conflict",
                        "A one-off that has not run yet runs at its instant; nothing brings it forward");
            }
            throw RefusedException.notFound("There is no schedule '" + id + "'");
        }
        ObjectNode root = Nodes.object();
        root.put("asked", true);
        root.put("schedule", id);
        root.put("handle", handle);
        root.put("poll", "api/schedules/" + Paths.encoded(id) + "/run/" + handle);
        root.put("pulseNeeded", !backend.heartbeat().started());
        root.put("text", id + " runs at the next pulse");
        return root;
    }

    private List<RunRecord> newestRuns(String id) {
        return backend.heartbeat()
                .history()
                .runs(RunQuery.of(id, RunHandle.LOOKED_AT))
                .items();
    }

    /** The wish is a null that the next start consumes; what has begun by then is told before what has ended. */
    ObjectNode outcome(String id, String handle) throws RefusedException {
        RunHandle asked = RunHandle.parse(handle);
        ObjectNode root = Nodes.object();
        root.put("schedule", id);
        StoredSchedule stored = backend.heartbeat().schedules().findStored(id).orElse(null);
        if (stored == null) {
            return outcome(root, "gone", "The schedule was deleted", null, null, null);
        }
        if (stored.lastRun().kind() != LastRun.Kind.AT) {
            HeldBack.Reason held = heldBack(lastPulse()).of(stored).orElse(null);
            String text = held == null ? "Waits for the next pulse" : "Held back. " + held.words();
            return outcome(root, "asked", text, null, held, null);
        }
        PendingFire pending = stored.state().pending();
        if (pending != null) {
            return switch (pending.state()) {
                case CLAIMED -> outcome(root, "running", "At work", null, null, pending);
                case ACCEPTED -> outcome(root, "accepted", "Goes on elsewhere", null, null, pending);
                case WAITING ->
                    outcome(
                            root,
                            "retrying",
                            "Attempt " + pending.starts() + " failed; the next one is planned",
                            null,
                            null,
                            pending);
            };
        }
        RunRecord entry = asked.among(newestRuns(id)).orElse(null);
        if (entry == null) {
            return outcome(root, "gone", "Nobody knows of this run (any more)", null, null, null);
        }
        Long took = RunJson.durationMs(entry);
        String text = Words.of(entry) + (took == null ? "" : " in " + Words.duration(took));
        return outcome(root, "ended", text, entry, null, null);
    }

    private ObjectNode outcome(
            ObjectNode root,
            String state,
            String text,
            @Nullable RunRecord entry,
            HeldBack.@Nullable Reason held,
            @Nullable PendingFire pending) {
        root.put("state", state);
        root.put("ended", state.equals("ended") || state.equals("gone"));
        root.put("text", text);
        root.set("run", entry == null ? null : RunJson.ledger(entry, backend.redaction()));
        root.set("held", held(held));
        root.set("progress", pending == null ? null : RunJson.progress(pending.progress()));
        return root;
    }

    ObjectNode pause(String id, Viewer viewer, byte[] sent) throws RefusedException, MalformedException {
        JsonBody body = new JsonBody(sent, "until", "why");
        Instant until = body.instant("until").orElse(Pause.INDEFINITELY);
        if (!until.isAfter(backend.now()) || until.isAfter(Pause.INDEFINITELY)) {
            throw new MalformedException("the field 'until' of the body is not allowed; an instant to come, up to "
                    + Pause.INDEFINITELY + ", or nothing for no end");
        }
        if (!backend.heartbeat().schedules().pause(id, until, audit(viewer, body))) {
            throw RefusedException.notFound("There is no schedule '" + id + "'");
        }
        return one(id);
    }

    ObjectNode resume(String id, Viewer viewer, byte[] sent) throws RefusedException, MalformedException {
        backend.heartbeat().schedules().resume(id, audit(viewer, new JsonBody(sent, "why")));
        return one(id);
    }

    static Audit audit(Viewer viewer, JsonBody body) throws MalformedException {
        return Audit.by(viewer.name(), body.text("why", 500).orElse(DASHBOARD));
    }
}
