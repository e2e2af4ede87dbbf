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
        private static final int WRITES_A_SECOND = 30; // bits: no store of one JVM makes a thousand million

        private long last;

        /**
         * Starts where no store has been that began before: a document that is imported at every start would otherwise
         * have its old versions again, and with them the keys of the runs that people asked for.
         */
        Source(Instant begin) {
            last = (begin.getEpochSecond() & 0xFFFF_FFFFL) << WRITES_A_SECOND;
        }

        Stamp next(Instant at) {
            return new Stamp(at, ++last);
        }
    }
}
