package dev.heartbeat.insight;

import dev.heartbeat.insight.Finding.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether the runs of a schedule become slower or faster from day to day, by the median of each day; pure. Days are counted
 * back from now: a day of which only the night is over would look like a change.
 */
final class TrendRule {
    static final int DAYS_OF_A_WEEK = 7;
    /** A smaller change a week is not worth a word. */
    private static final double LEAST_PER_WEEK = 0.05;

    private static final long MS_OF_A_DAY = Duration.ofDays(1).toMillis();

    private TrendRule() {}

    static Optional<Finding> find(Series series, Instant at) {
        List<Point> points = series.durations();
        if (!Split.isGoingOn(points, at)) {
            return Optional.empty();
        }
        Map<Long, List<Double>> byDay = new TreeMap<>();
        points.forEach(each -> byDay.computeIfAbsent(
                        -Math.floorDiv(Duration.between(each.at(), at).toMillis(), MS_OF_A_DAY),
                        day -> new ArrayList<>())
                .add(each.value()));
        if (!Trend.canBeClear(byDay.size())) {
            return Optional.empty();
        }
        double[] days = byDay.keySet().stream().mapToDouble(Long::doubleValue).toArray();
        double[] medians = byDay.values().stream()
                .mapToDouble(each -> Robust.median(Robust.sorted(each)))
                .toArray();
        Trend trend = Trend.of(days, medians);
        double first = Math.max(0, trend.at(days[0]));
        double last = Math.max(0, trend.at(days[days.length - 1]));
        double perWeek = trend.slope() * DAYS_OF_A_WEEK / Math.max(1, (first + last) / 2);
        if (!trend.isClear() || Math.abs(perWeek) < LEAST_PER_WEEK || Math.abs(last - first) < AnomalyRule.LEAST_MS) {
            return Optional.empty();
        }
        boolean slower = perWeek > 0;
        String cause = series.words() + " is " + (slower ? "slower" : "faster") + " by " + Words.percent(perWeek)
                + " a week: from " + Words.duration(first) + " to " + Words.duration(last) + " in "
                + Words.days(days[days.length - 1] - days[0]);
        return Optional.of(new Finding(
                slower ? Kind.SLOWER : Kind.FASTER,
                series.schedule(),
                series.task(),
                0,
                first,
                last,
                perWeek,
                cause,
                slower
                        ? "Look at what grows with it, such as its data, before its timeout ends it"
                        : "Look at its last results, unless somebody made it faster"));
    }
}
