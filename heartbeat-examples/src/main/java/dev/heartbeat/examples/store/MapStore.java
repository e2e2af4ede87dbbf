package dev.heartbeat.examples.store;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Values;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The smallest store that keeps the whole contract: documents of plain fields in a map, one lock, and a scan wherever a
 * database would have an index. It is there to be read, as a pattern for a store of your own; it forgets nothing and ends
 * with its process. For work there is {@code heartbeat-inmemory}.
 *
 * <p>It shows where the work of a store lies. No rule of scheduling is in here: a store keeps what it is given, compares
 * a version or a token, and writes. Thread-safe: each method is one atomic step under the lock and waits for no more.
 */
public final class MapStore implements HeartbeatStore {
    private static final int MOST_UNREADABLE = 1_000;

    private final InstantSource clock;
    private final Map<String, Document> documents = new TreeMap<>(); // by id, as they are listed
    private final Map<FireId, RunRecord> ledger = new LinkedHashMap<>(); // history is kept in the order of arrival
    private final Map<String, PulseRecord> pulses = new LinkedHashMap<>();
    private final List<AuditEntry> audit = new ArrayList<>();
    private final Map<StateKey, StateCell> cells = new HashMap<>();
    private @Nullable StoredHeartbeat heartbeat;

    /** Creates an empty store. Leases end, and writes are dated, by this clock. */
    public MapStore(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * A document, and what its fields say.
     *
     * @param fields all of it, other people's fields included
     * @param state what the engine remembers; known even if somebody makes the document unreadable during a run
     * @param schedule the schedule it holds; empty if it is unreadable
     * @param problem why it holds none; empty if it is readable
     */
    private record Document(
            String id,
            Map<String, @Nullable Object> fields,
            Version version,
            ScheduleState state,
            Optional<StoredSchedule> schedule,
            Optional<Unreadable> problem) {
        /** Returns a copy of the fields with another state, to be changed further and written. */
        Map<String, @Nullable Object> with(ScheduleState next) {
            Map<String, @Nullable Object> changed = new LinkedHashMap<>(fields);
            changed.put("heartbeat", ScheduleDocument.heartbeat(next));
            return changed;
        }
    }

    /** A document whose pending fire is claimed. */
    private record Held(Document document, PendingFire fire) {}

    /** What a ledger entry tells of. */
    private record FireId(String scheduleId, String key) {}

    // The verbs of a pulse.

    /** Promises to leave out no schedule whose wakeAt has come; in the order of wakeAt and id, page by page. */
    @Override
    public synchronized Found findDue(DueQuery query) {
        Instant storeTime = clock.instant();
        TreeMap<DuePosition, StoredSchedule> byWake = new TreeMap<>(); // a database would keep this as its index
        for (StoredSchedule each : readable()) {
            DuePosition place = DuePosition.of(each);
            if (place.wakeAt().isBefore(Instant.MAX)) {
                byWake.put(place, each);
            }
        }
        DuePosition behindNow = new DuePosition(query.now().plusNanos(1), "");
        List<StoredSchedule> due = byWake.headMap(behindNow).entrySet().stream()
                .filter(each -> query.after() == null || each.getKey().compareTo(query.after()) > 0)
                .map(Map.Entry::getValue)
                .toList();
        List<StoredSchedule> page = due.subList(0, Math.min(query.limit(), due.size()));
        Optional<DuePosition> next =
                page.size() < due.size() ? Optional.of(DuePosition.of(page.get(page.size() - 1))) : Optional.empty();
        if (query.after() != null) {
            return new Found(page, next, List.of(), List.of(), List.of(), Optional.of(storeTime));
        }
        List<Unreadable> unreadable = documents.values().stream()
                .filter(each -> !Boolean.FALSE.equals(each.fields().get("enabled")))
                .flatMap(each -> each.problem().stream())
                .toList();
        List<StoredSchedule> upcoming = byWake.tailMap(behindNow).values().stream()
                .limit(query.upcoming())
                .toList();
        List<StoredSchedule> held = readable().stream()
                .filter(each -> each.schedule().enabled() && each.isHeldByLastRun(storeTime))
                .limit(Found.MOST_HELD)
                .toList();
        return new Found(page, next, unreadable, upcoming, held, Optional.of(storeTime));
    }

    /** Promises that of all who have read one version of a document one wins, and that no fire is won after its end. */
    @Override
    public synchronized List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
        return requests.stream().flatMap(request -> claim(request).stream()).toList();
    }

    private Optional<Claim> claim(ClaimRequest request) {
        Document document = documents.get(request.scheduleId());
        if (document == null || !document.version().equals(request.seen().version())) {
            return Optional.empty(); // somebody was faster, or has edited it
        }
        if (request.superseded() != null) {
            addToLedger(request.superseded());
        }
        PendingFire fire = request.fire();
        if (ledger.containsKey(new FireId(document.id(), fire.key()))) { // somebody has put an old copy back
            writeState(document, request.past());
            return Optional.empty();
        }
        PendingFire claimed = fire.until(clock.instant().plus(request.lease()));
        Map<String, @Nullable Object> fields = document.with(request.state().withPending(claimed));
        if (request.startedAt() != null) {
            fields.put("lastRun", LastRun.at(request.startedAt()).value());
        }
        write(document.id(), fields);
        return Optional.of(Claim.of(claimed));
    }

    /** Promises to move the lease of each claim that is still in force, whatever people have edited, and nothing else. */
    @Override
    public synchronized List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
        List<Claim> renewed = new ArrayList<>();
        for (Renewal renewal : renewals) {
            held(renewal.token()).ifPresent(held -> {
                PendingFire fire = held.fire().renewed(renewal, lease, clock.instant());
                writeState(held.document(), held.document().state().withPending(fire));
                renewed.add(Claim.of(fire));
            });
        }
        return renewed;
    }

    /** Promises that a claim given back leaves its fire as if it had not been started. */
    @Override
    public synchronized List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
        List<RunToken> released = new ArrayList<>();
        for (RunToken token : tokens) {
            held(token).ifPresent(held -> {
                writeState(held.document(), held.document().state().released(clock.instant()));
                released.add(token);
            });
        }
        return released;
    }

    /** Promises that a fire ends once, under the claim in force, and that a deleted schedule is not made again. */
    @Override
    public synchronized List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
        return requests.stream()
                .filter(request -> !record(request))
                .map(RecordRequest::token)
                .toList();
    }

    private boolean record(RecordRequest request) {
        RunToken token = request.token();
        RunRecord end = ledger.get(new FireId(token.scheduleId(), token.fireKey()));
        if (end != null) {
            return Objects.equals(end.token(), request.run().token()); // this very answer, sent again; or another one
        }
        Document document = documents.get(token.scheduleId());
        Optional<Held> held = held(token);
        if (document != null && held.isEmpty()) {
            return false;
        }
        if (held.isPresent()) {
            ScheduleState next = request.stateOver(held.get().document().state(), clock.instant());
            Map<String, @Nullable Object> fields = held.get().document().with(next);
            if (request.lastResult() != null) {
                fields.put("lastResult", request.lastResult());
            }
            write(token.scheduleId(), fields);
        }
        if (request.run().isEnd()) {
            addToLedger(request.run());
        }
        request.missed().forEach(this::addToLedger);
        return true;
    }

    /** Promises to find a claim in force, run out or not, by its token alone. */
    @Override
    public synchronized Optional<Claim> claimByToken(RunToken token, CallLimit limit) {
        return held(token).map(held -> Claim.of(held.fire()));
    }

    // The verbs of definitions.

    /** Promises the schedule as it stands, and nothing for a document that holds none. */
    @Override
    public synchronized Optional<StoredSchedule> schedule(String id) {
        return Optional.ofNullable(documents.get(id)).flatMap(Document::schedule);
    }

    /** Promises each readable schedule once, by id, whatever comes and goes between two pages. */
    @Override
    public synchronized Page<StoredSchedule> schedules(@Nullable String after, int limit) {
        List<StoredSchedule> rest = readable().stream()
                .filter(each -> after == null || each.id().compareTo(after) > 0)
                .toList();
        List<StoredSchedule> page = rest.subList(0, Math.min(limit, rest.size()));
        return new Page<>(
                page,
                page.size() < rest.size()
                        ? Optional.of(page.get(page.size() - 1).id())
                        : Optional.empty());
    }

    /** Promises to tell of each document that holds no schedule what is wrong with it. */
    @Override
    public synchronized List<Unreadable> unreadable() {
        return documents.values().stream()
                .flatMap(each -> each.problem().stream())
                .limit(MOST_UNREADABLE)
                .toList();
    }

    /** Promises to write the fields that the edit names, and no others, if the document is as the caller expects it. */
    @Override
    public synchronized Optional<Version> edit(ScheduleEdit edit, Version expected) {
        Document old = documents.get(edit.id());
        boolean isAsExpected = old == null
                ? expected.equals(Version.NONE)
                : expected.equals(Version.ANY) || expected.equals(old.version());
        if (!isAsExpected) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> fields = old == null ? newDocument(edit) : new LinkedHashMap<>(old.fields());
        if (edit.schedule() != null) {
            fields.keySet().removeAll(ScheduleDocument.DEFINITION);
            fields.putAll(ScheduleDocument.definition(edit.schedule()));
        }
        if (edit.lastRun() != null && edit.lastRun().kind() != LastRun.Kind.MISSING) {
            fields.put("lastRun", edit.lastRun().value());
        }
        if (edit.pause() != null) {
            fields.put("pausedUntil", edit.pause().until());
            fields.put("pausedBy", edit.pause().by());
            fields.put("pauseReason", edit.pause().reason());
        }
        if (old != null && !edit.over(old.state()).equals(old.state())) {
            fields.put("heartbeat", ScheduleDocument.heartbeat(edit.over(old.state())));
        }
        return Optional.of(write(edit.id(), fields));
    }

    private static Map<String, @Nullable Object> newDocument(ScheduleEdit edit) {
        if (edit.schedule() == null) {
            throw new IllegalArgumentException(
                    "edit of schedule '" + edit.id() + "': there is no document, and the edit holds no definition");
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        ScheduleState state = edit.over(edit.state() == null ? ScheduleState.NEW : edit.state());
        fields.put("heartbeat", ScheduleDocument.heartbeat(state));
        return fields;
    }

    /** Promises that the document is gone; its ledger stays. */
    @Override
    public synchronized boolean delete(String id) {
        return documents.remove(id) != null;
    }

    // The heartbeat and history.

    /** Promises the record as it was written last. */
    @Override
    public synchronized Optional<StoredHeartbeat> heartbeat(CallLimit limit) {
        return Optional.ofNullable(heartbeat);
    }

    /** Promises to write over the version that the caller has read, and over no other. */
    @Override
    public synchronized boolean saveHeartbeat(HeartbeatRecord next, Version expected, CallLimit limit) {
        if (!expected.equals(heartbeat == null ? Version.NONE : heartbeat.version())) {
            return false;
        }
        heartbeat = new StoredHeartbeat(next, newVersion());
        return true;
    }

    /** Promises one entry for each id, the latest. */
    @Override
    public synchronized void savePulse(PulseRecord pulse, CallLimit limit) {
        pulses.put(pulse.id(), pulse.forHistory());
    }

    /** Promises the pulse of the id, if the history has it. */
    @Override
    public synchronized Optional<PulseRecord> pulse(String id) {
        return Optional.ofNullable(pulses.get(id));
    }

    /** Promises each pulse once, the latest start first, even if new ones arrive between two pages. */
    @Override
    public synchronized Page<PulseRecord> pulses(@Nullable String after, int limit) {
        return newestFirst(List.copyOf(pulses.values()), PulseRecord::startedAt, after, limit);
    }

    /** Promises the same of the ledger entries of one schedule or of all, the latest end first. */
    @Override
    public synchronized Page<RunRecord> runs(RunQuery query) {
        List<RunRecord> runs = ledger.values().stream()
                .filter(run -> query.scheduleId() == null || run.scheduleId().equals(query.scheduleId()))
                .toList();
        return newestFirst(runs, RunRecord::endedAt, query.after(), query.limit());
    }

    /** Promises to add those entries whose key is not there yet. */
    @Override
    public synchronized void appendRuns(List<RunRecord> entries, CallLimit limit) {
        entries.forEach(this::addToLedger);
    }

    /** Promises to keep the entry. */
    @Override
    public synchronized void appendAudit(AuditEntry entry) {
        audit.add(entry);
    }

    /** Promises the same as {@link #pulses} of what people did. */
    @Override
    public synchronized Page<AuditEntry> audit(@Nullable String after, int limit) {
        return newestFirst(audit, AuditEntry::at, after, limit);
    }

    // The verbs of state cells.

    /** Promises the cells that exist. */
    @Override
    public synchronized List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
        return keys.stream()
                .flatMap(key -> Optional.ofNullable(cells.get(key)).stream())
                .toList();
    }

    /** Promises to write each cell that still has the version expected of it, and to name the others. */
    @Override
    public synchronized List<StateKey> compareAndSet(Collection<StateCell> written, CallLimit limit) {
        List<StateKey> lost = new ArrayList<>();
        for (StateCell cell : written) {
            StateCell stored = cells.get(cell.key());
            if (cell.version().equals(stored == null ? Version.NONE : stored.version())) {
                cells.put(cell.key(), new StateCell(cell.key(), newVersion(), cell.value()));
            } else {
                lost.add(cell.key());
            }
        }
        return lost;
    }

    // What people do, who have an editor of documents. It is no part of the contract; the kit plays such a person.

    /** Replaces a whole document or makes it, whatever is in it. */
    public synchronized void putDocument(String id, Map<String, ? extends @Nullable Object> fields) {
        write(id, fields);
    }

    /** Returns a whole document as it stands, unmodifiable, or empty if there is none. */
    public synchronized Optional<Map<String, @Nullable Object>> document(String id) {
        return Optional.ofNullable(documents.get(id)).map(Document::fields);
    }

    // How it is done.

    private List<StoredSchedule> readable() {
        return documents.values().stream()
                .flatMap(each -> each.schedule().stream())
                .toList();
    }

    /** Returns the document if the token is its claim in force. Its version does not matter: people edit during runs. */
    private Optional<Held> held(RunToken token) {
        Document document = documents.get(token.scheduleId());
        PendingFire fire = document == null ? null : document.state().pending();
        return document != null && fire != null && fire.isInForce(token, clock.instant())
                ? Optional.of(new Held(document, fire))
                : Optional.empty();
    }

    private void writeState(Document document, ScheduleState next) {
        write(document.id(), document.with(next));
    }

    /** The one place that writes a document: copies it, dates it, and gives it a version that no other ever had. */
    private Version write(String id, Map<String, ? extends @Nullable Object> given) {
        Map<String, @Nullable Object> fields = Values.copyOf(given, "document '" + id + "'");
        Version version = newVersion();
        try {
            ScheduleDocument read =
                    ScheduleDocument.read(id, fields); // a third argument reads timings that are no cron
            StoredSchedule schedule = new StoredSchedule(
                    read.schedule(),
                    read.lastRun(),
                    read.lastResult(),
                    read.pause(),
                    read.state(),
                    clock.instant(),
                    version);
            documents.put(id, new Document(id, fields, version, read.state(), Optional.of(schedule), Optional.empty()));
        } catch (InvalidScheduleException e) {
            Unreadable problem = new Unreadable(id, String.valueOf(e.getMessage()));
            documents.put(
                    id, new Document(id, fields, version, stateOf(fields), Optional.empty(), Optional.of(problem)));
        }
        return version;
    }

    /** What the engine remembers of an unreadable document: a run under way must be recorded all the same. */
    private static ScheduleState stateOf(Map<String, @Nullable Object> fields) {
        Map<String, @Nullable Object> readable = new HashMap<>(Map.of("enabled", false, "cron", "@daily", "task", "x"));
        readable.put("heartbeat", fields.get("heartbeat"));
        try {
            return ScheduleDocument.read("x", readable).state();
        } catch (InvalidScheduleException e) {
            return ScheduleState.NEW;
        }
    }

    /** Random, so that it never comes back: not after a delete, and not after a restart. */
    private static Version newVersion() {
        return new Version(UUID.randomUUID().toString());
    }

    /** The first entry that ends a fire stays. It is the fence that nothing gets around. */
    private void addToLedger(RunRecord run) {
        ledger.putIfAbsent(new FireId(run.scheduleId(), run.key()), run);
    }

    /**
     * Returns one page. Its end is the number of its last item in the order of arrival, which nothing that arrives later
     * changes; a database would take the instant and the id.
     */
    private static <T> Page<T> newestFirst(
            List<T> arrived, Function<T, Instant> at, @Nullable String after, int limit) {
        Comparator<Integer> oldestFirst = Comparator.comparing(number -> at.apply(arrived.get(number)));
        List<Integer> numbers = IntStream.range(0, arrived.size())
                .boxed()
                .sorted(oldestFirst.reversed())
                .toList();
        int from = after == null ? 0 : numbers.indexOf(Integer.valueOf(after)) + 1;
        int to = Math.min(numbers.size(), from + limit);
        return new Page<>(
                numbers.subList(from, to).stream().map(arrived::get).toList(),
                to < numbers.size() ? Optional.of(numbers.get(to - 1).toString()) : Optional.empty());
    }
}
