package dev.heartbeat.cron;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ten days of one zone, minute by minute, as a person with a clock would see them. A gap is where the clock jumps
 * ahead from one real minute to the next, an overlap is where it shows again what it showed before; no zone rules are
 * asked. The first days are for seeing such changes only, so answers are given from day three on.
 */
final class OracleWindow {
    private static final int MINUTES = 10 * 24 * 60;
    private static final int BLIND = 3 * 24 * 60;
    private static final int LARGEST_VIXIE = 180;

    private final Instant start;
    private final ZoneId zone;
    private final LocalDateTime[] clock = new LocalDateTime[MINUTES];
    /** How many minutes the clock last went back, where it shows a time again; else 0. */
    private final long[] again = new long[MINUTES];
    /** What the clock left out before a minute, or null. */
    private final List<List<LocalDateTime>> leftOut = new ArrayList<>();
    /** Which left-out time moves to a minute when it moves by the length of its gap, or null. */
    private final LocalDateTime[] movedHere = new LocalDateTime[MINUTES];

    OracleWindow(Instant middle, ZoneId zone) {
        this.start = middle.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(MINUTES / 2));
        this.zone = zone;
        LocalDateTime latest = LocalDateTime.MIN;
        long wentBack = 0;
        for (int i = 0; i < MINUTES; i++) {
            clock[i] = LocalDateTime.ofInstant(at(i), zone);
            if (i > 0 && !clock[i].isAfter(clock[i - 1])) {
                wentBack = ChronoUnit.MINUTES.between(clock[i], clock[i - 1]) + 1;
            }
            again[i] = clock[i].isAfter(latest) ? 0 : wentBack;
            latest = again[i] > 0 ? latest : clock[i];
            leftOut.add(null);
            if (i > 0 && clock[i].isAfter(clock[i - 1].plusMinutes(1))) {
                List<LocalDateTime> times = new ArrayList<>();
                for (LocalDateTime time = clock[i - 1].plusMinutes(1); time.isBefore(clock[i]); ) {
                    times.add(time);
                    time = time.plusMinutes(1);
                }
                leftOut.set(i, times);
                for (int k = 0; k < times.size() && i + k < MINUTES; k++) {
                    movedHere[i + k] = times.get(k);
                }
            }
        }
    }

    Instant first() {
        return at(BLIND);
    }

    Instant last() {
        return at(MINUTES - 1);
    }

    LocalDateTime clockAt(Instant instant) {
        return LocalDateTime.ofInstant(instant, zone);
    }

    /** Returns the first fire after an instant, or empty if there is none up to {@link #last}. */
    Optional<Instant> next(OracleCron cron, DstPolicy policy, Instant after) {
        for (int i = Math.max(BLIND, index(after)); i < MINUTES; i++) {
            if (at(i).isAfter(after) && fires(cron, policy, i)) {
                return Optional.of(at(i));
            }
        }
        return Optional.empty();
    }

    /** Returns the last fire before an instant, or empty if there is none down to {@link #first}. */
    Optional<Instant> previous(OracleCron cron, DstPolicy policy, Instant before) {
        for (int i = index(before) + 1; i >= BLIND; i--) {
            if (at(i).isBefore(before) && fires(cron, policy, i)) {
                return Optional.of(at(i));
            }
        }
        return Optional.empty();
    }

    private boolean fires(OracleCron cron, DstPolicy policy, int i) {
        boolean shown = cron.matches(clock[i]);
        switch (policy) {
            case WALL:
                return shown;
            case SHIFT:
                return shown && again[i] == 0 || movedHere[i] != null && cron.matches(movedHere[i]);
            default:
                List<LocalDateTime> gap = leftOut.get(i);
                return cron.followsWall()
                        ? shown
                        : shown && (again[i] == 0 || again[i] > LARGEST_VIXIE)
                                || gap != null
                                        && gap.size() <= LARGEST_VIXIE
                                        && gap.stream().anyMatch(cron::matches);
        }
    }

    private int index(Instant instant) {
        return (int) Math.floorDiv(Duration.between(start, instant).toSeconds(), 60L);
    }

    private Instant at(int index) {
        return start.plusSeconds(index * 60L);
    }
}
