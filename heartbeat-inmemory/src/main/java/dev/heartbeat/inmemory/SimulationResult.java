package dev.heartbeat.inmemory;

import dev.heartbeat.Pulse;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a simulation has seen: every fire that ended in it, and every pulse. Immutable and thread-safe. */
public final class SimulationResult {
    private static final Comparator<Fire> BY_TIME =
            Comparator.comparing(Fire::at).thenComparing(Fire::scheduleId).thenComparing(Fire::endedAt);

    private final Map<String, List<Fire>> fires;
    private final List<Pulse> pulses;
    private final SortedMap<Instant, PulseStatus> statuses;
    private final InMemorySnapshot snapshot;

    SimulationResult(
            Map<String, List<Fire>> fires,
            List<Pulse> pulses,
            SortedMap<Instant, PulseStatus> statuses,
            InMemorySnapshot snapshot) {
        fires.values().forEach(each -> each.sort(BY_TIME));
        this.fires = fires;
        this.pulses = List.copyOf(pulses);
        this.statuses = Collections.unmodifiableSortedMap(statuses);
        this.snapshot = snapshot;
    }

    /**
     * Returns the fires of a schedule by their time, those that were missed or skipped included. One that had not ended
     * when the simulation did is not among them.
     *
     * @throws IllegalArgumentException if no such schedule was simulated
     */
    public List<Fire> firesOf(String scheduleId) {
        List<Fire> own = fires.get(scheduleId);
        if (own == null) {
            throw new IllegalArgumentException(
                    "firesOf: schedule '" + scheduleId + "' was not simulated; these were: " + fires.keySet());
        }
        return List.copyOf(own);
    }

    /** Returns the fires of all schedules by their time, then by id. */
    public List<Fire> fires() {
        List<Fire> all = new ArrayList<>();
        fires.values().forEach(all::addAll);
        all.sort(BY_TIME);
        return List.copyOf(all);
    }

    /**
     * Returns how the fires of a schedule ended and how often a pulse put one off, counted: such as {@code executed} 130,
     * {@code missed: overload} 14, {@code deferred: budget} 20. What stands behind a colon is the first word of the
     * reason. A fire that was deferred three times and then executed is counted in both.
     *
     * @throws IllegalArgumentException if no such schedule was simulated
     */
    public SortedMap<String, Integer> outcomesOf(String scheduleId) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        firesOf(scheduleId).forEach(fire -> counts.merge(word(fire.outcome(), fire.reason()), 1, Integer::sum));
        for (Pulse pulse : pulses) {
            pulse.detail(scheduleId)
                    .filter(detail -> detail.outcome() == Outcome.DEFERRED)
                    .ifPresent(detail -> counts.merge(word(detail.outcome(), detail.reason()), 1, Integer::sum));
        }
        return Collections.unmodifiableSortedMap(counts);
    }

    private static String word(Outcome outcome, @Nullable String reason) {
        return reason == null ? outcome.text() : outcome.text() + ": " + reason.split("[: ]", 2)[0];
    }

    /** Returns the pulses by their time. They list the fires they handled, not what was not due, unless the set-up asks. */
    public List<Pulse> pulses() {
        return pulses;
    }

    /**
     * Returns how the platform looked to others each time that something could change it: a nanosecond before each pulse but
     * the first, after each pulse, and at the end. Unmodifiable.
     */
    public SortedMap<Instant, PulseStatus> statuses() {
        return statuses;
    }

    /** Returns what the store held at the end: documents, the heartbeat record, the history of the last day at least. */
    public InMemorySnapshot snapshot() {
        return snapshot;
    }

    @Override
    public String toString() {
        int all = fires.values().stream().mapToInt(Collection::size).sum();
        return "SimulationResult[" + fires.size() + " schedules, " + all + " fires, " + pulses.size() + " pulses]";
    }
}
