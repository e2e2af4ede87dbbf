package dev.heartbeat.cronutils;

import java.util.Locale;

/** A field of a cron expression. Days of the week are counted from Sunday, 0. */
enum Part {
    SECOND("second", 0, 59, ""),
    MINUTE("minute", 0, 59, ""),
    HOUR("hour", 0, 23, ""),
    DAY_OF_MONTH("day-of-month", 1, 31, ""),
    MONTH("month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"),
    DAY_OF_WEEK("day-of-week", 0, 6, "SUNMONTUEWEDTHUFRISAT"),
    YEAR("year", 1970, 2099, "");

    private static final int NAME_LENGTH = 3;

    final String label;
    final int min;
    final int max;
    /** Three letters each; the first name stands for {@link #min}. */
    private final String names;

    Part(String label, int min, int max, String names) {
        this.label = label;
        this.min = min;
        this.max = max;
        this.names = names;
    }

    /** Returns the value that a name of three letters stands for, or -1. */
    int valueOfName(String name) {
        int at = names.indexOf(name.toUpperCase(Locale.ROOT));
        return at < 0 || at % NAME_LENGTH != 0 ? -1 : min + at / NAME_LENGTH;
    }
}
