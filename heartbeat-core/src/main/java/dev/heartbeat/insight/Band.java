package dev.heartbeat.insight;

/**
 * Where values usually are. Others are outside if their median is further from its median than three standard deviations
 * (told by the median distance, as a normal distribution has them) and than a floor, and if three quarters of them are beyond
 * all but a tenth of the usual ones. So of two modes neither is odd, and a steady task does not cry over a millisecond.
 */
record Band(double median, double width, double tenth, double ninetieth) {
    private static final double STANDARD_DEVIATION = 1.4826;
    private static final double FAR = 3;

    /** Returns the band of the values; the floor is half their median, or the least that matters if that is more. */
    static Band of(double[] sorted, double least) {
        double median = Robust.median(sorted);
        int outside = sorted.length / 10;
        return new Band(
                median,
                Math.max(FAR * STANDARD_DEVIATION * Robust.spread(sorted), Math.max(median / 2, least)),
                sorted[outside],
                sorted[sorted.length - 1 - outside]);
    }

    boolean isAbove(double[] sorted) {
        return Robust.median(sorted) > median + width && Robust.quantile(sorted, 0.25) > ninetieth;
    }

    boolean isBelow(double[] sorted) {
        return Robust.median(sorted) < median - width && Robust.quantile(sorted, 0.75) < tenth;
    }
}
