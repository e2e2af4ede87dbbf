package dev.heartbeat.engine;

import dev.heartbeat.health.Condition;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.StateKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneRulesProvider;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which time zone data the instances run on, as one state cell holds it: two JDKs of different age may give two instants
 * for one fire. A version counts for a day after an instance was seen with it. Immutable; pure.
 */
final class ZoneData {
    static final StateKey KEY = new StateKey("instances", "time-zone-data");

    private static final Duration COUNTS = Duration.ofDays(1);
    private static final Duration SEEN_AGAIN = COUNTS.dividedBy(2);
    private static final String ANY_REGION = "Europe/London";

    private final Map<String, Instant> seen;

    private ZoneData(Map<String, Instant> seen) {
        this.seen = seen;
    }

    /** Returns the version of this JVM's data, such as {@code 2026a}. */
    static String version() {
        return Own.VERSION;
    }

    /** Found when it is first asked for, which a process whose schedules are all in UTC never does. */
    private static final class Own {
        static final String VERSION = find();

        private static String find() {
            try {
                return ZoneRulesProvider.getVersions(ANY_REGION).lastKey();
            } catch (DateTimeException e) {
                return "unknown"; // a provider of somebody's own, without that region
            }
        }
    }

    /** Tells whether the data has a say in the schedule's fires. */
    static boolean matters(Schedule schedule) {
        return !schedule.zone().getRules().isFixedOffset();
    }

    /** Reads the values of the cell; what is none of them counts as nothing. */
    static ZoneData of(Map<String, ?> values) {
        Map<String, Instant> seen = new TreeMap<>();
        for (Map.Entry<String, ?> each : values.entrySet()) {
            if (each.getValue() instanceof Instant instant) {
                seen.put(each.getKey(), instant);
            }
        }
        return new ZoneData(seen);
    }

    /** Tells whether the version must be noted, for the first time or again. */
    boolean lacks(String version, Instant now) {
        Instant at = seen.get(version);
        return at == null || !now.isBefore(at.plus(SEEN_AGAIN));
    }

    /** Returns the values of the cell with the version noted, and without those of long ago. */
    Map<String, @Nullable Object> with(String version, Instant now) {
        Map<String, @Nullable Object> values = new TreeMap<>();
        seen.forEach((each, at) -> {
            if (counts(at, now)) {
                values.put(each, at);
            }
        });
        values.put(version, now.truncatedTo(ChronoUnit.MILLIS));
        return values;
    }

    /** Returns what to tell people if another instance has other data. */
    Optional<Condition> difference(String version, Instant now) {
        if (seen.isEmpty() || (seen.size() == 1 && seen.containsKey(version))) {
            return Optional.empty();
        }
        Map<String, Instant> others = new TreeMap<>(seen);
        others.remove(version);
        others.values().removeIf(at -> !counts(at, now));
        return others.values().stream()
                .max(Instant::compareTo)
                .map(since -> new Condition(
                        Condition.TIME_ZONE_DATA,
                        "This instance has time zone data " + version + ", others " + String.join(", ", others.keySet())
                                + "; a fire may have another instant there",
                        since,
                        "Run all instances on the same JDK, or bring its data up to date; old data counts for a day"));
    }

    private static boolean counts(Instant at, Instant now) {
        return now.isBefore(at.plus(COUNTS));
    }
}
