package dev.heartbeat.http;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What holds a schedule back, in words: what people have done, else what the last pulse said. Pure. */
final class HeldBack {
    private final Pauses pauses;
    private final Map<String, PulseDetail> told = new HashMap<>();
    private final Instant now;

    /**
     * What holds it back.
     *
     * @param by the name of it
     * @param words a sentence
     */
    record Reason(String by, String words) {}

    /** Takes the pauses, and what the last pulse said. */
    HeldBack(Pauses pauses, List<PulseDetail> lastPulse, Instant now) {
        this.pauses = pauses;
        this.now = now;
        lastPulse.forEach(detail -> told.putIfAbsent(detail.id(), detail));
    }

    Optional<Reason> of(StoredSchedule stored) {
        Schedule schedule = stored.schedule();
        if (!schedule.enabled()) {
            return reason("disabled", "Disabled");
        }
        if (holds(stored.pause())) {
            return reason("paused", "Paused" + words(stored.pause()));
        }
        Pause ofQueue =
                schedule.queue().flatMap(pauses::queue).map(Pauses.Entry::pause).orElse(null);
        if (holds(ofQueue)) {
            return reason("queue-paused", "Its queue is paused" + words(ofQueue));
        }
        Pause ofAll = pauses.everything().map(Pauses.Entry::pause).orElse(null);
        if (holds(ofAll)) {
            return reason("all-paused", "Everything is paused" + words(ofAll));
        }
        if (stored.isHeldByLastRun(now)) {
            return reason(
                    "last-run",
                    "lastRun was set to " + Nodes.time(stored.lastRun().value()) + ", which holds it until then");
        }
        if (schedule.notBefore().filter(now::isBefore).isPresent()) {
            return reason(
                    "not-before",
                    "Not before " + Nodes.time(schedule.notBefore().get()));
        }
        if (schedule.notAfter().filter(end -> !now.isBefore(end)).isPresent()) {
            return reason("over", "Over since " + Nodes.time(schedule.notAfter().get()));
        }
        return lastPulse(told.get(stored.id()));
    }

    private static Optional<Reason> lastPulse(@Nullable PulseDetail detail) {
        if (detail == null || detail.reason() == null) {
            return Optional.empty();
        }
        String reason = detail.reason();
        if (detail.outcome() == Outcome.DEFERRED) {
            return reason(reason.startsWith(PulseDetail.WOULD_NOT_FIT) ? PulseDetail.BUDGET : reason, Words.of(detail));
        }
        boolean waits = reason.equals(PulseDetail.NO_EXECUTOR) || reason.equals(PulseDetail.WINDOW);
        return detail.outcome() == Outcome.SKIPPED && waits ? reason(reason, Words.of(detail)) : Optional.empty();
    }

    private boolean holds(@Nullable Pause pause) {
        return pause != null && pause.holds(now);
    }

    private static Optional<Reason> reason(String by, String words) {
        return Optional.of(new Reason(by, words));
    }

    private static String words(@Nullable Pause pause) {
        if (pause == null) {
            return "";
        }
        String by = pause.by().isEmpty() ? "" : " by " + pause.by();
        String until =
                OverviewApi.end(pause).map(end -> " until " + Nodes.time(end)).orElse("");
        return by + until + (pause.reason().isEmpty() ? "" : ": " + pause.reason());
    }
}
