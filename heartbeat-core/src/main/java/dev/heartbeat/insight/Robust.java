package dev.heartbeat.insight;

import java.util.Arrays;
import java.util.Collection;

/** Statistics that one odd value does not move. */
final class Robust {
    private Robust() {}

    static double[] sorted(Collection<? extends Number> values) {
        double[] sorted = values.stream().mapToDouble(Number::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** Returns the middle one; of two the smaller, so that it is one of the values. */
    static double median(double[] sorted) {
        return quantile(sorted, 0.5);
    }

    /** Returns the smallest value that the share of all does not exceed. */
    static double quantile(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    /** Returns the median distance from the median. */
    static double spread(double[] sorted) {
        double median = median(sorted);
        double[] distances = Arrays.stream(sorted)
                .map(each -> Math.abs(each - median))
                .sorted()
                .toArray();
        return median(distances);
    }

    /** Returns the chance of at least so many hits in so many tries, each of the given chance. */
    static double chanceOfAtLeast(int hits, int tries, double chance) {
        double fewer = 0;
        double logTerm = tries * Math.log1p(-chance); // of no hit; in logarithms, since a thousand tries underflow
        for (int i = 0; i < hits; i++) {
            fewer += Math.exp(logTerm);
            logTerm += Math.log(tries - i) - Math.log(i + 1) + Math.log(chance) - Math.log1p(-chance);
        }
        return 1 - fewer;
    }
}
