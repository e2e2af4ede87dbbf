package dev.heartbeat.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for its start, each at a place of its own: critical work before all other, and within both in the order of
 * arrival. Any of it may leave, and come back to its place. Used by one thread.
 */
final class Waiting {
    /** The place before all others. */
    static final int START = Integer.MIN_VALUE;
    /** The place behind all others. */
    static final int END = Integer.MAX_VALUE;

    private final Row critical = new Row();
    private final Row others = new Row();

    /** Adds one behind those of its kind. */
    void add(Planned planned, boolean isCritical) {
        (isCritical ? critical : others).add(planned);
    }

    boolean isEmpty() {
        return critical.taken + others.taken == 0;
    }

    /** Returns the first place from there on at which one waits, or {@link #END}. */
    int next(int from) {
        if (from < 0) {
            int index = critical.next(from - START);
            if (index < critical.planned.size()) {
                return START + index;
            }
        }
        int index = others.next(Math.max(0, from));
        return index < others.planned.size() ? index : END;
    }

    /** Returns the one at a place that {@link #next} has named. */
    Planned get(int place) {
        Planned planned = row(place).planned.get(index(place));
        if (planned == null) {
            throw new IllegalStateException("nothing waits at place " + place);
        }
        return planned;
    }

    void remove(int place) {
        row(place).set(index(place), null);
    }

    /** Puts one back to the place that it had. */
    void putBack(int place, Planned planned) {
        row(place).set(index(place), planned);
    }

    /** Returns all in their order. */
    List<Planned> all() {
        List<Planned> all = new ArrayList<>(critical.taken + others.taken);
        for (int place = next(START); place != END; place = next(place + 1)) {
            all.add(get(place));
        }
        return all;
    }

    private Row row(int place) {
        return place < 0 ? critical : others;
    }

    private static int index(int place) {
        return place < 0 ? place - START : place;
    }

    private static final class Row {
        private final List<@Nullable Planned> planned = new ArrayList<>();
        private int first;
        private int taken;

        void add(Planned added) {
            planned.add(added);
            taken++;
        }

        /** Returns the first index from there on at which one waits, or how many there are. */
        int next(int from) {
            while (first < planned.size() && planned.get(first) == null) {
                first++;
            }
            int index = Math.max(from, first);
            while (index < planned.size() && planned.get(index) == null) {
                index++;
            }
            return index;
        }

        void set(int index, @Nullable Planned now) {
            taken += (now == null ? 0 : 1) - (planned.set(index, now) == null ? 0 : 1);
            first = Math.min(first, index);
        }
    }
}
