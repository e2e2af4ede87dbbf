package dev.heartbeat.insight;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A straight line through points: the median of all pairwise slopes (Theil and Sen), which a quarter of odd points does not
 * turn, and how sure it is (Mann and Kendall): the count of pairs that rise less those that fall, in standard deviations of
 * what chance would make of it, ties included.
 *
 * @param slope the change of y for each x
 * @param start y at x = 0
 * @param score in standard deviations; positive when it rises
 */
record Trend(double slope, double start, double score) {
    /** From here on chance alone would do it less than once in a thousand times. */
    private static final double CLEAR = 3.291;
    /** Below so many points nothing is called clear. */
    static final int FEWEST = 8;

    /** Returns the line; two points at least. */
    static Trend of(double[] x, double[] y) {
        int n = x.length;
        double[] slopes = new double[n * (n - 1) / 2];
        int count = 0;
        double risesLessFalls = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                slopes[count] = (y[j] - y[i]) / (x[j] - x[i]);
                risesLessFalls += Math.signum(slopes[count++]);
            }
        }
        double slope = middle(slopes);
        double[] starts = new double[n];
        for (int i = 0; i < n; i++) {
            starts[i] = y[i] - slope * x[i];
        }
        return new Trend(slope, middle(starts), score(risesLessFalls, y));
    }

    private static double score(double risesLessFalls, double[] y) {
        Map<Double, Integer> ties = new HashMap<>();
        for (double each : y) {
            ties.merge(each, 1, Integer::sum);
        }
        double variance =
                term(y.length) - ties.values().stream().mapToDouble(Trend::term).sum();
        double towardsNone = risesLessFalls - Math.signum(risesLessFalls);
        return variance <= 0 ? 0 : towardsNone / Math.sqrt(variance);
    }

    private static double term(int n) {
        return n * (n - 1.0) * (2 * n + 5) / 18;
    }

    private static double middle(double[] values) {
        Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    double at(double x) {
        return start + slope * x;
    }

    static boolean canBeClear(int points) {
        return points >= FEWEST;
    }

    boolean isClear() {
        return Math.abs(score) > CLEAR;
    }
}
