package dev.heartbeat.cron;

import java.time.LocalDateTime;
import java.util.Optional;

/**
 * A calendar without zones: the local times at which something is to happen. {@link Timing#local} makes a timing of
 * it, and maps the local times to instants in a zone as it does for a cron expression, gaps and overlaps included. So
 * an implementation needs to know nothing of zones, offsets or daylight saving time.
 *
 * <p>An implementation must be immutable, safe for use by several threads, and a pure function of its arguments, with
 * {@code equals} and {@code hashCode} by value. {@link #next} and {@link #previous} must see the same set of local
 * times, which are whole seconds. An answer that is out of order or has a fraction of a second makes the timing throw
 * {@link IllegalStateException}; what an implementation itself throws is passed on.
 */
public interface LocalTimes {
    /**
     * Returns the first local time strictly after another one, or empty if there is none.
     *
     * @param after a local time in whole seconds; any year is possible, and none is an error
     */
    Optional<LocalDateTime> next(LocalDateTime after);

    /**
     * Returns the last local time strictly before another one, or empty if there is none.
     *
     * @param before a local time in whole seconds; any year is possible, and none is an error
     */
    Optional<LocalDateTime> previous(LocalDateTime before);

    /**
     * Tells whether these times follow the wall clock under {@link DstPolicy#VIXIE}, as a cron expression does whose
     * minute or hour field starts with {@code *}. The default is false: fixed times, of which none is lost in a gap and
     * none runs twice in an overlap.
     */
    default boolean followsWall() {
        return false;
    }
}
