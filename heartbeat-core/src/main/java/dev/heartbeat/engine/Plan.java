package dev.heartbeat.engine;

import dev.heartbeat.engine.Limits.Limit;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.store.PulseDetail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of one pulse that have not been claimed, in the order in which they start, and which of them may start
 * now. It is asked again and again while the pulse goes on, so what counts is the time that is really left, the places that
 * are really taken, and what has been learned by then. No I/O and no clock; used by one thread.
 *
 * <p>A fire starts if it is likely to end within what is left of the pulse when a place is free for it. What does not fit
 * lets shorter ones pass and stays due, but
 *
 * <ul>
 *   <li>what is critical or has waited an interval is sure of the next place, and goes on as running;
 *   <li>what would not fit into a whole pulse either has nothing to wait for: it starts when a place would stay idle;
 *   <li>what nobody has seen at work is expected to fit: waiting would teach nothing.
 * </ul>
 *
 * <p>What waits for a place within a limit of its task or queue stands in a line of its own, so it holds back nothing
 * behind it, and is not claimed before it can start.
 */
final class Plan {
    private final Waiting waiting = new Waiting();
    private final Map<Limit, TreeMap<Integer, Planned>> lines = new LinkedHashMap<>();
    private final Map<String, Long> offered = new HashMap<>();
    private final ToLongFunction<Candidate> likely;
    private final long whole;
    private final Gate gate;
    private int settles;

    /** What holds candidates back beside the time. */
    interface Gate {
        /** Tells whether a candidate is held back altogether; then it is neither started nor kept. */
        boolean holdsBack(Candidate candidate);

        /** Returns the limits that a candidate counts for. */
        List<Limit> limitsOf(Candidate candidate);

        /** Returns how many places a limit has left. */
        int free(Limit limit);
    }

    /**
     * Creates an empty plan.
     *
     * @param likely the nanoseconds that the run of a candidate will likely take; 0 if nobody knows
     * @param whole the nanoseconds that a pulse has for runs
     */
    Plan(ToLongFunction<Candidate> likely, long whole, Gate gate) {
        this.likely = likely;
        this.whole = whole;
        this.gate = gate;
    }

    /** Adds candidates, in their order, behind those that are here; critical ones before all that are not. */
    void add(List<Planned> order) {
        for (Planned each : order) {
            waiting.add(each, each.priority() == Priority.CRITICAL && !each.backfilled());
            settles += each.candidate().isStart() ? 0 : 1;
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty() && lines.isEmpty();
    }

    /** Takes out the candidates that start now, at most so many, in their order. Empty: they wait until a run ends. */
    List<Candidate> next(Places places, int most) {
        Map<Limit, Integer> free = new HashMap<>();
        List<Candidate> starting = take(most, places, free, false);
        if (starting.isEmpty()) {
            starting = take(most, places, free, true);
        }
        lines.values().removeIf(TreeMap::isEmpty);
        return starting;
    }

    /** With nothing left that fits, idle places go to what will never fit. */
    private List<Candidate> take(int most, Places places, Map<Limit, Integer> free, boolean idle) {
        List<Candidate> taken = new ArrayList<>();
        int from = Waiting.START;
        while (taken.size() < most && (idle ? places.isIdle() : places.left() > 0 || settles > 0)) {
            int place = waiting.next(from);
            Map.Entry<Integer, Planned> limited = firstOfLines(place, free);
            if (limited != null) {
                place = limited.getKey();
                waiting.putBack(place, limited.getValue());
            } else if (place != Waiting.END) {
                from = place + 1;
            } else {
                break;
            }
            Planned planned = waiting.get(place);
            Candidate candidate = planned.candidate();
            if (!candidate.isStart()) { // needs no place
                settles--;
                waiting.remove(place);
                taken.add(candidate);
            } else if (idle ? takes(planned) > whole : mayStart(planned, places)) {
                waiting.remove(place);
                if (!gate.holdsBack(candidate) && hasPlace(place, planned, free)) {
                    places.take(takes(planned));
                    taken.add(candidate);
                }
            }
        }
        return taken;
    }

    private boolean mayStart(Planned planned, Places places) {
        return places.left() > 0 && (fits(planned, places) || planned.isSure());
    }

    /** Takes the first candidate out of the lines whose limits have a place, if it comes before the index. */
    private Map.@Nullable Entry<Integer, Planned> firstOfLines(int before, Map<Limit, Integer> free) {
        if (lines.isEmpty()) {
            return null;
        }
        TreeMap<Integer, Planned> best = null;
        int index = before;
        for (Map.Entry<Limit, TreeMap<Integer, Planned>> each : lines.entrySet()) {
            TreeMap<Integer, Planned> line = each.getValue();
            if (!line.isEmpty() && line.firstKey() < index && free(each.getKey(), free) > 0) {
                best = line;
                index = line.firstKey();
            }
        }
        return best == null ? null : best.pollFirstEntry();
    }

    /** Takes a place of each limit that the candidate counts for, or lets it wait in the line of one that has none. */
    private boolean hasPlace(int index, Planned planned, Map<Limit, Integer> free) {
        List<Limit> needed = gate.limitsOf(planned.candidate());
        for (Limit limit : needed) {
            if (free(limit, free) <= 0) {
                lines.computeIfAbsent(limit, key -> new TreeMap<>()).put(index, planned);
                return false;
            }
        }
        for (Limit limit : needed) {
            free.merge(limit, -1, Integer::sum);
        }
        return true;
    }

    private int free(Limit limit, Map<Limit, Integer> free) {
        return free.computeIfAbsent(limit, gate::free);
    }

    private boolean fits(Planned planned, Places places) {
        if (takes(planned) <= places.left()) {
            return true;
        }
        offered.merge(planned.id(), places.left(), Math::max);
        return false;
    }

    private long takes(Planned planned) {
        return likely.applyAsLong(planned.candidate());
    }

    /** Tells whether one of them could start with so many nanoseconds left, if a place became free now. */
    boolean couldUse(long left) {
        for (int place = waiting.next(Waiting.START); place != Waiting.END; place = waiting.next(place + 1)) {
            Planned planned = waiting.get(place);
            long takes = takes(planned);
            if (planned.isSure() || takes <= left || takes > whole) {
                return true;
            }
        }
        return false;
    }

    /** Returns those that have not started and wait for no limit, in their order. */
    List<Candidate> rest() {
        return candidates(waiting.all());
    }

    /** Returns what waits for a place within a limit, in its order, by the limit that it waits for. */
    Map<Limit, List<Candidate>> limited() {
        if (lines.isEmpty()) {
            return Map.of();
        }
        Map<Limit, List<Candidate>> limited = new LinkedHashMap<>();
        lines.forEach((limit, line) -> limited.put(limit, candidates(line.values())));
        return limited;
    }

    private static List<Candidate> candidates(Collection<Planned> planned) {
        List<Candidate> candidates = new ArrayList<>(planned.size());
        for (Planned each : planned) {
            candidates.add(each.candidate());
        }
        return candidates;
    }

    /** Returns why one that has not started waits. */
    String reason(Candidate candidate) {
        Long most = offered.get(candidate.id());
        return most == null
                ? PulseDetail.BUDGET
                : PulseDetail.WOULD_NOT_FIT + ": likely takes " + about(likely.applyAsLong(candidate)) + ", "
                        + about(most) + " were left";
    }

    private static String about(long nanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
        if (seconds < 3) {
            return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
        }
        return seconds < 300 ? seconds + " s" : Duration.ofSeconds(seconds).toMinutes() + " min";
    }
}
