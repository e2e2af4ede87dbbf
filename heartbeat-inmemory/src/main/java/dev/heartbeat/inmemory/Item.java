package dev.heartbeat.inmemory;

import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An entry of a history and its place in it: latest time first, of equal times the later arrival. */
final class Item<V> implements Comparable<Item<?>> {
    private final Instant time;
    private final long number;
    private final @Nullable V value;
    private final Instant arrived;

    Item(Instant time, long number, @Nullable V value, Instant arrived) {
        this.time = time;
        this.number = number;
        this.value = value;
        this.arrived = arrived;
    }

    /**
     * Returns the place that a text stands for, without a value.
     *
     * @throws IllegalArgumentException if no page ever gave the text
     */
    static <V> Item<V> placeOf(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length == 3) {
            try {
                Instant time = Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
                return new Item<>(time, Long.parseLong(parts[2]), null, Instant.MIN);
            } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
                // falls through to the message below
            }
        }
        throw new IllegalArgumentException("history: after is '" + text + "'; allowed is what a page gave as next");
    }

    String place() {
        return time.getEpochSecond() + ":" + time.getNano() + ":" + number;
    }

    @SuppressWarnings("NullAway") // null in places alone, which are never among the entries
    V value() {
        return value;
    }

    Instant arrived() {
        return arrived;
    }

    @Override
    public int compareTo(Item<?> other) {
        int later = other.time.compareTo(time);
        return later != 0 ? later : Long.compare(other.number, number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Item<?> that && number == that.number && time.equals(that.time);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }
}
