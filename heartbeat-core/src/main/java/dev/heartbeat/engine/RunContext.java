package dev.heartbeat.engine;

import dev.heartbeat.schedule.Params;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.Progress;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskContext;
import java.time.Instant;
import java.time.InstantSource;

/** What a task sees of its run. */
final class RunContext implements TaskContext {
    private final LiveRun run;
    private final PendingFire fire;
    private final InstantSource clock;

    RunContext(LiveRun run, InstantSource clock) {
        this.run = run;
        this.fire = run.claim().fire();
        this.clock = clock;
    }

    @Override
    public String scheduleId() {
        return run.scheduleId();
    }

    @Override
    public String task() {
        return run.claim().seen().schedule().task();
    }

    @Override
    public Params params() {
        return run.claim().seen().schedule().params();
    }

    @Override
    public Instant fireTime() {
        return fire.fireTime();
    }

    @Override
    public int attempt() {
        return fire.starts();
    }

    @Override
    public boolean forced() {
        return fire.forced();
    }

    @Override
    public String idempotencyKey() {
        return run.scheduleId() + "/" + fire.key();
    }

    @Override
    public RunToken token() {
        return run.token();
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Instant deadline() {
        return run.deadline();
    }

    @Override
    public boolean cancelled() {
        return run.isCancelled();
    }

    @Override
    public void progress(double fraction, String note) {
        run.progress(Progress.of(fraction, note));
    }

    @Override
    public String toString() {
        return "TaskContext[" + idempotencyKey() + ", attempt " + attempt() + "]";
    }
}
