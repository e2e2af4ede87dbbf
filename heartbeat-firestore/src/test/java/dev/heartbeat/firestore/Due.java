package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Schedules whose fire of {@link #FIRE} is due, and requests as an engine makes them. */
final class Due {
    static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(30));
    static final Duration LEASE = Duration.ofSeconds(20);
    static final Instant FIRE = Instant.parse("2026-02-15T12:00:00Z");
    static final String KEY = "20260215T120000Z";

    private Due() {}

    /** Makes a schedule that is due, and the request for its fire. */
    static ClaimRequest request(HeartbeatStore store, String id) {
        Schedule schedule = Schedule.builder(id, "@at " + FIRE, "send-mail").build();
        ScheduleState state = ScheduleState.startingAt(FIRE.minusSeconds(3_600), schedule.rule());
        assertThat(store.edit(ScheduleEdit.create(schedule, LastRun.MISSING, null, state), Version.NONE))
                .isPresent();
        return request(store.schedule(id).orElseThrow());
    }

    static ClaimRequest request(StoredSchedule seen) {
        return request(seen, LEASE);
    }

    static ClaimRequest request(StoredSchedule seen, Duration lease) {
        PendingFire before = seen.state().pending();
        PendingFire fire = new PendingFire(
                KEY,
                FIRE,
                false,
                before == null ? 1 : before.starts() + 1,
                PendingFire.State.CLAIMED,
                RunToken.of(seen.id(), KEY, UUID.randomUUID().toString()),
                "instance",
                null,
                List.of(),
                false);
        if (before != null) {
            fire = fire.answered(before.answered());
        }
        ScheduleState state = new ScheduleState(FIRE, FIRE, seen.schedule().rule(), fire, 0);
        return new ClaimRequest(seen, state, FIRE, lease, null);
    }

    /** Makes a schedule that is due, and wins its fire. */
    static ClaimRequest claimed(HeartbeatStore store, String id) {
        ClaimRequest request = request(store, id);
        assertThat(store.claim(List.of(request), LIMIT)).hasSize(1);
        return request;
    }

    static RecordRequest executed(ClaimRequest claim) {
        return executed(claim, Map.of("sent", 3L));
    }

    static RecordRequest executed(ClaimRequest claim, Map<String, @Nullable Object> result) {
        return new RecordRequest(
                claim.token(),
                claim.state().withPending(null),
                result,
                run(claim, Outcome.EXECUTED, result),
                List.of());
    }

    /** The work goes on elsewhere. */
    static RecordRequest accepted(ClaimRequest claim, Duration within) {
        return new RecordRequest(
                claim.token(),
                claim.state().withPending(claim.fire().accepted(FIRE)),
                null,
                run(claim, Outcome.RUNNING, Map.of()),
                List.of(),
                within);
    }

    /** The attempt failed and is to be tried again. */
    static RecordRequest retrying(ClaimRequest claim) {
        return new RecordRequest(
                claim.token(),
                claim.state().withPending(claim.fire().waiting(1, FIRE).answered(claim.token())),
                null,
                run(claim, Outcome.RETRYING, Map.of()),
                List.of());
    }

    private static RunRecord run(ClaimRequest claim, Outcome outcome, Map<String, @Nullable Object> result) {
        return new RunRecord(
                claim.scheduleId(),
                KEY,
                "send-mail",
                null,
                outcome,
                null,
                FIRE,
                FIRE,
                1,
                true,
                claim.fire().starts(),
                claim.token(),
                "pulse-1",
                claim.startedAt(),
                Instant.parse("2126-02-15T12:00:01Z"), // so that it is not too old for the history
                null,
                result);
    }

    static HeartbeatRecord heartbeat(int executed) {
        return new HeartbeatRecord(
                FIRE, FIRE, executed, executed, 0, 0, List.of(), 0, FIRE.plusSeconds(600), "pulse", "test", 17);
    }

    static Found find(HeartbeatStore store) {
        return find(store, LIMIT);
    }

    static Found find(HeartbeatStore store, CallLimit limit) {
        return store.findDue(new DueQuery(FIRE.plusSeconds(60), null, 1_000, 20, limit));
    }

    static List<String> dueIds(HeartbeatStore store) {
        return find(store).due().stream().map(StoredSchedule::id).toList();
    }
}
