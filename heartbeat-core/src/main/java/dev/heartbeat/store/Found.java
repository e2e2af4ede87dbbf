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
 * @param storeTime the store's time of this read; empty if the store has no clock
 */
public record Found(
        List<StoredSchedule> due,
        Optional<DuePosition> next,
        List<Unreadable> unreadable,
        List<StoredSchedule> upcoming,
        Optional<Instant> storeTime) {
    /** Copies the lists. */
    public Found {
        due = List.copyOf(due);
        unreadable = List.copyOf(unreadable);
        upcoming = List.copyOf(upcoming);
    }
}
