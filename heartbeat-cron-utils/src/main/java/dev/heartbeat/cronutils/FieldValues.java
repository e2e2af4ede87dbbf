package dev.heartbeat.cronutils;

import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;

/**
 * What one field allows: plain values, and days such as {@code L} and {@code 6#3} that depend on the month. Days of the
 * week are counted from Sunday, 0.
 *
 * @param part the field
 * @param values the plain values
 * @param special the others, as cron-utils writes them
 * @param followsWall whether the field starts with a star or an open step
 */
record FieldValues(Part part, BitSet values, List<String> special, boolean followsWall) {
    private static final int FEWEST_OF_A_STEP = 2;
    private static final int FEWEST_OF_A_RANGE = 3;

    boolean isAll() {
        return values.cardinality() == part.max - part.min + 1;
    }

    /** Returns the field in the words that cron-utils reads right: no names, no reversed range, no step from a value. */
    String text() {
        if (isAll()) {
            return "*";
        }
        int step = step();
        if (step > 0) {
            return "*/" + step;
        }
        StringJoiner list = new StringJoiner(",");
        int from = values.nextSetBit(0);
        while (from >= 0) {
            int to = values.nextClearBit(from) - 1;
            if (to - from + 1 >= FEWEST_OF_A_RANGE) {
                list.add(from + "-" + to);
            } else {
                for (int value = from; value <= to; value++) {
                    list.add(Integer.toString(value));
                }
            }
            from = values.nextSetBit(to + 1);
        }
        special.forEach(list::add);
        return list.toString();
    }

    /** Returns the n if the values are those of {@code *}{@code /n}, or 0. A week has no such steps worth a word. */
    private int step() {
        int first = values.nextSetBit(0);
        if (part == Part.DAY_OF_WEEK
                || !special.isEmpty()
                || first != part.min
                || values.cardinality() < FEWEST_OF_A_STEP) {
            return 0;
        }
        int step = values.nextSetBit(first + 1) - first;
        BitSet stepped = new BitSet();
        for (int value = first; value <= part.max; value += step) {
            stepped.set(value);
        }
        return stepped.equals(values) ? step : 0;
    }
}
