package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.Query;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteBatch;
import dev.heartbeat.firestore.ScheduleCodec.Seen;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Definitions: reading them one by one or all, edits, deletes. Thread-safe. */
final class Schedules {
    private static final int MOST_UNREADABLE = 1_000;
    private static final int PAGE = 500;

    private final Calls calls;
    private final Paths paths;
    private final ScheduleCodec codec;

    Schedules(Calls calls, Paths paths, ScheduleCodec codec) {
        this.calls = calls;
        this.paths = paths;
        this.codec = codec;
    }

    Optional<StoredSchedule> schedule(String id, Deadline deadline) {
        if (!Paths.isId(id)) {
            return Optional.empty();
        }
        DocumentSnapshot document = calls.read(paths.schedule(id), deadline, "read schedule '" + id + "'");
        return document.exists() ? codec.read(document).readable() : Optional.empty();
    }

    Page<StoredSchedule> schedules(@Nullable String after, int limit, Deadline deadline) {
        List<StoredSchedule> found = list(after, limit + 1, Seen::readable, deadline);
        List<StoredSchedule> page = found.subList(0, Math.min(limit, found.size()));
        return new Page<>(
                page,
                page.size() < found.size()
                        ? Optional.of(page.get(page.size() - 1).id())
                        : Optional.empty());
    }

    List<Unreadable> unreadable(Deadline deadline) {
        return list(null, MOST_UNREADABLE, Seen::unreadable, deadline);
    }

    /** Reads on by id until so many are found. */
    private <T> List<T> list(
            @Nullable String after, int wanted, Function<Seen, Optional<T>> choice, Deadline deadline) {
        List<T> found = new ArrayList<>();
        @Nullable String place = after;
        while (true) {
            int size = Math.min(PAGE, wanted - found.size());
            Query query = paths.schedules().orderBy(FieldPath.documentId()).limit(size);
            QuerySnapshot page =
                    calls.query(place == null ? query : query.startAfter(place), deadline, "list the schedules");
            for (QueryDocumentSnapshot document : page.getDocuments()) {
                choice.apply(codec.read(document)).ifPresent(found::add);
                place = document.getId();
            }
            if (page.size() < size || found.size() == wanted) {
                return found;
            }
        }
    }

    Optional<Version> edit(ScheduleEdit edit, Version expected, Deadline deadline) {
        if (!Paths.isId(edit.id())) {
            return Optional.empty();
        }
        String what = "edit schedule '" + edit.id() + "'";
        String mark = UUID.randomUUID().toString();
        DocumentReference document = paths.schedule(edit.id());
        for (int tries = 1; ; tries++) {
            DocumentSnapshot now = calls.read(document, deadline, what);
            if (now.exists() && mark.equals(now.get(ScheduleCodec.EDIT))) { // the answer to our own write got lost
                return Optional.of(versionOf(now));
            }
            boolean isAsExpected = now.exists()
                    ? expected.equals(Version.ANY) || expected.equals(versionOf(now))
                    : expected.equals(Version.NONE);
            if (!isAsExpected) {
                return Optional.empty();
            }
            WriteBatch batch = calls.batch();
            if (now.exists()) {
                Map<String, @Nullable Object> changes = changes(edit, now);
                changes.put(ScheduleCodec.EDIT, mark);
                batch.update(document, changes, guard(now));
            } else {
                Map<String, @Nullable Object> fields = fields(edit, now);
                fields.put(ScheduleCodec.EDIT, mark);
                batch.create(document, ScheduleCodec.newFields(fields));
            }
            try {
                return Optional.of(
                        Versions.of(calls.commit(batch, deadline, what).get(0).getUpdateTime()));
            } catch (CallFailed e) {
                if (e.isFinal(deadline, tries)) {
                    throw e;
                }
            }
        }
    }

    /** The fields of a document that the edit makes. */
    private Map<String, @Nullable Object> fields(ScheduleEdit edit, DocumentSnapshot missing) {
        if (edit.schedule() == null) {
            throw new IllegalArgumentException(
                    "edit of schedule '" + edit.id() + "': there is no document, and the edit holds no definition");
        }
        Map<String, @Nullable Object> plain = named(edit);
        ScheduleState state = edit.over(edit.state() == null ? ScheduleState.NEW : edit.state());
        Map<String, @Nullable Object> fields = Neutral.toFirestore(plain);
        plain.put(ScheduleCodec.HEARTBEAT, ScheduleDocument.heartbeat(state));
        StoredSchedule after = codec.read(edit.id(), plain, Objects.requireNonNull(missing.getReadTime(), "read time"))
                .schedule();
        fields.putAll(ScheduleCodec.stateFields(state, after));
        return fields;
    }

    /** What the edit changes; what reads the same already is not written, since it may hold more than it reads as. */
    private Map<String, @Nullable Object> changes(ScheduleEdit edit, DocumentSnapshot document) {
        Seen now = codec.read(document);
        Map<String, @Nullable Object> stored = Objects.requireNonNull(document.getData(), "data");
        Map<String, @Nullable Object> named = named(edit);
        Map<String, @Nullable Object> changes = new LinkedHashMap<>();
        named.forEach((field, value) -> {
            Object written = Neutral.over(stored.get(field), value);
            if (!stored.containsKey(field) || !Objects.equals(written, stored.get(field))) {
                changes.put(field, written);
            }
        });
        Map<String, @Nullable Object> plain = new LinkedHashMap<>(now.fields());
        if (edit.schedule() != null) {
            for (String field : ScheduleDocument.DEFINITION) {
                if (plain.remove(field) != null && !named.containsKey(field)) {
                    changes.put(field, FieldValue.delete());
                }
            }
        }
        plain.putAll(named);
        ScheduleState state = edit.over(now.state());
        boolean isStateChanged = !state.equals(now.state());
        if (isStateChanged) {
            plain.put(ScheduleCodec.HEARTBEAT, ScheduleDocument.heartbeat(state));
        }
        Seen after = codec.read(edit.id(), plain, now.updateTime());
        StoredSchedule schedule = after.schedule();
        if (isStateChanged) {
            changes.putAll(ScheduleCodec.stateFields(after.state(), schedule));
        } else if (schedule != null) {
            changes.putAll(ScheduleCodec.placeFields(schedule));
        }
        return changes;
    }

    /** The fields that the edit names, in plain values. */
    private static Map<String, @Nullable Object> named(ScheduleEdit edit) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (edit.schedule() != null) {
            fields.putAll(ScheduleDocument.definition(edit.schedule()));
        }
        LastRun lastRun = edit.lastRun();
        if (lastRun != null && lastRun.kind() != LastRun.Kind.MISSING) {
            fields.put("lastRun", lastRun.value());
        }
        Pause pause = edit.pause();
        if (pause != null) {
            fields.put("pausedUntil", pause.until());
            fields.put("pausedBy", pause.by());
            fields.put("pauseReason", pause.reason());
        }
        return fields;
    }

    boolean delete(String id, Deadline deadline) {
        if (!Paths.isId(id)) {
            return false;
        }
        String what = "delete schedule '" + id + "'";
        DocumentReference document = paths.schedule(id);
        @Nullable Timestamp madeAt = null; // of the document to be deleted
        for (int tries = 1; ; tries++) {
            DocumentSnapshot now = calls.read(document, deadline, what);
            if (madeAt != null && !madeAt.equals(now.getCreateTime())) {
                return true; // it is gone: by a delete whose answer got lost, or by somebody else's at the same moment
            }
            if (!now.exists()) {
                return false;
            }
            madeAt = now.getCreateTime();
            WriteBatch batch = calls.batch();
            batch.delete(document, guard(now));
            try {
                calls.commit(batch, deadline, what);
                return true;
            } catch (CallFailed e) {
                if (e.isFinal(deadline, tries)) {
                    throw e;
                }
            }
        }
    }

    private static Precondition guard(DocumentSnapshot seen) {
        return Precondition.updatedAt(Objects.requireNonNull(seen.getUpdateTime(), "update time"));
    }

    private static Version versionOf(DocumentSnapshot seen) {
        return Versions.of(Objects.requireNonNull(seen.getUpdateTime(), "update time"));
    }
}
