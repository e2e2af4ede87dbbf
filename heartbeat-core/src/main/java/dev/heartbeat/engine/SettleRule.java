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
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the record of an attempt writes: an end, a deadline elsewhere, or the time of the next attempt; pure. */
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
     * Settles what the holder of a claim says of it.
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
        return settle(claim, claim.token(), attempt, retry, startedAt, endedAt, pulseId);
    }

    /**
     * Settles.
     *
     * @param answer the token that the record of this answer carries, which no other answer does
     * @param startedAt when the task was called; null if it was not
     */
    static Settled settle(
            ClaimRequest claim,
            RunToken answer,
            Attempt given,
            Retry retry,
            @Nullable Instant startedAt,
            Instant endedAt,
            String pulseId) {
        PendingFire fire = claim.fire();
        Attempt attempt = fire.cancelRequested() && given.outcome().isFailure() ? Attempt.cancelled() : given;
        ScheduleState claimed = claim.state();
        if (attempt.completeWithin() != null) {
            Instant deadline = endedAt.plus(attempt.completeWithin());
            ScheduleState accepted = claimed.withPending(fire.accepted(deadline).withoutMissed());
            return new Settled(
                    record(claim, answer, accepted, attempt, attempt.outcome(), startedAt, endedAt, pulseId),
                    null,
                    null);
        }
        if (!attempt.outcome().isFailure()) {
            // what was cancelled, and a fire that a pause swallowed, say nothing about the task
            boolean silent = startedAt == null || attempt.outcome() == Outcome.CANCELLED;
            ScheduleState done = claimed.withPending(null).withFailures(silent ? claimed.failures() : 0);
            return new Settled(
                    record(claim, answer, done, attempt, attempt.outcome(), startedAt, endedAt, pulseId), null, null);
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
                            fire.waiting(fire.starts(), retryAt).withoutMissed().answered(answer))
                    .withFailures(failures);
            return new Settled(
                    record(claim, answer, waiting, attempt, Outcome.RETRYING, startedAt, endedAt, pulseId),
                    null,
                    retryAt);
        }
        boolean red = !attempt.retryable() || failures >= retry.maxAttempts();
        String text = attempt.error() == null ? attempt.outcome().text() : attempt.error();
        return new Settled(
                record(
                        claim,
                        answer,
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
            RunToken answer,
            ScheduleState state,
            Attempt attempt,
            Outcome outcome,
            @Nullable Instant startedAt,
            Instant endedAt,
            String pulseId) {
        StoredSchedule seen = claim.seen();
        Schedule schedule = seen.schedule();
        PendingFire fire = claim.fire();
        FireSeries series = FireKey.seriesOf(fire);
        RunRecord run = new RunRecord(
                claim.scheduleId(),
                fire.key(),
                schedule.task(),
                schedule.queue().orElse(null),
                outcome,
                fire.backfilled() ? RunRecord.backfilled(attempt.reason()) : attempt.reason(),
                fire.fireTime(),
                series == null ? fire.fireTime() : series.first(),
                series == null ? 1 : series.count(),
                series == null || series.exact(),
                fire.starts(),
                answer,
                pulseId,
                startedAt,
                endedAt,
                attempt.error(),
                attempt.values());
        return new RecordRequest(
                claim.token(),
                state,
                attempt.isAccepted() || (startedAt == null && isPassed(attempt)) ? null : lastResult(attempt),
                run,
                missed(claim, series, endedAt, pulseId),
                attempt.completeWithin());
    }

    private static boolean isPassed(Attempt attempt) {
        return attempt.outcome() == Outcome.SKIPPED || attempt.outcome() == Outcome.MISSED;
    }

    private static Map<String, @Nullable Object> lastResult(Attempt attempt) {
        if (attempt.outcome() == Outcome.CANCELLED) {
            return Map.of("cancelled", true);
        }
        if (attempt.error() != null) {
            return Map.of("error", attempt.error());
        }
        if (attempt.outcome() == Outcome.SKIPPED) {
            return Map.of("skipped", attempt.reason() == null ? "" : attempt.reason());
        }
        return attempt.values();
    }

    private static List<RunRecord> missed(
            ClaimRequest claim, @Nullable FireSeries own, Instant endedAt, String pulseId) {
        if (claim.fire().missed().isEmpty()) {
            return List.of();
        }
        List<RunRecord> entries = new ArrayList<>();
        Schedule schedule = claim.seen().schedule();
        for (FireSeries series : claim.fire().missed()) {
            if (series.equals(own)) {
                continue;
            }
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
