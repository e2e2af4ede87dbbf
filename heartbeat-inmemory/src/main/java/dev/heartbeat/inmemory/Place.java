package dev.heartbeat.inmemory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A place in the order of {@link dev.heartbeat.store.DuePosition}. Documents extend it and its instant is kept flat, so
 * that a place in the index costs no object of its own: with a million schedules that is 72 MB.
 */
abstract class Place implements Comparable<Place> {
    private final long second;
    private final int nano;
    private boolean left;

    Place(long second, int nano) {
        this.second = second;
        this.nano = nano;
    }

    /** Returns a place that no document need have. */
    static Place of(Instant wakeAt, String id) {
        return new Mark(wakeAt.getEpochSecond(), wakeAt.getNano(), id);
    }

    /** Returns the place behind all those of the instant. */
    static Place behind(Instant wakeAt) {
        return new Mark(wakeAt.getEpochSecond(), wakeAt.getNano() + 1, ""); // an id is never empty; nano may be 10^9
    }

    public abstract String id();

    /** Says that the document of this place has been replaced or deleted. */
    final void leave() {
        left = true;
    }

    final boolean hasLeft() {
        return left;
    }

    final Instant wakeAt() {
        return Instant.ofEpochSecond(second, nano);
    }

    final boolean neverWakes() {
        return second == Instant.MAX.getEpochSecond();
    }

    @Override
    public final int compareTo(Place other) {
        if (second != other.second) {
            return second < other.second ? -1 : 1;
        }
        return nano != other.nano ? Integer.compare(nano, other.nano) : id().compareTo(other.id());
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Place place && compareTo(place) == 0;
    }

    @Override
    public final int hashCode() {
        return id().hashCode();
    }

    private static final class Mark extends Place {
        private final String id;

        Mark(long second, int nano, String id) {
            super(second, nano);
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }
    }
}
