package dev.heartbeat.cron;

/** The five fields of a cron expression in the order of the text. */
enum CronField {
    MINUTE("minute", 0, 59, "0-59", "*/10", ""),
    HOUR("hour", 0, 23, "0-23", "9-17", ""),
    DAY_OF_MONTH("day-of-month", 1, 31, "1-31", "1,15", ""),
    MONTH("month", 1, 12, "1-12 or JAN-DEC", "JAN-JUN", "janfebmaraprmayjunjulaugsepoctnovdec"),
    DAY_OF_WEEK("day-of-week", 0, 7, "0-7 (0 and 7 are Sunday) or SUN-SAT", "MON-FRI", "sunmontuewedthufrisat");

    static final int NAME_LENGTH = 3;

    final String label;
    final int min;
    final int max;
    final String allowed;
    final String example;
    /** The names, three letters each, without separators; the first one stands for {@link #min}. */
    private final String names;

    CronField(String label, int min, int max, String allowed, String example, String names) {
        this.label = label;
        this.min = min;
        this.max = max;
        this.allowed = allowed;
        this.example = example;
        this.names = names;
    }

    /** Returns the position in the text, from 1. */
    @SuppressWarnings("EnumOrdinal") // the order of the constants is the order of the fields
    int position() {
        return ordinal() + 1;
    }

    boolean hasNames() {
        return !names.isEmpty();
    }

    /** Returns the value of the three ASCII letters at an offset in the text, or -1 if they are no name of this field. */
    int valueOfName(String text, int offset) {
        for (int at = 0; at < names.length(); at += NAME_LENGTH) {
            if (text.regionMatches(true, offset, names, at, NAME_LENGTH)) {
                return min + at / NAME_LENGTH;
            }
        }
        return -1;
    }
}
