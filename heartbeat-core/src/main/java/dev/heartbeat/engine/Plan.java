package dev.heartbeat.engine;

import dev.heartbeat.engine.Limits.Limit;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.store.PulseDetail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
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
    private final TreeMap<Integer, Planned> waiting = new TreeMap<>();
    private final Map<Limit, TreeMap<Integer, Planned>> lines = new LinkedHashMap<>();
    private final Map<String, Long> offered = new HashMap<>();
    private final ToLongFunction<Candidate> likely;
    private final long whole;
    private final Gate gate;
    private int added;
    private int addedFirst = Integer.MIN_VALUE;
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
            boolean first = each.priority() == Priority.CRITICAL && !each.backfilled();
            waiting.put(first ? addedFirst++ : added++, each);
            settles += each.candidate().isStart() ? 0 : 1;
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty() && lines.isEmpty();
    }

    /** Takes out the candidates that start now, at most so many, in their order. Empty: they wait until a run ends. */
    List<Candidate> next(Places places, int most) {
        Map<Limit, Integer> free = new HashMap<>();
        List<Candidate> starting = take(
                most,
                () -> places.left() > 0 || settles > 0,
                planned -> places.left() > 0 && (fits(planned, places) || planned.isSure()),
                places,
                free);
        if (starting.isEmpty()) { // nothing that fits is left: idle places go to what will never fit
            starting = take(most, places::isIdle, planned -> takes(planned) > whole, places, free);
        }
        lines.values().removeIf(TreeMap::isEmpty);
        return starting;
    }

    private List<Candidate> take(
            int most, BooleanSupplier goOn, Predicate<Planned> mayStart, Places places, Map<Limit, Integer> free) {
        List<Candidate> taken = new ArrayList<>();
        int from = Integer.MIN_VALUE;
        while (taken.size() < most && goOn.getAsBoolean()) {
            Map.Entry<Integer, Planned> first = waiting.ceilingEntry(from);
            Map.Entry<Integer, Planned> next = firstOfLines(first == null ? Integer.MAX_VALUE : first.getKey(), free);
            if (next != null) {
                waiting.put(next.getKey(), next.getValue());
            } else if (first != null) {
                next = first;
                from = first.getKey() + 1;
            } else {
                break;
            }
            int index = next.getKey();
            Planned planned = next.getValue();
            Candidate candidate = planned.candidate();
            if (!candidate.isStart()) { // needs no place
                settles--;
                waiting.remove(index);
                taken.add(candidate);
            } else if (mayStart.test(planned)) {
                waiting.remove(index);
                if (!gate.holdsBack(candidate) && hasPlace(index, planned, free)) {
                    places.take(takes(planned));
                    taken.add(candidate);
                }
            }
        }
        return taken;
    }

    /** Takes the first candidate out of the lines whose limits have a place, if it comes before the index. */
    private Map.@Nullable Entry<Integer, Planned> firstOfLines(int before, Map<Limit, Integer> free) {
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
        needed.forEach(limit -> free.merge(limit, -1, Integer::sum));
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
        for (Planned planned : waiting.values()) {
            long takes = takes(planned);
            if (planned.isSure() || takes <= left || takes > whole) {
                return true;
            }
        }
        return false;
    }

    /** Returns those that have not started and wait for no limit, in their order. */
    List<Candidate> rest() {
        return candidates(waiting);
    }

    /** Returns what waits for a place within a limit, in its order, by the limit that it waits for. */
    Map<Limit, List<Candidate>> limited() {
        Map<Limit, List<Candidate>> limited = new LinkedHashMap<>();
        lines.forEach((limit, line) -> limited.put(limit, candidates(line)));
        return limited;
    }

    private static List<Candidate> candidates(Map<Integer, Planned> planned) {
        return planned.values().stream().map(Planned::candidate).toList();
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
