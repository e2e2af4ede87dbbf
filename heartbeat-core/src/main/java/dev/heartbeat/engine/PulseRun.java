package dev.heartbeat.engine;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.StoredSchedule;
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

    private final Engine engine;
    private final PulseOrder order;
    private final String id;
    private final Instant startedAt;
    private final long startedNanos;
    private final Duration budget;
    private final Duration reserve;
    private final PulseBook book;
    private final TaskLookup tasks;

    private List<Candidate> plan = List.of();
    private int planned;
    private int claimSize;
    private boolean refused;

    PulseRun(Engine engine, PulseOrder order) {
        this.engine = engine;
        this.order = order;
        this.startedAt = engine.now();
        this.startedNanos = engine.monotonic().nanos();
        this.budget = order.budget() == null ? engine.settings().budget() : order.budget();
        Duration quarter = budget.dividedBy(4);
        this.reserve = quarter.compareTo(LONGEST_RESERVE) < 0 ? quarter : LONGEST_RESERVE;
        this.id = FireKey.of(Instant.ofEpochSecond(startedAt.getEpochSecond())) + "-"
                + engine.tokens().next().substring(0, 8);
        this.book = new PulseBook(startedAt, engine.settings().interval());
        this.tasks = new TaskLookup(engine.settings().tasks());
        this.claimSize = Math.max(32, 2 * engine.settings().parallelism());
    }

    String id() {
        return id;
    }

    Instant startedAt() {
        return startedAt;
    }

    PulseBook book() {
        return book;
    }

    PulseReport run() {
        try {
            engine.recover(limit());
            plan = PlanRule.order(find());
            book.planned(plan);
            claimAll();
            awaitRuns();
            answer();
            return engine.closer().close(this, order, elapsedMs());
        } catch (RuntimeException e) {
            book.answered();
            engine.closer().failed(this, order, elapsedMs(), e);
            throw e;
        }
    }

    private List<Candidate> find() {
        List<Candidate> candidates = new ArrayList<>();
        @Nullable DuePosition after = null;
        Instant dueNow = startedAt;
        Instant storeNow = startedAt;
        do {
            boolean first = after == null;
            Found found = engine.store()
                    .findDue(new DueQuery(
                            startedAt,
                            after,
                            FIND_PAGE,
                            first ? Math.max(1, engine.settings().upcoming()) : 0,
                            limit()));
            if (first) {
                storeNow = found.storeTime().orElse(startedAt);
                Instant latest = storeNow.plusSeconds(1); // a clock far ahead must not run fires early
                dueNow = startedAt.isAfter(latest) ? latest : startedAt;
                engine.observe(startedAt, storeNow, found.upcoming());
                book.unreadable(found.unreadable());
                found.unreadable().forEach(engine.log()::unreadable);
            }
            for (StoredSchedule seen : found.due()) {
                decide(seen, dueNow, storeNow, candidates);
            }
            if (first) {
                for (StoredSchedule seen : found.upcoming()) {
                    engine.wakeAfter(startedAt, seen.wakeAt());
                    book.upcoming(
                            seen,
                            DueRule.decide(
                                    seen,
                                    dueNow,
                                    storeNow,
                                    retry(seen.schedule()).maxAttempts()));
                }
            }
            after = found.next().orElse(null);
        } while (after != null && left() > 0);
        return candidates;
    }

    private void decide(StoredSchedule seen, Instant dueNow, Instant storeNow, List<Candidate> candidates) {
        Decision decision =
                DueRule.decide(seen, dueNow, storeNow, retry(seen.schedule()).maxAttempts());
        Candidate candidate = decision.candidate();
        if (candidate == null) {
            engine.wakeAfter(startedAt, seen.wakeAt());
        } else if (tasks.find(seen.schedule().task()) == null
                && (candidate.isStart() || seen.schedule().retry().isEmpty())) {
            // how many attempts there are is the task's to say: an instance that lacks it must not end another's fire
            book.withoutExecutor(candidate, tasks.problem(seen.schedule().task()));
        } else {
            candidates.add(candidate);
        }
    }

    private void claimAll() {
        long claimedAt = engine.monotonic().nanos();
        while (planned < plan.size() && !engine.isClosed() && left() > 0) {
            if (!engine.runner().awaitRoom(left())) {
                return;
            }
            long now = engine.monotonic().nanos();
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
        long sent = engine.monotonic().nanos();
        List<Claim> claims;
        try {
            claims = engine.store().claim(requests, limit());
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
        for (LiveRun run : settles) {
            engine.recorder().ended(run);
        }
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

    private void awaitRuns() {
        if (refused) {
            return; // nobody will start what waits: it is given back at once
        }
        long nanos = left();
        if (order.awaitRuns()) {
            nanos += reserve.plus(book.longestTimeout()).plus(AWAIT_MARGIN).toNanos();
        }
        book.awaitSettled(nanos);
    }

    /** Gives back what has not started; what has started goes on. */
    private void answer() {
        book.deferred(plan.subList(planned, plan.size()));
        List<LiveRun> open = book.answered();
        List<LiveRun> withdrawn = new ArrayList<>();
        for (LiveRun run : open) {
            if (!run.hasStarted() && engine.runner().withdraw(run)) {
                withdrawn.add(run);
            }
        }
        book.stillOpen(open, withdrawn);
        engine.release(withdrawn, limit());
    }

    /** Returns the nanoseconds left before the pulse must answer. */
    private long left() {
        return budget.minus(reserve).toNanos() - (engine.monotonic().nanos() - startedNanos);
    }

    private CallLimit limit() {
        return CallLimit.of(Duration.ofNanos(left()).plus(reserve));
    }

    private long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(engine.monotonic().nanos() - startedNanos);
    }
}
