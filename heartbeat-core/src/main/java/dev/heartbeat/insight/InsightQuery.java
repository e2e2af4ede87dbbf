package dev.heartbeat.insight;

import java.time.Duration;

/**
 * How far an {@link Insight} looks back, and how much it may read for that. Where the limits cut, it says from when on it
 * knows everything; see {@link Extent}.
 *
 * @param span how far back; 1 to 64 days
 * @param mostRuns how many entries of the ledger are read at the most; 1 to 200,000
 * @param mostPulses how many pulses are read at the most; 1 to 200,000
 */
public record InsightQuery(Duration span, int mostRuns, int mostPulses) {
    private static final Duration SHORTEST = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(64);
    private static final int MOST = 200_000;

    /** 28 days, 5,000 entries of the ledger, 2,000 pulses. */
    public static final InsightQuery DEFAULT = new InsightQuery(Duration.ofDays(28), 5_000, 2_000);

    /** Checks the ranges. Throws {@code IllegalArgumentException} if a value is outside. */
    public InsightQuery {
        if (span.compareTo(SHORTEST) < 0 || span.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("insight: span is " + span + "; allowed are 1 to 64 days");
        }
        checkMost("mostRuns", mostRuns);
        checkMost("mostPulses", mostPulses);
    }

    private static void checkMost(String what, int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("insight: " + what + " is " + most + "; allowed are 1 to " + MOST);
        }
    }

    /** Returns a query that looks back for the span, with the limits of {@link #DEFAULT}. */
    public static InsightQuery over(Duration span) {
        return new InsightQuery(span, DEFAULT.mostRuns, DEFAULT.mostPulses);
    }

    /** Returns this query with other limits: more for a busy platform, less where each read costs. */
    public InsightQuery reading(int runs, int pulses) {
        return new InsightQuery(span, runs, pulses);
    }
}
