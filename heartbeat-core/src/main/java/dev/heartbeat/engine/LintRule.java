package dev.heartbeat.engine;

import dev.heartbeat.schedule.Hint;
import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is allowed in a definition and may not be meant; pure. */
final class LintRule {
    /** How many fires are looked at for the shortest time between two. */
    private static final int FIRES = 100;

    private LintRule() {}

    /**
     * Returns the hints.
     *
     * @param problem what to tell of a task that this instance does not know; null if it knows it
     * @param timeout how long a run may take
     * @param window its window, zero for none
     * @param interval how often pulses are expected
     * @param wakes whether something wakes for each fire, so that the interval does not matter
     * @param staleAfter the greatest age of a fire that runs, where the schedule leaves it to the heartbeat
     */
    static List<Hint> hints(
            Schedule schedule,
            Instant now,
            @Nullable String problem,
            Duration timeout,
            Duration window,
            Duration interval,
            boolean wakes,
            Duration staleAfter) {
        List<Hint> hints = new ArrayList<>();
        if (problem != null) {
            hints.add(new Hint(
                    Hint.NO_EXECUTOR, sentence(problem) + "; here its fires stay due, and are errors after a while"));
        }
        Instant first = schedule.nextFire(now).orElse(null);
        if (first == null) {
            hints.add(new Hint(
                    Hint.NEVER_FIRES,
                    "It has no fire after " + now
                            + (schedule.isOneOff()
                                    ? "; one whose instant has passed runs at the next pulse, if its catch-up allows and it"
                                            + " has not run"
                                    : "")));
            return hints;
        }
        Duration gap = shortestGap(schedule, first);
        Duration greatestAge = schedule.catchUp().greatestAge(staleAfter).orElse(null);
        if (!wakes
                && gap != null
                && gap.compareTo(interval) < 0
                && !schedule.catchUp().isAll()) {
            hints.add(new Hint(
                    Hint.FINER_THAN_PULSES,
                    "It may fire every " + text(gap) + ", and pulses are expected every " + text(interval)
                            + ": of the fires between two pulses the latest runs, and the others are missed"));
        }
        if (!wakes && greatestAge != null && greatestAge.plus(window).compareTo(interval) < 0) {
            hints.add(new Hint(
                    Hint.TOO_OLD_FOR_PULSES,
                    "A fire is too old to run after " + text(greatestAge) + ", and pulses are expected every "
                            + text(interval) + ": one that falls due just after a pulse is missed"));
        }
        if (gap != null && timeout.compareTo(gap) > 0) {
            hints.add(new Hint(
                    Hint.LONGER_THAN_GAP,
                    "A run may take " + text(timeout) + ", and fires may be " + text(gap)
                            + " apart: it never overlaps itself, so fires that pass meanwhile wait or are missed"));
        }
        if (gap != null && window.compareTo(gap) > 0) {
            hints.add(new Hint(
                    Hint.WINDOW_CUT,
                    "Its window of " + text(window) + " is longer than the " + text(gap)
                            + " that there may be between two fires: the next fire ends it"));
        }
        return hints;
    }

    /** Returns the shortest time between the next few fires, or null if only one is to come. */
    private static @Nullable Duration shortestGap(Schedule schedule, Instant first) {
        Duration shortest = null;
        Instant fire = first;
        for (int i = 0; i < FIRES; i++) {
            Instant next = schedule.nextFire(fire).orElse(null);
            if (next == null) {
                break;
            }
            Duration gap = Duration.between(fire, next);
            shortest = shortest == null || gap.compareTo(shortest) < 0 ? gap : shortest;
            fire = next;
        }
        return shortest;
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** Returns a duration as people write it, such as "10 min" or "36 h". */
    static String text(Duration duration) {
        if (duration.toMillis() % 1_000 != 0) {
            return duration.toMillis() + " ms";
        }
        long seconds = duration.toSeconds();
        if (seconds % 3_600 == 0 && seconds > 0) {
            return seconds / 3_600 + " h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
