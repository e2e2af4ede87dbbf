package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Hands every call on to a healthy store; a subclass breaks one of them. */
class ForwardingStore implements HeartbeatStore {
    final InMemoryHeartbeatStore healthy;

    ForwardingStore(InMemoryHeartbeatStore healthy) {
        this.healthy = healthy;
    }

    @Override
    public Found findDue(DueQuery query) {
        return healthy.findDue(query);
    }

    @Override
    public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
        return healthy.claim(requests, limit);
    }

    @Override
    public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
        return healthy.renew(renewals, lease, limit);
    }

    @Override
    public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
        return healthy.release(tokens, limit);
    }

    @Override
    public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
        return healthy.record(requests, limit);
    }

    @Override
    public Optional<Claim> claimByToken(RunToken token, CallLimit limit) {
        return healthy.claimByToken(token, limit);
    }

    @Override
    public Duration wakeGap() {
        return healthy.wakeGap();
    }

    @Override
    public Optional<StoredSchedule> schedule(String id) {
        return healthy.schedule(id);
    }

    @Override
    public Page<StoredSchedule> schedules(@Nullable String after, int limit) {
        return healthy.schedules(after, limit);
    }

    @Override
    public List<Unreadable> unreadable() {
        return healthy.unreadable();
    }

    @Override
    public Optional<Version> edit(ScheduleEdit edit, Version expected) {
        return healthy.edit(edit, expected);
    }

    @Override
    public boolean delete(String id) {
        return healthy.delete(id);
    }

    @Override
    public Optional<StoredHeartbeat> heartbeat(CallLimit limit) {
        return healthy.heartbeat(limit);
    }

    @Override
    public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
        return healthy.saveHeartbeat(heartbeat, expected, limit);
    }

    @Override
    public void savePulse(PulseRecord pulse, CallLimit limit) {
        healthy.savePulse(pulse, limit);
    }

    @Override
    public Optional<PulseRecord> pulse(String id) {
        return healthy.pulse(id);
    }

    @Override
    public Page<PulseRecord> pulses(@Nullable String after, int limit) {
        return healthy.pulses(after, limit);
    }

    @Override
    public Page<RunRecord> runs(RunQuery query) {
        return healthy.runs(query);
    }

    @Override
    public void appendRuns(List<RunRecord> entries, CallLimit limit) {
        healthy.appendRuns(entries, limit);
    }

    @Override
    public void appendAudit(AuditEntry entry) {
        healthy.appendAudit(entry);
    }

    @Override
    public Page<AuditEntry> audit(@Nullable String after, int limit) {
        return healthy.audit(after, limit);
    }

    @Override
    public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
        return healthy.read(keys, limit);
    }

    @Override
    public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
        return healthy.compareAndSet(cells, limit);
    }

    /** Returns the same request as if the document had been read just now. */
    final ClaimRequest readAgain(ClaimRequest request) {
        return healthy.schedule(request.scheduleId())
                .map(seen -> new ClaimRequest(
                        seen, request.state(), request.startedAt(), request.lease(), request.superseded()))
                .orElse(request);
    }

    final boolean isCurrent(ClaimRequest request) {
        return healthy.schedule(request.scheduleId())
                .filter(stored -> stored.version().equals(request.seen().version()))
                .isPresent();
    }

    /** Returns the newest ledger entries of the schedule, as many as a page can hold. */
    final List<RunRecord> ledger(String scheduleId) {
        return healthy.runs(RunQuery.of(scheduleId, 1_000)).items();
    }

    /** Returns all pulses that one page can hold. */
    final List<PulseRecord> allPulses() {
        return healthy.pulses(null, 1_000).items();
    }

    /** Returns all entries that one page can hold, whatever page is asked for. */
    final List<RunRecord> allRuns(RunQuery query) {
        return healthy.runs(new RunQuery(query.scheduleId(), null, 1_000)).items();
    }

    /** Returns all audit entries that one page can hold. */
    final List<AuditEntry> allAudit() {
        return healthy.audit(null, 1_000).items();
    }

    /** Records those that pass, and refuses all others. */
    final List<RunToken> recordIf(Predicate<RecordRequest> passes, List<RecordRequest> requests, CallLimit limit) {
        List<RecordRequest> passing = requests.stream().filter(passes).toList();
        List<RunToken> refused = new ArrayList<>(healthy.record(passing, limit));
        requests.stream()
                .filter(request -> !passing.contains(request))
                .forEach(request -> refused.add(request.token()));
        return refused;
    }

    /** Writes a value into the document, if there is one. */
    final void change(String id, @Nullable Object value, String... path) {
        healthy.document(id).ifPresent(fields -> healthy.putDocument(id, Edits.with(fields, value, path)));
    }

    /** Takes fields out of the document, if there is one. */
    final void remove(String id, String... names) {
        healthy.document(id).ifPresent(fields -> healthy.putDocument(id, Edits.without(fields, names)));
    }
}
