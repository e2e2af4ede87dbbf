package dev.heartbeat.engine;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.PulseDetail;
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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One pulse from start to end: find, decide, plan, claim, run, record, close. It claims only as fast as runs find a
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
    private final Thread thread = Thread.currentThread();

    private Instant dueNow;
    private Instant storeNow;
    private List<Candidate> plan = List.of();
    private int planned;
    private int claimSize;
    private boolean refused;

    PulseRun(Engine engine, PulseOrder order) {
        this.engine = engine;
        this.order = order;
        this.startedAt = engine.now();
        this.startedNanos = engine.pace().nanos();
        this.budget = order.budget() == null ? engine.settings().budget() : order.budget();
        this.reserve = Duration.ofNanos(Math.min(budget.toNanos() / 4, LONGEST_RESERVE.toNanos()));
        this.id = FireKey.of(Instant.ofEpochSecond(startedAt.getEpochSecond())) + "-"
                + engine.tokens().next().substring(0, 8);
        this.book = new PulseBook(startedAt, engine.settings().interval(), engine.pace());
        this.tasks = new TaskLookup(engine.settings().tasks());
        this.claimSize = Math.max(32, 2 * engine.settings().parallelism());
        this.dueNow = startedAt;
        this.storeNow = startedAt;
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

    PulseBook book() {
        return book;
    }

    boolean isOnThisThread() {
        return thread == Thread.currentThread();
    }

    PulseReport run() {
        try {
            engine.recover(workLimit());
            plan = PlanRule.order(find());
            book.planned(plan);
            claimAll();
            awaitRuns();
            book.stillOpen(book.answered());
            return engine.closer().close(this, order, elapsedMs());
        } catch (RuntimeException | Error e) {
            book.answered();
            engine.closer().failed(this, order, elapsedMs(), e);
            throw e;
        }
    }

    private List<Candidate> find() {
        List<Candidate> candidates = new ArrayList<>();
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
                storeNow = found.storeTime().orElse(startedAt);
                Instant latest = storeNow.plusSeconds(1); // a clock far ahead must not run fires early
                dueNow = startedAt.isAfter(latest) ? latest : startedAt;
                engine.observe(startedAt, storeNow, found.held());
                book.unreadable(found.unreadable());
                found.unreadable().forEach(engine.log()::unreadable);
            }
            for (StoredSchedule seen : found.due()) {
                guarded(seen, () -> decide(seen, candidates));
            }
            if (first) {
                for (StoredSchedule seen : found.upcoming()) {
                    guarded(seen, () -> {
                        Decision decision = decide(seen);
                        wakeFor(seen, decision);
                        book.upcoming(seen, decision);
                    });
                }
            }
            after = found.next().orElse(null);
        } while (after != null && left() > 0);
        return candidates;
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

    private Decision decide(StoredSchedule seen) {
        return DueRule.decide(seen, dueNow, storeNow, retry(seen.schedule()).maxAttempts());
    }

    /** What is not due yet wakes the ticker at its time; what something else holds back waits for the beat. */
    private void wakeFor(StoredSchedule seen, Decision decision) {
        Instant judgedAt = decision.isByStoreTime() ? storeNow : dueNow;
        Instant wake = seen.wakeAt();
        if (wake.isAfter(judgedAt) && wake.isBefore(Instant.MAX)) {
            engine.wakeBy(startedAt.plus(Duration.between(judgedAt, wake)));
        }
    }

    private void decide(StoredSchedule seen, List<Candidate> candidates) {
        Decision decision = decide(seen);
        Candidate candidate = decision.candidate();
        if (candidate == null) {
            wakeFor(seen, decision);
        } else if (tasks.find(seen.schedule().task()) == null && needsTask(candidate)) {
            book.withoutExecutor(candidate, tasks.problem(seen.schedule().task()));
        } else {
            candidates.add(candidate);
        }
    }

    /** How many attempts there are is the task's to say: an instance that lacks it must not end another's fire. */
    private static boolean needsTask(Candidate candidate) {
        Candidate.Settle settle = candidate.settle();
        return settle == null
                || (settle.outcome() != Outcome.SKIPPED
                        && candidate.seen().schedule().retry().isEmpty());
    }

    private void claimAll() {
        long claimedAt = engine.pace().nanos();
        while (planned < plan.size() && !engine.isClosed() && left() > 0) {
            if (!engine.runner().awaitRoom(left())) {
                return;
            }
            long now = engine.pace().nanos();
            claimSize = now - claimedAt < QUICK_NANOS
                    ? Math.min(LARGEST_CLAIM, claimSize * 2)
                    : Math.max(32, 2 * engine.settings().parallelism());
            claimedAt = now;
            List<Candidate> page = plan.subList(planned, Math.min(plan.size(), planned + claimSize));
            planned += page.size();
            if (!claim(page)) {
                refused = true;
                return;
            }
        }
    }

    /** Claims a page and starts what was won. Returns whether the executor takes work. */
    private boolean claim(List<Candidate> page) {
        Instant now = engine.now();
        List<ClaimRequest> requests = new ArrayList<>(page.size());
        List<RunToken> tokens = new ArrayList<>(page.size());
        for (Candidate candidate : page) {
            ClaimRequest request = ClaimRule.request(
                    candidate,
                    now,
                    engine.tokens().next(),
                    engine.owner(),
                    engine.settings().lease(),
                    id);
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
                book.claimed(run, supersededError(page.get(i), run, now));
                (page.get(i).isStart() ? starts : settles).add(run);
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
        @Nullable Task task = tasks.find(schedule.task());
        Duration timeout = schedule.timeout()
                .or(() -> task == null ? java.util.Optional.empty() : task.timeout())
                .orElse(Task.DEFAULT_TIMEOUT);
        LiveRun run = new LiveRun(
                request, task, timeout, retry(schedule), this, engine.settings().clock(), sent);
        if (candidate.settle() != null) {
            run.settle(Attempt.settled(candidate.settle()));
        }
        return run;
    }

    private static @Nullable HeartbeatError supersededError(Candidate candidate, LiveRun run, Instant now) {
        return ClaimRule.supersededError(candidate, run.retry().maxAttempts(), now);
    }

    /** The schedule's retry, else the task's, else the default; the errors that end a fire are always the task's. */
    private Retry retry(Schedule schedule) {
        Task task = tasks.find(schedule.task());
        Retry ofTask = task == null ? Retry.DEFAULT : task.retry().orElse(Retry.DEFAULT);
        return schedule.retry().map(own -> own.neverOnAsIn(ofTask)).orElse(ofTask);
    }

    /** Waits as long as the budget allows, gives back what has not started, and lets what has started go on. */
    private void awaitRuns() {
        book.deferred(plan.subList(planned, plan.size()));
        if (!refused) {
            book.awaitSettled(left());
        }
        List<LiveRun> withdrawn =
                book.open().stream().filter(engine.runner()::withdraw).toList();
        engine.release(withdrawn, closeLimit());
        withdrawn.forEach(run -> book.settled(run, run.detail(Outcome.DEFERRED, PulseDetail.BUDGET), null));
        if (order.awaitRuns()) {
            book.awaitSettled(book.longestTimeout().plus(AWAIT_MARGIN).toNanos());
        }
    }

    /** Returns the nanoseconds left for the work; the reserve for closing is kept back. */
    private long left() {
        return budget.minus(reserve).toNanos() - elapsedNanos();
    }

    private CallLimit workLimit() {
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
