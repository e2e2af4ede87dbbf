package dev.heartbeat.http;

import dev.heartbeat.health.Health;
import dev.heartbeat.store.HeartbeatRecord;
import java.time.Duration;
import java.time.Instant;

/** When the system was updated last, in a sentence for those who use it. */
final class LastUpdated {
    private LastUpdated() {}

    /** Returns the sentence; a time to come, by a clock that is ahead, is now. */
    static String text(Health health, Instant now) {
        if (!health.storeReadable()) {
            return "Last update of the system not known";
        }
        return health.heartbeat()
                .map(HeartbeatRecord::timestamp)
                .map(time -> "System last updated " + ago(Duration.between(time, now)))
                .orElse("System not updated yet");
    }

    private static String ago(Duration age) {
        if (age.compareTo(Duration.ofMinutes(1)) < 0) {
            return "less than a minute ago";
        }
        if (age.toHours() < 1) {
            return counted(age.toMinutes(), "minute");
        }
        return age.toDays() < 2 ? counted(age.toHours(), "hour") : counted(age.toDays(), "day");
    }

    private static String counted(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s") + " ago";
    }
}
