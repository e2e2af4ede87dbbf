package dev.heartbeat.tck;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Schedules and requests as an engine would make them; pure. */
final class Sample {
    static final String TASK = "send-mail";
    static final Duration HOUR = Duration.ofHours(1);

    private static final DateTimeFormatter KEY = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Sample() {}

    /** A schedule that fires at every full hour. */
    static Schedule hourly(String id) {
        return Schedule.builder(id, "@every PT1H", TASK).build();
    }

    /** A schedule that fires once, so that its wakeAt is that instant. */
    static Schedule once(String id, Instant fireTime) {
        return Schedule.builder(id, "@at " + fireTime, TASK).build();
    }

    static String key(Instant fireTime) {
        return KEY.format(fireTime);
    }

    static String random() {
        return UUID.randomUUID().toString();
    }

    /** The claim of what is due of the schedule at the instant: its pending fire, its next fire, or a forced one. */
    static ClaimRequest claim(StoredSchedule seen, Instant now, Duration lease) {
        PendingFire before = seen.state().pending();
        Optional<Instant> next = seen.nextRun().filter(fire -> !fire.isAfter(now));
        Instant cursor = before == null ? next.orElse(seen.base(false)) : seen.base(false);
        String key = before != null
                ? before.key()
                : next.map(Sample::key).orElse("force-" + seen.version().value());
        Instant fireTime = before != null ? before.fireTime() : next.orElse(now);
        PendingFire fire = new PendingFire(
                key,
                fireTime,
                before != null ? before.forced() : next.isEmpty(),
                before != null && before.backfilled(),
                before == null ? 1 : before.starts() + 1,
                PendingFire.State.CLAIMED,
                RunToken.of(seen.id(), key, random()),
                "instance-" + random(),
                null,
                before == null ? List.of() : before.missed(),
                false,
                null,
                null,
                null);
        ScheduleState state = new ScheduleState(
                cursor,
                LastRun.at(now).value(),
                seen.schedule().rule(),
                fire,
                seen.state().failures(),
                seen.state().backfill());
        return new ClaimRequest(seen, state, now, lease, null);
    }

    /** The claim of the next past fire that the schedule is to backfill. */
    static ClaimRequest backfill(StoredSchedule seen, Instant now, Duration lease) {
        return backfill(seen, seen.nextBackfill().orElseThrow(), now, lease);
    }

    /** The claim of a past fire. */
    static ClaimRequest backfill(StoredSchedule seen, Instant fireTime, Instant now, Duration lease) {
        Backfill backfill = Objects.requireNonNull(seen.state().backfill());
        String key = key(fireTime);
        PendingFire fire = new PendingFire(
                key,
                fireTime,
                false,
                true,
                1,
                PendingFire.State.CLAIMED,
                RunToken.of(seen.id(), key, random()),
                "instance-" + random(),
                null,
                List.of(),
                false,
                null,
                null,
                null);
        Instant next =
                seen.schedule().nextFire(fireTime).filter(backfill::holds).orElse(null);
        ScheduleState state = new ScheduleState(
                seen.base(false),
                LastRun.at(now).value(),
                seen.schedule().rule(),
                fire,
                seen.state().failures(),
                backfill.withNext(next));
        return new ClaimRequest(seen, state, now, lease, null);
    }

    /** The same claim for a fire whose task will not be called. */
    static ClaimRequest withoutStart(ClaimRequest claim) {
        ScheduleState state = claim.state();
        return new ClaimRequest(
                claim.seen(),
                new ScheduleState(
                        state.cursor(),
                        claim.seen().state().wrote(),
                        state.rule(),
                        state.pending(),
                        state.failures(),
                        state.backfill()),
                null,
                claim.lease(),
                claim.superseded());
    }

    /** The same claim, which also ends another fire. */
    static ClaimRequest superseding(ClaimRequest claim, RunRecord entry) {
        return new ClaimRequest(claim.seen(), claim.state(), claim.startedAt(), claim.lease(), entry);
    }

    /** The same claim with more series that the ledger shall learn of. */
    static ClaimRequest withFire(ClaimRequest claim, PendingFire fire) {
        return new ClaimRequest(
                claim.seen(), claim.state().withPending(fire), claim.startedAt(), claim.lease(), claim.superseded());
    }

    /** The record of a success. */
    static RecordRequest executed(ClaimRequest claim, Instant endedAt) {
        return executed(claim, endedAt, Map.of("sent", 3L));
    }

    /** The record of a success with these values. */
    static RecordRequest executed(ClaimRequest claim, Instant endedAt, Map<String, @Nullable Object> result) {
        return new RecordRequest(
                claim.token(),
                claim.state().withPending(null).withFailures(0),
                result,
                run(claim, Outcome.EXECUTED, endedAt, null, result),
                List.of());
    }

    /** The record of a failure that is tried again. */
    static RecordRequest retrying(ClaimRequest claim, Instant endedAt, Instant nextAttempt) {
        PendingFire fire = claim.fire();
        return new RecordRequest(
                claim.token(),
                claim.state()
                        .withPending(fire.waiting(fire.starts(), nextAttempt))
                        .withFailures(1),
                Map.of("error", "no connection"),
                run(claim, Outcome.RETRYING, endedAt, "no connection", Map.of()),
                List.of());
    }

    /** The record of an attempt that goes on elsewhere; its state dates the deadline wrongly, for the store to date it. */
    static RecordRequest accepted(ClaimRequest claim, Instant endedAt, Duration within) {
        return new RecordRequest(
                claim.token(),
                claim.state().withPending(claim.fire().accepted(endedAt)),
                null,
                run(claim, Outcome.RUNNING, endedAt, null, Map.of()),
                List.of(),
                within);
    }

    /** The same record as an answer by token: under the same claim, with a token of its own. */
    static RecordRequest answeredAs(String name, RecordRequest record) {
        RunRecord run = record.run();
        RunRecord named = new RunRecord(
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
                new RunToken(record.token().value() + "." + name),
                run.pulseId(),
                run.startedAt(),
                run.endedAt(),
                run.error(),
                run.result());
        return new RecordRequest(
                record.token(), record.state(), record.lastResult(), named, record.missed(), record.completeWithin());
    }

    /** The same record with more ledger entries. */
    static RecordRequest withMissed(RecordRequest record, RunRecord... missed) {
        return new RecordRequest(record.token(), record.state(), record.lastResult(), record.run(), List.of(missed));
    }

    static RunRecord run(
            ClaimRequest claim,
            Outcome outcome,
            Instant endedAt,
            @Nullable String error,
            Map<String, @Nullable Object> result) {
        PendingFire fire = claim.fire();
        return new RunRecord(
                claim.scheduleId(),
                fire.key(),
                claim.seen().schedule().task(),
                claim.seen().schedule().queue().orElse(null),
                outcome,
                null,
                fire.fireTime(),
                fire.fireTime(),
                1,
                true,
                fire.starts(),
                claim.token(),
                "pulse-1",
                claim.startedAt(),
                endedAt,
                error,
                result);
    }

    /** A ledger entry that no claim stands behind. */
    static RunRecord entry(String scheduleId, String key, Outcome outcome, @Nullable String reason, Instant endedAt) {
        return new RunRecord(
                scheduleId,
                key,
                TASK,
                null,
                outcome,
                reason,
                endedAt.minus(HOUR),
                endedAt.minus(HOUR),
                1,
                true,
                0,
                null,
                "pulse-1",
                null,
                endedAt,
                null,
                Map.of());
    }

    /** Fires that passed without a run, as one ledger entry. */
    static RunRecord series(String scheduleId, Instant first, Instant last, int count, Instant endedAt) {
        return new RunRecord(
                scheduleId,
                "coalesced-" + key(last),
                TASK,
                null,
                Outcome.MISSED,
                "coalesced",
                last,
                first,
                count,
                true,
                0,
                null,
                "pulse-1",
                null,
                endedAt,
                null,
                Map.of());
    }

    static PulseRecord pulse(String id, Instant startedAt, int executed) {
        return new PulseRecord(
                id,
                "github-actions",
                startedAt.minusSeconds(30),
                startedAt,
                123,
                Map.of(Outcome.EXECUTED, executed, Outcome.RUNNING, 1),
                List.of(
                        new PulseDetail(
                                "mail",
                                TASK,
                                "browser",
                                Outcome.EXECUTED,
                                null,
                                startedAt,
                                1,
                                45,
                                startedAt,
                                null,
                                null),
                        new PulseDetail(
                                "broken",
                                null,
                                null,
                                Outcome.SKIPPED,
                                PulseDetail.QUARANTINED,
                                null,
                                0,
                                0,
                                null,
                                startedAt,
                                "field 'cron' is missing")),
                false,
                null);
    }

    static HeartbeatRecord heartbeat(Instant timestamp, int executed) {
        return new HeartbeatRecord(
                timestamp.minusSeconds(60),
                timestamp,
                executed + 1,
                executed,
                2,
                1,
                List.of(),
                0,
                timestamp.plusSeconds(540),
                "pulse-" + executed,
                "ticker",
                17);
    }
}
