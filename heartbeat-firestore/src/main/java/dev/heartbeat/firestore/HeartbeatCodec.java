package dev.heartbeat.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldValue;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The document {@code system/heartbeat}: the playbook's fields, and a few of ours beside them. */
final class HeartbeatCodec {
    /** A random text, new in each write: two writes of equal content over one version would both succeed. */
    static final String WRITE = "write";

    private HeartbeatCodec() {}

    /** Returns the fields; those of an update if the document exists, else of a new one. */
    static Map<String, @Nullable Object> write(HeartbeatRecord record, String write, boolean exists) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("timestamp", Neutral.timestamp(record.timestamp()));
        fields.put("status", record.status());
        fields.put("schedulesProcessed", (long) record.schedulesProcessed());
        fields.put("schedulesExecuted", (long) record.schedulesExecuted());
        fields.put("browserTasksProcessed", (long) record.browserTasksProcessed());
        fields.put("browserTasksExecuted", (long) record.browserTasksExecuted());
        List<Object> errors = new ArrayList<>();
        for (HeartbeatError error : record.errors()) {
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("id", error.id());
            entry.put("error", error.error());
            entry.put("at", Neutral.timestamp(error.at()));
            errors.add(entry);
        }
        fields.put("errors", errors);
        fields.put("nextPulseExpected", Neutral.timestamp(record.nextPulseExpected()));
        record.error().ifPresentOrElse(error -> fields.put("error", error), () -> {
            if (exists) {
                fields.put("error", FieldValue.delete());
            }
        });
        fields.put("errorsTotal", (long) record.errorsTotal());
        fields.put("beat", Neutral.timestamp(record.beat()));
        fields.put("pulseId", record.pulseId());
        fields.put("source", record.source());
        fields.put("durationMs", record.durationMs());
        fields.put(WRITE, write);
        return fields;
    }

    /** Reads a document that exists, whoever wrote it: what is missing or wrong in it counts as nothing. */
    static HeartbeatRecord read(DocumentSnapshot snapshot) {
        Plain in = new Plain(
                Neutral.fromFirestore(Objects.requireNonNull(snapshot.getData(), "data of a document that exists")));
        Instant written = Neutral.instant(Objects.requireNonNull(snapshot.getUpdateTime(), "update time"));
        Instant timestamp = Optional.ofNullable(in.instant("timestamp")).orElse(written);
        List<HeartbeatError> errors = in.maps("errors").stream()
                .map(error -> new HeartbeatError(
                        Optional.ofNullable(error.text("id")).orElse(""),
                        Optional.ofNullable(error.text("error")).orElse(""),
                        Optional.ofNullable(error.instant("at")).orElse(timestamp)))
                .limit(HeartbeatRecord.MOST_ERRORS)
                .toList();
        return new HeartbeatRecord(
                Optional.ofNullable(in.instant("beat")).orElse(timestamp),
                timestamp,
                (int) in.whole("schedulesProcessed", 0),
                (int) in.whole("schedulesExecuted", 0),
                (int) in.whole("browserTasksProcessed", 0),
                (int) in.whole("browserTasksExecuted", 0),
                errors,
                (int) in.whole("errorsTotal", errors.size()),
                Optional.ofNullable(in.instant("nextPulseExpected")).orElse(timestamp),
                Optional.ofNullable(in.text("pulseId")).orElse(""),
                Optional.ofNullable(in.text("source")).orElse(""),
                in.whole("durationMs", 0));
    }
}
