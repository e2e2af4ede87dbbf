package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Times;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Pulses over schedules whose runs take time, played through with the pure rules alone: one instance, a few places, and a
 * budget. Runs that are at work when a pulse answers go on beside the next ones.
 */
final class LoadModel {
    /** Nothing holds anything back but the time. */
    static final Plan.Gate NO_GATE = new Plan.Gate() {
        @Override
        public boolean holdsBack(Candidate candidate) {
            return false;
        }

        @Override
        public List<Limits.Limit> limitsOf(Candidate candidate) {
            return List.of();
        }

        @Override
        public int free(Limits.Limit limit) {
            return 0;
        }
    };

    static final Duration INTERVAL = Duration.ofMinutes(10);
    static final Duration BUDGET = Duration.ofSeconds(55);

    /** A schedule, its task, and what has become of it. */
    final class Job {
        final Schedule schedule;
        final LongSupplier takesMs;
        final OneDocument document;
        final Set<Instant> deferred = new TreeSet<>();
        final List<Instant> starts = new ArrayList<>();
        final List<Instant> servedFires = new ArrayList<>();
        Duration longestWait = Duration.ZERO;

        private Job(Schedule schedule, LongSupplier takesMs) {
            this.schedule = schedule;
            this.takesMs = takesMs;
            this.document =
                    new OneDocument(GivenDocument.of(schedule).ran("00:00").stored(), Retry.DEFAULT);
        }

        boolean isCritical() {
            return schedule.priority() == Priority.CRITICAL;
        }

        /** What a pulse finds; the claim of a run at work is renewed. */
        Optional<Candidate> candidate(Instant at) {
            boolean atWork = running.stream().anyMatch(run -> run.job() == this);
            return atWork
                    ? Optional.empty()
                    : Optional.ofNullable(document.decide(at).candidate());
        }

        /** The first of its fires that has had no start. */
        Instant dueSince() {
            Instant served = starts.isEmpty() ? begin : served();
            return schedule.nextFire(served).orElseThrow();
        }

        private Instant served() {
            return servedFires.get(servedFires.size() - 1);
        }

        @Override
        public String toString() {
            return schedule.id() + " " + schedule.priority() + " " + schedule.timing();
        }
    }

    private record Run(Job job, ClaimRequest claim, Instant start, long takesMs) {
        Instant end() {
            return start.plusMillis(takesMs);
        }
    }

    final Instant begin = Times.at("00:00");
    final Map<String, Job> jobs = new LinkedHashMap<>();
    Deferrals noted = Deferrals.NONE;
    private final int places;
    private final Map<String, Profile> profiles = new HashMap<>();
    private final List<Run> running = new ArrayList<>();
    private Instant now = begin;

    LoadModel(int places) {
        this.places = places;
    }

    Job add(Schedule schedule, LongSupplier takesMs) {
        Job job = new Job(schedule, takesMs);
        jobs.put(schedule.id(), job);
        return job;
    }

    /** One pulse. Returns the jobs that it started, in order. */
    List<Job> pulse(Instant at) {
        passUntil(at);
        Instant end = at.plus(BUDGET);
        List<Candidate> candidates = new ArrayList<>();
        for (Job job : jobs.values()) {
            job.candidate(at).ifPresent(candidates::add);
        }
        Plan plan = new Plan(this::likely, BUDGET.toNanos(), NO_GATE);
        plan.add(PlanRule.order(candidates, noted, at, INTERVAL, schedule -> Window.NONE));
        List<Job> started = new ArrayList<>();
        Deque<ClaimRequest> queue = new ArrayDeque<>();
        Set<String> claimed = new HashSet<>();
        while (now.isBefore(end)) {
            while (running.size() < places && !queue.isEmpty()) {
                started.add(start(queue.removeFirst()));
            }
            if (queue.size() < places) {
                List<Candidate> page = plan.next(room(end, queue), 2 * places);
                for (Candidate candidate : page) {
                    claimed.add(candidate.id());
                    queue.add(claim(candidate));
                }
                if (!page.isEmpty()) {
                    continue;
                }
            }
            Instant next = running.stream()
                    .map(Run::end)
                    .min(Comparator.naturalOrder())
                    .orElse(end);
            passUntil(next.isBefore(end) ? next : end);
        }
        Map<String, Deferral> deferred = new HashMap<>();
        for (ClaimRequest unstarted : queue) {
            Job job = job(unstarted.scheduleId());
            job.document.release(unstarted, now);
            job.deferred.add(unstarted.fire().fireTime());
            deferred.put(
                    unstarted.scheduleId(),
                    noted.now(unstarted.seen(), unstarted.fire().fireTime(), at));
        }
        for (Candidate candidate : plan.rest()) {
            job(candidate.id()).deferred.add(candidate.fireTime());
            deferred.put(candidate.id(), noted.now(candidate.seen(), candidate.fireTime(), at));
        }
        noted = noted.after(deferred, claimed, at.minus(INTERVAL.multipliedBy(2)));
        deferred.keySet().forEach(id -> look(job(id)));
        return started;
    }

    private void look(Job job) {
        Duration wait = Duration.between(job.dueSince(), now);
        job.longestWait = wait.compareTo(job.longestWait) > 0 ? wait : job.longestWait;
    }

    private Places room(Instant end, Deque<ClaimRequest> queue) {
        List<Long> atWork = new ArrayList<>();
        for (Run run : running) {
            long elapsed = Duration.between(run.start(), now).toNanos();
            atWork.add(Places.remaining(likely(run.job()), elapsed));
        }
        List<Long> waiting =
                queue.stream().map(claim -> likely(job(claim.scheduleId()))).toList();
        return new Places(Duration.between(now, end).toNanos(), places, atWork, waiting);
    }

    private long likely(Candidate candidate) {
        return likely(job(candidate.id()));
    }

    private long likely(Job job) {
        return profiles.getOrDefault(job.schedule.task(), Profile.UNKNOWN)
                .likely()
                .map(Duration::toNanos)
                .orElse(0L);
    }

    private Job job(String id) {
        return Objects.requireNonNull(jobs.get(id));
    }

    private ClaimRequest claim(Candidate candidate) {
        return job(candidate.id())
                .document
                .claim(candidate, now, request -> OverloadRule.told(request, noted.of(request.seen())));
    }

    private Job start(ClaimRequest claim) {
        Job job = job(claim.scheduleId());
        look(job);
        job.starts.add(now);
        job.servedFires.add(claim.fire().fireTime());
        running.add(new Run(job, claim, now, job.takesMs.getAsLong()));
        return job;
    }

    /** Lets the time pass; runs end in their order. */
    void passUntil(Instant until) {
        running.sort(Comparator.comparing(Run::end));
        while (!running.isEmpty() && !running.get(0).end().isAfter(until)) {
            Run run = running.remove(0);
            run.job().document.succeed(run.claim(), run.end());
            profiles.merge(
                    run.job().schedule.task(),
                    Profile.UNKNOWN.with(List.of(run.takesMs())),
                    (known, one) -> known.with(List.of(run.takesMs())));
        }
        now = until.isAfter(now) ? until : now;
    }

    /** Every fire that was deferred and passed without a start is missed for the overload; checks that it is told so. */
    void checkWords() {
        passUntil(now.plus(Duration.ofDays(1))); // the ledger learns of what was missed when a run ends
        for (Job job : jobs.values()) {
            Set<Instant> overload = new HashSet<>();
            for (RunRecord entry : job.document.ledger().values()) {
                if ("overload".equals(entry.reason())) {
                    for (Instant fire = entry.firstFire();
                            !fire.isAfter(entry.fireTime());
                            fire = job.schedule.nextFire(fire).orElseThrow()) {
                        overload.add(fire);
                    }
                }
            }
            Instant last = job.servedFires.isEmpty() ? begin : job.served();
            assertThat(overload)
                    .as("%s", job)
                    .containsAll(job.deferred.stream()
                            .filter(fire -> fire.isBefore(last) && !job.servedFires.contains(fire))
                            .toList());
            assertThat(overload).as("%s: nothing else", job).allMatch(fire -> !job.servedFires.contains(fire));
        }
    }
}
