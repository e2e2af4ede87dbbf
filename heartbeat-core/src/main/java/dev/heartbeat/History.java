package dev.heartbeat;

import dev.heartbeat.health.DayFigures;
import dev.heartbeat.insight.Insight;
import dev.heartbeat.insight.InsightQuery;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has happened, as the store keeps it. Thread-safe. Every method may throw {@link
 * dev.heartbeat.store.StoreException}.
 */
public interface History {
    /**
     * Lists pulses, latest start first. Wakes of the ticker that found nothing to do are not kept.
     *
     * @param after where the page starts, as a {@link Page#next()} gave it, or null
     * @param limit how many at the most, 1 to 1,000
     */
    Page<PulseRecord> pulses(@Nullable String after, int limit);

    /** Returns a pulse, or empty if it is not there (any more). */
    Optional<PulseRecord> pulse(String id);

    /** Lists ledger entries, newest end first. */
    Page<RunRecord> runs(RunQuery query);

    /**
     * Returns the figures of days of UTC, with zeros for those of which nothing is known. However many they are, it is one
     * read of the store's state cells. A run that ends after its pulse has answered is counted when the next pulse of its
     * process closes.
     *
     * @param from the first day
     * @param to the last day, inclusive; within {@link DayFigures#DAYS_KEPT} days of the first
     * @return one for each day, in order
     * @throws IllegalArgumentException if the range is empty or longer
     */
    List<DayFigures> days(LocalDate from, LocalDate to);

    /**
     * Returns what the last 28 days say of the days to come.
     *
     * @see #insight(InsightQuery)
     */
    default Insight insight() {
        return insight(InsightQuery.DEFAULT);
    }

    /**
     * Returns what the recent past says of the days to come: figures of tasks and sources, and what stands out. It reads each
     * entry of the ledger and each pulse of the span once, newest first, and no more than the query allows: keep the answer
     * for a while where reads cost. Nothing is written, and no pulse needs it.
     *
     * @throws UnsupportedOperationException if this is a history of one's own that does not offer it
     */
    default Insight insight(InsightQuery query) {
        throw new UnsupportedOperationException("insight over " + query.span() + " is not offered by "
                + getClass().getName());
    }
}
