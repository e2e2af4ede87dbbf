package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Query;
import dev.heartbeat.firestore.Calls.Answer;
import dev.heartbeat.firestore.Calls.Sent;
import dev.heartbeat.firestore.ScheduleCodec.Seen;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is due, by a scan of what is enabled or by the index. Both leave something unseen, so all documents are read
 * at the start and then at an interval; what that found beside the everyday answer is remembered until the next time.
 * Thread-safe.
 */
final class Finder {
    private static final int MOST_REFUSED = 1_000;

    private final Calls calls;
    private final Paths paths;
    private final ScheduleCodec codec;
    private final Ticks ticks;
    private final FindMode mode;
    private final Duration reconcileEvery;

    /** Documents that the server would not take back with a claim in them, at the version they had. */
    private final Map<String, Refused> refused = new ConcurrentHashMap<>();

    private volatile @Nullable Reconciled reconciled;
    private volatile @Nullable Rest rest;

    Finder(Calls calls, Paths paths, ScheduleCodec codec, Ticks ticks, FindMode mode, Duration reconcileEvery) {
        this.calls = calls;
        this.paths = paths;
        this.codec = codec;
        this.ticks = ticks;
        this.mode = mode;
        this.reconcileEvery = reconcileEvery;
    }

    private record Refused(Version version, String reason) {}

    /**
     * What the last find has read and not answered: the next page comes from it, for to read it again would cost as many
     * reads for each page as for the first.
     */
    private record Rest(Instant now, DuePosition after, List<StoredSchedule> due, Optional<Instant> time) {
        boolean isFor(DueQuery query) {
            return now.equals(query.now()) && after.equals(query.after());
        }
    }

    /**
     * What the last read of all documents found that the everyday find does not see.
     *
     * @param at when it was, in ticks
     * @param unreadable documents that hold no schedule and are not found otherwise
     * @param misplaced schedules that the index has elsewhere, by id
     * @param held enabled schedules with a lastRun that a person has moved
     */
    private record Reconciled(
            long at,
            Map<String, Unreadable> unreadable,
            Map<String, StoredSchedule> misplaced,
            Map<String, StoredSchedule> held) {
        Reconciled without(Collection<String> ids) {
            return new Reconciled(at, without(unreadable, ids), without(misplaced, ids), without(held, ids));
        }

        private static <T> Map<String, T> without(Map<String, T> map, Collection<String> ids) {
            if (ids.stream().noneMatch(map::containsKey)) {
                return map;
            }
            Map<String, T> rest = new LinkedHashMap<>(map);
            rest.keySet().removeAll(ids);
            return rest;
        }
    }

    /** Documents of one find, and the server's time of it. */
    private record Read(Map<String, Seen> documents, Optional<Instant> time) {
        Stream<StoredSchedule> schedules() {
            return documents.values().stream().flatMap(each -> each.readable().stream());
        }
    }

    Found find(DueQuery query, Deadline deadline) {
        Rest left = rest;
        if (left != null && left.isFor(query)) {
            return page(query, left.due(), left.time());
        }
        Reconciled known = reconciled;
        boolean isOld = known == null || ticks.since(known.at()).compareTo(reconcileEvery) >= 0;
        boolean readAll = known == null || (isOld && query.after() == null);
        Read read;
        if (known == null || readAll) {
            read = read(start(paths.schedules(), "read all schedules"), deadline);
            known = reconcile(read);
        } else if (mode == FindMode.SCAN) {
            read = read(start(enabled(), "read the enabled schedules"), deadline);
        } else {
            read = readByIndex(query, known, deadline);
        }
        return answer(query, read, known);
    }

    /** Makes the next find read all documents. */
    void reconcileAtNextFind() {
        reconciled = null;
        rest = null;
    }

    /** Forgets what is known of documents, because the store has written them, and their places with them. */
    void forget(Collection<String> ids) {
        refused.keySet().removeAll(ids);
        rest = null;
        synchronized (this) {
            Reconciled known = reconciled;
            reconciled = known == null ? null : known.without(ids);
        }
    }

    /** Takes notice that a document cannot be claimed as it is. */
    void refused(StoredSchedule schedule, String reason) {
        if (refused.size() < MOST_REFUSED) {
            refused.put(schedule.id(), new Refused(schedule.version(), reason));
        }
    }

    private Query enabled() {
        return paths.schedules().whereEqualTo("enabled", true);
    }

    private Sent start(Query query, String what) {
        return calls.start(query, Integer.MAX_VALUE, what);
    }

    private Read read(Sent sent, Deadline deadline) {
        Answer answer = calls.answer(sent, deadline);
        Map<String, Seen> documents = new LinkedHashMap<>();
        answer.documents().forEach(each -> documents.put(each.getId(), codec.read(each)));
        return new Read(documents, Optional.ofNullable(answer.readTime()).map(Neutral::instant));
    }

    private synchronized Reconciled reconcile(Read all) {
        Map<String, Unreadable> unreadable = new LinkedHashMap<>();
        Map<String, StoredSchedule> misplaced = new LinkedHashMap<>();
        Map<String, StoredSchedule> held = new LinkedHashMap<>();
        for (Seen each : all.documents().values()) {
            boolean isSeenDaily =
                    mode == FindMode.SCAN && Boolean.TRUE.equals(each.fields().get("enabled"));
            if (!isSeenDaily && !each.isDisabled()) {
                each.unreadable().ifPresent(problem -> unreadable.put(each.id(), problem));
            }
            StoredSchedule schedule = each.schedule();
            if (mode == FindMode.INDEXED
                    && schedule != null
                    && schedule.schedule().enabled()) {
                if (!each.isIndexed()) {
                    misplaced.put(each.id(), schedule);
                }
                if (schedule.isLastRunMovedByPerson()) {
                    held.put(each.id(), schedule);
                }
            }
        }
        Reconciled now = new Reconciled(ticks.now(), unreadable, misplaced, held);
        reconciled = now;
        return now;
    }

    /** Reads what the index has as due, what is forced, what the index has elsewhere, and the next ones. */
    private Read readByIndex(DueQuery query, Reconciled known, Deadline deadline) {
        Timestamp now = Neutral.timestamp(query.now());
        String what = "find the due schedules by the index";
        Sent due = start(
                enabled().whereLessThanOrEqualTo(ScheduleCodec.WAKE_AT, now).orderBy(ScheduleCodec.WAKE_AT), what);
        Sent forced = start(enabled().whereEqualTo("lastRun", null), what);
        int upcoming = query.after() == null ? query.upcoming() : 0;
        @Nullable
        Sent next = upcoming == 0
                ? null
                : calls.start(
                        enabled().whereGreaterThan(ScheduleCodec.WAKE_AT, now).orderBy(ScheduleCodec.WAKE_AT),
                        upcoming,
                        what);
        List<DocumentReference> misplaced = known.misplaced().values().stream()
                .filter(each -> !each.wakeAt().isAfter(query.now()))
                .map(each -> paths.schedule(each.id()))
                .toList();
        Read read = read(due, deadline);
        Map<String, Seen> documents = read.documents();
        documents.putAll(read(forced, deadline).documents());
        if (next != null) {
            documents.putAll(read(next, deadline).documents());
        }
        List<String> inPlace = new ArrayList<>(); // another instance has written it, or somebody has deleted it
        for (DocumentSnapshot each : calls.readAll(misplaced, deadline, what).values()) {
            Seen seen = each.exists() ? codec.read(each) : null;
            if (seen != null) {
                documents.put(seen.id(), seen);
            }
            if (seen == null || seen.isIndexed()) {
                inPlace.add(each.getId());
            }
        }
        forget(inPlace);
        return read;
    }

    private Found answer(DueQuery query, Read read, Reconciled known) {
        List<Unreadable> unreadable = new ArrayList<>();
        List<StoredSchedule> due = new ArrayList<>();
        read.schedules()
                .filter(each -> each.schedule().enabled() && !each.wakeAt().isAfter(query.now()))
                .filter(each -> query.after() == null || DuePosition.of(each).compareTo(query.after()) > 0)
                .sorted(Comparator.comparing(DuePosition::of))
                .forEach(each -> {
                    Refused problem = refused.get(each.id());
                    if (problem != null && problem.version().equals(each.version())) {
                        unreadable.add(new Unreadable(each.id(), problem.reason()));
                    } else {
                        due.add(each);
                    }
                });
        Found page = page(query, due, read.time());
        return query.after() != null
                ? page
                : new Found(
                        page.due(),
                        page.next(),
                        unreadable(read, known, unreadable),
                        upcoming(query, read, known),
                        held(read, known),
                        read.time());
    }

    /** Returns the first page of what is due, and remembers the others. */
    private Found page(DueQuery query, List<StoredSchedule> due, Optional<Instant> time) {
        int size = Math.min(query.limit(), due.size());
        List<StoredSchedule> page = due.subList(0, size);
        Optional<DuePosition> next =
                size < due.size() ? Optional.of(DuePosition.of(page.get(size - 1))) : Optional.empty();
        rest = next.map(place -> new Rest(query.now(), place, due.subList(size, due.size()), time))
                .orElse(null);
        return new Found(page, next, List.of(), List.of(), List.of(), time);
    }

    private static List<Unreadable> unreadable(Read read, Reconciled known, List<Unreadable> refused) {
        Map<String, Unreadable> byId = new LinkedHashMap<>();
        refused.forEach(each -> byId.put(each.id(), each));
        known.unreadable().values().stream()
                .filter(each -> !read.documents().containsKey(each.id())) // it may have been mended since
                .forEach(each -> byId.put(each.id(), each));
        for (Seen each : read.documents().values()) {
            if (!each.isDisabled()) {
                each.unreadable().ifPresent(problem -> byId.put(each.id(), problem));
            }
        }
        return List.copyOf(byId.values());
    }

    private static List<StoredSchedule> upcoming(DueQuery query, Read read, Reconciled known) {
        Map<String, StoredSchedule> byId = new LinkedHashMap<>(known.misplaced());
        read.schedules().forEach(each -> byId.put(each.id(), each));
        return byId.values().stream()
                .filter(each ->
                        each.wakeAt().isAfter(query.now()) && each.wakeAt().isBefore(Instant.MAX))
                .sorted(Comparator.comparing(DuePosition::of))
                .limit(query.upcoming())
                .toList();
    }

    private static List<StoredSchedule> held(Read read, Reconciled known) {
        Map<String, StoredSchedule> byId = new LinkedHashMap<>(known.held());
        read.schedules().filter(each -> each.schedule().enabled()).forEach(each -> byId.put(each.id(), each));
        Instant now = read.time().orElse(Instant.MIN);
        return byId.values().stream()
                .filter(each -> each.isHeldByLastRun(now))
                .sorted(Comparator.comparing(StoredSchedule::id))
                .limit(Found.MOST_HELD)
                .toList();
    }
}
