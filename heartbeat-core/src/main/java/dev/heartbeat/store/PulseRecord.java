package dev.heartbeat.store;

import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One pulse in the history.
 *
 * @param id its id, unique; later pulses have greater ids only by chance
 * @param source who sent it
 * @param beat the start of the beat it belongs to
 * @param startedAt when it started
 * @param durationMs how long it took to answer, in milliseconds
 * @param counts how many fires stood how when it answered, those listed as not due left out
 * @param details what it says of each fire and of schedules that are not due, at most {@value #MOST_DETAILS} in a
 *     store
 * @param truncated whether details were left out
 * @param error what made the pulse itself fail, or null
 */
public record PulseRecord(
        String id,
        String source,
        Instant beat,
        Instant startedAt,
        long durationMs,
        Map<Outcome, Integer> counts,
        List<PulseDetail> details,
        boolean truncated,
        @Nullable String error) {
    /** How many details the history keeps of one pulse. */
    public static final int MOST_DETAILS = 200;

    /** Copies the collections. */
    public PulseRecord {
        counts = Map.copyOf(counts);
        details = List.copyOf(details);
    }

    /** Returns this record as the history keeps it, with at most {@value #MOST_DETAILS} details. */
    public PulseRecord forHistory() {
        return details.size() <= MOST_DETAILS
                ? this
                : new PulseRecord(
                        id, source, beat, startedAt, durationMs, counts, details.subList(0, MOST_DETAILS), true, error);
    }
}
