package dev.heartbeat.inmemory;

import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The heartbeat record, past pulses, and what people did. Not thread-safe. */
final class Chronicle {
    private static final int MOST_PULSES = 5_000;
    private static final int MOST_AUDIT = 10_000;

    private final Stamp.Source stamps;
    private final History<String, PulseRecord> pulses;
    private final History<Long, AuditEntry> audit;
    private @Nullable StoredHeartbeat heartbeat;

    Chronicle(Duration age, Stamp.Source stamps) {
        this.stamps = stamps;
        pulses = new History<>(age, MOST_PULSES);
        audit = new History<>(age, MOST_AUDIT);
    }

    Optional<StoredHeartbeat> heartbeat() {
        return Optional.ofNullable(heartbeat);
    }

    boolean save(HeartbeatRecord next, Version expected, Instant now) {
        if (!expected.equals(heartbeat == null ? Version.NONE : heartbeat.version())) {
            return false;
        }
        heartbeat = new StoredHeartbeat(next, stamps.next(now).text());
        return true;
    }

    void add(PulseRecord pulse, Instant now) {
        pulses.replace(pulse.id(), pulse.startedAt(), pulse.forHistory(), now);
        pulses.trim(now);
    }

    Optional<PulseRecord> pulse(String id, Instant now) {
        pulses.trim(now);
        return Optional.ofNullable(pulses.get(id));
    }

    Page<PulseRecord> pulses(@Nullable String after, int limit, Instant now) {
        pulses.trim(now);
        return pulses.page(after, limit);
    }

    List<PulseRecord> allPulses(Instant now) {
        pulses.trim(now);
        return pulses.all();
    }

    void add(AuditEntry entry, Instant now) {
        audit.add(stamps.next(now).version(), entry.at(), entry, now);
        audit.trim(now);
    }

    Page<AuditEntry> audit(@Nullable String after, int limit, Instant now) {
        audit.trim(now);
        return audit.page(after, limit);
    }

    List<AuditEntry> allAudit(Instant now) {
        audit.trim(now);
        return audit.all();
    }
}
