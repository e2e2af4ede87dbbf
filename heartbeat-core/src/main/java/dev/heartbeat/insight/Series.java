package dev.heartbeat.insight;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one schedule with one task: a schedule is compared with its own past only, since a task may do little for one
 * and much for another.
 */
record Series(String schedule, String task, List<Run> runs) {

    List<Point> durations() {
        List<Point> points = new ArrayList<>();
        for (Run run : runs) {
            Long ms = run.ms();
            if (ms != null) {
                points.add(new Point(run.endedAt(), ms));
            }
        }
        return points;
    }

    /** Returns 1 for each run that went wrong and 0 for each that did not. */
    List<Point> troubles() {
        return runs.stream()
                .filter(Run::counts)
                .map(run -> new Point(run.endedAt(), run.troubled() ? 1 : 0))
                .toList();
    }

    /** Returns the milliseconds from one start to the next by their fire times; a gap that a pause has made is none. */
    List<Point> gaps() {
        List<Run> fires = runs.stream()
                .filter(run -> run.isStart() || run.swallowed())
                .sorted(Comparator.comparing(Run::fireTime))
                .toList();
        List<Point> gaps = new ArrayList<>();
        @Nullable Instant before = null;
        for (Run fire : fires) {
            if (before != null && fire.isStart()) {
                gaps.add(new Point(
                        fire.fireTime(),
                        Duration.between(before, fire.fireTime()).toMillis()));
            }
            before = fire.isStart() ? fire.fireTime() : null;
        }
        return gaps;
    }

    /** Returns its name in a sentence. */
    String words() {
        return schedule.equals(task) ? schedule : schedule + " (task " + task + ")";
    }
}
