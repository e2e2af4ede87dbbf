package dev.heartbeat.engine;

import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the claim of a candidate writes; pure. */
final class ClaimRule {
    private ClaimRule() {}

    static ClaimRequest request(
            Candidate candidate, Instant now, String random, String owner, Duration lease, String pulseId) {
        StoredSchedule seen = candidate.seen();
        LastRun lastRun = LastRun.at(now);
        PendingFire fire = new PendingFire(
                candidate.key(),
                candidate.fireTime(),
                candidate.forced(),
                candidate.starts() + (candidate.isStart() ? 1 : 0),
                PendingFire.State.CLAIMED,
                RunToken.of(candidate.id(), candidate.key(), random),
                owner,
                null,
                candidate.missed(),
                false);
        ScheduleState state = new ScheduleState(
                candidate.cursor(),
                candidate.isStart() ? lastRun.value() : seen.state().wrote(),
                candidate.isStart() || seen.state().rule() != null
                        ? seen.schedule().rule()
                        : null,
                fire,
                candidate.failures());
        return new ClaimRequest(
                seen, state, candidate.isStart() ? lastRun.value() : null, lease, superseded(candidate, now, pulseId));
    }

    /** The end of the fire that this claim takes the place of: failed if it was ever started, else passed over. */
    private static @Nullable RunRecord superseded(Candidate candidate, Instant now, String pulseId) {
        PendingFire fire = candidate.superseded();
        if (fire == null) {
            return null;
        }
        boolean started = fire.starts() > 0;
        return new RunRecord(
                candidate.id(),
                fire.key(),
                candidate.seen().schedule().task(),
                candidate.seen().schedule().queue().orElse(null),
                started ? Outcome.FAILED : Outcome.MISSED,
                started ? "superseded" : "coalesced",
                fire.fireTime(),
                fire.fireTime(),
                1,
                true,
                fire.starts(),
                null, // its holder has not recorded it, so a late answer is to be fenced
                pulseId,
                started ? candidate.seen().state().wrote() : null,
                now,
                started ? "superseded by the next fire after " + fire.starts() + " failed attempts" : null,
                Map.of());
    }

    /** The error that a superseded fire leaves, if its schedule has now failed as often as it may. */
    static @Nullable HeartbeatError supersededError(Candidate candidate, int maxAttempts, Instant now) {
        PendingFire fire = candidate.superseded();
        if (fire == null || fire.starts() == 0 || candidate.failures() < maxAttempts) {
            return null;
        }
        return new HeartbeatError(
                candidate.id(), candidate.failures() + " attempts in a row have failed; see its last result", now);
    }
}
