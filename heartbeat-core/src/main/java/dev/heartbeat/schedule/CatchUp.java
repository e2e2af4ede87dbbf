package dev.heartbeat.schedule;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of fires that are found late, in two numbers: how many of them one pulse runs, and how old they may be.
 * With one run it is the latest fire, and the ledger holds the earlier ones as one series {@code missed}, reason
 * {@code coalesced}. With more, they run oldest first, each after the one before is recorded. Fires that are too old
 * do not run; they are one series {@code missed}, reason {@code too-old}.
 *
 * <p>Immutable and thread-safe; equal when both numbers are. So {@code once().within(d)} and {@code skip().within(d)}
 * are equal.
 */
public final class CatchUp {
    /** The most fires that one pulse may be allowed to run of one schedule. */
    public static final int MOST_RUNS = 10_000;

    /** What a message says is allowed as text. */
    public static final String ALLOWED =
            "once, skip, all or all(n), such as all(20), with n of 2 to " + MOST_RUNS + "; one run a pulse is once";

    private static final Duration LONGEST_AGE = Duration.ofDays(366);
    private static final Pattern SOME = Pattern.compile("all\\s*\\(\\s*(\\d{1,9})\\s*\\)");

    private static final CatchUp ONCE = new CatchUp(1, false, null);
    private static final CatchUp SKIP = new CatchUp(1, true, null);
    private static final CatchUp ALL = new CatchUp(MOST_RUNS, false, null);

    private final int runs;
    private final boolean punctual;
    private final @Nullable Duration within;

    private CatchUp(int runs, boolean punctual, @Nullable Duration within) {
        this.runs = runs;
        this.punctual = punctual;
        this.within = within;
    }

    /** Returns the default: the latest fire, however late. */
    public static CatchUp once() {
        return ONCE;
    }

    /**
     * Returns: the latest fire, unless it is older than the heartbeat's {@code staleAfter}, the time after which a
     * pulse counts as late.
     */
    public static CatchUp skip() {
        return SKIP;
    }

    /** Returns: every fire, as many in one pulse as its budget allows, at most {@value #MOST_RUNS}. */
    public static CatchUp all() {
        return ALL;
    }

    /**
     * Returns: every fire, at most so many in one pulse.
     *
     * @throws IllegalArgumentException unless it is 2 to {@value #MOST_RUNS}
     */
    public static CatchUp all(int runsPerPulse) {
        if (runsPerPulse < 2 || runsPerPulse > MOST_RUNS) {
            throw new IllegalArgumentException("catch-up: all(" + runsPerPulse + ") is not allowed; " + ALLOWED);
        }
        return new CatchUp(runsPerPulse, false, null);
    }

    /**
     * Returns this with another greatest age, counted from the fire time or, in a window, from its end; it replaces the one of {@link #skip()}.
     *
     * @throws IllegalArgumentException unless it is more than zero and at most 366 days
     */
    public CatchUp within(Duration age) {
        if (age.isNegative() || age.isZero() || age.compareTo(LONGEST_AGE) > 0) {
            throw new IllegalArgumentException(
                    "catch-up: within " + age + " is not allowed; more than zero, at most " + LONGEST_AGE);
        }
        return new CatchUp(runs, false, age);
    }

    /**
     * Reads {@link #text()}; case and spaces around do not matter.
     *
     * @throws IllegalArgumentException if it is no such text; the message says what is allowed
     */
    public static CatchUp parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        Matcher some = SOME.matcher(word);
        return switch (word) {
            case "once" -> ONCE;
            case "skip" -> SKIP;
            case "all" -> ALL;
            default -> {
                if (some.matches()) {
                    yield all(Integer.parseInt(some.group(1)));
                }
                throw new IllegalArgumentException("catch-up: '" + text + "' is not allowed; " + ALLOWED);
            }
        };
    }

    /** Returns the word for the number of runs, as documents hold it: {@code once, skip, all, all(20)}. */
    public String text() {
        return runs == 1 ? (punctual ? "skip" : "once") : runs == MOST_RUNS ? "all" : "all(" + runs + ")";
    }

    /** Returns how many fires one pulse may run, at least 1. */
    public int runsPerPulse() {
        return runs;
    }

    /** Tells whether every fire is run, and not only the latest. */
    public boolean isAll() {
        return runs > 1;
    }

    /** Returns the greatest age that was set by {@link #within(Duration)}, or empty. */
    public Optional<Duration> within() {
        return Optional.ofNullable(within);
    }

    /**
     * Returns the greatest age of a fire that still runs, or empty for any age.
     *
     * @param staleAfter the greatest age for {@link #skip()}
     */
    public Optional<Duration> greatestAge(Duration staleAfter) {
        return punctual ? Optional.of(staleAfter) : within();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CatchUp that
                && runs == that.runs
                && punctual == that.punctual
                && Objects.equals(within, that.within);
    }

    @Override
    public int hashCode() {
        return Objects.hash(runs, punctual, within);
    }

    @Override
    public String toString() {
        return "CatchUp[" + text() + (within == null ? "" : " within " + within) + "]";
    }
}
