package dev.heartbeat;

import dev.heartbeat.health.Explanation;
import dev.heartbeat.schedule.Hint;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The schedules in the store. Thread-safe. Every method may throw {@link dev.heartbeat.store.StoreException}.
 *
 * <p>A change takes effect at the next pulse; a change made during a run counts from the record of that run. The
 * resident ticker of this heartbeat wakes for changes made here.
 */
public interface Schedules {
    /** Returns the definition, or empty if there is no readable document of that id. */
    Optional<Schedule> find(String id);

    /** Returns the definition with what people and the engine know of it, or empty as above. */
    Optional<StoredSchedule> findStored(String id);

    /**
     * Lists all schedules by id, disabled ones included.
     *
     * @param after where the page starts, as a {@link Page#next()} gave it, or null
     * @param limit how many at the most, 1 to 1,000
     */
    Page<StoredSchedule> list(@Nullable String after, int limit);

    /**
     * Tells why the schedule starts with the next pulse or why it does not: what this instance's own rules say of the
     * document as it stands. Reads the document, the heartbeat record and the state cells of pauses, budget and circuit;
     * writes nothing. An id that no readable document has costs what a listing of the unreadable ones costs, on some stores a
     * read of all. Until this instance has pulsed, leases are judged by its own clock.
     *
     * @return the explanation, or empty if there is no document of that id
     */
    Optional<Explanation> explain(String id);

    /**
     * Tells what is allowed in a definition and may not be meant: no fire to come, a task that this instance does not know,
     * fires more often than pulses, fires that are too old by the time a pulse finds them, runs longer than the time between
     * fires. Reads and writes nothing.
     *
     * @return the hints; empty if there is nothing to say
     * @throws dev.heartbeat.schedule.InvalidScheduleException if a timing of the user's own throws
     */
    List<Hint> lint(Schedule schedule);

    /**
     * Makes the stored definition equal to this one, whether it exists or not, and never touches lastRun, a pause or a
     * claim; so a backend may define its schedules at every boot. A new one waits for its first fire. An equal one is not
     * written again.
     *
     * @return the version after it
     */
    Version define(Schedule schedule);

    /**
     * Creates the schedule unless the id is taken.
     *
     * @return whether it was created
     */
    boolean createIfAbsent(Schedule schedule);

    /**
     * Creates the document as a person would have written it, unless the id is taken: a lastRun that is null or missing
     * asks for a run at the next pulse. Its {@code lastResult} and {@code createdAt} tell of another document's past and
     * are not taken along.
     *
     * @return whether it was created
     */
    boolean importIfAbsent(ScheduleDocument document);

    /**
     * Replaces the definition if the document still has the version.
     *
     * @return the new version, or empty if the document has changed or is gone
     */
    Optional<Version> replace(Schedule schedule, Version expected);

    /**
     * Deletes the schedule. A run under way finishes and is recorded.
     *
     * @return whether there was one
     */
    boolean delete(String id, Audit audit);

    /**
     * Asks for one start at the next pulse: the same as writing a null lastRun, plus an entry in the audit history. While
     * the schedule is disabled or paused the wish waits; during a run it leads to one more.
     *
     * <p>A one-off ({@code @at}) that has not run yet has its one start at its instant, which nothing brings forward; define
     * it with another instant instead.
     *
     * @return whether there is such a schedule and a start was asked for; false for a one-off that has not run yet
     */
    boolean runNow(String id, Audit audit);

    /**
     * Calls off the fire that the schedule has begun and not ended, wherever it runs or waits, and adds an entry to the audit
     * history. The fire ends as {@code cancelled}: it is not tried again, and neither failures nor the heartbeat's errors
     * count it. The cadence goes on.
     *
     * <p>A task at work in this process is interrupted at once, one of another process at the next renewal of its claim, and
     * {@link dev.heartbeat.task.TaskContext#cancelled()} is true. If it finishes its work within its timeout all the same, or
     * is completed by token, that is the outcome. One that ignores the interrupt is {@code stuck}, as after its timeout. A
     * retry that waits, and an accepted run, have ended when this returns; should the store fail meanwhile, at the next pulse.
     *
     * @return whether there was such a fire
     * @throws IllegalStateException after {@link Heartbeat#close()}
     */
    boolean cancel(String id, Audit audit);

    /**
     * Holds the schedule back. Fires that pass meanwhile are not made up. A run under way finishes.
     *
     * @param until the end, exclusive; {@link Pause#INDEFINITELY} for no end
     * @return whether there is such a schedule
     */
    boolean pause(String id, Instant until, Audit audit);

    /**
     * Ends the pause now.
     *
     * @return whether there is such a schedule and it was paused
     */
    boolean resume(String id, Audit audit);

    /**
     * Holds all schedules of a queue back, those to come included; {@link #pause} tells what that means. A pulse under way,
     * of any instance, may still start what it has found. A pause of the queue that is in force is replaced.
     *
     * @param until the end, exclusive; {@link Pause#INDEFINITELY} for no end
     */
    void pauseQueue(String queue, Instant until, Audit audit);

    /**
     * Ends the pause of a queue now. A schedule that is paused by itself, or by {@link #pauseAll}, stays so.
     *
     * @return whether the queue was paused
     */
    boolean resumeQueue(String queue, Audit audit);

    /**
     * Holds all schedules back, for maintenance; as {@link #pauseQueue}. Pulses go on: they leave a heartbeat, and the
     * health says {@code maintenance}.
     *
     * @param until the end, exclusive; {@link Pause#INDEFINITELY} for no end
     */
    void pauseAll(Instant until, Audit audit);

    /**
     * Ends the pause of everything now. A schedule or a queue that is paused by itself stays so.
     *
     * @return whether everything was paused
     */
    boolean resumeAll(Audit audit);

    /** Returns the pauses of queues and of everything, in force and past: since when, until when, by whom, why. */
    Pauses pauses();

    /**
     * Asks for past fires to be run: those of the range that have no ledger entry of their own and are not under way. So
     * fires that were missed as a series are run, and those that were run, failed or were skipped by their task are not.
     * Each pulse runs one of them, the oldest first, when nothing else of the schedule is due; the cadence stays as it is.
     * Their entries are told apart by {@link dev.heartbeat.store.RunRecord#isBackfilled()}. While the schedule is disabled
     * or paused the backfill waits.
     *
     * <p>What the ledger does not hold any more counts as not run: mind how long your store keeps it.
     *
     * @param from the earliest fire time, inclusive, in milliseconds
     * @param to the end of the fire times, exclusive, in milliseconds; not later than now
     * @param dryRun whether to answer only what would be run; nothing is written then
     * @return what is run; empty if there is no such schedule
     * @throws IllegalArgumentException if the range is not allowed: empty, longer than 366 days, with more than 10,000 fires,
     *     or not over yet
     * @throws IllegalStateException if a backfill of the schedule is under way, unless this is a dry run
     */
    Optional<BackfillPlan> backfill(String id, Instant from, Instant to, boolean dryRun, Audit audit);

    /**
     * Ends the backfill. A run of it that is under way finishes, and is tried again if it fails.
     *
     * @return whether there is such a schedule and a backfill with fires left
     */
    boolean stopBackfill(String id, Audit audit);
}
