package dev.heartbeat.engine;

import dev.heartbeat.store.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How often each schedule has had its turn in one pulse. The first turn comes from the find; further ones follow each
 * other, each decided on the document as the record of the one before has left it: as many as its catch-up says, and one
 * fire of a backfill. Used by the pulse's thread alone.
 */
final class Turns {
    /** How often a pulse moves a schedule past fires that have ended already, before it leaves the rest to the next. */
    private static final int MOST_LOST = 100;

    private final Map<String, Integer> starts = new HashMap<>();
    private final Set<String> backfilled = new HashSet<>();
    private final Map<String, Integer> losses = new HashMap<>();
    private final Map<String, Version> lost = new HashMap<>();

    /** A claim of the schedule was won. */
    void won(Candidate candidate) {
        if (candidate.backfilled()) {
            backfilled.add(candidate.id());
        } else if (candidate.isStart() && isOfMany(candidate)) {
            starts.merge(candidate.id(), 1, Integer::sum);
        }
    }

    /**
     * A claim of the schedule was lost: somebody else has it, or the fire has ended already.
     *
     * @return whether to look at the schedule again in this pulse
     */
    boolean lost(Candidate candidate) {
        if (!isOfMany(candidate) || losses.merge(candidate.id(), 1, Integer::sum) > MOST_LOST) {
            return false;
        }
        lost.put(candidate.id(), candidate.seen().version());
        return true;
    }

    /** Tells whether the schedule may have this turn too. */
    boolean allows(Candidate candidate) {
        boolean unchanged = candidate.seen().version().equals(lost.remove(candidate.id()));
        boolean free = candidate.backfilled()
                ? !backfilled.contains(candidate.id())
                : starts.getOrDefault(candidate.id(), 0) < runsPerPulse(candidate);
        return free && !unchanged;
    }

    private static boolean isOfMany(Candidate candidate) {
        return candidate.backfilled() || runsPerPulse(candidate) > 1;
    }

    private static int runsPerPulse(Candidate candidate) {
        return candidate.seen().schedule().catchUp().runsPerPulse();
    }
}
