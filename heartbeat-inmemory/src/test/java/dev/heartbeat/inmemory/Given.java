package dev.heartbeat.inmemory;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
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
import java.util.concurrent.atomic.AtomicInteger;

/** What an engine would do to a store, in a few words. */
final class Given {
    static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(10));
    static final Duration LEASE = Duration.ofSeconds(20);
    private static final AtomicInteger RANDOM = new AtomicInteger();

    private Given() {}

    static Schedule hourly(String id) {
        return Schedule.builder(id, "0 * * * *", "task").param("n", 1).build();
    }

    static Version created(InMemoryHeartbeatStore store, Schedule schedule, Instant at) {
        ScheduleEdit create =
                ScheduleEdit.create(schedule, LastRun.MISSING, null, ScheduleState.startingAt(at, schedule.rule()));
        return store.edit(create, Version.NONE).orElseThrow();
    }

    static DueQuery due(Instant now, int limit) {
        return new DueQuery(now, null, limit, 0, LIMIT);
    }

    static List<String> ids(List<StoredSchedule> schedules) {
        return schedules.stream().map(StoredSchedule::id).toList();
    }

    static DueQuery after(Found found, Instant now, int limit) {
        DuePosition next = found.next().orElseThrow();
        return new DueQuery(now, next, limit, 0, LIMIT);
    }

    static ClaimRequest claimOf(StoredSchedule seen, Instant fire, Instant startedAt) {
        RunToken token = RunToken.of(seen.id(), fire.toString(), "r" + RANDOM.incrementAndGet());
        PendingFire pending = new PendingFire(
                fire.toString(), fire, false, 1, PendingFire.State.CLAIMED, token, "owner", null, List.of(), false);
        ScheduleState state = new ScheduleState(fire, startedAt, seen.schedule().rule(), pending, 0);
        return new ClaimRequest(seen, state, startedAt, LEASE, null);
    }

    static Claim claimed(InMemoryHeartbeatStore store, String id, Instant fire) {
        StoredSchedule seen = store.schedule(id).orElseThrow();
        return store.claim(List.of(claimOf(seen, fire, fire)), LIMIT).get(0);
    }

    static RunRecord run(String scheduleId, String key, Instant fire, Instant ended) {
        return run(scheduleId, key, null, fire, ended, Map.of());
    }

    static RunRecord run(
            String scheduleId, String key, RunToken token, Instant fire, Instant ended, Map<String, Object> result) {
        return new RunRecord(
                scheduleId,
                key,
                "task",
                null,
                Outcome.EXECUTED,
                null,
                fire,
                fire,
                1,
                true,
                1,
                token,
                "pulse",
                fire,
                ended,
                null,
                result);
    }

    static RecordRequest success(InMemoryHeartbeatStore store, Claim claim, Instant ended, Map<String, Object> values) {
        ScheduleState state =
                store.schedule(claim.scheduleId()).orElseThrow().state().withPending(null);
        RunRecord run =
                run(claim.scheduleId(), claim.token().fireKey(), claim.token(), claim.fireTime(), ended, values);
        return new RecordRequest(claim.token(), state, values, run, List.of());
    }

    static void ran(InMemoryHeartbeatStore store, String id, Instant fire) {
        Claim claim = claimed(store, id, fire);
        store.record(List.of(success(store, claim, fire, Map.of("ok", true))), LIMIT);
    }
}
