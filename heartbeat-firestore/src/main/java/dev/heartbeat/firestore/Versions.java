package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import dev.heartbeat.store.Version;
import java.util.Optional;

/** The version of a document is its update time, which has microseconds: those since 1970 as text. */
final class Versions {
    private static final long MILLION = 1_000_000;

    private Versions() {}

    static Version of(Timestamp updateTime) {
        long seconds = Math.multiplyExact(updateTime.getSeconds(), MILLION);
        return new Version(Long.toString(Math.addExact(seconds, updateTime.getNanos() / 1_000)));
    }

    /** Returns the update time that a version stands for; empty for one that no document of ours has. */
    static Optional<Timestamp> updateTime(Version version) {
        try {
            return Optional.of(Timestamp.ofTimeMicroseconds(Long.parseLong(version.value())));
        } catch (IllegalArgumentException e) { // no number, or out of range
            return Optional.empty();
        }
    }
}
