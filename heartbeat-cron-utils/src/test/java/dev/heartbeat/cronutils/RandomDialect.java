package dev.heartbeat.cronutils;

import java.util.Random;
import java.util.StringJoiner;

/** Makes valid expressions of a dialect, the odd corners more often than people write them. */
final class RandomDialect {
    private static final String[] MONTHS = {
        "jan", "FEB", "Mar", "apr", "MAY", "jun", "Jul", "aug", "sep", "OCT", "nov", "dec"
    };
    private static final String[] DAYS = {"sun", "MON", "Tue", "wed", "THU", "fri", "sat"};

    private final CronDialect dialect;
    private final Random random;

    RandomDialect(CronDialect dialect, Random random) {
        this.dialect = dialect;
        this.random = random;
    }

    String next() {
        String time = field(0, 59, null) + " " + field(0, 23, null);
        String seconds = dialect == CronDialect.CRON4J ? "" : random.nextInt(3) == 0 ? field(0, 59, null) + " " : "0 ";
        String month = " " + field(1, 12, MONTHS) + " ";
        if (dialect != CronDialect.QUARTZ) {
            return seconds + time + " " + oneIn(3, "*", dayOfMonth()) + month + oneIn(3, "*", dayOfWeek());
        }
        String year = random.nextInt(8) == 0 ? " " + field(2020, 2040, null) : "";
        return seconds
                + time
                + (random.nextBoolean() ? " " + dayOfMonth() + month + "?" : " ?" + month + dayOfWeek())
                + year;
    }

    private String dayOfMonth() {
        boolean cron4j = dialect == CronDialect.CRON4J;
        return switch (random.nextInt(8)) {
            case 0 -> "L";
            case 1 -> cron4j ? "L" : "L-" + between(1, 30);
            case 2 -> cron4j ? "*" : "LW";
            case 3 -> cron4j ? "1" : between(1, 27) + "W";
            default -> field(1, 31, null);
        };
    }

    private String dayOfWeek() {
        int first = dialect == CronDialect.QUARTZ ? 1 : 0;
        int last = dialect == CronDialect.CRON4J ? 6 : 7;
        if (dialect == CronDialect.CRON4J || random.nextInt(2) == 0) {
            return field(first, last, DAYS);
        }
        if (dialect == CronDialect.QUARTZ) {
            return random.nextInt(6) == 0 ? "L" : special(first, last);
        }
        StringJoiner list = new StringJoiner(",");
        int items = between(1, 3);
        for (int i = 0; i < items; i++) {
            list.add(random.nextInt(3) == 0 ? value(first, last, DAYS) : special(first, last));
        }
        return list.toString();
    }

    private String special(int first, int last) {
        return value(first, last, DAYS) + (random.nextBoolean() ? "L" : "#" + between(1, 5));
    }

    private String field(int min, int max, String[] names) {
        switch (random.nextInt(8)) {
            case 0:
            case 1:
                return "*";
            case 2:
            case 3:
                return value(min, max, names);
            case 4:
                return range(min, max, names);
            case 5:
                return "*/" + between(1, max - min + 3);
            case 6:
                boolean open = dialect != CronDialect.CRON4J && random.nextBoolean();
                return (open ? value(min, max, names) : range(min, max, names)) + "/" + between(1, max - min + 3);
            default:
                StringJoiner list = new StringJoiner(",");
                int items = between(2, 4);
                for (int i = 0; i < items; i++) {
                    list.add(random.nextInt(4) == 0 ? range(min, max, names) : value(min, max, names));
                }
                return list.toString();
        }
    }

    private String range(int min, int max, String[] names) {
        int from = between(min, max);
        int to = between(min, max);
        boolean mayWrap = dialect == CronDialect.QUARTZ && max < 1_970 && random.nextInt(3) == 0;
        return mayWrap
                ? value(from, from, names) + "-" + value(to, to, names)
                : value(Math.min(from, to), Math.min(from, to), names) + "-" + Math.max(from, to);
    }

    private String value(int min, int max, String[] names) {
        int value = between(min, max);
        if (names == null || random.nextInt(3) != 0) {
            return Integer.toString(value);
        }
        return names == DAYS ? DAYS[dialect == CronDialect.QUARTZ ? value - 1 : value % 7] : names[value - 1];
    }

    private String oneIn(int times, String first, String second) {
        return random.nextInt(times) == 0 ? first : second;
    }

    private int between(int min, int max) {
        return min + random.nextInt(max - min + 1);
    }
}
