package dev.heartbeat.engine;

import dev.heartbeat.health.Condition;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        Pause ofQueue = livedThrough(seen, seen.schedule().queue().flatMap(pauses::queue));
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
        return entry.map(Pauses.Entry::pause)
                .filter(pause ->
                        seen.state().cursor() != null || !seen.writtenAt().isAfter(pause.until()))
                .orElse(null);
    }

    /** With equal ends the wider one counts: it is the one to end first. */
    private static boolean endsLater(@Nullable Pause wider, @Nullable Pause pause) {
        return wider != null && (pause == null || !wider.until().isBefore(pause.until()));
    }

    /** What a person who looks at the health should know of the pauses that are in force. */
    static List<Condition> conditions(Pauses pauses, Instant now) {
        List<Condition> conditions = new ArrayList<>();
        pauses.everything()
                .filter(entry -> entry.pause().holds(now))
                .ifPresent(entry -> conditions.add(new Condition(
                        Condition.MAINTENANCE,
                        "Everything is paused" + text(entry.pause()) + "; no schedule starts",
                        entry.since(),
                        "Wait for its end, or end it with Schedules.resumeAll")));
        pauses.queues().forEach((queue, entry) -> {
            if (entry.pause().holds(now)) {
                conditions.add(new Condition(
                        Condition.PAUSED,
                        "Queue '" + queue + "' is paused" + text(entry.pause()) + "; no schedule of it starts",
                        entry.since(),
                        "Wait for its end, or end it with Schedules.resumeQueue"));
            }
        });
        return conditions;
    }

    private static String text(Pause pause) {
        return (pause.until().equals(Pause.INDEFINITELY) ? " without an end" : " until " + pause.until())
                + (pause.by().isEmpty() ? "" : " by " + pause.by())
                + (pause.reason().isEmpty() ? "" : " (" + pause.reason() + ")");
    }
}
