package dev.heartbeat.engine;

import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import java.util.Optional;

/** What became of a claim that is not in force any more, or never was: what the answers that come too late are told. */
final class ClaimFate {
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 10;

    private final HeartbeatStore store;

    ClaimFate(HeartbeatStore store) {
        this.store = store;
    }

    /** Returns what became of it; never {@code ACCEPTED}. Reads the schedule, and the ledger if its fire is not pending. */
    Completion of(RunToken token) {
        PendingFire pending = store.schedule(token.scheduleId())
                .map(StoredSchedule::state)
                .map(state -> state.pending())
                .filter(fire -> fire.key().equals(token.fireKey()))
                .orElse(null);
        return pending == null
                ? entry(token).map(entry -> ended(entry, token)).orElse(Completion.UNKNOWN)
                : pending(pending, token);
    }

    /** Tells whether the fire waits for its next attempt because of this record, or has gone on to it. */
    boolean hasAnswer(RecordRequest record) {
        return store.schedule(record.token().scheduleId())
                .map(seen -> seen.state().pending())
                .map(PendingFire::answered)
                .filter(answered -> answered.equals(record.run().token()))
                .isPresent();
    }

    static Completion pending(PendingFire fire, RunToken token) {
        if (AnswerToken.answers(fire.answered(), token)) {
            return Completion.ALREADY_DONE;
        }
        // the first claim that is to call the task is the first one whose token anybody was given
        boolean hadOthers = fire.starts() > 1 || fire.owner() == null;
        return fire.isHeldBy(token) || hadOthers ? Completion.EXPIRED : Completion.UNKNOWN;
    }

    static Completion ended(RunRecord entry, RunToken token) {
        return AnswerToken.answers(entry.token(), token) ? Completion.ALREADY_DONE : Completion.EXPIRED;
    }

    private Optional<RunRecord> entry(RunToken token) {
        Optional<RunQuery> query = Optional.of(RunQuery.of(token.scheduleId(), PAGE));
        for (int pages = 0; pages < MOST_PAGES && query.isPresent(); pages++) {
            Page<RunRecord> page = store.runs(query.get());
            for (RunRecord entry : page.items()) {
                if (entry.key().equals(token.fireKey())) {
                    return Optional.of(entry);
                }
            }
            query = query.get().after(page);
        }
        return Optional.empty();
    }
}
