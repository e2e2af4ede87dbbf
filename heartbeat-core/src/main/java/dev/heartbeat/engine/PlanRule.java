package dev.heartbeat.engine;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which candidates start: by priority, then by deadline (the next fire of the schedule, which would take
 * this one's place), then by age, then by id; pure.
 */
final class PlanRule {
    private static final Comparator<Planned> ORDER = Comparator.comparing(Planned::priority)
            .thenComparing(Planned::deadline)
            .thenComparing(Planned::fireTime)
            .thenComparing(Planned::id);

    private PlanRule() {}

    static List<Candidate> order(List<Candidate> candidates) {
        List<Planned> planned = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            planned.add(new Planned(candidate, deadline(candidate)));
        }
        planned.sort(ORDER);
        List<Candidate> ordered = new ArrayList<>(planned.size());
        for (Planned each : planned) {
            ordered.add(each.candidate);
        }
        return ordered;
    }

    private static Instant deadline(Candidate candidate) {
        try {
            return candidate.seen().schedule().nextFire(candidate.fireTime()).orElse(Instant.MAX);
        } catch (InvalidScheduleException e) {
            return Instant.MAX; // a timing of the user's own that throws now; the fire itself is known
        }
    }

    private record Planned(Candidate candidate, Instant deadline) {
        Priority priority() {
            return candidate.seen().schedule().priority();
        }

        Instant fireTime() {
            return candidate.fireTime();
        }

        String id() {
            return candidate.id();
        }
    }
}
