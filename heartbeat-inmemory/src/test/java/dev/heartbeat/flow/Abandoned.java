package dev.heartbeat.flow;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The claim of a process that dies right after it: the task may have been called, nobody will ever record it. */
final class Abandoned {
    static final Duration LEASE = Duration.ofSeconds(20);

    private Abandoned() {}

    static RunToken claim(World world, String id) {
        StoredSchedule seen = world.store.schedule(id).orElseThrow();
        Instant now = world.clock.instant();
        Instant fire = seen.nextRun().orElseThrow();
        RunToken token = RunToken.of(id, fire.toString().replaceAll("[-:]", ""), "abandoned");
        PendingFire pending = new PendingFire(
                token.fireKey(), fire, false, 1, PendingFire.State.CLAIMED, token, "dead", null, List.of(), false);
        ScheduleState state = new ScheduleState(
                fire, now, seen.schedule().rule(), pending, seen.state().failures());
        if (world.store
                .claim(List.of(new ClaimRequest(seen, state, now, LEASE, null)), CallLimit.of(LEASE))
                .isEmpty()) {
            throw new IllegalStateException("the claim of " + id + " was lost");
        }
        return token;
    }
}
