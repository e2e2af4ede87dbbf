package dev.heartbeat.chaos;

import dev.heartbeat.cron.DstPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a schedule fires, by another way than the engine's: it lists the matching local times of each day and asks the zone
 * what becomes of them. It takes numbers, lists, ranges and steps, which is what plans are made of, and shares nothing
 * with the engine.
 */
final class FireOracle {
    private static final Map<String, String> MACROS = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *");
    private static final Duration LARGEST_VIXIE = Duration.ofHours(3);

    private final String cron;
    private final ZoneId zone;
    private final boolean fixed;
    private final DstPolicy policy;
    private final boolean followsWall;
    private final boolean bothDays;
    private final boolean[] minutes;
    private final boolean[] hours;
    private final boolean[] days;
    private final boolean[] months;
    private final boolean[] weekdays;

    FireOracle(String cron, ZoneId zone, DstPolicy policy) {
        this.cron = cron;
        this.zone = zone;
        this.policy = policy;
        this.fixed = cron.startsWith("@at ") || cron.startsWith("@every ");
        String[] fields =
                fixed ? "0 0 1 1 0".split(" ") : MACROS.getOrDefault(cron, cron).split(" ");
        minutes = flags(fields[0], 0, 59);
        hours = flags(fields[1], 0, 23);
        days = flags(fields[2], 1, 31);
        months = flags(fields[3], 1, 12);
        weekdays = flags(fields[4], 0, 7);
        weekdays[0] |= weekdays[7];
        followsWall = fields[0].startsWith("*") || fields[1].startsWith("*");
        bothDays = fields[2].startsWith("*") || fields[4].startsWith("*");
    }

    private static boolean[] flags(String field, int least, int most) {
        boolean[] flags = new boolean[60];
        for (String item : field.split(",")) {
            String[] stepped = item.split("/");
            String[] ends = stepped[0].split("-");
            int first = ends[0].equals("*") ? least : Integer.parseInt(ends[0]);
            int last = ends[0].equals("*") ? most : Integer.parseInt(ends[ends.length - 1]);
            int step = stepped.length == 1 ? 1 : Integer.parseInt(stepped[1]);
            for (int value = first; value <= last; value += step) {
                flags[value] = true;
            }
        }
        return flags;
    }

    /** Returns the fires from the first instant, exclusive, to the second one, inclusive. */
    NavigableSet<Instant> fires(Instant after, Instant to) {
        TreeSet<Instant> fires = new TreeSet<>();
        if (!to.isAfter(after)) {
            return fires;
        }
        if (cron.startsWith("@at ")) {
            fires.add(Instant.parse(cron.substring(4)));
        } else if (fixed) {
            long period = Duration.parse(cron.substring(7)).toSeconds();
            for (long at = after.getEpochSecond() / period * period; at <= to.getEpochSecond(); at += period) {
                fires.add(Instant.ofEpochSecond(at));
            }
        } else {
            LocalDate last = LocalDate.ofInstant(to, zone).plusDays(1);
            for (LocalDate day = LocalDate.ofInstant(after, zone).minusDays(1); !day.isAfter(last); ) {
                if (isDay(day)) {
                    addDay(fires, day);
                }
                day = day.plusDays(1);
            }
        }
        return new TreeSet<>(fires.subSet(after, false, to, true));
    }

    private boolean isDay(LocalDate day) {
        boolean ofMonth = days[day.getDayOfMonth()];
        boolean ofWeek = weekdays[day.getDayOfWeek().getValue() % 7];
        return months[day.getMonthValue()] && (bothDays ? ofMonth && ofWeek : ofMonth || ofWeek);
    }

    private void addDay(Set<Instant> fires, LocalDate day) {
        for (int hour = 0; hour < 24; hour++) {
            for (int minute = 0; hours[hour] && minute < 60; minute++) {
                if (minutes[minute]) {
                    addTime(fires, day.atTime(hour, minute));
                }
            }
        }
    }

    private void addTime(Set<Instant> fires, LocalDateTime time) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
        ZoneOffsetTransition change = zone.getRules().getTransition(time);
        boolean another = change != null && change.getDuration().abs().compareTo(LARGEST_VIXIE) > 0;
        if (policy == DstPolicy.WALL || (policy == DstPolicy.VIXIE && (followsWall || another))) {
            offsets.forEach(offset -> fires.add(time.toInstant(offset)));
        } else if (!offsets.isEmpty()) {
            fires.add(time.toInstant(offsets.get(0)));
        } else {
            fires.add(policy == DstPolicy.VIXIE ? change.getInstant() : time.toInstant(change.getOffsetBefore()));
        }
    }
}
