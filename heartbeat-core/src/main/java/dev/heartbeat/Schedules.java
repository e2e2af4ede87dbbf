package dev.heartbeat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Instant;
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
}
