package dev.heartbeat.insight;

import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.task.Outcome;
import java.time.Instant;

/**
 * What insight keeps of a pulse.
 *
 * @param beat the start of its interval of the clock
 * @param tells whether its duration says how full it was
 * @param full whether it had no time for all that was due
 */
record Seen(String source, Instant beat, Instant startedAt, long durationMs, boolean tells, boolean full) {

    static Seen of(PulseRecord pulse) {
        // of a pulse with many fires the history leaves out the last in its order, which are those that it deferred
        boolean cut = pulse.truncated() && pulse.counts().getOrDefault(Outcome.DEFERRED, 0) > 0;
        boolean full = cut || pulse.details().stream().anyMatch(Seen::hadNoTime);
        boolean wentOn = pulse.details().stream().anyMatch(Seen::wentOn);
        return new Seen(
                pulse.source(),
                pulse.beat(),
                pulse.startedAt(),
                pulse.durationMs(),
                pulse.error() == null && (full || !wentOn),
                full);
    }

    private static boolean hadNoTime(PulseDetail detail) {
        String reason = detail.reason();
        return detail.outcome() == Outcome.DEFERRED
                && reason != null
                && (reason.equals(PulseDetail.BUDGET) || reason.startsWith(PulseDetail.WOULD_NOT_FIT));
    }

    /** A run that ended its pulse by going on: no pulse waits for work elsewhere, or for a task that ignores its timeout. */
    private static boolean wentOn(PulseDetail detail) {
        return detail.outcome() == Outcome.RUNNING
                && !PulseDetail.ACCEPTED.equals(detail.reason())
                && !PulseDetail.STUCK.equals(detail.reason());
    }
}
