package dev.heartbeat.insight;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Values before and now: now is the last day, or the last {@value #FEWEST_NOW} values if that day has fewer; before is the
 * older half of all, at least {@value #FEWEST_BEFORE}. So a change is still one when it has gone on for a while. Both sorted
 * by value.
 */
final class Split {
    private static final int FEWEST_BEFORE = 10;
    private static final int FEWEST_NOW = 5;
    private static final Duration DAY = Duration.ofDays(1);

    private final double[] before;
    private final double[] now;

    private Split(double[] before, double[] now) {
        this.before = before;
        this.now = now;
    }

    double[] before() {
        return before;
    }

    double[] now() {
        return now;
    }

    /**
     * Splits; empty if there are too few on either side, if before spans less than twice the time of now (a day says
     * nothing of the next night), or if they have stopped.
     */
    static Optional<Split> of(List<Point> points, Instant at) {
        List<Point> ordered = ordered(points);
        Instant dayAgo = at.minus(DAY);
        int today =
                (int) ordered.stream().filter(each -> each.at().isAfter(dayAgo)).count();
        int from = ordered.size() - Math.max(today, FEWEST_NOW);
        if (from < FEWEST_BEFORE || !isGoingOn(points, at)) {
            return Optional.empty();
        }
        List<Point> now = ordered.subList(from, ordered.size());
        List<Point> before = ordered.subList(0, Math.min(from, Math.max(FEWEST_BEFORE, ordered.size() / 2)));
        return time(before).compareTo(time(now).multipliedBy(2)) < 0
                ? Optional.empty()
                : Optional.of(new Split(values(before), values(now)));
    }

    private static Duration time(List<Point> ordered) {
        return Duration.between(
                ordered.get(0).at(), ordered.get(ordered.size() - 1).at());
    }

    /** Tells whether another one is still to be expected: not of what was paused, deleted or is over. */
    static boolean isGoingOn(List<Point> points, Instant at) {
        if (points.isEmpty()) {
            return false;
        }
        List<Point> ordered = ordered(points);
        double[] gaps = IntStream.range(1, ordered.size())
                .mapToDouble(i -> Duration.between(
                                ordered.get(i - 1).at(), ordered.get(i).at())
                        .toMillis())
                .sorted()
                .toArray();
        double wait = gaps.length == 0 ? 0 : 2 * Robust.median(gaps);
        Instant last = ordered.get(ordered.size() - 1).at();
        return Duration.between(last, at).toMillis() <= Math.max(wait, (double) DAY.toMillis());
    }

    private static List<Point> ordered(List<Point> points) {
        return points.stream().sorted(Comparator.comparing(Point::at)).toList();
    }

    private static double[] values(List<Point> points) {
        return Robust.sorted(points.stream().map(Point::value).toList());
    }
}
