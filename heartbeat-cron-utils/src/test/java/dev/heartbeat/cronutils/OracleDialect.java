package dev.heartbeat.cronutils;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A second reading of the dialects, written from their manuals and not from any engine: it looks at one calendar day
 * after the other, and at all seconds of it. Slow and simple on purpose; it reads valid text only.
 */
final class OracleDialect {
    private static final int FARTHEST_DAYS = 82 * 366;
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    private final CronDialect dialect;
    private final BitSet seconds;
    private final BitSet minutes;
    private final BitSet hours;
    private final String dayOfMonth;
    private final BitSet months;
    private final String dayOfWeek;
    private final BitSet years;

    OracleDialect(CronDialect dialect, String text) {
        this.dialect = dialect;
        String fields = dialect == CronDialect.CRON4J ? "0 " + text : text;
        String[] field = fields.toUpperCase(Locale.ROOT).split(" ");
        this.seconds = set(field[0], 0, 59);
        this.minutes = set(field[1], 0, 59);
        this.hours = set(field[2], 0, 23);
        this.dayOfMonth = field[3];
        this.months = set(named(field[4], MONTHS, 1), 1, 12);
        this.dayOfWeek = named(field[5], DAYS, dialect == CronDialect.QUARTZ ? 1 : 0);
        this.years = set(field.length > 6 ? field[6] : "*", 1970, 2099);
    }

    Optional<LocalDateTime> next(LocalDateTime after) {
        LocalDateTime from = after.withNano(0).plusSeconds(1);
        LocalTime time = from.toLocalTime();
        LocalDate date = from.toLocalDate();
        for (int i = 0; i < FARTHEST_DAYS; i++) {
            if (matches(date)) {
                for (int second = time.toSecondOfDay(); second < 86_400; second++) {
                    if (matches(second)) {
                        return Optional.of(date.atTime(LocalTime.ofSecondOfDay(second)));
                    }
                }
            }
            date = date.plusDays(1);
            time = LocalTime.MIDNIGHT;
        }
        return Optional.empty();
    }

    private boolean matches(int secondOfDay) {
        return hours.get(secondOfDay / 3_600) && minutes.get(secondOfDay / 60 % 60) && seconds.get(secondOfDay % 60);
    }

    private boolean matches(LocalDate date) {
        return years.get(date.getYear())
                && months.get(date.getMonthValue())
                && matchesDayOfMonth(date)
                && matchesDayOfWeek(date);
    }

    private boolean matchesDayOfMonth(LocalDate date) {
        int last = date.lengthOfMonth();
        int day = date.getDayOfMonth();
        if (dayOfMonth.equals("?")) {
            return true;
        }
        if (dayOfMonth.equals("L")) {
            return day == last;
        }
        if (dayOfMonth.equals("LW")) {
            return date.equals(workday(date, last));
        }
        if (dayOfMonth.startsWith("L-")) {
            return day == last - Integer.parseInt(dayOfMonth.substring(2));
        }
        if (dayOfMonth.endsWith("W")) {
            return date.equals(workday(date, Integer.parseInt(dayOfMonth.replace("W", ""))));
        }
        return set(dayOfMonth, 1, 31).get(day);
    }

    /** Returns the weekday, Monday to Friday, nearest to a day, in the month of it. */
    private static LocalDate workday(LocalDate month, int wanted) {
        LocalDate day = month.withDayOfMonth(wanted);
        if (day.getDayOfWeek() == DayOfWeek.SATURDAY) {
            return wanted == 1 ? day.plusDays(2) : day.minusDays(1);
        }
        if (day.getDayOfWeek() == DayOfWeek.SUNDAY) {
            return wanted == day.lengthOfMonth() ? day.minusDays(2) : day.plusDays(1);
        }
        return day;
    }

    private boolean matchesDayOfWeek(LocalDate date) {
        for (String item : dayOfWeek.split(",")) {
            if (matchesDayItem(item, date)) {
                return true;
            }
        }
        return false;
    }

    private boolean matchesDayItem(String item, LocalDate date) {
        int number = date.getDayOfWeek().getValue() % 7 + (dialect == CronDialect.QUARTZ ? 1 : 0);
        if (item.equals("?")) {
            return true;
        }
        if (item.equals("L")) {
            return number == 7;
        }
        if (item.endsWith("L")) {
            return is(item.replace("L", ""), number) && date.getDayOfMonth() > date.lengthOfMonth() - 7;
        }
        if (item.contains("#")) {
            String[] parts = item.split("#");
            return is(parts[0], number) && (date.getDayOfMonth() - 1) / 7 + 1 == Integer.parseInt(parts[1]);
        }
        // To Spring a star of the week is Monday to Sunday; the others count from Sunday.
        BitSet set = switch (dialect) {
            case QUARTZ -> set(item, 1, 7);
            case SPRING -> set(item.replace("*", "1-7"), 0, 7);
            case CRON4J -> set(item, 0, 6);
        };
        return set.get(number) || (dialect != CronDialect.QUARTZ && number == 0 && set.get(7));
    }

    private boolean is(String day, int number) {
        int wanted = Integer.parseInt(day);
        return (dialect == CronDialect.QUARTZ ? wanted : wanted % 7) == number;
    }

    private static String named(String field, List<String> names, int first) {
        String text = field;
        for (int i = 0; i < names.size(); i++) {
            text = text.replace(names.get(i), Integer.toString(first + i));
        }
        return text;
    }

    static BitSet set(String field, int min, int max) {
        BitSet set = new BitSet();
        for (String item : field.split(",")) {
            String[] step = item.split("/");
            String[] ends = step[0].split("-");
            int from = ends[0].equals("*") ? min : Integer.parseInt(ends[0]);
            boolean open = ends[0].equals("*") || (ends.length == 1 && step.length == 2);
            int to = ends.length == 2 ? Integer.parseInt(ends[1]) : open ? max : from;
            int by = step.length == 2 ? Integer.parseInt(step[1]) : 1;
            // A range of days may go on over the end of the week; nothing else in these tests is reversed.
            int length = to >= from ? to - from : to - from + max - min + 1;
            for (int i = 0; i <= length; i += by) {
                set.set(min + (from - min + i) % (max - min + 1));
            }
        }
        return set;
    }
}
