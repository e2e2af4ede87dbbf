package dev.heartbeat.engine;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls off the pending fire of a schedule. The wish is one word in its document, which stays until the fire ends: whoever
 * works on it hears of it at the next renewal, and what nobody works on is ended here at once, or, should this process die
 * before that, by the next pulse.
 */
final class Cancellations {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final int MOST_TRIES = 10;

    private final HeartbeatStore store;
    private final EngineSettings settings;
    private final Tokens tokens;
    private final String owner;
    private final Log log;
    private final BiConsumer<ClaimRequest, SettleRule.Settled> ended;

    /** Creates it; who is given as the last is told of each fire that is ended here. */
    Cancellations(
            HeartbeatStore store,
            EngineSettings settings,
            Tokens tokens,
            String owner,
            Log log,
            BiConsumer<ClaimRequest, SettleRule.Settled> ended) {
        this.store = store;
        this.settings = settings;
        this.tokens = tokens;
        this.owner = owner;
        this.log = log;
        this.ended = ended;
    }

    /** Writes the wish. Returns the fire that is to end, or null if none is pending. */
    @Nullable
    PendingFire wish(String scheduleId) {
        while (true) { // each round lost means that somebody else has changed the document
            StoredSchedule seen = store.schedule(scheduleId).orElse(null);
            PendingFire fire = seen == null ? null : seen.state().pending();
            if (seen == null
                    || fire == null
                    || store.edit(ScheduleEdit.cancel(scheduleId), seen.version())
                            .isPresent()) {
                return fire;
            }
        }
    }

    /** Ends the fire, unless an instance works on it. The wish is written, so a store that fails only delays the end. */
    void settle(String scheduleId, PendingFire wished) {
        try {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                StoredSchedule seen = store.schedule(scheduleId).orElse(null);
                PendingFire fire = seen == null ? null : seen.state().pending();
                if (seen == null
                        || fire == null
                        || !fire.key().equals(wished.key())
                        || !fire.isCalledOff()
                        || isSettled(seen, fire)) {
                    return;
                }
            }
        } catch (RuntimeException e) {
            log.storeFailed("ending the cancelled fire of schedule " + scheduleId, e);
        }
    }

    private boolean isSettled(StoredSchedule seen, PendingFire fire) {
        CallLimit limit = CallLimit.of(CALL_LIMIT);
        Instant now = settings.clock().instant();
        String pulseId = Objects.requireNonNullElse(fire.pulseId(), "");
        Candidate candidate = DueRule.again(seen, fire, Retry.DEFAULT.maxAttempts());
        ClaimRequest claim = ClaimRule.request(candidate, now, tokens.next(), owner, settings.lease(), pulseId);
        if (store.claim(List.of(claim), limit).isEmpty()) {
            return false;
        }
        SettleRule.Settled settled = SettleRule.settle(claim, Attempt.cancelled(), Retry.DEFAULT, null, now, pulseId);
        if (store.record(List.of(settled.record()), limit).isEmpty()) {
            ended.accept(claim, settled);
        }
        return true;
    }
}
