package dev.heartbeat.insight;

import dev.heartbeat.insight.Finding.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The cadence of each source, and whether it is the one that was asked for; pure. */
final class SourceRule {
    private static final double MOST = 0.95;
    private static final int FEWEST_GAPS = 10;
    private static final Duration LONGEST_STALE_AFTER = Duration.ofDays(30);
    /** What is rounded up: below the first to a multiple of the second. */
    private static final List<Map.Entry<Duration, Duration>> ROUND = List.of(
            Map.entry(Duration.ofMinutes(2), Duration.ofSeconds(5)),
            Map.entry(Duration.ofHours(1), Duration.ofMinutes(1)),
            Map.entry(Duration.ofHours(6), Duration.ofMinutes(15)),
            Map.entry(LONGEST_STALE_AFTER, Duration.ofHours(1)));

    private SourceRule() {}

    static List<SourceFigures> figures(List<Seen> pulses, Duration interval) {
        Map<String, List<Seen>> bySource =
                pulses.stream().collect(Collectors.groupingBy(Seen::source, TreeMap::new, Collectors.toList()));
        List<SourceFigures> figures = new ArrayList<>();
        bySource.forEach((source, seen) -> figures.add(figures(source, seen, interval)));
        return figures;
    }

    private static SourceFigures figures(String source, List<Seen> pulses, Duration interval) {
        double[] gaps = gaps(pulses);
        if (gaps.length < FEWEST_GAPS) {
            return new SourceFigures(source, pulses.size(), interval.toMillis(), null, null, null);
        }
        long p95 = (long) Robust.quantile(gaps, MOST);
        return new SourceFigures(
                source,
                pulses.size(),
                interval.toMillis(),
                (long) Robust.median(gaps),
                p95,
                roundUp(Duration.ofMillis(allowed(p95))));
    }

    /** One interval and a half, as the heartbeat allows unless it is told otherwise. */
    private static long allowed(long ms) {
        return ms + ms / 2;
    }

    /** Returns the milliseconds from the first pulse of a beat to the first of the next beat that has one; sorted. */
    private static double[] gaps(List<Seen> pulses) {
        Map<Instant, Instant> firsts = new TreeMap<>();
        pulses.forEach(
                each -> firsts.merge(each.beat(), each.startedAt(), (one, other) -> one.isBefore(other) ? one : other));
        List<Instant> starts = firsts.values().stream().sorted().toList();
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < starts.size(); i++) {
            gaps.add(Duration.between(starts.get(i - 1), starts.get(i)).toMillis());
        }
        return Robust.sorted(gaps);
    }

    static Duration roundUp(Duration exact) {
        for (Map.Entry<Duration, Duration> each : ROUND) {
            if (exact.compareTo(each.getKey()) < 0) {
                long step = each.getValue().toMillis();
                return Duration.ofMillis(Math.floorDiv(exact.toMillis() + step - 1, step) * step);
            }
        }
        return LONGEST_STALE_AFTER;
    }

    /**
     * Finds that pulses do not come as often as they were asked for: the source that sends most of them is named. Nothing is
     * found while all sources together keep the interval, nor once {@code staleAfter} allows for what the source does.
     */
    static Optional<Finding> find(
            List<Seen> pulses, List<SourceFigures> sources, Duration interval, Duration staleAfter) {
        double[] together = gaps(pulses);
        if (together.length < FEWEST_GAPS || !isSlow(Robust.median(together), interval)) {
            return Optional.empty();
        }
        return sources.stream()
                .max(Comparator.comparingInt(SourceFigures::pulses))
                .flatMap(most -> find(most, staleAfter));
    }

    private static boolean isSlow(double gapMs, Duration interval) {
        return gapMs > allowed(interval.toMillis());
    }

    private static Optional<Finding> find(SourceFigures source, Duration staleAfter) {
        Long median = source.medianGapMs();
        Long p95 = source.p95GapMs();
        Duration suggested = source.suggestedStaleAfter();
        if (median == null || p95 == null || suggested == null || suggested.compareTo(staleAfter) <= 0) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                Kind.CADENCE,
                source.source(),
                null,
                0,
                source.askedMs(),
                median,
                null,
                source.source() + " delivers every " + Words.duration(median) + ", asked for every "
                        + Words.duration(source.askedMs()) + "; 95 of 100 times within " + Words.duration(p95),
                "Add a second source or the resident ticker; if this is often enough, set staleAfter to "
                        + Words.duration(suggested.toMillis())));
    }
}
