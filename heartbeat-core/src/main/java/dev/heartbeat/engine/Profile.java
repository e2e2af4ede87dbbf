package dev.heartbeat.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has been learned of how long the runs of one task take: the durations of the last few, their median and their
 * spread (the median of the distances from it). So half of what it remembers may be nonsense before it says nonsense, and
 * half of it has to be new before it believes in a change. Immutable; pure.
 *
 * <p>Many runs that end together are taken in as a few that stand for them, evenly from the shortest to the longest:
 * those that end last are the longest, and would otherwise be all that is remembered of a burst.
 */
final class Profile {
    /** How many durations are remembered; a change is followed when more than half of them are new. */
    static final int WINDOW = 21;
    /** How many durations one pulse adds at most for each task. */
    static final int MOST_AT_ONCE = 7;
    /** The profile of a task that nobody has seen at work. */
    static final Profile UNKNOWN = new Profile(new long[0]);

    private static final String RECENT = "recent";

    private final long[] recent;

    private Profile(long[] recent) {
        this.recent = recent;
    }

    /** Reads the values of a state cell; what is no duration there counts as nothing. */
    static Profile of(Map<String, ?> values) {
        List<Long> read = new ArrayList<>();
        if (values.get(RECENT) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Long ms && ms >= 0) {
                    read.add(ms);
                }
            }
        }
        return UNKNOWN.after(read);
    }

    /** Returns the values to keep in a state cell: {@value #RECENT}, milliseconds from the oldest run to the latest. */
    Map<String, @Nullable Object> values() {
        List<Long> boxed = new ArrayList<>(recent.length);
        for (long each : recent) {
            boxed.add(each);
        }
        return Map.of(RECENT, boxed);
    }

    /** Returns the profile after more runs; durations in milliseconds. */
    Profile with(Collection<Long> durations) {
        return after(few(durations));
    }

    private Profile after(List<Long> added) {
        int length = recent.length + added.size();
        int forgotten = Math.max(0, length - WINDOW);
        long[] all = new long[length - forgotten];
        for (int i = 0; i < all.length; i++) {
            int at = forgotten + i;
            all[i] = at < recent.length ? recent[at] : added.get(at - recent.length);
        }
        return new Profile(all);
    }

    private static List<Long> few(Collection<Long> durations) {
        if (durations.size() <= MOST_AT_ONCE) {
            return List.copyOf(durations);
        }
        long[] sorted = durations.stream().mapToLong(Long::longValue).sorted().toArray();
        List<Long> few = new ArrayList<>(MOST_AT_ONCE);
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            few.add(sorted[(int) ((2L * i + 1) * sorted.length / (2 * MOST_AT_ONCE))]);
        }
        return few;
    }

    boolean isUnknown() {
        return recent.length == 0;
    }

    /** Returns the time that most runs do not exceed: median and spread together; empty if nothing is known. */
    Optional<Duration> likely() {
        return isUnknown() ? Optional.empty() : Optional.of(median().plus(spread()));
    }

    Duration median() {
        return Duration.ofMillis(middle(recent.clone()));
    }

    Duration spread() {
        long[] values = recent.clone();
        long median = middle(values);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i] - median);
        }
        return Duration.ofMillis(middle(values));
    }

    /** Sorts them and returns the middle one; of two the shorter, so that an odd second run does not frighten anybody. */
    private static long middle(long[] values) {
        Arrays.sort(values);
        return values.length == 0 ? 0 : values[(values.length - 1) / 2];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Profile that && Arrays.equals(recent, that.recent);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(recent);
    }

    @Override
    public String toString() {
        return "Profile[" + median() + " + " + spread() + " of " + recent.length + " runs]";
    }
}
