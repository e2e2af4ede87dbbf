package dev.heartbeat.engine;

import dev.heartbeat.health.DayFigures;
import dev.heartbeat.health.DayFigures.Hour;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The figures of one day while they are added up, and as a state cell holds them. Not thread-safe. */
final class DayCell {
    private static final String DAY = "day";
    private static final String EXECUTED = "executed";
    private static final String FAILED = "failed";
    private static final String SUMS = "sums";
    private static final String COUNTS = "counts";
    private static final String LAST = "last";
    private static final Sum[] SUMS_OF_A_DAY = Sum.values();

    private static final long SECONDS_OF_AN_HOUR = 3_600;
    static final long SECONDS_OF_A_DAY = DayFigures.HOURS * SECONDS_OF_AN_HOUR;

    private final long[] executed = new long[DayFigures.HOURS];
    private final long[] failed = new long[DayFigures.HOURS];
    private final Map<Sum, Long> sums = new EnumMap<>(Sum.class);
    private final Map<String, Long> counts = new TreeMap<>();
    private LastPulse last = LastPulse.NONE;

    /** What is summed up; the cell has them by these names. */
    private enum Sum {
        PULSES,
        WITH_ERRORS,
        FAILED,
        PULSE_MS,
        BEATS,
        BETWEEN_MS,
        DELAY_MS,
        SILENCES,
        TURNED_RED,
        MISSED,
        BROWSER_EXECUTED,
        PLAYBOOKS_EXECUTED
    }

    private void add(Sum sum, long n) {
        if (n != 0) {
            sums.merge(sum, n, Long::sum);
        }
    }

    /**
     * Adds a ledger entry.
     *
     * @param playbook whether its schedule runs a playbook
     */
    void add(RunRecord entry, boolean playbook) {
        int hour = (int) (Math.floorMod(entry.endedAt().getEpochSecond(), SECONDS_OF_A_DAY) / SECONDS_OF_AN_HOUR);
        if (entry.outcome() == Outcome.EXECUTED) {
            executed[hour]++;
            add(Sum.BROWSER_EXECUTED, Schedule.BROWSER_QUEUE.equals(entry.queue()) ? 1 : 0);
            add(Sum.PLAYBOOKS_EXECUTED, playbook ? 1 : 0);
        } else if (entry.outcome().isFailure()) {
            failed[hour]++;
        } else if (entry.outcome() == Outcome.MISSED) {
            add(Sum.MISSED, entry.count());
        }
        if (!entry.counts().isEmpty()) {
            entry.counts().forEach(this::count);
        }
    }

    private void count(String name, long n) {
        if (counts.containsKey(name) || isRoomFor(name)) {
            counts.merge(name, n, DayCell::capped);
        }
    }

    private boolean isRoomFor(String name) {
        int bytes =
                bytes(name) + counts.keySet().stream().mapToInt(DayCell::bytes).sum();
        return counts.size() < DayFigures.MOST_NAMES && bytes <= DayFigures.MOST_NAME_BYTES;
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    private static long capped(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    void add(DayCell other) {
        for (int i = 0; i < DayFigures.HOURS; i++) {
            executed[i] += other.executed[i];
            failed[i] += other.failed[i];
        }
        other.sums.forEach(this::add);
        other.counts.forEach(this::count);
    }

    /**
     * Adds a pulse.
     *
     * @param before where the account stood before the day, for its first pulse
     */
    void add(
            LastPulse pulse,
            LastPulse before,
            long durationMs,
            boolean withErrors,
            boolean failedItself,
            Duration interval,
            Duration staleAfter) {
        LastPulse known = last.isNone() ? before : last;
        add(Sum.PULSES, 1);
        add(Sum.WITH_ERRORS, withErrors ? 1 : 0);
        add(Sum.FAILED, failedItself ? 1 : 0);
        add(Sum.PULSE_MS, durationMs);
        add(Sum.TURNED_RED, pulse.red() && !known.red() ? 1 : 0);
        if (!known.isNone() && pulse.beat() > known.beat()) {
            add(Sum.BEATS, 1);
            add(Sum.BETWEEN_MS, pulse.first() - known.first());
            add(Sum.DELAY_MS, pulse.first() - known.beat() - interval.toMillis());
        }
        if (!known.isNone() && pulse.latest() - known.latest() >= staleAfter.toMillis()) {
            add(Sum.SILENCES, 1);
        }
        last = known.then(pulse);
    }

    /** Returns the cell's figures for the day, empty ones if it holds an earlier day; null if it holds a later one. */
    static @Nullable DayCell read(Map<String, @Nullable Object> values, long day) {
        long held = values.get(DAY) instanceof Long number ? number : Long.MIN_VALUE;
        if (held > day) {
            return null;
        }
        DayCell cell = new DayCell();
        if (held == day) {
            fill(cell.executed, values.get(EXECUTED));
            fill(cell.failed, values.get(FAILED));
            if (values.get(SUMS) instanceof Map<?, ?> map) {
                for (Sum sum : SUMS_OF_A_DAY) {
                    if (map.get(sum.name()) instanceof Long n) {
                        cell.add(sum, n);
                    }
                }
            }
            if (values.get(COUNTS) instanceof List<?> list) {
                for (Object each : list) {
                    if (each instanceof Map<?, ?> map
                            && map.get("name") instanceof String name
                            && map.get("n") instanceof Long n) {
                        cell.counts.put(name, n);
                    }
                }
            }
            if (values.get(LAST) instanceof Map<?, ?> map) {
                cell.last = LastPulse.read(map);
            }
        }
        return cell;
    }

    private static void fill(long[] numbers, @Nullable Object read) {
        if (read instanceof List<?> list) {
            for (int i = 0; i < Math.min(numbers.length, list.size()); i++) {
                numbers[i] = list.get(i) instanceof Long number ? number : 0;
            }
        }
    }

    Map<String, @Nullable Object> write(long day) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put(DAY, day);
        values.put(EXECUTED, untilLast(executed));
        values.put(FAILED, untilLast(failed));
        Map<String, Long> named = new LinkedHashMap<>();
        for (Map.Entry<Sum, Long> each : sums.entrySet()) {
            named.put(each.getKey().name(), each.getValue());
        }
        values.put(SUMS, named);
        List<Object> list = new ArrayList<>(counts.size()); // a name may be one that no store takes for a field
        for (Map.Entry<String, Long> each : counts.entrySet()) {
            list.add(Map.of("name", each.getKey(), "n", each.getValue()));
        }
        values.put(COUNTS, list);
        if (!last.isNone()) {
            values.put(LAST, last.write());
        }
        return values;
    }

    /** Zeros at the end are left out. */
    private static List<Long> untilLast(long[] numbers) {
        int length = numbers.length;
        while (length > 0 && numbers[length - 1] == 0) {
            length--;
        }
        List<Long> boxed = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            boxed.add(numbers[i]);
        }
        return boxed;
    }

    /** Returns the figures that the values hold of the day; zeros if they are another day's. */
    static DayFigures figures(Map<String, @Nullable Object> values, LocalDate day) {
        DayCell cell = read(values, day.toEpochDay());
        return cell == null ? DayFigures.none(day) : cell.figures(day);
    }

    private DayFigures figures(LocalDate day) {
        return new DayFigures(
                day,
                IntStream.range(0, DayFigures.HOURS)
                        .mapToObj(hour -> new Hour(executed[hour], failed[hour]))
                        .toList(),
                sum(Sum.PULSES),
                sum(Sum.WITH_ERRORS),
                sum(Sum.FAILED),
                sum(Sum.PULSE_MS),
                sum(Sum.BEATS),
                sum(Sum.BETWEEN_MS),
                sum(Sum.DELAY_MS),
                sum(Sum.SILENCES),
                sum(Sum.TURNED_RED),
                sum(Sum.MISSED),
                sum(Sum.BROWSER_EXECUTED),
                sum(Sum.PLAYBOOKS_EXECUTED),
                counts);
    }

    private long sum(Sum sum) {
        return sums.getOrDefault(sum, 0L);
    }
}
