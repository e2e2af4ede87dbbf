package dev.heartbeat.schedule;

import java.time.Instant;

/** Instants in few words, for tables: on Sunday 2026-02-15 in UTC unless a day is given. */
public final class Times {
    private Times() {}

    /** Returns an instant such as {@code "09:00"}, {@code "09:00:30.5"} or {@code "2026-02-16 09:00"}; null for null. */
    public static Instant at(String text) {
        if (text == null) {
            return null;
        }
        int space = text.indexOf(' ');
        String day = space < 0 ? "2026-02-15" : text.substring(0, space);
        String time = text.substring(space + 1);
        return Instant.parse(day + "T" + (time.length() == 5 ? time + ":00" : time) + "Z");
    }
}
