package dev.heartbeat.cron;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Answers over years: walks local dates one by one and asks the zone what becomes of each matching local time. */
final class OracleDays {
    private static final int LOOK_AROUND = 3;

    private final ZoneId zone;
    private final int days;

    OracleDays(ZoneId zone, int days) {
        this.zone = zone;
        this.days = days;
    }

    /** Returns the first fire after an instant, or empty if there is none within the days. */
    Optional<Instant> next(OracleCron cron, DstPolicy policy, Instant after) {
        LocalDate today = LocalDate.ofInstant(after, zone);
        for (int i = -LOOK_AROUND; i <= days; i++) {
            if (cron.matches(today.plusDays(i))) {
                Instant found = fires(cron, policy, today.plusDays(i)).higher(after);
                if (found != null) {
                    return Optional.of(found);
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the last fire before an instant, or empty if there is none within the days. */
    Optional<Instant> previous(OracleCron cron, DstPolicy policy, Instant before) {
        LocalDate today = LocalDate.ofInstant(before, zone);
        for (int i = -LOOK_AROUND; i <= days; i++) {
            if (cron.matches(today.minusDays(i))) {
                Instant found = fires(cron, policy, today.minusDays(i)).lower(before);
                if (found != null) {
                    return Optional.of(found);
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the fires of the days around a date, as offset changes can put those of one day behind the next one's. */
    private NavigableSet<Instant> fires(OracleCron cron, DstPolicy policy, LocalDate date) {
        NavigableSet<Instant> fires = new TreeSet<>();
        for (int i = -LOOK_AROUND; i <= LOOK_AROUND; i++) {
            LocalDate day = date.plusDays(i);
            if (cron.matches(day)) {
                for (int minute = 0; minute < 24 * 60; minute++) {
                    LocalDateTime time = LocalDateTime.of(day, LocalTime.of(minute / 60, minute % 60));
                    if (cron.matches(time)) {
                        fires.addAll(instants(cron, policy, time));
                    }
                }
            }
        }
        return fires;
    }

    private List<Instant> instants(OracleCron cron, DstPolicy policy, LocalDateTime time) {
        List<Instant> instants = new ArrayList<>();
        for (ZoneOffset offset : zone.getRules().getValidOffsets(time)) {
            instants.add(time.toInstant(offset));
        }
        ZoneOffsetTransition change = zone.getRules().getTransition(time);
        boolean large = change != null && change.getDuration().abs().compareTo(Duration.ofHours(3)) > 0;
        if (policy == DstPolicy.WALL || policy == DstPolicy.VIXIE && (cron.followsWall() || large)) {
            return instants;
        }
        if (instants.isEmpty()) {
            return List.of(policy == DstPolicy.VIXIE ? change.getInstant() : time.toInstant(change.getOffsetBefore()));
        }
        return instants.subList(0, 1);
    }
}
