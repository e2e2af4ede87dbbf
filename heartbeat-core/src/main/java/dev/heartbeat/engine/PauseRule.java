package dev.heartbeat.engine;

import dev.heartbeat.health.Condition;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which pause holds a schedule: its own, its queue's, or that of everything; pure. Of several the one that ends last
 * counts, for as long as it holds and, once it is past, for what it swallowed. All rules see it as the schedule's own.
 */
final class PauseRule {
    private PauseRule() {}

    /**
     * A schedule under the pause that counts.
     *
     * @param seen the schedule with that pause for its own
     * @param reason what holds it back while the pause is in force
     */
    record Under(StoredSchedule seen, String reason) {}

    static Under under(Pauses pauses, StoredSchedule seen) {
        Pause last = seen.pause();
        String reason = Decision.PAUSED;
        String queue = seen.schedule().queue().orElse(null);
        Pause ofQueue = queue == null ? null : livedThrough(seen, pauses.queue(queue));
        if (endsLater(ofQueue, last)) {
            last = ofQueue;
            reason = Decision.QUEUE_PAUSED;
        }
        Pause ofEverything = livedThrough(seen, pauses.everything());
        if (endsLater(ofEverything, last)) {
            last = ofEverything;
            reason = Decision.MAINTENANCE;
        }
        return new Under(reason.equals(Decision.PAUSED) ? seen : seen.withPause(last), reason);
    }

    /** A document that no claim has touched, and that was written after the end of the pause, was not there before. */
    private static @Nullable Pause livedThrough(StoredSchedule seen, Optional<Pauses.Entry> entry) {
        if (entry.isEmpty()) {
            return null;
        }
        Pause pause = entry.get().pause();
        return seen.state().cursor() != null || !seen.writtenAt().isAfter(pause.until()) ? pause : null;
    }

    /** With equal ends the wider one counts: it is the one to end first. */
    private static boolean endsLater(@Nullable Pause wider, @Nullable Pause pause) {
        return wider != null && (pause == null || !wider.until().isBefore(pause.until()));
    }

    /** What a person who looks at the health should know of the pauses that are in force. */
    static List<Condition> conditions(Pauses pauses, Instant now) {
        List<Condition> conditions = new ArrayList<>();
        Pauses.Entry everything = pauses.everything().orElse(null);
        if (everything != null && everything.pause().holds(now)) {
            conditions.add(new Condition(
                    Condition.MAINTENANCE,
                    "Everything is paused" + text(everything.pause()) + "; no schedule starts",
                    everything.since(),
                    "Wait for its end, or end it with Schedules.resumeAll"));
        }
        for (Map.Entry<String, Pauses.Entry> each : pauses.queues().entrySet()) {
            Pauses.Entry entry = each.getValue();
            if (entry.pause().holds(now)) {
                conditions.add(new Condition(
                        Condition.PAUSED,
                        "Queue '" + each.getKey() + "' is paused" + text(entry.pause()) + "; no schedule of it starts",
                        entry.since(),
                        "Wait for its end, or end it with Schedules.resumeQueue"));
            }
        }
        return conditions;
    }

    /** Returns until when, by whom and why. */
    static String text(Pause pause) {
        return (pause.until().equals(Pause.INDEFINITELY) ? " without an end" : " until " + pause.until())
                + (pause.by().isEmpty() ? "" : " by " + pause.by())
                + (pause.reason().isEmpty() ? "" : " (" + pause.reason() + ")");
    }
}
