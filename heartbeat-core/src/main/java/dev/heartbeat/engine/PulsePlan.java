package dev.heartbeat.engine;

import dev.heartbeat.engine.Limits.Limit;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The plan of one pulse together with what it shares with other pulses in state cells: how long tasks take, and who waits
 * for the budget. Used by the thread of the pulse.
 */
final class PulsePlan {
    /** The cell of those that wait for the budget. */
    static final StateKey WAITING = new StateKey("budget", "waiting");

    private static final int FORGOTTEN_AFTER = 2; // intervals

    private final Engine engine;
    private final Function<Schedule, Duration> timeouts;
    private final Function<Schedule, Window> windows;
    private final Instant now;
    private final Deferrals noted;
    private final Plan plan;
    private final Set<String> started = new HashSet<>();
    private final Map<String, Deferral> deferred = new HashMap<>();

    /**
     * Creates an empty plan; the cells have been read.
     *
     * @param now the instant that fire times are compared with
     * @param whole the nanoseconds that a pulse has for runs
     * @param timeouts the timeout of each schedule
     * @param windows in which the fires of each schedule wait for their slots
     * @param gate what holds candidates back beside the time
     */
    PulsePlan(
            Engine engine,
            Instant now,
            long whole,
            Function<Schedule, Duration> timeouts,
            Function<Schedule, Window> windows,
            Plan.Gate gate) {
        this.engine = engine;
        this.timeouts = timeouts;
        this.windows = windows;
        this.now = now;
        this.noted = Deferrals.of(engine.board().value(WAITING));
        engine.profiles().read();
        this.plan = new Plan(this::likely, whole, gate);
    }

    /** Adds candidates behind those that are here. Returns them in the order in which they start. */
    List<Candidate> add(List<Candidate> candidates) {
        List<Planned> order =
                PlanRule.order(candidates, noted, now, engine.settings().interval(), windows);
        plan.add(order);
        List<Candidate> inOrder = new ArrayList<>(order.size());
        for (Planned each : order) {
            inOrder.add(each.candidate());
        }
        return inOrder;
    }

    /** Returns the cells that a plan for the schedules needs. */
    static Set<StateKey> cells(Engine engine, Collection<StoredSchedule> due) {
        Set<StateKey> cells = new HashSet<>();
        if (!due.isEmpty()) {
            cells.add(WAITING);
            Set<String> tasks = new HashSet<>();
            for (StoredSchedule seen : due) {
                tasks.add(seen.schedule().task());
            }
            for (LiveRun run : engine.runner().load().atWork()) {
                tasks.add(run.taskName());
            }
            for (String task : tasks) {
                cells.add(Profiles.key(task));
            }
        }
        return cells;
    }

    private long likely(Candidate candidate) {
        Schedule schedule = candidate.seen().schedule();
        long likely = engine.profiles().likelyNanos(schedule.task());
        return likely == 0 ? 0 : Math.min(likely, timeouts.apply(schedule).toNanos());
    }

    private long likely(LiveRun run) {
        return Math.min(
                engine.profiles().likelyNanos(run.taskName()), run.timeout().toNanos());
    }

    /** Tells whether all have been taken out. */
    boolean isEmpty() {
        return plan.isEmpty();
    }

    /**
     * Takes out the candidates that start now, at most so many. Empty: they wait until a run ends.
     *
     * @param left the nanoseconds that are left for runs
     */
    List<Candidate> next(Runner.Load load, long left, int most) {
        if (plan.isEmpty()) {
            return List.of();
        }
        engine.profiles().learn();
        long now = engine.pace().nanos();
        List<Long> atWork = new ArrayList<>(load.atWork().size());
        for (LiveRun run : load.atWork()) {
            atWork.add(Places.remaining(likely(run), run.elapsedNanos(now)));
        }
        List<Long> waiting = new ArrayList<>(load.waiting().size());
        for (LiveRun run : load.waiting()) {
            waiting.add(likely(run));
        }
        return plan.next(new Places(left, engine.settings().parallelism(), atWork, waiting), most);
    }

    /** Tells whether one of those left could start, if a place became free now. */
    boolean couldUse(long left) {
        engine.profiles().learn();
        return plan.couldUse(left);
    }

    /** Returns the claim of a candidate with the right word for what it has missed. */
    ClaimRequest claim(ClaimRequest request) {
        if (noted.contains(request.scheduleId())) {
            started.add(request.scheduleId());
        }
        return OverloadRule.told(request, noted.of(request.seen()));
    }

    /** Returns what waits for a place within a limit, by the limit that it waits for. */
    Map<Limit, List<Candidate>> limited() {
        return plan.limited();
    }

    /** Tells the book of those that have not been taken out. */
    void deferRest(PulseBook book) {
        for (Candidate candidate : plan.rest()) {
            defer(candidate, plan.reason(candidate), book);
        }
        for (List<Candidate> line : plan.limited().values()) {
            for (Candidate candidate : line) {
                defer(candidate, PulseDetail.LIMIT, book);
            }
        }
    }

    private void defer(Candidate candidate, String reason, PulseBook book) {
        if (engine.isClosed()) {
            book.deferred(candidate, PulseDetail.SHUTDOWN);
            return;
        }
        book.deferred(candidate, reason);
        defer(candidate.seen(), candidate.fireTime(), candidate.forced() || candidate.backfilled());
    }

    /** A run was taken back before its task was called. */
    void defer(LiveRun run) {
        defer(
                run.claim().seen(),
                run.claim().fire().fireTime(),
                run.claim().fire().forced() || run.claim().fire().backfilled());
    }

    private void defer(StoredSchedule seen, Instant fireTime, boolean apart) {
        if (!apart) { // it has no next fire that could take its place
            deferred.put(seen.id(), noted.now(seen, fireTime, now));
        }
    }

    /** Hands what this pulse has seen to the cells. */
    void handOver() {
        engine.profiles().handOver();
        if (noted.isEmpty() && deferred.isEmpty()) {
            return;
        }
        Instant forgotten = now.minus(engine.settings().interval().multipliedBy(FORGOTTEN_AFTER));
        engine.board()
                .change(
                        WAITING,
                        values -> Deferrals.of(values)
                                .after(deferred, started, forgotten)
                                .values());
    }
}
