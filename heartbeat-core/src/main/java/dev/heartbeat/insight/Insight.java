package dev.heartbeat.insight;

import java.time.Instant;
import java.util.List;

/**
 * What the recent past says: figures of tasks, sources and pulses, and what stands out of them. It is made of what the store
 * remembers and of nothing else, so two instances that ask at the same time are told the same.
 *
 * @param from the start of the span that was asked for
 * @param at when it was asked for, the end of the span
 * @param ledger how much of the ledger was there
 * @param pulses how much of the history of pulses was there
 * @param tasks by name
 * @param sources by name
 * @param capacity how full pulses are
 * @param findings what stands out, most serious first; empty when nothing does, or too little is known
 */
public record Insight(
        Instant from,
        Instant at,
        Extent ledger,
        Extent pulses,
        List<TaskFigures> tasks,
        List<SourceFigures> sources,
        Capacity capacity,
        List<Finding> findings) {
    /** Copies the lists. */
    public Insight {
        tasks = List.copyOf(tasks);
        sources = List.copyOf(sources);
        findings = List.copyOf(findings);
    }

    /** Tells whether no limit left anything of the span out. */
    public boolean complete() {
        return ledger.complete() && pulses.complete();
    }
}
