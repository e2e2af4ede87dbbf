package dev.heartbeat.inmemory;

import dev.heartbeat.store.Version;
import java.time.Instant;

/**
 * What a write leaves on what it wrote.
 *
 * @param at the store's time
 * @param version a number that no other write of the store has
 */
record Stamp(Instant at, long version) {
    /** Returns the version in the form of the contract. */
    Version text() {
        return text(version);
    }

    static Version text(long version) {
        return new Version(Long.toString(version));
    }

    /** Gives out stamps; one for each store, so that a version does not come back when a document does. */
    static final class Source {
        private long last;

        Stamp next(Instant at) {
            return new Stamp(at, ++last);
        }
    }
}
