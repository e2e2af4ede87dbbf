package dev.heartbeat.engine;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.PendingFire;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The order in which candidates start; pure. Live work before backfills; then by priority, which rises by one class for
 * each interval that a fire has waited, at most to high; within a class first what has waited an interval, the longest
 * first; then by deadline (the next fire of the schedule, which would take this one's place), then by age, then by id. A
 * past fire that a backfill runs waits for nobody, however old it is.
 */
final class PlanRule {
    private PlanRule() {}

    static List<Planned> order(
            List<Candidate> candidates,
            Deferrals noted,
            Instant now,
            Duration interval,
            Function<Schedule, Window> windows) {
        List<Planned> planned = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            Instant since = candidate.backfilled() ? now : waitsSince(candidate, noted, windows);
            long intervals = since.isBefore(now) ? Duration.between(since, now).dividedBy(interval) : 0;
            planned.add(new Planned(
                    candidate,
                    raised(candidate.seen().schedule().priority(), intervals),
                    intervals > 0,
                    since,
                    deadline(candidate)));
        }
        planned.sort(PlanRule::compare);
        return planned;
    }

    private static int compare(Planned a, Planned b) {
        int order = Boolean.compare(a.backfilled(), b.backfilled());
        order = order != 0 ? order : a.priority().compareTo(b.priority());
        order = order != 0 ? order : Boolean.compare(b.overdue(), a.overdue());
        order = order != 0 ? order : a.turn().compareTo(b.turn());
        order = order != 0 ? order : a.since().compareTo(b.since());
        return order != 0 ? order : a.id().compareTo(b.id());
    }

    private static Priority raised(Priority own, long intervals) {
        return switch (own) {
            case CRITICAL, HIGH -> own;
            case NORMAL -> intervals >= 1 ? Priority.HIGH : own;
            case LOW -> intervals >= 2 ? Priority.HIGH : intervals == 1 ? Priority.NORMAL : own;
        };
    }

    /**
     * Since when the schedule waits for a start: the first of its fires that has had none, so that one whose fires come
     * more often than pulses does not begin anew with each of them. In a window the wait begins with the slot.
     */
    static Instant waitsSince(Candidate candidate, Deferrals noted, Function<Schedule, Window> windows) {
        Instant since = candidate.fireTime();
        if (candidate.forced()) {
            since = earlier(since, candidate.seen().writtenAt()); // its fire time is that of each look
        }
        for (FireSeries series : candidate.missed()) {
            if (FireSeries.COALESCED.equals(series.reason()) || FireSeries.OVERLOAD.equals(series.reason())) {
                since = earlier(since, series.first());
            }
        }
        PendingFire superseded = candidate.superseded();
        if (superseded != null && superseded.starts() == 0) {
            since = earlier(since, superseded.fireTime());
        }
        Deferral deferral = noted.of(candidate.seen());
        if (deferral != null) {
            since = earlier(since, deferral.from());
        }
        return candidate.forced() ? since : slot(candidate.seen().schedule(), since, windows);
    }

    private static Instant slot(Schedule schedule, Instant since, Function<Schedule, Window> windows) {
        try {
            return windows.apply(schedule).slot(schedule, since);
        } catch (InvalidScheduleException e) {
            return since; // a timing of the user's own that throws now
        }
    }

    private static Instant earlier(Instant a, Instant b) {
        return b.isBefore(a) ? b : a;
    }

    private static Instant deadline(Candidate candidate) {
        try {
            return candidate.seen().schedule().nextFire(candidate.fireTime()).orElse(Instant.MAX);
        } catch (InvalidScheduleException e) {
            return Instant.MAX; // a timing of the user's own that throws now; the fire itself is known
        }
    }
}
