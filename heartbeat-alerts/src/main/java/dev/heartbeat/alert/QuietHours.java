package dev.heartbeat.alert;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Objects;

/**
 * Hours of each day in which a rule tells nothing. Immutable and thread-safe.
 *
 * @param from the first minute of them
 * @param to the first minute after them; earlier than {@code from} for hours that go over midnight
 * @param zone whose wall clock is meant
 */
public record QuietHours(LocalTime from, LocalTime to, ZoneId zone) {
    /** Checks the hours. Throws {@code IllegalArgumentException} if they begin when they end. */
    public QuietHours {
        Objects.requireNonNull(zone, "zone");
        if (from.equals(to)) {
            throw new IllegalArgumentException("quiet hours from " + from + " to " + to
                    + " are not allowed; they end at another minute than they begin");
        }
    }

    boolean hold(Instant now) {
        LocalTime time = LocalTime.ofInstant(now, zone);
        boolean afterBegin = !time.isBefore(from);
        boolean beforeEnd = time.isBefore(to);
        return from.isBefore(to) ? afterBegin && beforeEnd : afterBegin || beforeEnd;
    }
}
