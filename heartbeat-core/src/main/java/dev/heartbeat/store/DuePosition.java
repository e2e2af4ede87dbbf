package dev.heartbeat.store;

import java.time.Instant;
import java.util.Comparator;

/**
 * A place in the order that due schedules are found in: by {@link StoredSchedule#wakeAt()}, then id.
 *
 * @param wakeAt the due instant
 * @param id the schedule's id
 */
public record DuePosition(Instant wakeAt, String id) implements Comparable<DuePosition> {
    private static final Comparator<DuePosition> ORDER =
            Comparator.comparing(DuePosition::wakeAt).thenComparing(DuePosition::id);

    /** Returns the place of a schedule. */
    public static DuePosition of(StoredSchedule schedule) {
        return new DuePosition(schedule.wakeAt(), schedule.id());
    }

    @Override
    public int compareTo(DuePosition other) {
        return ORDER.compare(this, other);
    }
}
