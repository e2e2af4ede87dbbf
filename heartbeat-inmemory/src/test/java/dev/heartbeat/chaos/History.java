package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Journal.CircuitWritten;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.chaos.Journal.LifeOf;
import dev.heartbeat.chaos.Journal.PausesSet;
import dev.heartbeat.chaos.Journal.PersonDid;
import dev.heartbeat.chaos.Journal.PulseMade;
import dev.heartbeat.chaos.Journal.Trouble;
import dev.heartbeat.chaos.Plan.ScheduleSpec;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What happened in a world, in the order and by the questions that the checks ask. */
final class History {
    private static final int CHANCES = 3;
    private static final int RENEWED_EACH = 3;
    /** The claims, and the place of a probe, which is read and written. */
    private static final int CALLS_OF_A_TICK = 3;

    private static final Duration SLACK = Duration.ofSeconds(1);
    private static final Duration CLAIM_TAKES = Duration.ofSeconds(5);
    private static final Duration BEFORE = Duration.ofDays(1);

    final World.Outcome outcome;
    final Journal journal;
    final Map<RunToken, Call> callByToken = new HashMap<>();
    private final Map<String, OfSchedule> schedules = new LinkedHashMap<>();
    private final Map<String, NavigableSet<Instant>> fires = new HashMap<>();

    /** What happened to one schedule. */
    static final class OfSchedule {
        final ScheduleSpec spec;
        final List<PersonDid> people = new ArrayList<>();
        final List<ClaimWritten> claims = new ArrayList<>();
        final List<Call> calls = new ArrayList<>();
        final List<RunRecord> ledger = new ArrayList<>();
        final Map<String, Schedule> rules = new LinkedHashMap<>();
        final List<Instant> writes;
        /** As it stands at the end; null if it is not there, or cannot be read. */
        final StoredSchedule document;

        OfSchedule(ScheduleSpec spec, StoredSchedule document, List<Instant> writes) {
            this.spec = spec;
            this.document = document;
            this.writes = writes;
        }

        String id() {
            return spec.id();
        }
    }

    History(World.Outcome outcome) {
        this.outcome = outcome;
        this.journal = outcome.journal();
        for (ScheduleSpec spec : outcome.plan().schedules()) {
            schedules.put(
                    spec.id(), new OfSchedule(spec, outcome.documents().get(spec.id()), journal.writes(spec.id())));
        }
        journal.people.forEach(did -> {
            OfSchedule own = of(did.schedule());
            own.people.add(did);
            if (did.after() != null) {
                own.rules.putIfAbsent(did.after().schedule().rule(), did.after().schedule());
            }
        });
        journal.claims.values().forEach(claim -> of(claim.schedule()).claims.add(claim));
        journal.calls.forEach(call -> {
            of(call.schedule).calls.add(call);
            callByToken.putIfAbsent(call.token, call);
        });
        outcome.ledger().forEach(entry -> of(entry.scheduleId()).ledger.add(entry));
    }

    Iterable<OfSchedule> schedules() {
        return schedules.values();
    }

    OfSchedule of(String id) {
        return schedules.get(id);
    }

    /** Returns the fires of a rule from the first instant, exclusive, to the second, inclusive. */
    NavigableSet<Instant> fires(Schedule rule, Instant after, Instant to) {
        NavigableSet<Instant> all = fires.computeIfAbsent(
                rule.rule(),
                text -> new FireOracle(rule.timing().text(), rule.zone(), rule.dst())
                        .fires(outcome.plan().start().minus(BEFORE), outcome.end()));
        return after.isBefore(to) ? all.subSet(after, false, to, true) : Collections.emptyNavigableSet();
    }

    /** Returns the fires of a rule that it lets run, as above. */
    NavigableSet<Instant> allowed(Schedule rule, Instant after, Instant to) {
        NavigableSet<Instant> allowed = new TreeSet<>(fires(rule, after, to));
        allowed.removeIf(fire -> rule.notBefore().filter(fire::isBefore).isPresent()
                || rule.notAfter().filter(end -> !fire.isBefore(end)).isPresent());
        return allowed;
    }

    /** Tells whether any rule that the schedule has had fires at the instant. */
    boolean isFire(OfSchedule schedule, Instant at) {
        return schedule.rules.values().stream()
                .anyMatch(rule -> !fires(rule, at.minusNanos(1), at).isEmpty());
    }

    /** Tells whether people took away, after the first instant and up to the second, what the engine remembered. */
    boolean wiped(OfSchedule schedule, Instant after, Instant to) {
        return schedule.people.stream()
                .anyMatch(did ->
                        isWipe(did) && did.at().isAfter(after) && !did.at().isAfter(to));
    }

    static boolean isWipe(PersonDid did) {
        return did.kind() == PersonDid.Kind.REWOUND || did.kind() == PersonDid.Kind.DELETED;
    }

    /** Returns the document as people had left it at the instant; null if it could not be read. */
    StoredSchedule documentAt(OfSchedule schedule, Instant at) {
        StoredSchedule found = null;
        for (PersonDid did : schedule.people) {
            if (!did.at().isAfter(at)) {
                found = did.after();
            }
        }
        return found;
    }

    /** Tells whether a person has called the fire off, up to the instant. */
    boolean isCalledOff(String schedule, String key, Instant by) {
        return journal.calledOff.stream()
                .anyMatch(wish -> wish.schedule().equals(schedule)
                        && wish.key().equals(key)
                        && !wish.at().isAfter(by));
    }

    /** Returns the claim that the token of an entry is of: its own, or one that it was made of to answer by token. */
    static RunToken claimOf(RunToken token) {
        int made = token.value().indexOf('.', token.value().lastIndexOf('/'));
        return made < 0 ? token : new RunToken(token.value().substring(0, made));
    }

    /** Returns the pauses of queues and of everything as people had left them at the instant. */
    Pauses pausesAt(Instant at) {
        Pauses found = Pauses.NONE;
        for (PausesSet set : journal.pauses) {
            found = set.at().isAfter(at) ? found : set.pauses();
        }
        return found;
    }

    /** Returns the circuit as it stood in the store at the instant; null while nobody had written it. */
    CircuitWritten circuitAt(String circuit, Instant at) {
        CircuitWritten found = null;
        for (CircuitWritten written : journal.circuits.getOrDefault(circuit, List.of())) {
            found = written.at().isAfter(at) ? found : written;
        }
        return found;
    }

    /** Returns the ends of the pauses, past ones included, that the schedule has been under, its own and wider ones. */
    List<Instant> pauseEnds(StoredSchedule document, Instant at) {
        Pauses pauses = pausesAt(at);
        return Stream.of(
                        Optional.ofNullable(document.pause()),
                        pauses.everything().map(Pauses.Entry::pause),
                        document.schedule().queue().flatMap(pauses::queue).map(Pauses.Entry::pause))
                .flatMap(Optional::stream)
                .map(Pause::until)
                .toList();
    }

    /** Tells whether nothing holds a schedule back from the instant on. */
    boolean isFree(StoredSchedule document, Instant at) {
        PendingFire pending = document.state().pending();
        return !isHeld(document, at)
                && (pending == null
                        || pending.until() == null
                        || !pending.until().isAfter(at))
                && !isCircuitOpen(of(document.id()).spec.breaker(), at)
                && !isLimited(of(document.id()).spec);
    }

    /** Tells whether a person holds a schedule back at the instant or later. */
    boolean isHeld(StoredSchedule document, Instant at) {
        Instant lastRun = document.lastRun().value();
        return !document.schedule().enabled()
                || pauseEnds(document, outcome.end()).stream().anyMatch(end -> end.isAfter(at))
                || (lastRun != null && lastRun.isAfter(at));
    }

    /** Tells whether a circuit has held anything back at the instant or later. */
    private boolean isCircuitOpen(String circuit, Instant at) {
        if (circuit == null) {
            return false;
        }
        CircuitWritten then = circuitAt(circuit, at);
        return (then != null && !then.isClosed())
                || journal.circuits.getOrDefault(circuit, List.of()).stream()
                        .anyMatch(written -> written.at().isAfter(at) && !written.isClosed());
    }

    /** Tells whether it may have to wait for a place. */
    private boolean isLimited(ScheduleSpec spec) {
        int schedules = outcome.plan().schedules().size();
        Plan.Limits limits = outcome.plan().settings().limits();
        return (spec.task().equals(Plan.Limits.LIMITED) && limits.task() < schedules)
                || (Plan.QUEUE.equals(spec.queue()) && limits.queue() < schedules);
    }

    boolean troubled(LifeOf life, Instant from, Instant to) {
        return journal.troubles.stream().anyMatch(trouble -> trouble.life.equals(life) && trouble.overlaps(from, to));
    }

    /**
     * Tells whether a claim whose lease had run out at the instant was let go without need: its process was there, and for longer than it may
     * leave a claim alone it neither stood still nor waited for the store, and sent no renewal.
     */
    boolean isNeglected(ClaimWritten claim, Instant at) {
        Instant from = claim.leaseFrom(at);
        Instant to = claim.leaseUntil(at);
        List<Trouble> own = journal.troubles.stream()
                .filter(trouble -> trouble.life.equals(claim.life) && trouble.overlaps(from, to))
                .toList();
        if (own.stream()
                .anyMatch(trouble -> trouble.cause == Trouble.Cause.DEATH || trouble.cause == Trouble.Cause.SHUTDOWN)) {
            return false;
        }
        Duration each = claim.request.lease().dividedBy(RENEWED_EACH);
        Duration most = (each.compareTo(slowest()) > 0 ? each : slowest()).plus(SLACK);
        Instant since = from;
        for (Instant sent : journal.renewalsSent(claim.request.token())) {
            if (sent.isAfter(from) && sent.isBefore(to)) {
                if (idle(own, since, sent).compareTo(most) > 0) {
                    return true;
                }
                since = sent;
            }
        }
        return idle(own, since, to).compareTo(most) > 0;
    }

    /** How long it had nothing to wait for between the two instants. */
    private static Duration idle(List<Trouble> troubles, Instant from, Instant to) {
        Duration idle = Duration.between(from, to);
        for (Trouble trouble : troubles) {
            boolean waits = trouble.cause == Trouble.Cause.FREEZE || trouble.cause == Trouble.Cause.SLOW;
            if (waits && trouble.overlaps(from, to)) {
                Instant begin = trouble.from.isAfter(from) ? trouble.from : from;
                Instant end = trouble.to.isBefore(to) ? trouble.to : to;
                idle = idle.minus(Duration.between(begin, end));
            }
        }
        return idle;
    }

    /** How long the calls of one renewal may take; what else a process has to write does not delay the next one. */
    private Duration slowest() {
        return outcome.plan().settings().latency().multipliedBy(2 * CALLS_OF_A_TICK);
    }

    /** Tells whether a process could not do what it had claimed: it was in trouble before its lease ran out. */
    boolean isLost(ClaimWritten claim) {
        return troubled(claim.life, claim.at.minus(CLAIM_TAKES), claim.leaseUntil(Instant.MAX));
    }

    /** Tells whether a call was over at the instant, or what its task still did was for nothing: its claim was answered or lost. */
    boolean isOver(Call call, Instant at) {
        ClaimWritten claim = journal.claims.get(call.token);
        boolean isEnded = call.endedAt != null && !call.endedAt.isAfter(at);
        return isEnded
                || claim == null
                || (claim.isAnswered() && !claim.recordedAt.isAfter(at))
                || of(call.schedule).claims.stream()
                        .anyMatch(other -> other.at.isAfter(claim.at) && !other.at.isAfter(at));
    }

    /** Tells whether the life was being shut down at the instant. */
    boolean closing(LifeOf life, Instant at) {
        return journal.troubles.stream()
                .anyMatch(trouble -> trouble.life.equals(life)
                        && trouble.cause == Trouble.Cause.SHUTDOWN
                        && !trouble.from.isAfter(at));
    }

    /** Returns a time after which there have been several healthy pulses. */
    Instant settledBy() {
        List<PulseMade> healthy = journal.pulses.stream()
                .filter(pulse -> pulse.life().instance().equals(Plan.JANITOR) && !pulse.busy())
                .filter(pulse -> pulse.failure() == null)
                .toList();
        return healthy.size() < CHANCES
                ? Instant.MIN
                : healthy.get(healthy.size() - CHANCES).from();
    }

    /** How long a call has been at work. */
    static Duration took(Call call) {
        return Duration.between(call.startedAt, call.endedAt);
    }
}
