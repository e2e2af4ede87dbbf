package dev.heartbeat.cron;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A second reading of cron expressions, as plain as possible: sets of numbers, made by splitting the text. It takes
 * valid text only and shares nothing with the engine.
 */
final class OracleCron {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    private final String[] fields;
    private final boolean[] minutes;
    private final boolean[] hours;
    private final boolean[] days;
    private final boolean[] months;
    private final boolean[] weekdays;

    OracleCron(String text) {
        fields = text.strip().toLowerCase(Locale.ROOT).split("[ \t]+");
        minutes = flags(values(fields[0], 0, 59));
        hours = flags(values(fields[1], 0, 23));
        days = flags(values(fields[2], 1, 31));
        months = flags(values(fields[3], 1, 12));
        weekdays = flags(values(fields[4], 0, 7));
        weekdays[0] |= weekdays[7];
    }

    boolean matches(LocalDateTime time) {
        return minutes[time.getMinute()] && hours[time.getHour()] && matches(time.toLocalDate());
    }

    boolean matches(LocalDate date) {
        boolean day = days[date.getDayOfMonth()];
        boolean weekday = weekdays[date.getDayOfWeek().getValue() % 7];
        boolean both = fields[2].startsWith("*") || fields[4].startsWith("*");
        return months[date.getMonthValue()] && (both ? day && weekday : day || weekday);
    }

    boolean followsWall() {
        return fields[0].startsWith("*") || fields[1].startsWith("*");
    }

    private static boolean[] flags(Set<Integer> values) {
        boolean[] flags = new boolean[60];
        values.forEach(value -> flags[value] = true);
        return flags;
    }

    private static Set<Integer> values(String field, int min, int max) {
        Set<Integer> values = new TreeSet<>();
        for (String item : field.split(",")) {
            String[] stepped = item.split("/");
            String[] ends = stepped[0].equals("*") ? new String[] {"" + min, "" + max} : stepped[0].split("-");
            int first = value(ends[0]);
            int last = value(ends[ends.length - 1]);
            if (max == 7 && last == 0 && first > 0) {
                last = 7;
            }
            int step = stepped.length == 1 ? 1 : Integer.parseInt(stepped[1]);
            for (int value = first; value <= last; value += step) {
                values.add(value);
            }
        }
        return values;
    }

    private static int value(String text) {
        if (MONTHS.contains(text)) {
            return MONTHS.indexOf(text) + 1;
        }
        return DAYS.contains(text) ? DAYS.indexOf(text) : Integer.parseInt(text);
    }
}
