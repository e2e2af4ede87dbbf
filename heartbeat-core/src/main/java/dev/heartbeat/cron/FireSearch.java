package dev.heartbeat.cron;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * Finds the instants (in epoch seconds) at which the local times of a calendar happen in a zone.
 *
 * <p>Between two offset changes an instant is a local time less the offset, so the search looks at one such stretch
 * after the other. Two facts keep it short. Offsets differ by 36 hours at most ({@link #REACH}), so a change has an
 * effect on the order of local times for 36 hours on either side and no further; far from one nothing needs care. And
 * when the calendar's next local time lies years ahead, no zone can make it happen more than 18 hours earlier than UTC
 * would, so all stretches before that are passed over in one step.
 *
 * <p>Changes of one zone are taken to be more than 36 hours apart. In the zone database they are at least six days
 * apart; a rule provider of one's own that breaks this gets answers, but near such changes maybe not the best ones.
 */
final class FireSearch {
    private static final long FARTHEST_OFFSET = 18 * 3_600;
    private static final long REACH = 2 * FARTHEST_OFFSET;
    /** Vixie cron takes a larger change for a correction of the clock and follows it. */
    private static final int LARGEST_VIXIE_CHANGE = 3 * 3_600;

    private FireSearch() {}

    static long next(LocalSeconds calendar, ZoneOffset offset, long from) {
        return minus(calendar.next(from + offset.getTotalSeconds()), offset);
    }

    static long previous(LocalSeconds calendar, ZoneOffset offset, long to) {
        return minus(calendar.previous(to + offset.getTotalSeconds()), offset);
    }

    /**
     * Returns the first fire at or after {@code from}.
     *
     * @param policy {@link DstPolicy#VIXIE} only for fixed times, {@link DstPolicy#WALL} for what follows the wall
     */
    static long next(LocalSeconds calendar, DstPolicy policy, ZoneRules rules, long from) {
        long start = from;
        while (true) {
            ZoneOffsetTransition change = rules.nextTransition(Instant.ofEpochSecond(start - REACH));
            if (change == null) {
                return next(calendar, rules.getOffset(Instant.ofEpochSecond(start)), start);
            }
            ZoneOffsetTransition end = change;
            long local;
            long fire;
            if (change.toEpochSecond() > start) {
                ZoneOffset offset = change.getOffsetBefore();
                local = calendar.next(start + offset.getTotalSeconds());
                fire = minus(local, offset);
            } else {
                end = rules.nextTransition(change.getInstant());
                local = calendar.next(resumed(change, policy, start) + offsetAfter(change));
                fire = Math.min(minus(local, change.getOffsetAfter()), firstMoved(calendar, policy, change, start));
            }
            if (end == null || fire < end.toEpochSecond()) {
                return fire;
            }
            if (local == LocalSeconds.NONE_LATER) {
                return local;
            }
            long changed = end.toEpochSecond();
            start = changed - start > REACH ? Math.max(changed, local - FARTHEST_OFFSET) : changed;
        }
    }

    /**
     * Returns the last fire at or before {@code to}.
     *
     * @param policy {@link DstPolicy#VIXIE} only for fixed times, {@link DstPolicy#WALL} for what follows the wall
     */
    static long previous(LocalSeconds calendar, DstPolicy policy, ZoneRules rules, long to) {
        long end = to;
        while (true) {
            ZoneOffsetTransition later = rules.nextTransition(Instant.ofEpochSecond(end - REACH));
            if (later == null || later.toEpochSecond() > end) {
                ZoneOffset offset =
                        later == null ? rules.getOffset(Instant.ofEpochSecond(end)) : later.getOffsetBefore();
                long fire = previous(calendar, offset, end);
                if (fire == LocalSeconds.NONE_EARLIER || sameStretch(rules, fire - REACH, later)) {
                    return fire;
                }
            }
            ZoneOffsetTransition change = rules.previousTransition(Instant.ofEpochSecond(end + 1));
            if (change == null) {
                return previous(calendar, rules.getOffset(Instant.ofEpochSecond(end)), end);
            }
            long changed = change.toEpochSecond();
            long local = calendar.previous(end + offsetAfter(change));
            long fire = minus(local, change.getOffsetAfter());
            if (fire < resumed(change, policy, changed)) {
                fire = LocalSeconds.NONE_EARLIER;
            }
            fire = Math.max(fire, lastMoved(calendar, policy, change, end));
            if (fire >= changed || local == LocalSeconds.NONE_EARLIER) {
                return fire;
            }
            end = end - changed > REACH ? Math.min(changed - 1, local + FARTHEST_OFFSET) : changed - 1;
        }
    }

    /** Tells whether the first change after an instant is this one, so that none lies in between. */
    private static boolean sameStretch(ZoneRules rules, long second, @Nullable ZoneOffsetTransition later) {
        ZoneOffsetTransition change = rules.nextTransition(Instant.ofEpochSecond(second));
        if (change == null || later == null) {
            return change == null && later == null;
        }
        return change.toEpochSecond() == later.toEpochSecond();
    }

    private static boolean followsWall(DstPolicy policy, ZoneOffsetTransition change) {
        return policy == DstPolicy.WALL
                || (policy == DstPolicy.VIXIE
                        && Math.abs(offsetAfter(change) - offsetBefore(change)) > LARGEST_VIXIE_CHANGE);
    }

    /** Returns from when on local times count after a change: behind the second pass, where that does not count. */
    private static long resumed(ZoneOffsetTransition change, DstPolicy policy, long second) {
        return followsWall(policy, change) || change.isGap()
                ? second
                : Math.max(second, change.toEpochSecond() + offsetBefore(change) - offsetAfter(change));
    }

    /** Returns the first fire at or after {@code from} that a gap moved behind itself. */
    private static long firstMoved(LocalSeconds calendar, DstPolicy policy, ZoneOffsetTransition change, long from) {
        if (followsWall(policy, change) || !change.isGap()) {
            return LocalSeconds.NONE_LATER;
        }
        long changed = change.toEpochSecond();
        if (policy == DstPolicy.VIXIE && from > changed) {
            return LocalSeconds.NONE_LATER;
        }
        long local = calendar.next(from + offsetBefore(change));
        if (local >= changed + offsetAfter(change)) {
            return LocalSeconds.NONE_LATER;
        }
        return policy == DstPolicy.VIXIE ? changed : minus(local, change.getOffsetBefore());
    }

    /** Returns the last fire at or before {@code to} that a gap moved behind itself. */
    private static long lastMoved(LocalSeconds calendar, DstPolicy policy, ZoneOffsetTransition change, long to) {
        if (followsWall(policy, change) || !change.isGap()) {
            return LocalSeconds.NONE_EARLIER;
        }
        long changed = change.toEpochSecond();
        long lastInGap = changed + offsetAfter(change) - 1;
        long local = calendar.previous(
                policy == DstPolicy.VIXIE ? lastInGap : Math.min(lastInGap, to + offsetBefore(change)));
        if (local < changed + offsetBefore(change)) {
            return LocalSeconds.NONE_EARLIER;
        }
        return policy == DstPolicy.VIXIE ? changed : minus(local, change.getOffsetBefore());
    }

    private static long minus(long local, ZoneOffset offset) {
        return local == LocalSeconds.NONE_LATER || local == LocalSeconds.NONE_EARLIER
                ? local
                : local - offset.getTotalSeconds();
    }

    private static int offsetBefore(ZoneOffsetTransition change) {
        return change.getOffsetBefore().getTotalSeconds();
    }

    private static int offsetAfter(ZoneOffsetTransition change) {
        return change.getOffsetAfter().getTotalSeconds();
    }
}
