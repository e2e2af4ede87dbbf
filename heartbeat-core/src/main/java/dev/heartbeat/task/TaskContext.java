package dev.heartbeat.task;

import dev.heartbeat.schedule.Params;
import java.time.Instant;

/** What a task is told about its run. Made by the engine, one for each attempt; safe to use from any thread. */
public interface TaskContext {
    /** Returns the id of the schedule. */
    String scheduleId();

    /** Returns the name of the task. */
    String task();

    /** Returns the schedule's values, as they stood when this attempt was claimed. */
    Params params();

    /** Returns the instant that the schedule asked for; for a forced run the instant of its first claim. */
    Instant fireTime();

    /** Returns the number of this attempt at this fire, from 1. */
    int attempt();

    /** Tells whether a person asked for this run (a null lastRun or run-now), rather than the timing. */
    boolean forced();

    /**
     * Returns the key of the fire, the same in all attempts: schedule id and fire. Hand it to whatever must not do the
     * same thing twice, such as a payment service.
     */
    String idempotencyKey();

    /**
     * Returns the fence of this attempt's claim. With it anybody can answer for this run ({@link dev.heartbeat.Runs}), so it
     * is handed on to the worker that goes on with an accepted run, and to nobody else.
     */
    RunToken token();

    /** Returns the heartbeat's time now; use it instead of the system clock, so that tests can travel in time. */
    Instant now();

    /** Returns when this attempt times out, on the heartbeat's clock. */
    Instant deadline();

    /**
     * Tells whether the work should stop: the timeout has passed, a person has cancelled the run, the claim is not ours any
     * more, or the process shuts down. A task that works in steps asks between them.
     */
    boolean cancelled();

    /**
     * Notes how far the work has come, for people who watch. The latest note goes to the store with the next renewal of
     * the claim, so it costs no write of its own; a pulse that answers meanwhile shows it at once.
     *
     * @param fraction 0 to 1; values outside are cut to the range
     * @param note a short text, cut to 200 characters
     */
    void progress(double fraction, String note);
}
