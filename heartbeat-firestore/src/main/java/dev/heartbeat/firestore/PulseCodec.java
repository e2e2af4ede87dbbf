package dev.heartbeat.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The documents of the history below {@code system/heartbeat}: pulses, and what people did. */
final class PulseCodec {
    static final String STARTED_AT = "startedAt";
    static final String AT = "at";

    private final Duration retention;

    PulseCodec(Duration retention) {
        this.retention = retention;
    }

    Map<String, @Nullable Object> pulse(PulseRecord pulse) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", pulse.id());
        fields.put("source", pulse.source());
        fields.put("beat", Neutral.timestamp(pulse.beat()));
        fields.put(STARTED_AT, Neutral.timestamp(pulse.startedAt()));
        fields.put("durationMs", pulse.durationMs());
        Map<String, @Nullable Object> counts = new LinkedHashMap<>();
        pulse.counts().forEach((outcome, count) -> counts.put(outcome.text(), (long) count));
        fields.put("counts", counts);
        List<Object> details = new ArrayList<>();
        pulse.details().forEach(detail -> details.add(detail(detail)));
        fields.put("details", details);
        fields.put("truncated", pulse.truncated());
        fields.put("error", pulse.error());
        fields.put("expireAt", Neutral.timestamp(pulse.startedAt().plus(retention)));
        return fields;
    }

    private static Map<String, @Nullable Object> detail(PulseDetail detail) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", detail.id());
        fields.put("task", detail.task());
        fields.put("queue", detail.queue());
        fields.put("outcome", detail.outcome().text());
        fields.put("reason", detail.reason());
        fields.put("fireTime", Neutral.written(detail.fireTime()));
        fields.put("attempt", (long) detail.attempt());
        fields.put("durationMs", detail.durationMs());
        fields.put("nextRun", Neutral.written(detail.nextRun()));
        fields.put("retryAt", Neutral.written(detail.retryAt()));
        fields.put("error", detail.error());
        return fields;
    }

    static Optional<PulseRecord> readPulse(DocumentSnapshot snapshot) {
        try {
            Map<String, @Nullable Object> fields = data(snapshot);
            Plain in = new Plain(fields);
            Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
            in.map("counts").forEach((text, count) -> {
                if (count instanceof Long number) {
                    Plain.outcome(text).ifPresent(outcome -> counts.put(outcome, number.intValue()));
                }
            });
            return Optional.of(new PulseRecord(
                    in.requireText("id"),
                    in.requireText("source"),
                    in.requireInstant("beat"),
                    in.requireInstant(STARTED_AT),
                    in.whole("durationMs", 0),
                    counts,
                    in.maps("details").stream().map(PulseCodec::readDetail).toList(),
                    in.flag("truncated"),
                    in.text("error")));
        } catch (IllegalArgumentException e) { // somebody has made it unreadable
            return Optional.empty();
        }
    }

    private static PulseDetail readDetail(Plain in) {
        return new PulseDetail(
                in.requireText("id"),
                in.text("task"),
                in.text("queue"),
                in.requireOutcome("outcome"),
                in.text("reason"),
                in.instant("fireTime"),
                (int) in.whole("attempt", 0),
                in.whole("durationMs", 0),
                in.instant("nextRun"),
                in.instant("retryAt"),
                in.text("error"));
    }

    Map<String, @Nullable Object> audit(AuditEntry entry) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(AT, Neutral.timestamp(entry.at()));
        fields.put("who", entry.who());
        fields.put("verb", entry.verb());
        fields.put("target", entry.target());
        fields.put("why", entry.why());
        fields.put("expireAt", Neutral.timestamp(entry.at().plus(retention)));
        return fields;
    }

    static Optional<AuditEntry> readAudit(DocumentSnapshot snapshot) {
        try {
            Plain in = new Plain(data(snapshot));
            return Optional.of(new AuditEntry(
                    in.requireInstant(AT),
                    in.requireText("who"),
                    in.requireText("verb"),
                    in.requireText("target"),
                    in.requireText("why")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, @Nullable Object> data(DocumentSnapshot snapshot) {
        return Neutral.fromFirestore(Objects.requireNonNull(snapshot.getData(), "data of a document that exists"));
    }
}
