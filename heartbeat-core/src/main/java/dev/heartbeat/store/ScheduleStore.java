package dev.heartbeat.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The verbs of definitions. Thread-safe; {@link StoreException} as in {@link ClaimStore}. */
public interface ScheduleStore {
    /** Returns the schedule, or empty if there is no readable document of that id. */
    Optional<StoredSchedule> schedule(String id);

    /**
     * Lists all schedules by id, disabled ones included.
     *
     * @param after where the page starts, as a {@link Page#next()} gave it, or null
     * @param limit how many at the most, 1 to 1,000
     */
    Page<StoredSchedule> schedules(@Nullable String after, int limit);

    /** Lists the documents among the schedules that hold none, disabled ones included; at most 1,000. */
    List<Unreadable> unreadable();

    /**
     * Applies an edit in one atomic step if the document has the expected version; to what the engine remembers it applies
     * {@link ScheduleEdit#over}.
     *
     * @param expected the version that was read; {@link Version#NONE} if the document must not exist;
     *     {@link Version#ANY} if it must exist
     * @return the new version, or empty if the expectation does not hold (nothing was written)
     * @throws IllegalArgumentException if the edit would make a document without a definition
     */
    Optional<Version> edit(ScheduleEdit edit, Version expected);

    /**
     * Deletes the document, readable or not, whatever its version. A run under way finishes and is recorded in the
     * ledger.
     *
     * @return whether there was one
     */
    boolean delete(String id);
}
