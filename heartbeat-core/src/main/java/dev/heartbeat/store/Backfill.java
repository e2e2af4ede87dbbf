package dev.heartbeat.store;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Past fires of a schedule that a person wants run: the map {@code backfill} in what the engine remembers. Edits set it and
 * claims move it on; a record leaves it alone. One that is over stays as a note.
 *
 * @param from the earliest fire time, inclusive
 * @param to the end of the fire times, exclusive
 * @param next fires before it are done with, or begun; null when it is over
 * @param who who asked for it
 */
public record Backfill(Instant from, Instant to, @Nullable Instant next, String who) {
    /** Checks for null. */
    public Backfill {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(who, "who");
    }

    /** Returns this backfill going on at another fire; null when it is over. */
    public Backfill withNext(@Nullable Instant fire) {
        return new Backfill(from, to, fire, who);
    }

    /** Returns this backfill ended at the instant: neither a fire at it nor a later one is run any more. */
    public Backfill endedAt(Instant end) {
        return new Backfill(from, end, null, who);
    }

    /** Tells whether the fire belongs to it. */
    public boolean holds(Instant fire) {
        return !fire.isBefore(from) && fire.isBefore(to);
    }
}
