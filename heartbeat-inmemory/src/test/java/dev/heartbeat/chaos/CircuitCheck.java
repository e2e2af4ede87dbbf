package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Journal.CircuitWritten;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.chaos.Journal.LifeOf;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** While a circuit is open nothing of it starts but a probe after its cool-down, one over all instances. */
final class CircuitCheck {
    static final String OPEN = "started on an open circuit";
    static final String TWO_PROBES = "two probes at once";

    private static final Duration LONGEST_PULSE = Duration.ofMinutes(2);

    private final History history;
    private final Consumer<Violation> found;

    CircuitCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.found = found;
    }

    void check() {
        List<Call> probes = new ArrayList<>();
        for (Call call : history.journal.calls) {
            String circuit = history.of(call.schedule).spec.breaker();
            ClaimWritten claim = history.journal.claims.get(call.token);
            if (circuit == null || claim == null) {
                continue;
            }
            CircuitWritten now = history.circuitAt(circuit, claim.at);
            Instant read = history.journal.lastRead(call.life, new StateKey("breaker", circuit), claim.at);
            CircuitWritten known = history.circuitAt(circuit, read);
            CircuitWritten then =
                    history.circuitAt(circuit, call.startedAt); // a place may be kept on after a slow claim
            String pulse = claim.request.fire().pulseId();
            if (!isExcused(circuit, call, claim.at)
                    && !lets(now, call, pulse, claim.at)
                    && !lets(known, call, pulse, claim.at)
                    && !lets(then, call, pulse, call.startedAt)) {
                found.accept(new Violation(OPEN, call + " under " + claim + ": " + now + ", known as " + known));
            }
            if (tries(now, call, pulse, claim.at)) {
                together(circuit, probes, call, claim.at);
                probes.add(call);
            } else if (tries(then, call, pulse, call.startedAt)) {
                together(circuit, probes, call, call.startedAt);
                probes.add(call);
            }
        }
    }

    private static boolean tries(CircuitWritten circuit, Call call, String pulse, Instant at) {
        return circuit != null && !circuit.isClosed() && circuit.lets(call.schedule, pulse, at);
    }

    private static boolean lets(CircuitWritten circuit, Call call, String pulse, Instant at) {
        return circuit == null || circuit.lets(call.schedule, pulse, at);
    }

    /**
     * It knows of a success that is not written yet; or its place was taken in time, and it was slow to use it. A pulse counts
     * the store's time on by its clock, which may be set meanwhile.
     */
    private boolean isExcused(String circuit, Call call, Instant at) {
        Instant since = at.minus(LONGEST_PULSE);
        return history.troubled(call.life, since, at)
                || history.journal.hasStepped(call.life, since, at)
                || history.journal.calls.stream()
                        .filter(other ->
                                circuit.equals(history.of(other.schedule).spec.breaker()))
                        .anyMatch(other -> isSuccess(call.life, other, since, at));
    }

    /** Tells whether the life has heard of the call's success between the two instants. */
    private boolean isSuccess(LifeOf life, Call call, Instant since, Instant at) {
        ClaimWritten claim = history.journal.claims.get(call.token);
        boolean ended = call.life.equals(life)
                && call.end == Journal.End.DONE
                && !call.endedAt.isAfter(at)
                && call.endedAt.isAfter(since);
        boolean answered = claim != null
                && life.equals(claim.recordedBy)
                && claim.recorded.outcome() == Outcome.EXECUTED
                && !claim.recordedAt.isAfter(at)
                && claim.recordedAt.isAfter(since);
        return ended || answered;
    }

    /** The one before must be over, or past its timeout; or its process could not tell that it lives. */
    private void together(String circuit, List<Call> probes, Call call, Instant at) {
        for (Call earlier : probes) {
            Plan.ScheduleSpec spec = history.of(earlier.schedule).spec;
            boolean over = history.isOver(earlier, at)
                    || !earlier.startedAt.plus(spec.timeout()).isAfter(at);
            if (circuit.equals(spec.breaker())
                    && !over
                    && !history.journal.hasStepped(earlier.life, earlier.startedAt.minus(LONGEST_PULSE), at)
                    && !history.troubled(earlier.life, earlier.startedAt, at)) {
                found.accept(new Violation(TWO_PROBES, call + " while " + earlier));
            }
        }
    }
}
