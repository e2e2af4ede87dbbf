package dev.heartbeat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which past fires a backfill runs, as the ledger stood when it was asked for. Immutable and thread-safe; its text is for
 * people.
 *
 * @param scheduleId the schedule
 * @param from the earliest fire time, inclusive
 * @param to the end of the fire times, exclusive
 * @param asked whether it was written, so that the next pulses run it: not by a dry run, and not when there is nothing to
 *     run
 * @param count how many fires it runs
 * @param fires the first of them, oldest first, at most {@value #MOST_LISTED}
 * @param leftOut how many fires of the range it leaves out, since each has a ledger entry of its own or is under way
 */
public record BackfillPlan(
        String scheduleId, Instant from, Instant to, boolean asked, int count, List<Instant> fires, int leftOut) {
    /** How many fires are listed at the most. */
    public static final int MOST_LISTED = 100;

    /** Copies the list. */
    public BackfillPlan {
        fires = List.copyOf(fires);
    }

    BackfillPlan nowAsked() {
        return new BackfillPlan(scheduleId, from, to, true, count, fires, leftOut);
    }

    /** Tells whether there are more fires than are listed. */
    public boolean more() {
        return count > fires.size();
    }

    @Override
    public String toString() {
        String listed = fires.stream().map(Instant::toString).collect(Collectors.joining(", "));
        return "backfill of schedule '" + scheduleId + "' from " + from + " to " + to + ": "
                + (asked ? "" : "nothing written, it would run ") + count + (count == 1 ? " fire" : " fires")
                + (leftOut == 0 ? "" : ", " + leftOut + " left out")
                + (fires.isEmpty() ? "" : ": " + listed)
                + (more() ? " and " + (count - fires.size()) + " more" : "");
    }
}
