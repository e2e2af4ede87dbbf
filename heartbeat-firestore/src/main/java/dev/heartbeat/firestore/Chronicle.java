package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.Query;
import com.google.cloud.firestore.Query.Direction;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The heartbeat record, and history: pulses, the ledger of runs, and what people did. Thread-safe. */
final class Chronicle {
    private final Calls calls;
    private final Paths paths;
    private final ServerClock clock;
    private final RunCodec runs;
    private final PulseCodec pulses;
    private final Duration retention;

    Chronicle(Calls calls, Paths paths, ServerClock clock, RunCodec runs, Duration retention) {
        this.calls = calls;
        this.paths = paths;
        this.clock = clock;
        this.runs = runs;
        this.pulses = new PulseCodec(retention);
        this.retention = retention;
    }

    Optional<StoredHeartbeat> heartbeat(Deadline deadline) {
        DocumentSnapshot document = calls.read(paths.heartbeat(), deadline, "read the heartbeat record");
        return document.exists()
                ? Optional.of(new StoredHeartbeat(
                        HeartbeatCodec.read(document),
                        Versions.of(Objects.requireNonNull(document.getUpdateTime(), "update time"))))
                : Optional.empty();
    }

    boolean saveHeartbeat(HeartbeatRecord record, Version expected, Deadline deadline) {
        String what = "write the heartbeat record of pulse " + record.pulseId();
        String write = UUID.randomUUID().toString();
        boolean isNew = expected.equals(Version.NONE);
        Optional<Timestamp> seen = Versions.updateTime(expected);
        if (!isNew && seen.isEmpty()) {
            return false;
        }
        Map<String, @Nullable Object> fields = HeartbeatCodec.write(record, write, !isNew);
        for (int tries = 1; ; tries++) {
            WriteBatch batch = calls.batch();
            if (isNew) {
                batch.create(paths.heartbeat(), fields);
            } else {
                batch.update(paths.heartbeat(), fields, Precondition.updatedAt(seen.orElseThrow()));
            }
            try {
                calls.commit(batch, deadline, what);
                return true;
            } catch (CallFailed e) {
                if (e.isFinal(deadline, tries)) {
                    throw e;
                }
            }
            // The failed write may have been made after all, and then have failed because of itself.
            DocumentSnapshot now = calls.read(paths.heartbeat(), deadline, what);
            if (now.exists() && write.equals(now.get(HeartbeatCodec.WRITE))) {
                return true;
            }
            boolean isAsExpected = now.exists() ? seen.equals(Optional.ofNullable(now.getUpdateTime())) : isNew;
            if (!isAsExpected) {
                return false;
            }
        }
    }

    void savePulse(PulseRecord pulse, Deadline deadline) {
        WriteBatch batch = calls.batch();
        batch.set(paths.pulse(pulse.id()), pulses.pulse(pulse.forHistory()));
        calls.commit(batch, deadline, "write pulse " + pulse.id() + " to the history");
    }

    Optional<PulseRecord> pulse(String id, Deadline deadline) {
        DocumentSnapshot document = calls.read(paths.pulse(id), deadline, "read pulse " + id);
        return document.exists() ? PulseCodec.readPulse(document) : Optional.empty();
    }

    Page<PulseRecord> pulses(@Nullable String after, int limit, Deadline deadline) {
        return newestFirst(paths.pulses(), PulseCodec.STARTED_AT, PulseCodec::readPulse, after, limit, deadline);
    }

    void appendAudit(AuditEntry entry, Deadline deadline) {
        String what = "note in the audit history that " + entry.who() + " did " + entry.verb();
        DocumentReference document = paths.audit().document(UUID.randomUUID().toString());
        for (int tries = 1; ; tries++) {
            WriteBatch batch = calls.batch();
            batch.create(document, pulses.audit(entry));
            try {
                calls.commit(batch, deadline, what);
                return;
            } catch (CallFailed e) {
                if (e.isFinal(deadline, tries)) {
                    throw e;
                }
            }
            if (calls.read(document, deadline, what).exists()) { // nobody else knows its id
                return;
            }
        }
    }

    Page<AuditEntry> audit(@Nullable String after, int limit, Deadline deadline) {
        return newestFirst(paths.audit(), PulseCodec.AT, PulseCodec::readAudit, after, limit, deadline);
    }

    Page<RunRecord> runs(RunQuery query, Deadline deadline) {
        String scheduleId = query.scheduleId();
        if (scheduleId != null && !Paths.isId(scheduleId)) {
            return new Page<>(List.of(), Optional.empty());
        }
        Query from = scheduleId == null ? paths.allRuns() : paths.runs(scheduleId);
        Function<DocumentSnapshot, Optional<RunRecord>> read =
                document -> paths.isRunOfOurs(document.getReference()) ? RunCodec.read(document) : Optional.empty();
        return newestFirst(from, RunCodec.ENDED_AT, read, query.after(), query.limit(), deadline);
    }

    void appendRuns(List<RunRecord> entries, Deadline deadline) {
        List<Appended> appended = entries.stream().map(Appended::new).toList();
        new Pages(calls).write(appended, deadline, "append " + entries.size() + " entries to the ledger");
    }

    /** A ledger entry that no claim stands behind. The first entry of a key stays. */
    private final class Appended implements Pages.Entry {
        private final RunRecord entry;
        private final DocumentReference run;
        private boolean sure = true; // that there is none: if there is, the commit fails
        private @Nullable DocumentSnapshot seen;

        Appended(RunRecord entry) {
            this.entry = entry;
            this.run = paths.run(entry.scheduleId(), entry.key());
        }

        @Override
        public boolean isSure() {
            return sure;
        }

        @Override
        public void doubt() {
            sure = false;
        }

        @Override
        public Collection<DocumentReference> documents() {
            return List.of(run);
        }

        @Override
        public boolean look(Map<DocumentReference, DocumentSnapshot> documents) {
            seen = documents.get(run);
            sure = true;
            return !RunCodec.isEnded(seen);
        }

        @Override
        public int writes() {
            return 1;
        }

        @Override
        public long bytes() {
            return 1_000 + Neutral.bytes(entry.result());
        }

        @Override
        public void addTo(WriteBatch batch) {
            Map<String, @Nullable Object> fields = runs.ended(entry);
            if (seen != null && seen.exists()) {
                batch.update(
                        run,
                        fields,
                        Precondition.updatedAt(Objects.requireNonNull(seen.getUpdateTime(), "update time")));
            } else {
                batch.create(run, fields);
            }
        }

        @Override
        public void written(List<WriteResult> results) {}

        @Override
        public boolean refused(CallFailed why) {
            throw why;
        }
    }

    /**
     * Reads one page, the greatest instant first and then by path. It ends at the place of its last item, which nothing
     * that arrives later changes. What cannot be read is left out and does not end the page; nor does what has expired,
     * which is not even asked for as soon as the server's time is known.
     */
    private <T> Page<T> newestFirst(
            Query from,
            String instantField,
            Function<DocumentSnapshot, Optional<T>> read,
            @Nullable String after,
            int limit,
            Deadline deadline) {
        Query ordered =
                from.orderBy(instantField, Direction.DESCENDING).orderBy(FieldPath.documentId(), Direction.DESCENDING);
        List<T> items = new ArrayList<>();
        @Nullable String place = after;
        @Nullable String end = null;
        while (true) {
            int size = limit + 1 - items.size();
            Query kept = clock.now()
                    .map(now ->
                            ordered.whereGreaterThanOrEqualTo(instantField, Neutral.timestamp(now.minus(retention))))
                    .orElse(ordered);
            Query query = place == null ? kept : startAfter(kept, place);
            List<QueryDocumentSnapshot> documents =
                    calls.query(query.limit(size), deadline, "read the history").getDocuments();
            Instant now = clock.now().orElse(Instant.MIN);
            for (QueryDocumentSnapshot document : documents) {
                Optional<T> item = RunCodec.isExpired(document, now) ? Optional.empty() : read.apply(document);
                if (item.isPresent() && items.size() == limit) {
                    return new Page<>(items, Optional.ofNullable(end));
                }
                item.ifPresent(items::add);
                place = placeOf(document, instantField);
                end = place;
            }
            if (documents.size() < size) {
                return new Page<>(items, Optional.empty());
            }
        }
    }

    /** The instant and the path, as text. */
    private static String placeOf(DocumentSnapshot document, String instantField) {
        Timestamp at = document.get(instantField) instanceof Timestamp timestamp ? timestamp : Timestamp.MIN_VALUE;
        return at + " " + document.getReference().getPath();
    }

    private Query startAfter(Query ordered, String place) {
        int space = place.indexOf(' ');
        try {
            Timestamp at = Timestamp.parseTimestamp(place.substring(0, Math.max(0, space)));
            return ordered.startAfter(at, paths.byPath(place.substring(space + 1)));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("page start '" + place + "' is none that a page has given", e);
        }
    }
}
