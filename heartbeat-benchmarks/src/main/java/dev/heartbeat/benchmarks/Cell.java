package dev.heartbeat.benchmarks;

import java.util.Locale;

/**
 * One figure of one peer.
 *
 * @param peer who was measured
 * @param value the median; less is better
 */
record Cell(String peer, double value) {
    static String text(double value) {
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
