package dev.heartbeat;

import dev.heartbeat.engine.EngineSettings;
import dev.heartbeat.engine.Figures;
import dev.heartbeat.health.DayFigures;
import dev.heartbeat.insight.Insight;
import dev.heartbeat.insight.InsightQuery;
import dev.heartbeat.insight.InsightReader;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The history of a store. */
record StoreHistory(HeartbeatStore store, EngineSettings settings) implements History {
    @Override
    public Page<PulseRecord> pulses(@Nullable String after, int limit) {
        return store.pulses(after, limit);
    }

    @Override
    public Optional<PulseRecord> pulse(String id) {
        return store.pulse(id);
    }

    @Override
    public Page<RunRecord> runs(RunQuery query) {
        return store.runs(query);
    }

    @Override
    public List<DayFigures> days(LocalDate from, LocalDate to) {
        if (to.isBefore(from) || !to.isBefore(from.plusDays(DayFigures.DAYS_KEPT))) {
            throw new IllegalArgumentException(
                    "days from " + from + " to " + to + " are not allowed; 1 to " + DayFigures.DAYS_KEPT + " in order");
        }
        return Figures.read(store, from, to);
    }

    @Override
    public Insight insight(InsightQuery query) {
        return new InsightReader(settings.interval(), settings.staleAfter(), settings.room())
                .read(store, query, settings.clock().instant());
    }
}
