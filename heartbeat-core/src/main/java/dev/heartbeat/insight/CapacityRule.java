package dev.heartbeat.insight;

import dev.heartbeat.insight.Finding.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How full pulses are, and when they will be full; pure. */
final class CapacityRule {
    private static final double MOST = 0.95;
    private static final int FEWEST_FULL = 3;
    private static final double FEWEST_FULL_SHARE = 0.05;
    private static final double MS_OF_A_DAY = Duration.ofDays(1).toMillis();
    private static final String NEXT_STEP =
            "Spread what is due at the same time (a window), allow more parallel runs or a longer budget, or pulse more"
                    + " often";

    private CapacityRule() {}

    static Capacity capacity(List<Seen> pulses, Duration room, Instant at) {
        long roomMs = room.toMillis();
        Map<LocalDate, List<Seen>> byDay = new TreeMap<>();
        pulses.stream()
                .filter(Seen::tells)
                .forEach(each -> byDay.computeIfAbsent(
                                LocalDate.ofInstant(each.startedAt(), ZoneOffset.UTC), day -> new ArrayList<>())
                        .add(each));
        List<Capacity.Day> days = new ArrayList<>();
        byDay.forEach((day, seen) -> days.add(day(day, seen, roomMs)));
        Trend trend = trend(days);
        return new Capacity(
                roomMs,
                days,
                trend == null ? null : trend.slope() * TrendRule.DAYS_OF_A_WEEK,
                trend == null ? null : fullAt(trend, days.size(), roomMs, at));
    }

    private static Capacity.Day day(LocalDate day, List<Seen> seen, long roomMs) {
        double[] filled =
                Robust.sorted(seen.stream().map(each -> filled(each, roomMs)).toList());
        return new Capacity.Day(
                day,
                seen.size(),
                (int) seen.stream().filter(Seen::full).count(),
                (long) Robust.quantile(filled, MOST),
                (long) filled[filled.length - 1]);
    }

    /** A pulse that awaits its runs may take longer than its room. */
    private static long filled(Seen pulse, long roomMs) {
        return pulse.full() ? roomMs : Math.min(pulse.durationMs(), roomMs);
    }

    /** Returns the trend of whole days, if it is clear. The first and the last are seldom whole: their fullest may be missing. */
    private static @Nullable Trend trend(List<Capacity.Day> days) {
        if (!Trend.canBeClear(days.size() - 2)) {
            return null;
        }
        List<Capacity.Day> whole = days.subList(1, days.size() - 1);
        Trend trend = Trend.of(
                whole.stream().mapToDouble(each -> each.day().toEpochDay()).toArray(),
                whole.stream().mapToDouble(Capacity.Day::fullestMs).toArray());
        return trend.isClear() ? trend : null;
    }

    private static @Nullable Instant fullAt(Trend trend, int daysBehind, long roomMs, Instant at) {
        double today = at.toEpochMilli() / MS_OF_A_DAY;
        double ahead = Math.max(0, (roomMs - trend.at(today)) / trend.slope());
        return trend.slope() <= 0 || ahead > daysBehind ? null : at.plusMillis((long) (ahead * MS_OF_A_DAY));
    }

    static Optional<Finding> find(List<Seen> pulses, Capacity capacity, Instant at) {
        Instant dayAgo = at.minus(Duration.ofDays(1));
        List<Seen> lately = pulses.stream()
                .filter(each -> each.tells() && each.startedAt().isAfter(dayAgo))
                .toList();
        long full = lately.stream().filter(Seen::full).count();
        if (full >= FEWEST_FULL && full >= FEWEST_FULL_SHARE * lately.size()) {
            return Optional.of(finding(
                    capacity,
                    (double) capacity.roomMs(),
                    null,
                    "The pulse budget is full: " + full + " of the last day's " + lately.size()
                            + " pulses had no time for all that was due"));
        }
        Double perWeekMs = capacity.perWeekMs();
        Instant fullAt = capacity.fullAt();
        if (perWeekMs == null || fullAt == null) {
            return Optional.empty();
        }
        double days = Duration.between(at, fullAt).toMillis() / MS_OF_A_DAY;
        double now = Math.max(0, capacity.roomMs() - days * perWeekMs / TrendRule.DAYS_OF_A_WEEK);
        return Optional.of(finding(
                capacity,
                now,
                perWeekMs / capacity.roomMs(),
                "The pulse budget is full in about " + Words.days(days) + ": the fullest pulse of a day takes "
                        + Words.duration(now) + " of " + Words.duration(capacity.roomMs()) + ", "
                        + Words.duration(perWeekMs) + " more each week"));
    }

    private static Finding finding(Capacity capacity, double now, @Nullable Double perWeek, String cause) {
        return new Finding(Kind.CAPACITY, Finding.PULSES, null, 0, capacity.roomMs(), now, perWeek, cause, NEXT_STEP);
    }
}
