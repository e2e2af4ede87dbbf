package dev.heartbeat.inmemory.kit;

import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Copies with one thing changed. */
final class Edits {
    private Edits() {}

    static StoredSchedule with(StoredSchedule stored, LastRun lastRun) {
        return new StoredSchedule(
                stored.schedule(),
                lastRun,
                stored.lastResult(),
                stored.pause(),
                stored.state(),
                stored.writtenAt(),
                stored.version());
    }

    static StoredSchedule with(StoredSchedule stored, Version version) {
        return new StoredSchedule(
                stored.schedule(),
                stored.lastRun(),
                stored.lastResult(),
                stored.pause(),
                stored.state(),
                stored.writtenAt(),
                version);
    }

    static StoredSchedule withResult(StoredSchedule stored, @Nullable Map<String, @Nullable Object> lastResult) {
        return new StoredSchedule(
                stored.schedule(),
                stored.lastRun(),
                lastResult,
                stored.pause(),
                stored.state(),
                stored.writtenAt(),
                stored.version());
    }

    static StoredSchedule withParams(StoredSchedule stored, Map<String, @Nullable Object> params) {
        return new StoredSchedule(
                stored.schedule().toBuilder().params(params).build(),
                stored.lastRun(),
                stored.lastResult(),
                stored.pause(),
                stored.state(),
                stored.writtenAt(),
                stored.version());
    }

    static StoredSchedule withWrittenAt(StoredSchedule stored, Instant writtenAt) {
        return new StoredSchedule(
                stored.schedule(),
                stored.lastRun(),
                stored.lastResult(),
                stored.pause(),
                stored.state(),
                writtenAt,
                stored.version());
    }

    static Found with(Found found, List<StoredSchedule> due) {
        return new Found(due, found.next(), found.unreadable(), found.upcoming(), found.held(), found.storeTime());
    }

    static Found withDue(Found found, Predicate<StoredSchedule> kept) {
        return with(found, found.due().stream().filter(kept).toList());
    }

    static ClaimRequest withStart(ClaimRequest request, @Nullable Instant startedAt) {
        return new ClaimRequest(request.seen(), request.state(), startedAt, request.lease(), request.superseded());
    }

    static RecordRequest withToken(RecordRequest request, RunToken token) {
        return new RecordRequest(
                token,
                request.state(),
                request.lastResult(),
                request.run(),
                request.missed(),
                request.completeWithin());
    }

    static RunRecord withError(RunRecord run, String error) {
        return new RunRecord(
                run.scheduleId(),
                run.key(),
                run.task(),
                run.queue(),
                run.outcome(),
                run.reason(),
                run.fireTime(),
                run.firstFire(),
                run.count(),
                run.exact(),
                run.attempt(),
                run.token(),
                run.pulseId(),
                run.startedAt(),
                run.endedAt(),
                error,
                run.result());
    }

    static HeartbeatRecord withErrors(HeartbeatRecord heartbeat, List<HeartbeatError> errors) {
        return new HeartbeatRecord(
                heartbeat.beat(),
                heartbeat.timestamp(),
                heartbeat.schedulesProcessed(),
                heartbeat.schedulesExecuted(),
                heartbeat.browserTasksProcessed(),
                heartbeat.browserTasksExecuted(),
                errors,
                heartbeat.errorsTotal(),
                heartbeat.nextPulseExpected(),
                heartbeat.pulseId(),
                heartbeat.source(),
                heartbeat.durationMs());
    }

    /** Returns the fields with another value at the path. */
    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> with(
            Map<String, @Nullable Object> fields, @Nullable Object value, String... path) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        Map<String, @Nullable Object> at = copy;
        for (int i = 0; i < path.length - 1; i++) {
            Map<String, @Nullable Object> next = new LinkedHashMap<>((Map<String, @Nullable Object>) at.get(path[i]));
            at.put(path[i], next);
            at = next;
        }
        at.put(path[path.length - 1], value);
        return copy;
    }

    /** Returns the fields without one of them. */
    static Map<String, @Nullable Object> without(Map<String, @Nullable Object> fields, String... names) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        for (String name : names) {
            copy.remove(name);
        }
        return copy;
    }
}
