package dev.heartbeat.engine;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/**
 * Answers for runs by their tokens, in any process: settles a run from what the store holds of it, as its task's own answer
 * would have been. The store decides between several answers, by the token that each of them carries. An answer whose
 * record had no clear answer itself is sent again later, so that its error is not lost.
 */
final class Completions {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final HeartbeatStore store;
    private final EngineSettings settings;
    private final Tokens tokens;
    private final Timer timer;
    private final Log log;
    private final BiConsumer<ClaimRequest, SettleRule.Settled> ended;
    private final ClaimFate claims;
    private final ConcurrentLinkedQueue<Answer> unclear = new ConcurrentLinkedQueue<>();

    /** An answer to a claim that was in force when it was read. */
    private record Answer(ClaimRequest claim, SettleRule.Settled settled) {}

    /** Creates it; who is given as the last is told of each answer that is recorded. */
    Completions(
            HeartbeatStore store,
            EngineSettings settings,
            Tokens tokens,
            Timer timer,
            Log log,
            BiConsumer<ClaimRequest, SettleRule.Settled> ended) {
        this.store = store;
        this.settings = settings;
        this.tokens = tokens;
        this.timer = timer;
        this.log = log;
        this.ended = ended;
        this.claims = new ClaimFate(store);
    }

    Completion complete(RunToken token, TaskResult result) {
        StoredSchedule seen = store.schedule(token.scheduleId()).orElse(null);
        CallLimit limit = CallLimit.of(CALL_LIMIT);
        if (seen == null && store.claimByToken(token, limit).isPresent()) {
            throw new StoreException(
                    "schedule '" + token.scheduleId()
                            + "': its document is unreadable, so its run cannot be completed; mend it and send the answer again");
        }
        PendingFire fire = seen == null ? null : seen.state().pending();
        if (seen == null || fire == null || !fire.isHeldBy(token)) {
            return claims.of(token);
        }
        Answer answer = answer(seen, fire, token, result);
        try {
            return isRecorded(answer, limit) ? Completion.ACCEPTED : claims.of(token);
        } catch (StoreException e) {
            unclear.add(answer);
            retryLater();
            throw e;
        }
    }

    private Answer answer(StoredSchedule seen, PendingFire fire, RunToken token, TaskResult result) {
        ClaimRequest claim = ClaimRule.inForce(seen);
        SettleRule.Settled settled = SettleRule.settle(
                claim,
                AnswerToken.of(token, tokens.next()),
                Attempt.of(result),
                new TaskLookup(settings).retry(seen.schedule()),
                startedAt(seen),
                settings.clock().instant(),
                Objects.requireNonNullElse(fire.pulseId(), ""));
        return new Answer(claim, settled);
    }

    /** A claim writes down when it was made; its task was called then or a moment later. */
    private Instant startedAt(StoredSchedule seen) {
        Instant wrote = seen.state().wrote();
        return wrote == null ? settings.clock().instant() : wrote;
    }

    private boolean isRecorded(Answer answer, CallLimit limit) {
        if (!store.record(List.of(answer.settled().record()), limit).isEmpty()) {
            return false;
        }
        ended.accept(answer.claim(), answer.settled());
        return true;
    }

    /** Sends each answer again that had no clear one itself, and keeps what the store still does not take. */
    private void sendAgain(CallLimit limit) {
        RuntimeException failed = null;
        List<Answer> kept = new ArrayList<>();
        for (Answer answer; (answer = unclear.poll()) != null; ) {
            try {
                if (!isRecorded(answer, limit)
                        && claims.hasAnswer(answer.settled().record())) {
                    ended.accept(answer.claim(), answer.settled());
                }
            } catch (RuntimeException e) {
                failed = e;
                kept.add(answer);
            }
        }
        unclear.addAll(kept);
        if (failed != null) {
            throw failed;
        }
    }

    private void retryLater() {
        timer.after(settings.lease().dividedBy(3).toNanos(), () -> {
            if (!finish(CallLimit.of(CALL_LIMIT))) {
                retryLater();
            }
        });
    }

    /** Tries once more, and leaves what the store does not take. Returns whether nothing is left. */
    boolean finish(CallLimit limit) {
        try {
            sendAgain(limit);
            return true;
        } catch (RuntimeException e) {
            log.storeFailed("recording " + unclear.size() + " answers by token", e);
            return false;
        }
    }
}
