package dev.heartbeat.http;

import dev.heartbeat.health.DayFigures;
import dev.heartbeat.health.DayFigures.Hour;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Executed and failed fires by the hours of UTC, summed up between any two instants: an hour belongs to where it begins. */
final class HourSums {
    private final NavigableMap<Instant, Hour> hours;

    private HourSums(NavigableMap<Instant, Hour> hours) {
        this.hours = hours;
    }

    static HourSums of(List<DayFigures> days) {
        NavigableMap<Instant, Hour> hours = new TreeMap<>();
        for (DayFigures day : days) {
            Instant midnight = day.day().atStartOfDay(ZoneOffset.UTC).toInstant();
            for (int hour = 0; hour < DayFigures.HOURS; hour++) {
                hours.put(midnight.plus(Duration.ofHours(hour)), day.hours().get(hour));
            }
        }
        return new HourSums(hours);
    }

    /** Returns the sums of the hours that begin from one instant on and before the other. */
    Hour between(Instant from, Instant to) {
        long executed = 0;
        long failed = 0;
        for (Map.Entry<Instant, Hour> hour : hours.subMap(from, to).entrySet()) {
            executed += hour.getValue().executed();
            failed += hour.getValue().failed();
        }
        return new Hour(executed, failed);
    }
}
