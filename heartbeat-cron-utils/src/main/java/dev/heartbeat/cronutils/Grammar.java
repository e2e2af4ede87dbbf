package dev.heartbeat.cronutils;

import static dev.heartbeat.cronutils.Part.DAY_OF_MONTH;
import static dev.heartbeat.cronutils.Part.DAY_OF_WEEK;
import static dev.heartbeat.cronutils.Part.HOUR;
import static dev.heartbeat.cronutils.Part.MINUTE;
import static dev.heartbeat.cronutils.Part.MONTH;
import static dev.heartbeat.cronutils.Part.SECOND;
import static dev.heartbeat.cronutils.Part.YEAR;

import java.util.List;
import java.util.Map;

/** What a dialect allows. The core's own, {@link #UNIX}, is here for descriptions; the core has read its texts before. */
enum Grammar {
    QUARTZ("Quartz", "0 0 9 ? * MON-FRI", 1, 7),
    SPRING("Spring", "0 0 9 * * MON-FRI", 0, 7),
    CRON4J("cron4j", "0 9 * * MON-FRI", 0, 6),
    UNIX("UNIX", "0 9 * * MON-FRI", 0, 7);

    private static final List<Part> FIVE = List.of(MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK);
    private static final List<Part> SIX = List.of(SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK);
    private static final List<Part> SEVEN = List.of(SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR);

    private static final Map<String, String> MACROS = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    final String label;
    final String example;
    final int firstDayOfWeek;
    final int lastDayOfWeek;

    Grammar(String label, String example, int firstDayOfWeek, int lastDayOfWeek) {
        this.label = label;
        this.example = example;
        this.firstDayOfWeek = firstDayOfWeek;
        this.lastDayOfWeek = lastDayOfWeek;
    }

    /** Returns the fields in the order of the text; the year may be left out. */
    List<Part> parts() {
        return switch (this) {
            case QUARTZ -> SEVEN;
            case SPRING -> SIX;
            case CRON4J, UNIX -> FIVE;
        };
    }

    String prefix() {
        return "@" + label.toLowerCase(java.util.Locale.ROOT);
    }

    /** Tells whether a text starts with the prefix, with something behind it. */
    boolean isPrefixOf(String text) {
        int length = prefix().length();
        return text.startsWith(prefix())
                && text.length() > length
                && (text.charAt(length) == ' ' || text.charAt(length) == '\t');
    }

    /** Returns the fields that a macro stands for, or the text itself. */
    String expand(String text) {
        return switch (this) {
            case SPRING -> MACROS.containsKey(text) ? "0 " + MACROS.get(text) : text;
            case UNIX -> MACROS.getOrDefault(text, text);
            case QUARTZ, CRON4J -> text;
        };
    }

    int fewestFields() {
        return this == QUARTZ ? parts().size() - 1 : parts().size();
    }

    int min(Part part) {
        return part == DAY_OF_WEEK ? firstDayOfWeek : part.min;
    }

    int max(Part part) {
        return part == DAY_OF_WEEK ? lastDayOfWeek : part.max;
    }

    /** Returns where a star begins to count its steps. */
    int firstOfStar(Part part) {
        return this == SPRING && part == DAY_OF_WEEK ? 1 : min(part);
    }

    /** Tells whether {@code 5/15} is read, as from 5 on. */
    boolean hasOpenSteps() {
        return this == QUARTZ || this == SPRING;
    }

    /** Tells whether a range of a field may end before it starts, and goes over the end then. */
    boolean wraps(Part part, int to) {
        return switch (this) {
            case QUARTZ -> part != YEAR;
            case SPRING, UNIX -> part == DAY_OF_WEEK && to % 7 == 0;
            case CRON4J -> false;
        };
    }

    /** Returns the day of the week from Sunday, 0. */
    int dayOfWeek(int value) {
        return Math.floorMod(this == QUARTZ ? value - 1 : value, 7);
    }

    /** Says what a field may hold, for messages. */
    String allowed(Part part) {
        String values = part.min + "-" + part.max;
        String more = "";
        if (part == DAY_OF_WEEK) {
            values = firstDayOfWeek + "-" + lastDayOfWeek + " (" + firstDayOfWeek
                    + (this == SPRING ? " and 7 are Sunday)" : " is Sunday)");
        }
        if (part == DAY_OF_MONTH) {
            more = switch (this) {
                case QUARTZ -> ", ?, L, L-3, LW, 15W (1 to 27)";
                case SPRING -> ", L, L-3, LW, 15W (1 to 27)";
                case CRON4J -> ", L";
                case UNIX -> "";
            };
        } else if (part == DAY_OF_WEEK) {
            more = switch (this) {
                case QUARTZ -> ", ?, L, 6L, 6#3";
                case SPRING -> ", 5L, 5#3";
                case CRON4J, UNIX -> "";
            };
        }
        String names = part == MONTH ? " or JAN-DEC" : part == DAY_OF_WEEK ? " or SUN-SAT" : "";
        String steps = hasOpenSteps() ? ", steps such as */2 or 5/2" : ", steps such as */2 after * or a range";
        return values + names + ", * for all, lists with commas, ranges with -" + steps + more;
    }
}
