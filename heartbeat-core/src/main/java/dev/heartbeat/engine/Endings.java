package dev.heartbeat.engine;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What follows when a run ends, is lost or given back, whoever sees it: its task's worker, its recorder, its lease, an
 * answer by its token, or a person who calls it off. Thread-safe.
 */
final class Endings implements Runner.Hooks {
    private static final Duration GIVE_BACK_LIMIT = Duration.ofSeconds(5);

    private final Engine engine;

    Endings(Engine engine) {
        this.engine = engine;
    }

    /** A run is recorded: its pulse says so, or the heartbeat learns of it late. */
    void recorded(LiveRun run, SettleRule.Settled settled, Recorder.Fate fate) {
        engine.leases().remove(run);
        if (fate != Recorder.Fate.RECORDED) {
            boolean inTime = fate == Recorder.Fate.ANSWERED
                    ? run.pulse().book().answeredElsewhere(run)
                    : run.pulse().book().settled(run, null, null);
            if (!inTime) {
                engine.board().saveSoon();
            }
            engine.wakeAfterLease();
            return;
        }
        engine.figures().ended(run.claim().seen().schedule(), settled.record());
        if (!run.isStart() && isFailure(settled)) {
            expired(run);
        }
        ended(run, settled, run.durationMs());
    }

    /** A claim was won that ends the fire which was pending, or the attempt at it. */
    void expired(LiveRun run) {
        PendingFire ended = run.claim().seen().state().pending();
        if (ended != null && ended.state() == PendingFire.State.ACCEPTED) {
            engine.breakers().expired(run.claim().seen().schedule(), ended, run.task(), engine.storeNow());
        }
    }

    private static boolean isFailure(SettleRule.Settled settled) {
        Outcome outcome = settled.record().run().outcome();
        return outcome.isFailure() || outcome == Outcome.RETRYING;
    }

    private void ended(LiveRun run, SettleRule.Settled settled, long durationMs) {
        PulseRun pulse = run.pulse();
        if (CatchUpRule.goesOn(
                run.claim(), settled.record().state(), pulse.time().dueNow())) {
            run.goesOn();
        }
        PulseDetail detail = told(settled, durationMs);
        if (!pulse.book().settled(run, detail, settled.error())) {
            engine.closer().late(pulse, detail, settled.error());
            engine.board().saveSoon();
        }
        if (engine.started()) { // a ticker that starts later looks for itself
            engine.wakeBy(WakeRule.after(
                    after(run.claim(), settled.record().state()), pulse.time().startedAt()));
        }
    }

    /** A run was ended by somebody who does not hold it: by its token, or because a person called it off. */
    void answered(ClaimRequest claim, SettleRule.Settled settled) {
        LiveRun run = engine.leases().find(claim.token());
        RunRecord record = settled.record().run();
        engine.log().run(record);
        engine.figures().ended(claim.seen().schedule(), settled.record());
        engine.breakers()
                .answered(
                        claim.seen().schedule(),
                        settled.record(),
                        new TaskLookup(engine.settings()).find(record.task()),
                        engine.storeNow());
        if (run != null) {
            if (record.outcome() != Outcome.RUNNING) { // whatever its task still does is for nothing
                engine.leases().remove(run);
                run.answered();
                engine.runner().withdraw(run);
            }
            ended(run, settled, tookMs(record));
        } else {
            engine.board().saveSoon();
            PulseDetail detail = told(settled, tookMs(record));
            engine.closer().late(record, detail, settled.error());
            engine.wakeBy(after(claim, settled.record().state()).wakeAt());
        }
        engine.announcer().tell();
    }

    /** Listeners hear of an attempt that has ended, before its pulse may go on to its own end. */
    private PulseDetail told(SettleRule.Settled settled, long durationMs) {
        RunRecord record = settled.record().run();
        PulseDetail detail = new PulseDetail(
                record.scheduleId(),
                record.task(),
                record.queue(),
                record.outcome(),
                record.reason(),
                record.fireTime(),
                record.attempt(),
                durationMs,
                null,
                settled.retryAt(),
                record.error());
        if (record.outcome() != Outcome.RUNNING) { // an accepted run has not ended
            engine.announcer().runEnded(detail);
        }
        return detail;
    }

    private static long tookMs(RunRecord record) {
        return record.startedAt() == null
                ? 0
                : Math.max(
                        0,
                        Duration.between(record.startedAt(), record.endedAt()).toMillis());
    }

    /** Returns the document as the record of a run leaves it. */
    private static StoredSchedule after(ClaimRequest claim, ScheduleState state) {
        StoredSchedule seen = claim.seen();
        LastRun lastRun = claim.startedAt() == null ? seen.lastRun() : LastRun.at(claim.startedAt());
        return new StoredSchedule(
                seen.schedule(), lastRun, null, seen.pause(), state, seen.writtenAt(), seen.version());
    }

    /** Its lease says that the claim is somebody else's now. */
    void lost(LiveRun run) {
        if (engine.runner().withdraw(run)) {
            forget(run);
        }
    }

    /** A person has called it off. */
    void calledOff(LiveRun run) {
        if (engine.runner().callOff(run)) {
            run.settle(Attempt.cancelled());
            engine.recorder().ended(run);
            engine.announcer().tell();
        }
    }

    /** It waits for the process that comes after this one. */
    void putOff(LiveRun run) {
        run.pulse().book().settled(run, run.detail(Outcome.DEFERRED, PulseDetail.SHUTDOWN), null);
    }

    private void forget(LiveRun run) {
        engine.breakers().gone(run);
        engine.leases().remove(run);
        engine.wakeAfterLease();
        run.pulse().book().settled(run, null, null);
    }

    @Override
    public boolean mayStart(LiveRun run) {
        return engine.leases().mayStart(run);
    }

    @Override
    public void ended(LiveRun run) {
        if (engine.breakers().ended(run)) {
            engine.wakeBy(engine.now());
        }
        engine.profiles().ended(run);
        engine.recorder().ended(run);
        engine.announcer().tell();
    }

    @Override
    public void dropped(LiveRun run) {
        forget(run);
        if (!run.isLost()) { // its renewal had no answer: the claim may still be ours
            engine.leases().unclear(List.of(run.token()));
        }
    }

    @Override
    public boolean isHeldBack(LiveRun run) {
        return engine.breakers().isHeldBack(run);
    }

    @Override
    public void unstarted(LiveRun run) {
        if (engine.isClosed()) {
            engine.release(List.of(run), CallLimit.of(GIVE_BACK_LIMIT));
            putOff(run);
            return;
        }
        List<LiveRun> held = new ArrayList<>(List.of(run));
        for (LiveRun waiting : engine.runner().load().waiting()) { // the same holds those behind it back
            if (engine.breakers().isHeldBack(waiting) && engine.runner().withdraw(waiting)) {
                held.add(waiting);
            }
        }
        engine.release(held, CallLimit.of(GIVE_BACK_LIMIT));
        held.forEach(this::heldBack);
    }

    private void heldBack(LiveRun run) {
        Instant until = engine.breakers().heldUntil(run);
        run.pulse().book().settled(run, run.detail(Outcome.DEFERRED, PulseDetail.CIRCUIT_OPEN, until), null);
        if (until != null) {
            run.pulse().wakeByStoreTime(until);
        }
    }

    @Override
    public void broken(LiveRun run) {
        engine.breakers().gone(run);
        engine.leases().remove(run); // no longer renewed: its lease runs out, and it is taken over
        run.pulse().book().settled(run, null, null);
    }

    @Override
    public void stuck(LiveRun run) {
        if (engine.leases().find(run.token()) == null) {
            return; // somebody has answered for it by its token: nothing waits for it
        }
        engine.breakers().stuck(run);
        engine.board().saveSoon();
        engine.log().stuck(run);
        run.pulse().book().stuck(run);
        engine.closer().stuck(run);
    }
}
