package dev.heartbeat.cron;

import java.time.LocalDateTime;
import java.util.Random;
import java.util.StringJoiner;

/** Makes valid expressions that often match near a given local time. */
final class RandomCron {
    private static final String[] MONTHS = {
        "jan", "FEB", "Mar", "apr", "MAY", "jun", "Jul", "aug", "sep", "OCT", "nov", "dec"
    };
    private static final String[] DAYS = {"sun", "MON", "Tue", "wed", "THU", "fri", "sat"};

    private final Random random;

    RandomCron(Random random) {
        this.random = random;
    }

    String near(LocalDateTime time) {
        return field(0, 59, time.getMinute(), 30, null)
                + " " + field(0, 23, time.getHour(), 40, null)
                + " " + field(1, 31, time.getDayOfMonth(), 70, null)
                + " " + field(1, 12, time.getMonthValue(), 80, MONTHS)
                + " " + field(0, 7, time.getDayOfWeek().getValue() % 7, 70, DAYS);
    }

    private String field(int min, int max, int near, int percentStar, String[] names) {
        if (random.nextInt(100) < percentStar) {
            return random.nextInt(5) == 0 ? "*/" + step(max) : "*";
        }
        StringJoiner list = new StringJoiner(",");
        int items = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 1;
        for (int i = 0; i < items; i++) {
            list.add(item(min, max, near, names));
        }
        return list.toString();
    }

    private String item(int min, int max, int near, String[] names) {
        int value = random.nextInt(3) > 0
                ? Math.min(max, Math.max(min, near + random.nextInt(3) - 1))
                : min + random.nextInt(max - min + 1);
        switch (random.nextInt(8)) {
            case 0:
                return "*";
            case 1:
                return "*/" + step(max);
            case 2, 3:
                int end = value + random.nextInt(max - value + 1);
                String range = text(value, names) + "-" + text(end, names);
                return random.nextBoolean() ? range : range + "/" + step(max);
            case 4:
                return names == DAYS && value > 0 && value < 7 ? DAYS[value] + "-" + sunday() : text(value, names);
            default:
                return text(value, names);
        }
    }

    private String sunday() {
        return random.nextBoolean() ? "0" : "SUN";
    }

    private int step(int max) {
        return 1 + random.nextInt(random.nextBoolean() ? 5 : max + 2);
    }

    private String text(int value, String[] names) {
        if (names == DAYS && value < 7 && value > 0 && random.nextBoolean()) {
            return DAYS[value];
        }
        if (names == MONTHS && random.nextBoolean()) {
            return MONTHS[value - 1];
        }
        return (random.nextInt(10) == 0 ? "0" : "") + value;
    }
}
