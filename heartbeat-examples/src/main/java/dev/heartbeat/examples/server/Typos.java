package dev.heartbeat.examples.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody may have meant. */
final class Typos {
    private static final int MOST_EDITS = 3;

    private Typos() {}

    static Optional<String> nearest(String typed, Collection<String> known) {
        return known.stream()
                .filter(word -> edits(typed, word) <= MOST_EDITS)
                .min(Comparator.comparingInt(word -> edits(typed, word)));
    }

    /** The number of single-character edits between two words. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
