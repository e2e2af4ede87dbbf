package dev.heartbeat.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One page of what a {@link DueQuery} found.
 *
 * @param due the schedules, in order; a store may over-return, since the engine decides
 * @param next where the next page starts; empty when there is none
 * @param unreadable enabled documents that hold no schedule; on the first page only
 * @param upcoming the next not-due schedules by {@link StoredSchedule#wakeAt()}; on the first page only
 * @param held enabled schedules that a lastRun in the future holds back ({@link StoredSchedule#isHeldByLastRun}), by id,
 *     at most {@value #MOST_HELD}; on the first page only. A store that could find them only by reading everything may
 *     leave them out until it does so anyway
 * @param storeTime the store's time of this read; empty if the store has no clock
 */
public record Found(
        List<StoredSchedule> due,
        Optional<DuePosition> next,
        List<Unreadable> unreadable,
        List<StoredSchedule> upcoming,
        List<StoredSchedule> held,
        Optional<Instant> storeTime) {
    /** How many held schedules are told of at the most. */
    public static final int MOST_HELD = 20;
    /** Copies the lists. */
    public Found {
        due = List.copyOf(due);
        unreadable = List.copyOf(unreadable);
        upcoming = List.copyOf(upcoming);
        held = List.copyOf(held);
    }
}
