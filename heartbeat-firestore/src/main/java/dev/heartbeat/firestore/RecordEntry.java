package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import dev.heartbeat.firestore.HeldClaims.Held;
import dev.heartbeat.firestore.ScheduleCodec.Seen;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.RunToken;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The record of one attempt: the schedule, the run document, and the series that come with it. The token decides; the
 * versions only guard what was read.
 */
final class RecordEntry implements Pages.Entry {
    /** The largest result that is kept as it is, in bytes as {@link Neutral#bytes} counts them. */
    static final long LARGEST_RESULT = 128 * 1024;

    private final Claims context;
    private final RecordRequest request;
    private final RunToken token;
    private final DocumentReference schedule;
    private final DocumentReference run;

    private @Nullable Map<String, @Nullable Object> lastResult;
    private Map<String, @Nullable Object> result;
    private boolean isReplaced;

    private boolean sure;
    /** The version of the schedule to write over; null if the schedule is not written. */
    private @Nullable Timestamp scheduleTime;

    private @Nullable StoredSchedule stored;

    /** What the document says that is written over. */
    private ScheduleState storedState = ScheduleState.NEW;

    /** What is written. */
    private ScheduleState after = ScheduleState.NEW;

    private boolean sent;

    /** The version of the run document; null if there is none. */
    private @Nullable Timestamp runTime;

    private List<RunRecord> missed;
    private boolean refused;

    RecordEntry(Claims context, RecordRequest request) {
        this.context = context;
        this.request = request;
        this.token = request.token();
        this.schedule = context.paths().schedule(token.scheduleId());
        this.run = context.paths().run(token.scheduleId(), token.fireKey());
        this.lastResult = request.lastResult();
        this.result = request.run().result();
        this.missed = request.missed();
        long bytes = Math.max(Neutral.bytes(result), lastResult == null ? 0 : Neutral.bytes(lastResult));
        if (bytes > LARGEST_RESULT) {
            replaceResult("the result was not kept: it has about " + bytes + " bytes, allowed are " + LARGEST_RESULT);
        }
        Held held = context.held().get(token);
        if (held != null && held.runTime() != null) {
            sure = true;
            scheduleTime = held.updateTime();
            stored = held.schedule();
            storedState = held.state();
            runTime = held.runTime();
        }
    }

    private void replaceResult(String why) {
        isReplaced = true;
        Map<String, @Nullable Object> instead = Map.of("error", why);
        lastResult = lastResult == null ? null : instead;
        result = result.isEmpty() ? result : instead;
    }

    /** Whether another claim is in force, or the fire has ended under another one. */
    boolean isRefused() {
        return refused;
    }

    RunToken token() {
        return token;
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
        request.missed().forEach(series -> documents.add(seriesOf(series)));
        return documents;
    }

    private DocumentReference seriesOf(RunRecord series) {
        return context.paths().run(series.scheduleId(), series.key());
    }

    @Override
    public boolean look(Map<DocumentReference, DocumentSnapshot> documents) {
        DocumentSnapshot seenRun = Objects.requireNonNull(documents.get(run), "run");
        DocumentSnapshot seenSchedule = Objects.requireNonNull(documents.get(schedule), "schedule");
        if (RunCodec.isEnded(seenRun)) { // by an earlier call whose answer got lost, or by another answer
            RunToken answer = request.run().token();
            refused = answer == null || !RunCodec.isHeldBy(seenRun, answer);
            return settled();
        }
        @Nullable Seen seen = seenSchedule.exists() ? context.schedules().read(seenSchedule) : null;
        PendingFire pending = seen == null ? null : seen.state().pending();
        if (RunCodec.isHeldByOther(
                seenRun, token, context.serverNow())) { // the later attempt may tell of our own answer
            refused = !isOwnAnswer(pending);
            return settled();
        }
        boolean isOurs = RunCodec.isHeldBy(seenRun, token) && !RunCodec.isOver(seenRun, context.serverNow());
        scheduleTime = null;
        if (seen != null) {
            boolean isHeld = pending != null && pending.isInForce(token, context.serverNow());
            if (!isHeld && !isOurs) {
                refused = !isOwnAnswer(pending);
                return settled();
            }
            // Our run document without our claim: a person has put an old copy of the schedule back during the run. The
            // fire ends in the ledger; whoever claims it by the old copy will find it there.
            if (isHeld) {
                scheduleTime = seen.updateTime();
                stored = seen.schedule();
                storedState = seen.state();
            }
        }
        runTime = seenRun.exists() ? seenRun.getUpdateTime() : null;
        missed = request.missed().stream()
                .filter(series -> !Objects.requireNonNull(documents.get(seriesOf(series)), "series")
                        .exists())
                .toList();
        sure = true;
        return true;
    }

    /** The attempt is to be tried again, and this very call has written so: the answer to that write got lost. */
    private boolean isOwnAnswer(@Nullable PendingFire pending) {
        RunToken answered = pending == null ? null : pending.answered();
        PendingFire next = request.state().pending();
        return sent && answered != null && next != null && answered.equals(next.answered());
    }

    private boolean settled() {
        context.held().remove(token);
        return false;
    }

    @Override
    public int writes() {
        return 2 + request.missed().size();
    }

    @Override
    public long bytes() {
        return 2_000L * writes() + Neutral.bytes(result) + Neutral.bytes(lastResult);
    }

    @Override
    public void addTo(WriteBatch batch) {
        sent = true;
        after = request.stateOver(storedState, context.serverNow());
        if (scheduleTime != null) {
            batch.update(schedule, scheduleFields(), Precondition.updatedAt(scheduleTime));
        }
        if (request.run().isEnd()) {
            Map<String, @Nullable Object> entry = context.runs().ended(request.run());
            entry.put("result", Neutral.toFirestore(result));
            if (runTime == null) {
                batch.create(run, entry);
            } else {
                batch.update(run, entry, Precondition.updatedAt(runTime));
            }
        } else if (runTime != null) {
            batch.update(run, openRun(), Precondition.updatedAt(runTime));
        }
        for (RunRecord series : missed) {
            batch.create(seriesOf(series), context.runs().ended(series));
        }
    }

    private Map<String, @Nullable Object> openRun() {
        PendingFire next = after.pending();
        return next != null && next.state() == PendingFire.State.ACCEPTED && next.until() != null
                ? context.runs().accepted(next.until())
                : RunCodec.waiting(request.run().outcome(), request.run().error());
    }

    private Map<String, @Nullable Object> scheduleFields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (lastResult != null) {
            fields.put("lastResult", Neutral.toFirestore(lastResult));
        }
        fields.putAll(ScheduleCodec.stateFields(after, stored == null ? null : stored.withState(after)));
        return fields;
    }

    @Override
    public void written(List<WriteResult> results) {
        context.held().remove(token);
    }

    @Override
    public boolean refused(CallFailed why) {
        if (isReplaced) {
            throw why;
        }
        replaceResult("the result was not kept: " + why.getMessage());
        return true;
    }
}
