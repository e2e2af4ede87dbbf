package dev.heartbeat.inmemory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A place in the order of {@link dev.heartbeat.store.DuePosition}. Documents extend it and its instant is kept flat, so
 * that a place in the index costs no object of its own: with a million schedules that is 72 MB.
 */
class Place implements Comparable<Place> {
    private final long second;
    private final int nano;
    private final String id;

    Place(Instant wakeAt, String id) {
        this(wakeAt.getEpochSecond(), wakeAt.getNano(), id);
    }

    private Place(long second, int nano, String id) {
        this.second = second;
        this.nano = nano;
        this.id = id;
    }

    /** Returns the place behind all those of the instant. */
    static Place behind(Instant wakeAt) {
        return new Place(wakeAt.getEpochSecond(), wakeAt.getNano() + 1, ""); // an id is never empty; nano may be 10^9
    }

    public final String id() {
        return id;
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
        return nano != other.nano ? Integer.compare(nano, other.nano) : id.compareTo(other.id);
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Place place && compareTo(place) == 0;
    }

    @Override
    public final int hashCode() {
        return id.hashCode();
    }
}
