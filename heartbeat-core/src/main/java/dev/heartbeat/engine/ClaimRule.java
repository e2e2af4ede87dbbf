package dev.heartbeat.engine;

import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
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
        PendingFire before = before(candidate);
        PendingFire fire = new PendingFire(
                candidate.key(),
                candidate.fireTime(),
                candidate.forced(),
                candidate.backfilled(),
                candidate.starts() + (candidate.isStart() ? 1 : 0),
                PendingFire.State.CLAIMED,
                RunToken.of(candidate.id(), candidate.key(), random),
                candidate.isStart() ? owner : null,
                null,
                candidate.missed(),
                before != null && before.cancelRequested(),
                pulseId,
                before == null ? null : before.answered(),
                null);
        ScheduleState state = new ScheduleState(
                candidate.cursor(),
                candidate.isStart() ? lastRun.value() : seen.state().wrote(),
                candidate.isStart() || seen.state().rule() != null
                        ? seen.schedule().rule()
                        : null,
                fire,
                candidate.failures(),
                BackfillRule.after(candidate));
        return new ClaimRequest(
                seen, state, candidate.isStart() ? lastRun.value() : null, lease, superseded(candidate, now, pulseId));
    }

    /** Returns the claim in force as if it had just been read and won: what its end is settled from by somebody else. */
    static ClaimRequest inForce(StoredSchedule seen) {
        return new ClaimRequest(seen, seen.state(), null, Duration.ZERO, null);
    }

    /** The same fire as it was found, or null if the claim begins it. */
    private static @Nullable PendingFire before(Candidate candidate) {
        PendingFire found = candidate.seen().state().pending();
        return found != null && found.key().equals(candidate.key()) ? found : null;
    }

    /** The end of the fire that this claim takes the place of: cancelled, failed if it was ever started, else passed over. */
    private static @Nullable RunRecord superseded(Candidate candidate, Instant now, String pulseId) {
        PendingFire fire = candidate.superseded();
        if (fire == null) {
            return null;
        }
        boolean started = fire.starts() > 0;
        boolean cancelled = fire.cancelRequested();
        String reason = cancelled ? null : started ? "superseded" : FireSeries.COALESCED;
        return new RunRecord(
                candidate.id(),
                fire.key(),
                candidate.seen().schedule().task(),
                candidate.seen().schedule().queue().orElse(null),
                cancelled ? Outcome.CANCELLED : started ? Outcome.FAILED : Outcome.MISSED,
                fire.backfilled() ? RunRecord.backfilled(reason) : reason,
                fire.fireTime(),
                fire.fireTime(),
                1,
                true,
                fire.starts(),
                null, // its holder has not recorded it, so a late answer is to be fenced
                pulseId,
                started ? candidate.seen().state().wrote() : null,
                now,
                started && !cancelled
                        ? "superseded by the next fire after " + fire.starts() + " failed attempts"
                        : null,
                Map.of());
    }

    /** The error that a superseded fire leaves, if its schedule has now failed as often as it may. */
    static @Nullable HeartbeatError supersededError(Candidate candidate, int maxAttempts, Instant now) {
        PendingFire fire = candidate.superseded();
        if (fire == null || fire.starts() == 0 || fire.cancelRequested() || candidate.failures() < maxAttempts) {
            return null;
        }
        return new HeartbeatError(
                candidate.id(), candidate.failures() + " attempts in a row have failed; see its last result", now);
    }
}
