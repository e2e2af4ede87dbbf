package dev.heartbeat.engine;

import dev.heartbeat.engine.Limits.Limit;
import dev.heartbeat.health.Condition;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One pulse from start to end: find, decide, plan, claim, run, record, close. It finds all before it decides, so that the
 * state documents which the rules want to see are read in one call. It claims only as fast as runs find a
 * place, so that other instances can share the work, and answers within its budget; what is going on then finishes in
 * the background.
 */
final class PulseRun {
    private static final int LARGEST_CLAIM = 500;
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final Duration AWAIT_MARGIN = Duration.ofSeconds(2);

    private final Engine engine;
    private final PulseOrder order;
    private final String id;
    private final PulseTime time;
    private final PulseBook book;
    private final TaskLookup tasks;
    private final PulseDecider decider;
    private final PulseBreakers breakers;
    private final Turns turns = new Turns();
    private final Thread thread = Thread.currentThread();

    private int claimSize;
    private boolean refused;

    PulseRun(Engine engine, PulseOrder order) {
        this.engine = engine;
        this.order = order;
        this.time = new PulseTime(engine.settings(), engine.pace(), order);
        this.id = PulseId.of(time.startedAt(), engine.tokens().next());
        this.book = new PulseBook(time.startedAt(), engine.settings().interval(), engine.pace());
        this.tasks = new TaskLookup(engine.settings());
        this.decider = new PulseDecider(engine, time, order.wake(), book, tasks);
        this.breakers = new PulseBreakers(engine, this);
        this.claimSize = Math.max(32, 2 * engine.settings().parallelism());
    }

    String id() {
        return id;
    }

    String source() {
        return order.source();
    }

    PulseTime time() {
        return time;
    }

    PulseBook book() {
        return book;
    }

    boolean isOnThisThread() {
        return thread == Thread.currentThread();
    }

    /** The ticker wakes at an instant of the store's time, unless that has passed. */
    void wakeByStoreTime(Instant instant) {
        if (instant.isAfter(time.storeNow())) {
            engine.wakeBy(time.ofStore(instant));
        }
    }

    PulseReport run() {
        try {
            engine.recover(time.workLimit());
            List<StoredSchedule> due = decider.find();
            PulsePlan plan =
                    new PulsePlan(engine, time.dueNow(), time.longest(), tasks::timeout, decider::window, new Gate());
            plan(plan, decider.decide(due));
            try {
                claimAll(plan);
            } finally {
                decider.lookAhead();
            }
            awaitRuns(plan);
            plan.handOver();
            book.stillOpen(book.answered());
            engine.healthCheck().heldBack(conditions(plan));
            return engine.closer().close(this, order, time.elapsedMs());
        } catch (RuntimeException | Error e) {
            book.answered();
            engine.closer().failed(this, order, time.elapsedMs(), e);
            throw e;
        } finally {
            breakers.giveBack();
            engine.board().saveQuietly(time.closeLimit());
        }
    }

    private void plan(PulsePlan plan, List<Candidate> candidates) {
        List<Candidate> order = plan.add(candidates);
        book.planned(order);
        breakers.probe(order);
    }

    /**
     * Claims what may start, page by page, for as long as there is something and time. A schedule that may have more to do
     * gets its next turn as soon as the one before is recorded.
     */
    private void claimAll(PulsePlan plan) {
        long claimedAt = engine.pace().nanos();
        while (!engine.isClosed() && time.left() > 0) {
            planAgain(plan, book.goingOn());
            if (!plan.isEmpty() && !engine.runner().awaitRoom(time.left())) {
                return;
            }
            long now = engine.pace().nanos();
            claimSize = now - claimedAt < QUICK_NANOS
                    ? Math.min(LARGEST_CLAIM, claimSize * 2)
                    : Math.max(32, 2 * engine.settings().parallelism());
            claimedAt = now;
            int ended = book.ended();
            Runner.Load load = engine.runner().load();
            List<Candidate> page = plan.next(load, time.left(), claimSize);
            if (page.isEmpty()) {
                if (!awaitPlace(plan, load, ended) && !goOn(plan)) {
                    return;
                }
            } else if (!claim(page, plan)) {
                refused = true;
                return;
            }
        }
    }

    /** Waits until a schedule may have more to do. Returns false if none will in this pulse. */
    private boolean goOn(PulsePlan plan) {
        List<String> ids = book.awaitGoingOn(time.left());
        planAgain(plan, ids);
        return !ids.isEmpty();
    }

    private void planAgain(PulsePlan plan, List<String> ids) {
        if (ids.isEmpty()) {
            return;
        }
        List<Candidate> next = decider.decideAgain(ids, turns::allows);
        if (!next.isEmpty()) {
            plan(plan, next);
        }
    }

    /** Nothing may start now: waits until something may. Returns false if nothing will in this pulse. */
    private boolean awaitPlace(PulsePlan plan, Runner.Load load, int ended) {
        return (plan.couldUse(time.left()) && engine.runner().awaitFreed(load, time.left()))
                || (!plan.limited().isEmpty() && book.awaitNextSettled(ended, time.left()));
    }

    /** What holds fires back beside the time: open circuits, and the limits of tasks and queues. */
    private final class Gate implements Plan.Gate {
        @Override
        public boolean holdsBack(Candidate candidate) {
            return breakers.holdBack(candidate);
        }

        @Override
        public List<Limit> limitsOf(Candidate candidate) {
            Schedule schedule = candidate.seen().schedule();
            return candidate.isStart() ? engine.limits().of(schedule, tasks.find(schedule.task())) : List.of();
        }

        @Override
        public int free(Limit limit) {
            return engine.limits().free(limit);
        }
    }

    /** What a person who looks at the health should know of what this pulse has held back. */
    private List<Condition> conditions(PulsePlan plan) {
        List<Condition> conditions = new ArrayList<>(breakers.conditions());
        plan.limited().forEach((limit, waiting) -> {
            LiveRun holder = engine.limits().oldestHolder(limit);
            conditions.add(new Condition(
                    Condition.LIMITED,
                    waiting.size() + " due, such as " + waiting.get(0).id() + ", for " + limit.what() + ", which runs "
                            + limit.most() + " at once in this heartbeat"
                            + (holder == null ? "" : "; at work: " + holder.scheduleId()),
                    time.startedAt(),
                    "They start as places get free; if none does, look for the condition stuck, or allow more"));
        });
        return conditions;
    }

    /** Claims a page and starts what was won. Returns whether the executor takes work. */
    private boolean claim(List<Candidate> page, PulsePlan plan) {
        Instant now = engine.now();
        List<ClaimRequest> requests = new ArrayList<>(page.size());
        List<RunToken> tokens = new ArrayList<>(page.size());
        for (Candidate candidate : page) {
            ClaimRequest request = plan.claim(ClaimRule.request(
                    candidate,
                    now,
                    engine.tokens().next(),
                    engine.owner(),
                    engine.settings().lease(),
                    id));
            requests.add(request);
            tokens.add(request.token());
        }
        long sent = engine.pace().nanos();
        List<Claim> claims;
        try {
            claims = engine.store().claim(requests, time.workLimit());
            breakers.keepPlaces();
        } catch (RuntimeException e) {
            engine.leases().unclear(startsOf(page, tokens));
            throw e;
        }
        Set<RunToken> won = new HashSet<>(claims.size() * 2);
        for (Claim claim : claims) {
            won.add(claim.token());
        }
        List<LiveRun> starts = new ArrayList<>(claims.size());
        List<LiveRun> settles = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            if (won.contains(tokens.get(i))) {
                LiveRun run = liveRun(page.get(i), requests.get(i), sent);
                breakers.claimed(run);
                RunRecord superseded = run.claim().superseded();
                if (superseded != null) {
                    engine.figures().ended(run.claim().seen().schedule(), superseded);
                }
                if (superseded != null && superseded.outcome().isFailure()) {
                    engine.endings().expired(run);
                }
                book.claimed(run, supersededError(page.get(i), run, now));
                (page.get(i).isStart() ? starts : settles).add(run);
                turns.won(page.get(i));
            } else if (turns.lost(page.get(i))) {
                book.goesOn(page.get(i).id());
            } else { // somebody else has it; should they die, their lease ends about then
                engine.wakeAfterLease();
            }
        }
        engine.leases().add(starts);
        engine.leases().add(settles);
        boolean taken = engine.runner().submit(starts);
        engine.recorder().ended(settles, time.workLimit());
        return taken;
    }

    /** A claim that only settles is not given back: it took no start, so nothing may be taken off. Its lease runs out. */
    private static List<RunToken> startsOf(List<Candidate> page, List<RunToken> tokens) {
        List<RunToken> starts = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            if (page.get(i).isStart()) {
                starts.add(tokens.get(i));
            }
        }
        return starts;
    }

    private LiveRun liveRun(Candidate candidate, ClaimRequest request, long sent) {
        Schedule schedule = candidate.seen().schedule();
        LiveRun run = new LiveRun(
                request,
                tasks.find(schedule.task()),
                tasks.timeout(schedule),
                tasks.retry(schedule),
                this,
                engine.settings().clock(),
                sent);
        if (candidate.settle() != null) {
            run.settle(Attempt.settled(candidate.settle()));
        }
        return run;
    }

    private static @Nullable HeartbeatError supersededError(Candidate candidate, LiveRun run, Instant now) {
        return ClaimRule.supersededError(candidate, run.retry().maxAttempts(), now);
    }

    /** Waits as long as the budget allows, gives back what has not started, and lets what has started go on. */
    private void awaitRuns(PulsePlan plan) {
        plan.deferRest(book);
        engine.limits().want(plan.limited().keySet());
        if (!refused) {
            book.awaitSettled(time.left());
        }
        List<LiveRun> withdrawn = new ArrayList<>();
        for (LiveRun run : book.open()) {
            if (engine.runner().withdraw(run)) {
                withdrawn.add(run);
            }
        }
        engine.release(withdrawn, time.closeLimit());
        for (LiveRun run : withdrawn) {
            plan.defer(run);
            book.settled(run, run.detail(Outcome.DEFERRED, PulseDetail.BUDGET), null);
        }
        if (order.awaitRuns()) {
            book.awaitSettled(book.longestTimeout().plus(AWAIT_MARGIN).toNanos());
        }
    }

    @Nullable
    Task task(Schedule schedule) {
        return tasks.find(schedule.task());
    }
}
