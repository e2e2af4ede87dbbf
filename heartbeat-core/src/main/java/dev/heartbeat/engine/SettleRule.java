package dev.heartbeat.engine;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the record of an attempt writes: an end, or the time of the next attempt; pure. */
final class SettleRule {
    private SettleRule() {}

    /**
     * The record of an attempt and what it means for the heartbeat.
     *
     * @param record what to write
     * @param error the entry in the heartbeat, or null
     * @param retryAt the time of the next attempt, or null
     */
    record Settled(
            RecordRequest record,
            @Nullable HeartbeatError error,
            @Nullable Instant retryAt) {}

    /**
     * Settles.
     *
     * @param startedAt when the task was called; null if it was not
     */
    static Settled settle(
            ClaimRequest claim,
            Attempt attempt,
            Retry retry,
            @Nullable Instant startedAt,
            Instant endedAt,
            String pulseId) {
        PendingFire fire = claim.fire();
        ScheduleState claimed = claim.state();
        if (!attempt.outcome().isFailure()) {
            // a fire that a pause swallowed says nothing about the task
            ScheduleState done = claimed.withPending(null).withFailures(startedAt == null ? claimed.failures() : 0);
            return new Settled(
                    record(claim, done, attempt, attempt.outcome(), startedAt, endedAt, pulseId), null, null);
        }
        PendingFire ended = claim.seen().state().pending();
        int failures =
                startedAt == null && ended != null ? DueRule.failuresWith(claimed, ended) : claimed.failures() + 1;
        if (attempt.retryable() && fire.starts() < retry.maxAttempts()) {
            Duration wait = attempt.retryAfter() != null
                    ? attempt.retryAfter()
                    : Backoff.wait(retry, claim.scheduleId(), fire.key(), fire.starts());
            Instant retryAt = endedAt.plus(wait);
            ScheduleState waiting = claimed.withPending(
                            fire.waiting(fire.starts(), retryAt).withoutMissed())
                    .withFailures(failures);
            return new Settled(
                    record(claim, waiting, attempt, Outcome.RETRYING, startedAt, endedAt, pulseId), null, retryAt);
        }
        boolean red = !attempt.retryable() || failures >= retry.maxAttempts();
        String text = attempt.error() == null ? attempt.outcome().text() : attempt.error();
        return new Settled(
                record(
                        claim,
                        claimed.withPending(null).withFailures(failures),
                        attempt,
                        attempt.outcome(),
                        startedAt,
                        endedAt,
                        pulseId),
                red ? new HeartbeatError(claim.scheduleId(), text, endedAt) : null,
                null);
    }

    /** The note of an answer that came after its claim was lost. It ends nothing. */
    static RunRecord fenced(RunRecord late, String random) {
        return new RunRecord(
                late.scheduleId(),
                late.key() + "-" + RunRecord.FENCED + "-" + random,
                late.task(),
                late.queue(),
                late.outcome().isEnd() ? late.outcome() : Outcome.FAILED,
                RunRecord.FENCED,
                late.fireTime(),
                late.firstFire(),
                late.count(),
                late.exact(),
                late.attempt(),
                late.token(),
                late.pulseId(),
                late.startedAt(),
                late.endedAt(),
                late.error(),
                late.result());
    }

    private static RecordRequest record(
            ClaimRequest claim,
            ScheduleState state,
            Attempt attempt,
            Outcome outcome,
            @Nullable Instant startedAt,
            Instant endedAt,
            String pulseId) {
        StoredSchedule seen = claim.seen();
        Schedule schedule = seen.schedule();
        PendingFire fire = claim.fire();
        RunRecord run = new RunRecord(
                claim.scheduleId(),
                fire.key(),
                schedule.task(),
                schedule.queue().orElse(null),
                outcome,
                attempt.reason(),
                fire.fireTime(),
                fire.fireTime(),
                1,
                true,
                fire.starts(),
                claim.token(),
                pulseId,
                startedAt,
                endedAt,
                attempt.error(),
                attempt.values());
        return new RecordRequest(
                claim.token(),
                state,
                startedAt == null && outcome == Outcome.SKIPPED ? null : lastResult(attempt),
                run,
                missed(claim, endedAt, pulseId));
    }

    private static Map<String, @Nullable Object> lastResult(Attempt attempt) {
        if (attempt.error() != null) {
            return Map.of("error", attempt.error());
        }
        if (attempt.outcome() == Outcome.SKIPPED) {
            return Map.of("skipped", attempt.reason() == null ? "" : attempt.reason());
        }
        return attempt.values();
    }

    private static List<RunRecord> missed(ClaimRequest claim, Instant endedAt, String pulseId) {
        if (claim.fire().missed().isEmpty()) {
            return List.of();
        }
        List<RunRecord> entries = new ArrayList<>();
        Schedule schedule = claim.seen().schedule();
        for (FireSeries series : claim.fire().missed()) {
            entries.add(new RunRecord(
                    claim.scheduleId(),
                    FireKey.of(series),
                    schedule.task(),
                    schedule.queue().orElse(null),
                    series.outcome(),
                    series.reason(),
                    series.last(),
                    series.first(),
                    series.count(),
                    series.exact(),
                    0,
                    claim.token(),
                    pulseId,
                    null,
                    endedAt,
                    null,
                    Map.of()));
        }
        return entries;
    }
}
