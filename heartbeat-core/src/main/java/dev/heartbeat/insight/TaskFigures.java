package dev.heartbeat.insight;

import org.jspecify.annotations.Nullable;

/**
 * How the runs of one task went, whatever schedule they were of. A run here is a fire that was executed, failed for good or
 * timed out, all its attempts together; one that was called off, or found nothing to do, is none.
 *
 * @param task the name of the task
 * @param schedules how many schedules the runs were of
 * @param runs how many runs
 * @param failed how many of them failed for good or timed out
 * @param retried how many of them needed more than one attempt, and were executed then
 * @param medianMs the median duration of those that were executed, in milliseconds; null if there were none
 * @param spreadMs the median distance from that median; null if there were none
 * @param lateMedianMs the median time from the fire to the start, over runs of one attempt that nobody forced or backfilled,
 *     in milliseconds; null if there were none
 * @param lateP95Ms what 95 of 100 of them did not exceed; null if there were none
 */
public record TaskFigures(
        String task,
        int schedules,
        int runs,
        int failed,
        int retried,
        @Nullable Long medianMs,
        @Nullable Long spreadMs,
        @Nullable Long lateMedianMs,
        @Nullable Long lateP95Ms) {
    /** Returns the share of runs that failed, 0 to 1. */
    public double failureRate() {
        return runs == 0 ? 0 : (double) failed / runs;
    }
}
