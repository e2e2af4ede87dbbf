package dev.heartbeat.engine;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells, in what a claim writes, the fires that passed because the budget did not reach them from those that passed because
 * no pulse came; pure.
 */
final class OverloadRule {
    private OverloadRule() {}

    /** Returns the claim with the right word for each fire without a run; the deferral may be null. */
    static ClaimRequest told(ClaimRequest request, @Nullable Deferral deferral) {
        if (deferral == null) {
            return request;
        }
        PendingFire fire = request.fire();
        return new ClaimRequest(
                request.seen(),
                request.state().withPending(fire.withMissed(told(request, fire.missed(), deferral))),
                request.startedAt(),
                request.lease(),
                told(request.superseded(), deferral));
    }

    private static @Nullable RunRecord told(@Nullable RunRecord superseded, Deferral deferral) {
        return superseded == null || !isCoalesced(superseded.reason()) || !deferral.holds(superseded.fireTime())
                ? superseded
                : superseded.withReason(FireSeries.OVERLOAD);
    }

    private static List<FireSeries> told(ClaimRequest request, List<FireSeries> missed, Deferral deferral) {
        PendingFire before = request.seen().state().pending();
        List<FireSeries> carried = before == null ? List.of() : before.missed(); // told when they were claimed
        List<FireSeries> told = new ArrayList<>();
        for (FireSeries series : missed) {
            if (isCoalesced(series.reason()) && !carried.contains(series)) {
                told.addAll(split(series, request.seen().schedule(), deferral));
            } else {
                told.add(series);
            }
        }
        return told;
    }

    private static boolean isCoalesced(@Nullable String reason) {
        return FireSeries.COALESCED.equals(reason);
    }

    private static List<FireSeries> split(FireSeries series, Schedule schedule, Deferral deferral) {
        Instant from = series.first().minusNanos(1);
        Instant to = series.last().plusNanos(1);
        Instant begin = within(deferral.from().minusNanos(1), from, to);
        Instant end = within(deferral.until().plusNanos(1), from, to);
        List<FireSeries> parts = new ArrayList<>();
        try {
            add(parts, schedule, FireSeries.COALESCED, from, begin.plusNanos(1));
            add(parts, schedule, FireSeries.OVERLOAD, begin, end);
            add(parts, schedule, FireSeries.COALESCED, end.minusNanos(1), to);
        } catch (InvalidScheduleException e) {
            return List.of(series); // a timing of the user's own that throws now
        }
        return parts;
    }

    private static void add(List<FireSeries> parts, Schedule schedule, String reason, Instant after, Instant before) {
        FireSeries part = CatchUpRule.series(schedule, Outcome.MISSED, reason, after, before);
        if (part != null) {
            parts.add(part);
        }
    }

    private static Instant within(Instant instant, Instant least, Instant most) {
        return instant.isBefore(least) ? least : instant.isAfter(most) ? most : instant;
    }
}
