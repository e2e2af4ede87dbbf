package dev.heartbeat.engine;

import dev.heartbeat.engine.Limits.Limit;
import dev.heartbeat.engine.PauseRule.Under;
import dev.heartbeat.health.Condition;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One pulse from start to end: find, decide, plan, claim, run, record, close. It finds all before it decides, so that the
 * state documents which the rules want to see are read in one call. It claims only as fast as runs find a
 * place, so that other instances can share the work, and answers within its budget; what is going on then finishes in
 * the background.
 */
final class PulseRun {
    private static final int FIND_PAGE = 1_000;
    private static final int LARGEST_CLAIM = 500;
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(5);
    private static final Duration AWAIT_MARGIN = Duration.ofSeconds(2);
    private static final Duration LEAST_TO_CLOSE = Duration.ofSeconds(1);

    private final Engine engine;
    private final PulseOrder order;
    private final String id;
    private final Instant startedAt;
    private final long startedNanos;
    private final Duration budget;
    private final Duration reserve;
    private final PulseBook book;
    private final TaskLookup tasks;
    private final PulseBreakers breakers;
    private final Turns turns = new Turns();
    private final Thread thread = Thread.currentThread();

    private Instant dueNow;
    private Instant storeNow;
    /** When the store's time was heard, on this machine's clock: rather too late than too early. */
    private Instant storeHeardAt;

    private @Nullable Instant nextPulse;
    private List<StoredSchedule> upcoming = List.of();
    private Pauses pauses = Pauses.NONE;
    private int claimSize;
    private boolean refused;

    PulseRun(Engine engine, PulseOrder order) {
        this.engine = engine;
        this.order = order;
        this.startedAt = engine.now();
        this.startedNanos = engine.pace().nanos();
        this.budget = order.budget() == null ? engine.settings().budget() : order.budget();
        this.reserve = reserve(budget);
        this.id = PulseId.of(startedAt, engine.tokens().next());
        this.book = new PulseBook(startedAt, engine.settings().interval(), engine.pace());
        this.tasks = new TaskLookup(engine.settings());
        this.breakers = new PulseBreakers(engine, this);
        this.claimSize = Math.max(32, 2 * engine.settings().parallelism());
        this.dueNow = startedAt;
        this.storeNow = startedAt;
        this.storeHeardAt = startedAt;
    }

    private static Duration reserve(Duration budget) {
        return Duration.ofNanos(Math.min(budget.toNanos() / 4, LONGEST_RESERVE.toNanos()));
    }

    String id() {
        return id;
    }

    String source() {
        return order.source();
    }

    Instant startedAt() {
        return startedAt;
    }

    /** Returns the instant that fire times are compared with. */
    Instant dueNow() {
        return dueNow;
    }

    PulseBook book() {
        return book;
    }

    boolean isOnThisThread() {
        return thread == Thread.currentThread();
    }

    PulseReport run() {
        try {
            engine.recover(workLimit());
            List<StoredSchedule> due = find();
            read(due);
            PulsePlan plan = new PulsePlan(engine, dueNow, longest(), tasks::timeout, this::window, new Gate());
            plan(plan, decide(due));
            try {
                claimAll(plan);
            } finally {
                lookAhead();
            }
            awaitRuns(plan);
            plan.handOver();
            book.stillOpen(book.answered());
            engine.healthCheck().heldBack(conditions(plan));
            return engine.closer().close(this, order, elapsedMs());
        } catch (RuntimeException | Error e) {
            book.answered();
            engine.closer().failed(this, order, elapsedMs(), e);
            throw e;
        } finally {
            breakers.giveBack();
            engine.board().saveQuietly(closeLimit());
        }
    }

    private void plan(PulsePlan plan, List<Candidate> candidates) {
        List<Candidate> order = plan.add(candidates);
        book.planned(order);
        breakers.probe(order);
    }

    /** Reads, in one call, the state documents that the rules want to see for what was found; none for nothing. */
    private void read(List<StoredSchedule> due) {
        Set<StateKey> cells = PulsePlan.cells(engine, due);
        if (!due.isEmpty() || !upcoming.isEmpty()) {
            cells.add(Pauses.KEY);
        }
        for (StoredSchedule seen : due) {
            StateKey circuit =
                    Breakers.key(seen.schedule(), tasks.find(seen.schedule().task()));
            if (circuit != null) {
                cells.add(circuit);
            }
        }
        boolean zonesMatter =
                Stream.of(due, upcoming).flatMap(List::stream).anyMatch(seen -> ZoneData.matters(seen.schedule()));
        if (zonesMatter) {
            cells.add(ZoneData.KEY);
        }
        if (!order.wake() || !due.isEmpty()) { // a wake that finds nothing leaves nothing
            cells.addAll(engine.figures().keys(startedAt));
        }
        engine.board().read(cells, workLimit());
        if (zonesMatter) {
            noteZoneData();
        } else {
            engine.healthCheck().zoneData(Optional.empty());
        }
        if (cells.contains(Pauses.KEY)) {
            pauses = Pauses.read(engine.board().value(Pauses.KEY));
            engine.healthCheck().pauses(pauses);
        }
    }

    private void noteZoneData() {
        ZoneData seen = ZoneData.of(engine.board().value(ZoneData.KEY));
        String own = engine.zoneData();
        if (seen.lacks(own, storeNow)) {
            engine.board().change(ZoneData.KEY, values -> ZoneData.of(values).with(own, storeNow));
        }
        engine.healthCheck().zoneData(seen.difference(own, storeNow));
    }

    /** Reads all pages of what is due, and what comes next. */
    private List<StoredSchedule> find() {
        List<StoredSchedule> due = new ArrayList<>();
        @Nullable DuePosition after = null;
        do {
            boolean first = after == null;
            Found found = engine.store()
                    .findDue(new DueQuery(
                            startedAt,
                            after,
                            FIND_PAGE,
                            first ? Math.max(1, engine.settings().upcoming()) : 0,
                            workLimit()));
            if (first) {
                storeHeardAt = engine.now();
                storeNow = found.storeTime().orElse(startedAt);
                Instant latest = storeNow.plusSeconds(1); // a clock far ahead must not run fires early
                dueNow = startedAt.isAfter(latest) ? latest : startedAt;
                engine.storeTime(storeNow, storeHeardAt);
                engine.healthCheck().observed(storeHeardAt, storeNow, found.held());
                book.unreadable(found.unreadable());
                found.unreadable().forEach(engine.log()::unreadable);
                upcoming = found.upcoming();
            }
            due.addAll(found.due());
            after = found.next().orElse(null);
        } while (after != null && left() > 0);
        return due;
    }

    private List<Candidate> decide(List<StoredSchedule> due) {
        List<Candidate> candidates = new ArrayList<>();
        for (StoredSchedule seen : due) {
            guarded(seen, () -> decide(seen, PauseRule.under(pauses, seen), candidates));
        }
        return candidates;
    }

    /** Looks at what comes next; what is due has gone before. */
    private void lookAhead() {
        for (StoredSchedule seen : upcoming) {
            guarded(seen, () -> {
                Under under = PauseRule.under(pauses, seen);
                Decision decision = decide(under);
                wakeFor(seen, under, decision);
                book.upcoming(under.seen(), decision);
            });
        }
    }

    /** A timing is the user's code too: one that throws is shown and harms no other schedule. */
    private void guarded(StoredSchedule seen, Runnable step) {
        try {
            step.run();
        } catch (InvalidScheduleException e) {
            Unreadable document = new Unreadable(seen.id(), String.valueOf(e.getMessage()));
            book.unreadable(List.of(document));
            engine.log().unreadable(document);
        }
    }

    private Decision decide(Under under) {
        StoredSchedule seen = under.seen();
        Decision decision = DueRule.decide(
                seen,
                dueNow,
                storeNow,
                tasks.retry(seen.schedule()).maxAttempts(),
                engine.settings().staleAfter(),
                window(seen.schedule()));
        return decision.reason().equals(Decision.PAUSED) ? Decision.no(under.reason(), decision.until()) : decision;
    }

    /**
     * What is not due yet wakes the ticker at its time; what something else holds back waits for the beat. A store knows
     * the document alone: it lists by that time what a wider pause holds for longer, so the one hides nothing behind it.
     */
    private void wakeFor(StoredSchedule seen, Under under, Decision decision) {
        if (decision.reason().equals(Decision.WINDOW) && decision.until() != null) {
            engine.wakeBy(startedAt.plus(Duration.between(dueNow, decision.until())));
        }
        Instant judgedAt = decision.isByStoreTime() ? storeNow : dueNow;
        Instant wake = WakeRule.after(seen.wakeAt().isAfter(judgedAt) ? seen : under.seen(), judgedAt);
        if (wake.isBefore(Instant.MAX)) {
            engine.wakeBy(startedAt.plus(Duration.between(judgedAt, wake)));
        }
    }

    private void decide(StoredSchedule seen, Under under, List<Candidate> candidates) {
        Decision decision = decide(under);
        Candidate candidate = decision.candidate();
        if (candidate == null || candidate.backfilled()) {
            wakeFor(seen, under, decision);
        }
        if (candidate == null) {
            if (decision.until() != null
                    && (decision.reason().equals(under.reason())
                            || decision.reason().equals(Decision.WINDOW))) {
                book.heldBack(under.seen(), decision, engine.settings().upcoming());
            }
            return;
        }
        if (tasks.find(seen.schedule().task()) == null && needsTask(candidate)) {
            book.withoutExecutor(candidate, tasks.problem(seen.schedule().task()));
        } else {
            candidates.add(candidate);
        }
    }

    /** How many attempts there are is the task's to say: an instance that lacks it must not end another's fire. */
    private static boolean needsTask(Candidate candidate) {
        Candidate.Settle settle = candidate.settle();
        return settle == null
                || (settle.outcome().isFailure()
                        && candidate.seen().schedule().retry().isEmpty());
    }

    /**
     * Claims what may start, page by page, for as long as there is something and time. A schedule that may have more to do
     * gets its next turn as soon as the one before is recorded.
     */
    private void claimAll(PulsePlan plan) {
        long claimedAt = engine.pace().nanos();
        while (!engine.isClosed() && left() > 0) {
            again(plan, book.goingOn());
            if (!plan.isEmpty() && !engine.runner().awaitRoom(left())) {
                return;
            }
            long now = engine.pace().nanos();
            claimSize = now - claimedAt < QUICK_NANOS
                    ? Math.min(LARGEST_CLAIM, claimSize * 2)
                    : Math.max(32, 2 * engine.settings().parallelism());
            claimedAt = now;
            int ended = book.ended();
            Runner.Load load = engine.runner().load();
            List<Candidate> page = plan.next(load, left(), claimSize);
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
        List<String> ids = book.awaitGoingOn(left());
        again(plan, ids);
        return !ids.isEmpty();
    }

    /** Decides again on schedules that may have more to do, on their documents as the records of their runs left them. */
    private void again(PulsePlan plan, List<String> ids) {
        List<Candidate> next = new ArrayList<>();
        for (String id : ids) {
            engine.store().schedule(id).ifPresent(seen -> guarded(seen, () -> decideAgain(seen, next)));
        }
        if (!next.isEmpty()) {
            plan(plan, next);
        }
    }

    private void decideAgain(StoredSchedule seen, List<Candidate> candidates) {
        List<Candidate> found = new ArrayList<>(1);
        Under under = PauseRule.under(pauses, seen);
        decide(seen, under, found);
        for (Candidate candidate : found) {
            if (turns.allows(candidate)) {
                candidates.add(candidate);
            } else {
                wakeFor(seen, under, Decision.yes(candidate));
            }
        }
    }

    /** Nothing may start now: waits until something may. Returns false if nothing will in this pulse. */
    private boolean awaitPlace(PulsePlan plan, Runner.Load load, int ended) {
        return (plan.couldUse(left()) && engine.runner().awaitFreed(load, left()))
                || (!plan.limited().isEmpty() && book.awaitNextSettled(ended, left()));
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
                    startedAt,
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
            claims = engine.store().claim(requests, workLimit());
        } catch (RuntimeException e) {
            engine.leases().unclear(startsOf(page, tokens));
            throw e;
        }
        Set<RunToken> won = new HashSet<>(claims.size() * 2);
        claims.forEach(claim -> won.add(claim.token()));
        List<LiveRun> starts = new ArrayList<>(claims.size());
        List<LiveRun> settles = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            if (won.contains(tokens.get(i))) {
                LiveRun run = liveRun(page.get(i), requests.get(i), sent);
                breakers.claimed(run);
                RunRecord superseded = run.claim().superseded();
                if (superseded != null) {
                    engine.figures().ended(superseded);
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
        engine.recorder().ended(settles, workLimit());
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
            book.awaitSettled(left());
        }
        List<LiveRun> withdrawn =
                book.open().stream().filter(engine.runner()::withdraw).toList();
        engine.release(withdrawn, closeLimit());
        withdrawn.forEach(plan::defer);
        withdrawn.forEach(run -> book.settled(run, run.detail(Outcome.DEFERRED, PulseDetail.BUDGET), null));
        if (order.awaitRuns()) {
            book.awaitSettled(book.longestTimeout().plus(AWAIT_MARGIN).toNanos());
        }
    }

    /** Returns the store's time, as far as this process can tell. */
    Instant storeTime() {
        return storeNow.plus(Duration.between(storeHeardAt, engine.now()));
    }

    /** The ticker wakes at an instant of the store's time, unless that has passed. */
    void wakeByStoreTime(Instant instant) {
        if (instant.isAfter(storeNow)) {
            engine.wakeBy(storeHeardAt.plus(Duration.between(storeNow, instant)));
        }
    }

    private Window window(Schedule schedule) {
        Duration length = tasks.window(schedule);
        return length.isZero() ? Window.NONE : new Window(length, nextPulse());
    }

    /**
     * Returns when the next pulse is expected: whenever one is needed if the ticker is there, else after an interval, or
     * after as long as the one before this was ago, for sources that come more rarely than they should.
     */
    private Instant nextPulse() {
        Instant expected = nextPulse;
        if (expected == null) {
            expected = Instant.MIN;
            if (!engine.started()) {
                Instant before = engine.store()
                        .heartbeat(workLimit())
                        .map(stored -> stored.heartbeat().timestamp())
                        .filter(startedAt::isAfter)
                        .orElse(startedAt);
                Duration gap = Duration.between(before, startedAt);
                Duration interval = engine.settings().interval();
                expected = startedAt.plus(gap.compareTo(interval) > 0 ? gap : interval);
            }
            nextPulse = expected;
        }
        return expected;
    }

    @Nullable
    Task task(Schedule schedule) {
        return tasks.find(schedule.task());
    }

    /** Returns the nanoseconds left for the work; the reserve for closing is kept back. */
    private long left() {
        return budget.minus(reserve).toNanos() - elapsedNanos();
    }

    /** Returns the nanoseconds that a run may take to fit into a pulse: this one, or the next one if this one is cut short. */
    private long longest() {
        Duration usual = engine.settings().budget();
        return order.budget() == null
                ? left()
                : Math.max(left(), usual.minus(reserve(usual)).toNanos());
    }

    CallLimit workLimit() {
        return CallLimit.of(Duration.ofNanos(left()));
    }

    /** What is left of the budget for closing; after work that took all of it, or that was waited for, a little more. */
    CallLimit closeLimit() {
        Duration rest = budget.minusNanos(elapsedNanos());
        Duration least = order.awaitRuns() ? reserve : LEAST_TO_CLOSE;
        return CallLimit.of(rest.compareTo(least) < 0 ? least : rest);
    }

    private long elapsedNanos() {
        return engine.pace().nanos() - startedNanos;
    }

    private long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(elapsedNanos());
    }
}
