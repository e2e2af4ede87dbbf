package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import dev.heartbeat.firestore.ScheduleCodec.Seen;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One claim: the schedule under its version, and the run document, which nobody can make twice. */
final class ClaimEntry implements Pages.Entry {
    private final Claims context;
    private final ClaimRequest request;
    private final Timestamp seenTime;
    private final DocumentReference schedule;
    private final DocumentReference run;
    private final @Nullable DocumentReference superseded;

    private boolean sure;
    private @Nullable DocumentSnapshot runAsSeen;
    private @Nullable DocumentSnapshot supersededAsSeen;
    private boolean isPast;
    private @Nullable StoredSchedule after;
    private @Nullable Claim won;
    private @Nullable CallFailed refused;

    ClaimEntry(Claims context, ClaimRequest request, Timestamp seenTime) {
        this.context = context;
        this.request = request;
        this.seenTime = seenTime;
        this.schedule = context.paths().schedule(request.scheduleId());
        this.run = context.paths().run(request.scheduleId(), request.fire().key());
        RunRecord ended = request.superseded();
        this.superseded = ended == null ? null : context.paths().run(ended.scheduleId(), ended.key());
        PendingFire before = request.seen().state().pending();
        boolean isFirstAttempt =
                before == null || !before.key().equals(request.fire().key());
        this.sure = isFirstAttempt && ended == null; // then there is no run document, or the commit fails
    }

    @Nullable
    Claim won() {
        return won;
    }

    /** Why the server cannot keep the claim of this document; null unless it is so. */
    @Nullable
    CallFailed refused() {
        return refused;
    }

    ClaimRequest request() {
        return request;
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
        List<DocumentReference> documents = new ArrayList<>(List.of(schedule, run));
        if (superseded != null) {
            documents.add(superseded);
        }
        return documents;
    }

    @Override
    public boolean look(Map<DocumentReference, DocumentSnapshot> documents) {
        DocumentSnapshot now = documents.get(schedule);
        if (now == null || !now.exists()) {
            return false;
        }
        runAsSeen = documents.get(run);
        supersededAsSeen = superseded == null ? null : documents.get(superseded);
        if (!seenTime.equals(now.getUpdateTime())) {
            lookForOwn(now);
            return false;
        }
        sure = true;
        isPast = RunCodec.isEnded(runAsSeen);
        return isPast || isFree();
    }

    /** A commit whose answer got lost, or which the client sent twice, may have been made after all. */
    private void lookForOwn(DocumentSnapshot now) {
        Seen seen = context.schedules().read(now);
        PendingFire pending = seen.state().pending();
        if (pending != null && pending.isHeldBy(request.token())) {
            won = Claim.of(pending);
            context.held()
                    .put(
                            request.token(),
                            new HeldClaims.Held(
                                    seen.state(),
                                    seen.schedule(),
                                    seen.updateTime(),
                                    runAsSeen == null ? null : runAsSeen.getUpdateTime()));
        }
    }

    /**
     * A claim that stands in the run document alone holds, too: somebody has put an old copy of the schedule back, which may
     * be one of an earlier attempt at the same fire.
     */
    private boolean isFree() {
        if (runAsSeen == null || !runAsSeen.exists() || !RunCodec.isLive(runAsSeen, context.serverNow())) {
            return true;
        }
        PendingFire before = request.seen().state().pending();
        RunToken token = before == null ? null : before.token();
        return token != null && RunCodec.isHeldBy(runAsSeen, token);
    }

    @Override
    public int writes() {
        return superseded == null ? 2 : 3;
    }

    @Override
    public long bytes() {
        return 2_000;
    }

    @Override
    public void addTo(WriteBatch batch) {
        StoredSchedule seen = request.seen();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (isPast) {
            after = seen.withState(request.past());
        } else {
            Instant until = Neutral.cut(context.serverNow().plus(request.lease()));
            LastRun lastRun = seen.lastRun();
            if (request.startedAt() != null) {
                lastRun = LastRun.at(request.startedAt());
                fields.put("lastRun", Neutral.written(lastRun.value()));
            }
            ScheduleState state = request.state().withPending(request.fire().until(until));
            after = new StoredSchedule(
                    seen.schedule(), lastRun, seen.lastResult(), seen.pause(), state, seen.writtenAt(), seen.version());
            Map<String, @Nullable Object> running = context.runs().running(request, until);
            if (runAsSeen != null && runAsSeen.exists()) {
                batch.update(run, running, guard(runAsSeen));
            } else {
                batch.create(run, running);
            }
        }
        fields.putAll(ScheduleCodec.stateFields(after.state(), after));
        batch.update(schedule, fields, Precondition.updatedAt(seenTime));
        addSuperseded(batch);
    }

    private void addSuperseded(WriteBatch batch) {
        if (superseded == null || RunCodec.isEnded(supersededAsSeen)) {
            return;
        }
        Map<String, @Nullable Object> entry = context.runs().ended(Objects.requireNonNull(request.superseded()));
        if (supersededAsSeen != null && supersededAsSeen.exists()) {
            batch.update(superseded, entry, guard(supersededAsSeen));
        } else {
            batch.create(superseded, entry);
        }
    }

    private static Precondition guard(DocumentSnapshot seen) {
        return Precondition.updatedAt(Objects.requireNonNull(seen.getUpdateTime(), "update time"));
    }

    @Override
    public void written(List<WriteResult> results) {
        if (isPast) {
            return;
        }
        ScheduleState state = Objects.requireNonNull(after, "after").state();
        won = Claim.of(Objects.requireNonNull(state.pending(), "pending"));
        context.held()
                .put(
                        request.token(),
                        new HeldClaims.Held(
                                state,
                                after,
                                results.get(1).getUpdateTime(),
                                results.get(0).getUpdateTime()));
    }

    @Override
    public boolean refused(CallFailed why) {
        refused = why;
        return false;
    }
}
