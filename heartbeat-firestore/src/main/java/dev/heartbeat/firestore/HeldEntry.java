package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import dev.heartbeat.firestore.HeldClaims.Held;
import dev.heartbeat.firestore.ScheduleCodec.Seen;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A write by the holder of a claim that leaves the fire open: a renewal, or giving it back. The token decides; the version
 * only guards what was read.
 */
final class HeldEntry implements Pages.Entry {
    private final Claims context;
    private final RunToken token;
    /** What to write of a renewal, and the lease to renew it for; null and zero to give it back. */
    private @Nullable Renewal renewal;

    private final Duration lease;

    private final DocumentReference schedule;
    private final DocumentReference run;

    private @Nullable Held held;
    private @Nullable ScheduleState after;
    private boolean done;

    private HeldEntry(Claims context, RunToken token, @Nullable Renewal renewal, Duration lease) {
        this.context = context;
        this.token = token;
        this.renewal = renewal;
        this.lease = lease;
        this.schedule = context.paths().schedule(token.scheduleId());
        this.run = context.paths().run(token.scheduleId(), token.fireKey());
        this.held = context.held().get(token);
    }

    static HeldEntry renewal(Claims context, Renewal renewal, Duration lease) {
        return new HeldEntry(context, renewal.token(), renewal, lease);
    }

    static HeldEntry release(Claims context, RunToken token) {
        return new HeldEntry(context, token, null, Duration.ZERO);
    }

    RunToken token() {
        return token;
    }

    boolean isDone() {
        return done;
    }

    /** The claim as it stands after a renewal. */
    Claim claim() {
        return Claim.of(
                Objects.requireNonNull(Objects.requireNonNull(after, "after").pending(), "pending"));
    }

    @Override
    public boolean isSure() {
        return held != null && (isNote() || held.runTime() != null);
    }

    /** A note on another process's run moves no lease, and leaves the run document alone. */
    private boolean isNote() {
        return renewal != null && lease.isZero();
    }

    @Override
    public void doubt() {
        held = null;
    }

    @Override
    public Collection<DocumentReference> documents() {
        return isNote() ? List.of(schedule) : List.of(schedule, run);
    }

    @Override
    public boolean look(Map<DocumentReference, DocumentSnapshot> documents) {
        DocumentSnapshot now = documents.get(schedule);
        DocumentSnapshot seenRun = documents.get(run);
        Held before = context.held().get(token);
        Seen seen = now == null || !now.exists() ? null : context.schedules().read(now);
        ScheduleState state = seen == null ? null : stateInForce(seen, seenRun, before);
        if (seen == null || state == null) {
            context.held().remove(token);
            return false;
        }
        held = new Held(state, seen.schedule(), seen.updateTime(), runTime(seenRun, before));
        return true;
    }

    /** Returns the state that holds the claim, if it is in force; else null. */
    private @Nullable ScheduleState stateInForce(Seen seen, @Nullable DocumentSnapshot seenRun, @Nullable Held before) {
        Instant now = context.serverNow();
        if (RunCodec.isEnded(seenRun) || RunCodec.isHeldByOther(seenRun, token, now)) {
            return null; // if the schedule holds the claim, it is an old copy
        }
        PendingFire pending = seen.state().pending();
        if (pending != null && pending.isInForce(token, now)) {
            return seen.state();
        }
        if (before == null || renewal == null || seen.schedule() == null || seenRun == null) {
            return null;
        }
        // A person has put an old copy of the schedule over the claim, and the run document has kept everybody from the
        // fire since: a renewal puts the claim back.
        boolean isFree =
                pending == null || pending.token() == null || pending.key().equals(token.fireKey());
        boolean isFenced = RunCodec.isHeldBy(seenRun, token) && RunCodec.isLive(seenRun, now);
        boolean isPassed = isAfter(seen.state().cursor(), before.state().cursor());
        return isFree && isFenced && !isPassed ? before.state() : null;
    }

    /** Tells whether a schedule has gone on, from an old copy, to a later fire than ours. */
    private static boolean isAfter(@Nullable Instant seen, @Nullable Instant ours) {
        return seen != null && (ours == null || seen.isAfter(ours));
    }

    private @Nullable Timestamp runTime(@Nullable DocumentSnapshot seenRun, @Nullable Held before) {
        if (seenRun == null) {
            return before == null ? null : before.runTime();
        }
        return RunCodec.isHeldBy(seenRun, token) ? seenRun.getUpdateTime() : null;
    }

    @Override
    public int writes() {
        return 2;
    }

    @Override
    public long bytes() {
        return 2_000;
    }

    @Override
    public void addTo(WriteBatch batch) {
        Held before = Objects.requireNonNull(held, "held");
        ScheduleState state = before.state();
        PendingFire pending = Objects.requireNonNull(state.pending(), "pending");
        Instant now = context.serverNow();
        after = renewal == null ? state.released(now) : state.withPending(cut(pending.renewed(renewal, lease, now)));
        StoredSchedule schedule =
                before.schedule() == null ? null : before.schedule().withState(after);
        batch.update(
                this.schedule, ScheduleCodec.stateFields(after, schedule), Precondition.updatedAt(before.updateTime()));
        Map<String, @Nullable Object> fence = fence(pending, after);
        if (!fence.isEmpty() && before.runTime() != null) {
            batch.update(run, fence, Precondition.updatedAt(before.runTime()));
        }
    }

    /** What is to be written to the run document, which holds for whoever has an old copy of the schedule. */
    private Map<String, @Nullable Object> fence(PendingFire before, ScheduleState written) {
        if (renewal == null) {
            return RunCodec.waiting(Outcome.DEFERRED, null);
        }
        Instant until = Objects.requireNonNull(written.pending(), "pending").until();
        return until == null || until.equals(before.until())
                ? Map.of()
                : context.runs().heldUntil(until);
    }

    private static PendingFire cut(PendingFire fire) {
        return fire.until() == null ? fire : fire.until(Neutral.cut(fire.until()));
    }

    @Override
    public void written(List<WriteResult> results) {
        done = true;
        ScheduleState state = Objects.requireNonNull(after, "after");
        PendingFire pending = Objects.requireNonNull(state.pending(), "pending");
        // An accepted run is over at its deadline without a write, so what is remembered of it would not do.
        if (pending.state() != PendingFire.State.CLAIMED) {
            context.held().remove(token);
            return;
        }
        Held before = Objects.requireNonNull(held, "held");
        context.held()
                .put(
                        token,
                        new Held(
                                state,
                                before.schedule() == null
                                        ? null
                                        : before.schedule().withState(state),
                                results.get(0).getUpdateTime(),
                                results.size() > 1 ? results.get(1).getUpdateTime() : before.runTime()));
    }

    @Override
    public boolean refused(CallFailed why) {
        if (renewal == null || renewal.progress() == null) { // its document has no room for it: as good as lost
            context.held().remove(token);
            return false;
        }
        renewal = Renewal.of(token); // without room for the progress the claim is renewed all the same
        return true;
    }
}
