package dev.heartbeat.insight;

import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.PulseStore;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes an insight of what a store remembers.
 *
 * @param interval how often pulses were asked for
 * @param staleAfter the age from which the heartbeat is stale
 * @param room how much of a pulse's budget its work may take
 */
public record InsightReader(Duration interval, Duration staleAfter, Duration room) {
    private static final int PAGE = 1_000;
    /** A pulse may have some 200 details. */
    private static final int PAGE_OF_PULSES = 200;

    /**
     * Reads ledger and pulses, newest first, and no further than the query says.
     *
     * @throws dev.heartbeat.store.StoreException if the store did not answer
     */
    public Insight read(PulseStore store, InsightQuery query, Instant at) {
        Instant from = at.minus(query.span());
        List<Run> runs = new ArrayList<>();
        List<Seen> pulses = new ArrayList<>();
        Extent ledger = newest(
                (after, limit) -> store.runs(new RunQuery(null, after, limit)),
                Math.min(PAGE, query.mostRuns()),
                query.mostRuns(),
                RunRecord::endedAt,
                from,
                at,
                entry -> {
                    Run run = Run.of(entry);
                    if (run != null) {
                        runs.add(run);
                    }
                });
        Extent history = newest(
                store::pulses,
                Math.min(PAGE_OF_PULSES, query.mostPulses()),
                query.mostPulses(),
                PulseRecord::startedAt,
                from,
                at,
                pulse -> pulses.add(Seen.of(pulse)));
        return InsightRule.insight(this, from, at, ledger, history, runs, pulses);
    }

    private static <T> Extent newest(
            BiFunction<@Nullable String, Integer, Page<T>> pages,
            int pageSize,
            int most,
            Function<T, Instant> time,
            Instant from,
            Instant at,
            Consumer<T> each) {
        int read = 0;
        Instant oldest = at;
        String after = null;
        do {
            Page<T> page = pages.apply(after, Math.min(pageSize, most - read));
            for (T item : page.items()) {
                if (time.apply(item).isBefore(from)) {
                    return new Extent(from, read, true);
                }
                each.accept(item);
                oldest = time.apply(item);
                read++;
            }
            after = page.next().orElse(null);
        } while (after != null && read < most);
        return new Extent(oldest, read, after == null);
    }
}
