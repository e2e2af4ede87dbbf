package dev.heartbeat.engine;

import dev.heartbeat.engine.BreakerRule.Gate;
import dev.heartbeat.engine.BreakerRule.Word;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.task.Breaker;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The circuits that this process has to do with: asks the breaker rule, and keeps its answers on the state board. */
final class Breakers {
    private static final String KIND = "breaker";
    /** A place is written after the claims are renewed, and in two calls: it must outlive a store that is slow at each. */
    private static final int LEASES_OF_A_PLACE = 2;

    private final StateBoard board;
    private final Duration placeLife;

    Breakers(StateBoard board, Duration lease) {
        this.board = board;
        this.placeLife = lease.multipliedBy(LEASES_OF_A_PLACE);
    }

    /** Returns the state document of a schedule's circuit; null if its task has no breaker. */
    static @Nullable StateKey key(Schedule schedule, @Nullable Task task) {
        return task == null || task.breaker().isEmpty() ? null : new StateKey(KIND, task.circuit(schedule));
    }

    /** Returns the circuit as this process knows it. */
    Circuit circuit(StateKey key) {
        return Circuit.read(board.value(key));
    }

    /** Tells whether the schedule may start in the pulse, at an instant of the store's time. */
    Gate gate(StateKey key, String scheduleId, String pulseId, Instant now) {
        return BreakerRule.gate(circuit(key), scheduleId, pulseId, now);
    }

    /** Asks for the place of the probe; whoever has it once the board is saved and was not lost may start. */
    void ask(StateKey key, String scheduleId, String pulseId, Instant now) {
        change(key, circuit -> BreakerRule.probing(circuit, scheduleId, pulseId, now, now.plus(placeLife)));
    }

    /** The probe of the pulse did not start: its place is free. */
    void giveBack(StateKey key, String scheduleId, String pulseId) {
        change(key, circuit -> BreakerRule.givenBack(circuit, scheduleId, pulseId));
    }

    /** Tells whether the circuit of a claimed run has opened since, and the run is not the one that may try it. */
    boolean isHeldBack(LiveRun run) {
        StateKey key = key(run);
        return key != null
                && gate(
                                key,
                                run.scheduleId(),
                                run.pulse().id(),
                                run.pulse().time().store())
                        != Gate.PASS;
    }

    /** Returns when the next run of its circuit may try, as far as is known. */
    @Nullable
    Instant heldUntil(LiveRun run) {
        StateKey key = key(run);
        return key == null ? null : circuit(key).heldUntil();
    }

    /** What became of the run will not be known here. */
    void gone(LiveRun run) {
        tell(run, Word.NOTHING);
    }

    /** The run has ended. Returns whether it was a probe that has closed its circuit, so that others may start. */
    boolean ended(LiveRun run) {
        if (run.isStuck() || run.isAnswered()) {
            return false; // it has been told of
        }
        Attempt went = run.went();
        if (went != null && went.completeWithin() != null) {
            if (run.isProbe()) { // its end will tell, whoever knows it
                keep(run, went.completeWithin());
            }
            return false;
        }
        Word word = word(run);
        tell(run, word);
        return run.isProbe() && word == Word.SUCCEEDED;
    }

    /** A run was answered for by its token, or called off, by somebody who does not hold it; by the store's time. */
    void answered(Schedule schedule, RecordRequest answer, @Nullable Task task, Instant now) {
        StateKey key = key(schedule, task);
        if (key == null || task == null) {
            return;
        }
        RunRecord record = answer.run();
        Duration within = answer.completeWithin();
        if (within != null) { // a probe keeps its place: its end will tell
            change(key, circuit -> BreakerRule.renewed(circuit, schedule.id(), record.pulseId(), now.plus(within)));
        } else {
            Breaker breaker = task.breaker().orElseThrow();
            Word word = record.outcome() == Outcome.EXECUTED
                    ? Word.SUCCEEDED
                    : record.outcome().isFailure() || record.outcome() == Outcome.RETRYING ? Word.FAILED : Word.NOTHING;
            change(key, circuit -> BreakerRule.after(circuit, breaker, word, schedule.id(), record.pulseId(), now));
        }
    }

    /** The run ignores its timeout, which is its end for the circuit; one that was called off tells nothing. */
    void stuck(LiveRun run) {
        tell(run, run.isCalledOff() ? Word.NOTHING : Word.FAILED);
    }

    /** An accepted run was not completed by its deadline; by the store's time. */
    void expired(Schedule schedule, PendingFire accepted, @Nullable Task task, Instant now) {
        StateKey key = key(schedule, task);
        if (key != null && task != null) {
            Breaker breaker = task.breaker().orElseThrow();
            String pulse = Objects.requireNonNullElse(accepted.pulseId(), "");
            change(key, circuit -> BreakerRule.after(circuit, breaker, Word.FAILED, schedule.id(), pulse, now));
        }
    }

    private void tell(LiveRun run, Word word) {
        StateKey key = key(run);
        Task task = run.task();
        if (key != null && task != null) {
            Breaker breaker = task.breaker().orElseThrow();
            String pulse = run.pulse().id();
            Instant now = run.pulse().time().store();
            change(key, circuit -> BreakerRule.after(circuit, breaker, word, run.scheduleId(), pulse, now));
        }
    }

    private static Word word(LiveRun run) {
        Attempt went = run.went();
        if (went == null
                || !run.isStart()
                || (run.isShutDown() && went.outcome().isFailure())) {
            return Word.NOTHING;
        }
        if (went.outcome() == Outcome.EXECUTED) {
            return Word.SUCCEEDED;
        }
        return went.outcome().isFailure() && went.retryable() ? Word.FAILED : Word.NOTHING;
    }

    /** The probes are alive: their places stay theirs. */
    void renew(Collection<LiveRun> probes) {
        probes.forEach(run -> keep(run, placeLife));
    }

    /** Whoever has the place of the probe keeps it. */
    void renew(StateKey key, String scheduleId, String pulseId, Instant now) {
        change(key, circuit -> BreakerRule.renewed(circuit, scheduleId, pulseId, now.plus(placeLife)));
    }

    private void keep(LiveRun probe, Duration within) {
        StateKey key = key(probe);
        if (key != null) {
            String pulse = probe.pulse().id();
            Instant until = probe.pulse().time().store().plus(within);
            change(key, circuit -> BreakerRule.renewed(circuit, probe.scheduleId(), pulse, until));
        }
    }

    private void change(StateKey key, UnaryOperator<Circuit> change) {
        board.change(key, value -> {
            Circuit before = Circuit.read(value);
            Circuit after = change.apply(before);
            return after.equals(before) ? value : after.write();
        });
    }

    private static @Nullable StateKey key(LiveRun run) {
        return key(run.claim().seen().schedule(), run.task());
    }
}
