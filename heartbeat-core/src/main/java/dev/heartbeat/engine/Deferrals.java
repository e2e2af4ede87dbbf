package dev.heartbeat.engine;

import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schedules that wait for the budget, as one state cell holds them for all instances, so that the ledger can tell a
 * fire that was deferred until its next one came from one that nobody looked at. Immutable; pure.
 *
 * <p>At most {@value #MOST} are noted, those that wait longest; a fire of one beyond them is passed over without the word.
 */
final class Deferrals {
    /** How many schedules are noted, so that the cell stays small. */
    static final int MOST = 500;

    static final Deferrals NONE = new Deferrals(Map.of());

    private static final String WAITING = "waiting";

    private final Map<String, Deferral> byId;

    private Deferrals(Map<String, Deferral> byId) {
        this.byId = byId;
    }

    /** Reads the values of a state cell; what is no deferral there counts as nothing. */
    static Deferrals of(Map<String, ?> values) {
        Map<String, Deferral> read = new LinkedHashMap<>();
        if (values.get(WAITING) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> map
                        && map.get("id") instanceof String id
                        && map.get("from") instanceof Instant from
                        && map.get("until") instanceof Instant until
                        && !until.isBefore(from)) {
                    read.put(id, new Deferral(from, until));
                }
            }
        }
        return new Deferrals(read);
    }

    /** Returns the values to keep in a state cell. */
    Map<String, @Nullable Object> values() {
        List<Object> list = new ArrayList<>(byId.size());
        byId.forEach((id, deferral) -> list.add(Map.of("id", id, "from", deferral.from(), "until", deferral.until())));
        return Map.of(WAITING, list);
    }

    /** Returns since when the schedule waits for the budget; null if it does not. */
    @Nullable
    Deferral of(StoredSchedule seen) {
        Deferral noted = byId.get(seen.id());
        return noted == null || !noted.isOf(seen) ? null : noted;
    }

    /** Returns the deferral of a fire that a pulse defers now: it goes on, or begins. */
    Deferral now(StoredSchedule seen, Instant fireTime, Instant pulse) {
        Deferral noted = of(seen);
        Instant until = ceil(pulse.isAfter(fireTime) ? pulse : fireTime);
        return noted == null ? new Deferral(floor(fireTime), until) : noted.until(until);
    }

    // a store keeps milliseconds, and both ends are to stay inside

    private static Instant floor(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    private static Instant ceil(Instant instant) {
        return floor(instant.plusNanos(999_999));
    }

    /**
     * Returns what is noted after a pulse.
     *
     * @param deferred the schedules that it has deferred
     * @param started the schedules that it has started; more than were noted do no harm
     * @param forgotten a schedule that no pulse has deferred since then is forgotten: it was started, deleted or disabled
     */
    Deferrals after(Map<String, Deferral> deferred, Collection<String> started, Instant forgotten) {
        Map<String, Deferral> all = new LinkedHashMap<>(byId);
        all.keySet().removeAll(started);
        all.values().removeIf(noted -> noted.until().isBefore(forgotten));
        deferred.forEach((id, now) -> all.merge(id, now, (noted, goesOn) -> goesOn.until(noted.until())));
        if (all.size() <= MOST) {
            return new Deferrals(all);
        }
        Map<String, Deferral> longest = new LinkedHashMap<>();
        all.entrySet().stream()
                .sorted(Map.Entry.<String, Deferral>comparingByValue(Comparator.comparing(Deferral::from))
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST)
                .forEach(each -> longest.put(each.getKey(), each.getValue()));
        return new Deferrals(longest);
    }

    boolean contains(String id) {
        return byId.containsKey(id);
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Deferrals that && byId.equals(that.byId);
    }

    @Override
    public int hashCode() {
        return byId.hashCode();
    }

    @Override
    public String toString() {
        return "Deferrals" + byId;
    }
}
