package dev.heartbeat.insight;

/** Figures as people say them. */
final class Words {
    private static final double SECOND = 1_000;
    private static final double MINUTE = 60 * SECOND;
    private static final double HOUR = 60 * MINUTE;
    private static final double DAY = 24 * HOUR;

    private Words() {}

    /** Returns a duration in the unit that makes it short: "840 ms", "2.1 s", "10 min", "3.6 h", "9 days". */
    static String duration(double ms) {
        if (ms < 0.9995 * SECOND) {
            return Math.round(ms) + " ms";
        }
        if (ms < 100 * SECOND) {
            return number(ms / SECOND) + " s";
        }
        if (ms < 100 * MINUTE) {
            return number(ms / MINUTE) + " min";
        }
        return ms < 2 * DAY ? number(ms / HOUR) + " h" : number(ms / DAY) + " days";
    }

    static String duration(long ms) {
        return duration((double) ms);
    }

    /** Returns a number with one digit behind the point below ten, where that says something. */
    static String number(double value) {
        double tenths = Math.round(value * 10) / 10.0;
        return tenths < 10 && tenths != Math.rint(tenths) ? Double.toString(tenths) : Long.toString(Math.round(value));
    }

    static String percent(double share) {
        return number(Math.abs(share) * 100) + " %";
    }

    static String days(double days) {
        long whole = Math.max(1, Math.round(days));
        return whole == 1 ? "1 day" : whole + " days";
    }
}
