package dev.heartbeat.engine;

import dev.heartbeat.schedule.Priority;
import java.time.Instant;

/**
 * A candidate and what decides its place in the order.
 *
 * @param candidate the fire
 * @param priority its priority now, which rises while it waits
 * @param overdue whether it has waited for an interval or longer
 * @param since since when it waits
 * @param deadline the time of the next fire, which would take its place
 */
record Planned(Candidate candidate, Priority priority, boolean overdue, Instant since, Instant deadline) {
    String id() {
        return candidate.id();
    }

    boolean backfilled() {
        return candidate.backfilled();
    }

    /** What is overdue goes by the time that it has waited, so that nobody is passed for ever; the rest by deadline. */
    Instant turn() {
        return overdue ? since : deadline;
    }

    /** Tells whether it starts whatever is predicted, as soon as there is a place. */
    boolean isSure() {
        return overdue || priority == Priority.CRITICAL || !candidate.isStart();
    }
}
