package dev.heartbeat.chaos;

import dev.heartbeat.BackfillPlan;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What happened in a world, by its true time: the calls of the tasks as the tasks saw them, what reached the store, what
 * people did, and what went wrong on purpose.
 */
final class Journal {
    final List<Call> calls = new ArrayList<>();
    final Map<RunToken, ClaimWritten> claims = new LinkedHashMap<>();
    final List<PersonDid> people = new ArrayList<>();
    final List<BeatWritten> beats = new ArrayList<>();
    final List<Trouble> troubles = new ArrayList<>();
    final List<PulseMade> pulses = new ArrayList<>();
    final List<String> defects = new ArrayList<>();
    final List<Answer> answers = new ArrayList<>();
    final List<CalledOff> calledOff = new ArrayList<>();
    final List<BackfillAsked> backfills = new ArrayList<>();
    final List<PausesSet> pauses = new ArrayList<>();
    final Map<String, List<CircuitWritten>> circuits = new TreeMap<>();
    final Map<String, Integer> injected = new TreeMap<>();
    private final Map<String, List<Instant>> writes = new HashMap<>();
    private final Map<RunToken, List<Instant>> renewals = new HashMap<>();
    private final Map<LifeOf, List<Instant>> steps = new HashMap<>();
    private final Map<StateRead, List<Instant>> reads = new HashMap<>();

    private record StateRead(LifeOf life, StateKey key) {}

    /** The document may have been written. */
    void written(String schedule, Instant at) {
        writes.computeIfAbsent(schedule, id -> new ArrayList<>()).add(at);
    }

    /** When the document may have been written, in the order of time. */
    List<Instant> writes(String schedule) {
        return writes.getOrDefault(schedule, List.of());
    }

    void injected(String what) {
        injected.merge(what, 1, Integer::sum);
    }

    Trouble trouble(LifeOf life, Trouble.Cause cause, String what, Instant from) {
        Trouble trouble = new Trouble(life, cause, what, from);
        troubles.add(trouble);
        return trouble;
    }

    /** The clock of a life was set. */
    void stepped(LifeOf life, Instant at) {
        steps.computeIfAbsent(life, key -> new ArrayList<>()).add(at);
    }

    boolean hasStepped(LifeOf life, Instant after, Instant to) {
        return steps.getOrDefault(life, List.of()).stream().anyMatch(at -> at.isAfter(after) && !at.isAfter(to));
    }

    /** A claim's renewal was sent, whatever became of it. */
    void renewalSent(RunToken token, Instant at) {
        renewals.computeIfAbsent(token, key -> new ArrayList<>()).add(at);
    }

    List<Instant> renewalsSent(RunToken token) {
        return renewals.getOrDefault(token, List.of());
    }

    /** A life has read a state document, as it then stood. */
    void read(LifeOf life, StateKey key, Instant at) {
        reads.computeIfAbsent(new StateRead(life, key), each -> new ArrayList<>())
                .add(at);
    }

    /** When the life last read the document up to the instant; the beginning of time if it never did. */
    Instant lastRead(LifeOf life, StateKey key, Instant at) {
        Instant last = Instant.MIN;
        for (Instant read : reads.getOrDefault(new StateRead(life, key), List.of())) {
            last = read.isAfter(at) ? last : read;
        }
        return last;
    }

    /** One call of a task. */
    static final class Call {
        final LifeOf life;
        final String schedule;
        final String idempotencyKey;
        final Instant fireTime;
        final int attempt;
        final boolean forced;
        final RunToken token;
        final Instant startedAt;
        final Behaviour behaviour;
        Instant endedAt;
        /** When it ended by the clock of its instance. */
        Instant endedOnItsClock;

        End end = End.NONE;

        Call(
                LifeOf life,
                String schedule,
                String idempotencyKey,
                Instant fireTime,
                int attempt,
                boolean forced,
                RunToken token,
                Instant startedAt,
                Behaviour behaviour) {
            this.life = life;
            this.schedule = schedule;
            this.idempotencyKey = idempotencyKey;
            this.fireTime = fireTime;
            this.attempt = attempt;
            this.forced = forced;
            this.token = token;
            this.startedAt = startedAt;
            this.behaviour = behaviour;
        }

        String fireKey() {
            return token.fireKey();
        }

        boolean failed() {
            return end == End.FAILED || end == End.INTERRUPTED;
        }

        @Override
        public String toString() {
            return idempotencyKey + " attempt " + attempt + " on " + life + " from " + startedAt + " to " + endedAt
                    + " " + end;
        }
    }

    /** How a call ended, as the task knows. */
    enum End {
        /** It is still at work, or its process died under it. */
        NONE,
        DONE,
        SKIPPED,
        FAILED,
        INTERRUPTED,
        /** The work goes on elsewhere. */
        ACCEPTED
    }

    /** An answer by token, and what its sender was told. */
    static final class Answer {
        final LifeOf life;
        final RunToken token;
        final Behaviour.Kind kind;
        final Instant sentAt;
        Instant answeredAt = Instant.MAX;
        /** Null if it was told nothing. */
        Completion completion;

        Answer(LifeOf life, RunToken token, Behaviour.Kind kind, Instant sentAt) {
            this.life = life;
            this.token = token;
            this.kind = kind;
            this.sentAt = sentAt;
        }

        boolean counted() {
            return completion == Completion.ACCEPTED;
        }

        @Override
        public String toString() {
            return kind + " by " + life + " to " + token + " at " + sentAt + ": " + completion;
        }
    }

    /** The wish that a pending fire ends was written. */
    record CalledOff(Instant at, String schedule, String key) {}

    /**
     * A person asked for past fires.
     *
     * @param rule what the schedule then was
     * @param settled the keys that then had an entry in the ledger, or were under way
     * @param wrote whether the document has changed
     */
    record BackfillAsked(
            Instant at,
            String schedule,
            Schedule rule,
            Set<String> settled,
            BackfillPlan plan,
            boolean dryRun,
            boolean wrote) {}

    /** The pauses of queues and of everything, after a person has changed them. */
    record PausesSet(Instant at, Pauses pauses) {}

    /**
     * A circuit, after somebody has written it.
     *
     * @param openUntil the end of its cool-down; null if it is closed
     * @param schedule of its probe, or null
     * @param pulseId of its probe, or null
     * @param probeUntil when the place of the probe is free again, or null
     */
    record CircuitWritten(
            Instant at, LifeOf life, Instant openUntil, String schedule, String pulseId, Instant probeUntil) {
        boolean isClosed() {
            return openUntil == null;
        }

        /** Tells whether a run of the pulse may start. */
        boolean lets(String id, String pulse, Instant now) {
            return isClosed()
                    || (!openUntil.isAfter(now)
                            && id.equals(schedule)
                            && pulse.equals(pulseId)
                            && probeUntil.isAfter(now));
        }
    }

    /** A claim that was won. */
    static final class ClaimWritten {
        final LifeOf life;
        final ClaimRequest request;
        final Instant at;
        /** Its lease as it was set, at the claim, by renewals, and, to its deadline, when it was accepted. */
        private final List<Lease> leases = new ArrayList<>();

        Instant releasedAt;
        /** When it was first recorded that the work goes on elsewhere; null if it was not. */
        Instant acceptedAt;
        /** When the attempt was recorded as over. */
        Instant recordedAt;
        /** Who recorded that. */
        LifeOf recordedBy;
        /** How that left the fire. */
        RunRecord recorded;

        private record Lease(Instant from, Instant until) {}

        ClaimWritten(LifeOf life, ClaimRequest request, Instant at) {
            this.life = life;
            this.request = request;
            this.at = at;
            leases.add(new Lease(at, at.plus(request.lease())));
        }

        void renewed(Instant now) {
            if (acceptedAt == null) {
                leases.add(new Lease(now, now.plus(request.lease())));
            }
        }

        void accepted(Instant now, Duration within) {
            acceptedAt = acceptedAt == null ? now : acceptedAt;
            leases.add(new Lease(now, now.plus(within)));
        }

        void recorded(Instant now, LifeOf by, RunRecord run) {
            recordedAt = now;
            recordedBy = by;
            recorded = run;
        }

        private Lease leaseAt(Instant at) {
            Lease lease = leases.get(0);
            for (Lease set : leases) {
                lease = set.from.isAfter(at) ? lease : set;
            }
            return lease;
        }

        /** When the lease that was in force at the instant was set. */
        Instant leaseFrom(Instant at) {
            return leaseAt(at).from;
        }

        /** The end of the lease that was in force at the instant. */
        Instant leaseUntil(Instant at) {
            return leaseAt(at).until;
        }

        /** Tells whether the work went on elsewhere at the instant: then no process holds it. */
        boolean isElsewhere(Instant at) {
            return acceptedAt != null && !acceptedAt.isAfter(at);
        }

        /** Tells whether it was recorded by somebody who answered by its token. */
        boolean isAnswered() {
            return recorded != null && !request.token().equals(recorded.token());
        }

        String schedule() {
            return request.scheduleId();
        }

        String key() {
            return request.fire().key();
        }

        boolean isStart() {
            return request.startedAt() != null;
        }

        boolean isEnded() {
            return recorded != null && recorded.isEnd();
        }

        @Override
        public String toString() {
            return (isStart() ? "claim of " : "settling of ") + schedule() + "/" + key() + ", start "
                    + request.fire().starts() + ", by " + life + " at " + at;
        }
    }

    /**
     * Something that a person did to a schedule's document.
     *
     * @param before the document as it was, or null if there was none that could be read
     * @param after the document as it is, or null
     * @param wish whether it now asks for a start
     */
    record PersonDid(
            Instant at, String schedule, Kind kind, StoredSchedule before, StoredSchedule after, boolean wish) {
        enum Kind {
            /** The document was made. */
            CREATED,
            /** A start was asked for, by a null lastRun. */
            FORCED,
            /** The timing was changed. */
            TIMED,
            /** What the engine remembers was replaced by something older, or taken away. */
            REWOUND,
            /** lastRun was set to an instant. */
            MOVED,
            /** The document was deleted. */
            DELETED,
            /** A backfill was ended. */
            STOPPED,
            /** The document was made unreadable. */
            SPOILT,
            /** Anything that leaves the timing and the memory alone. */
            PLAIN
        }
    }

    /** A write of the heartbeat record, as it stands in the store after it. */
    record BeatWritten(Instant at, LifeOf life, Instant clock, HeartbeatRecord record) {}

    /** A time in which a life could not do as it should. */
    static final class Trouble {
        final LifeOf life;
        final Cause cause;
        final String what;
        final Instant from;
        Instant to = Instant.MAX;

        enum Cause {
            /** It is dead from then on. */
            DEATH,
            /** It is being shut down. */
            SHUTDOWN,
            /** It does not move. */
            FREEZE,
            /** All calls fail. */
            CUT_OFF,
            /** A call fails, or its answer gets lost. */
            FAILING,
            /** A call takes long. */
            SLOW
        }

        Trouble(LifeOf life, Cause cause, String what, Instant from) {
            this.life = life;
            this.cause = cause;
            this.what = what;
            this.from = from;
        }

        boolean isOfOneCall() {
            return cause == Cause.FAILING || cause == Cause.SLOW;
        }

        boolean overlaps(Instant begin, Instant end) {
            return !from.isAfter(end) && !to.isBefore(begin);
        }

        @Override
        public String toString() {
            return what + " of " + life + " from " + from + " to " + to;
        }
    }

    /** A pulse that has answered, or failed. */
    record PulseMade(LifeOf life, Instant from, Instant to, boolean busy, Throwable failure) {}

    /** One life of an instance, from a start to a crash or a shutdown. */
    record LifeOf(String instance, int life) {
        @Override
        public String toString() {
            return instance + life;
        }
    }
}
