package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** A document in few words; what is not said is as in one that was written by hand at midnight. */
public final class GivenDocument {
    /** The id of every given schedule. */
    public static final String ID = "mail";

    private Schedule schedule;
    private LastRun lastRun = LastRun.MISSING;
    private Pause pause;
    private ScheduleState state = ScheduleState.NEW;
    private Instant writtenAt = at("00:00");
    private Version version = new Version("v7");

    private GivenDocument(Schedule schedule) {
        this.schedule = schedule;
    }

    /** Starts with a timing. */
    public static GivenDocument of(String cron) {
        return new GivenDocument(Schedule.builder(ID, cron, "send-mail").build());
    }

    /** Starts with a definition. */
    public static GivenDocument of(Schedule schedule) {
        return new GivenDocument(schedule);
    }

    /** Changes the definition; the state keeps the rule that it had. */
    public GivenDocument edited(UnaryOperator<Schedule.Builder> edit) {
        schedule = edit.apply(schedule.toBuilder()).build();
        return this;
    }

    /** Sets the cursor, under the timing as it stands now. */
    public GivenDocument cursor(String time) {
        state = new ScheduleState(at(time), state.wrote(), schedule.rule(), state.pending(), state.failures());
        return this;
    }

    /** Sets the last lastRun that the engine wrote. */
    public GivenDocument wrote(String time) {
        state = new ScheduleState(state.cursor(), at(time), state.rule(), state.pending(), state.failures());
        return this;
    }

    /** Sets lastRun to an instant. */
    public GivenDocument lastRun(String time) {
        lastRun = time == null ? LastRun.MISSING : LastRun.at(at(time));
        return this;
    }

    /** Sets lastRun to one of its other kinds. */
    public GivenDocument lastRun(LastRun value) {
        lastRun = value;
        return this;
    }

    /** Sets cursor, wrote and lastRun as an engine leaves them that ran the fire punctually. */
    public GivenDocument ran(String fireTime) {
        return cursor(fireTime).wrote(fireTime).lastRun(fireTime);
    }

    /** Sets the pause. */
    public GivenDocument pausedUntil(String time) {
        pause = new Pause(at(time), "ada", "holiday");
        return this;
    }

    /** Sets the failures in a row. */
    public GivenDocument failures(int count) {
        state = state.withFailures(count);
        return this;
    }

    /** Sets a backfill. */
    public GivenDocument backfill(String from, String to, String next) {
        state = state.withBackfill(new Backfill(at(from), at(to), at(next), "ann"));
        return this;
    }

    /** Sets the time of the last write. */
    public GivenDocument writtenAt(String time) {
        writtenAt = at(time);
        return this;
    }

    /** Sets the version. */
    public GivenDocument version(String value) {
        version = new Version(value);
        return this;
    }

    /** Sets the pending fire. */
    public GivenDocument pending(PendingFire fire) {
        state = state.withPending(fire);
        return this;
    }

    /** Sets a pending fire of the timing. */
    public GivenDocument pending(PendingFire.State is, String fireTime, int starts, String until) {
        return pending(fire(is, fireTime, starts, until));
    }

    /** Returns a pending fire of the timing. */
    public static PendingFire fire(
            PendingFire.State is, String fireTime, int starts, String until, FireSeries... missed) {
        String key = "fire-" + fireTime.replace(":", "");
        boolean waits = is == PendingFire.State.WAITING;
        return new PendingFire(
                key,
                at(fireTime),
                false,
                starts,
                is,
                waits ? null : RunToken.of(ID, key, "old"),
                waits ? null : "somebody",
                at(until),
                List.of(missed),
                false);
    }

    /** Returns the document. */
    public StoredSchedule stored() {
        return new StoredSchedule(schedule, lastRun, null, pause, state, writtenAt, version);
    }
}
