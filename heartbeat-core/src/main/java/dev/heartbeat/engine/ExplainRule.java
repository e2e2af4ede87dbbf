package dev.heartbeat.engine;

import dev.heartbeat.engine.BreakerRule.Gate;
import dev.heartbeat.engine.Limits.Limit;
import dev.heartbeat.engine.PauseRule.Under;
import dev.heartbeat.health.Explanation;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a schedule starts with the next pulse or not, in words; pure. It asks the rules that a pulse asks, in their order. */
final class ExplainRule {
    private ExplainRule() {}

    /**
     * What is to be known for it.
     *
     * @param under the schedule and the pause that counts
     * @param decision what the due rule says
     * @param problem what to tell of a task that this instance does not know; null if it knows it
     * @param circuitName the name of its circuit, or null
     * @param circuit that circuit
     * @param full the limits that have no place left
     * @param maxAttempts how many starts one fire may take
     * @param deferral since when pulses have deferred it; null if they have not
     * @param heartbeat the heartbeat record; null if no pulse has left one
     * @param staleAfter the age from which on the heartbeat is stale
     * @param now the time of the heartbeat's clock
     * @param storeNow the store's time
     * @param notes what else is worth knowing
     */
    record Facts(
            Under under,
            Decision decision,
            @Nullable String problem,
            @Nullable String circuitName,
            Circuit circuit,
            List<Limit> full,
            int maxAttempts,
            @Nullable Deferral deferral,
            @Nullable HeartbeatRecord heartbeat,
            Duration staleAfter,
            Instant now,
            Instant storeNow,
            List<String> notes) {
        StoredSchedule seen() {
            return under.seen();
        }
    }

    static Explanation explain(Facts facts) {
        Candidate candidate = facts.decision().candidate();
        return candidate == null ? held(facts) : due(facts, candidate);
    }

    private static Explanation held(Facts facts) {
        StoredSchedule seen = facts.seen();
        Schedule schedule = seen.schedule();
        Instant end = facts.decision().until();
        Instant until = Pause.INDEFINITELY.equals(end) ? null : end;
        String reason = facts.decision().reason();
        return switch (reason) {
            case Decision.DISABLED ->
                no(
                        facts,
                        Explanation.DISABLED,
                        "It is disabled",
                        null,
                        "Enable it; what passed meanwhile is missed or made up, as its catch-up says");
            case Decision.PAUSED ->
                no(
                        facts,
                        Explanation.PAUSED,
                        "It is paused" + text(seen.pause()),
                        until,
                        "Wait for the end of the pause, or resume it");
            case Decision.QUEUE_PAUSED ->
                no(
                        facts,
                        Explanation.QUEUE_PAUSED,
                        "Its queue '" + schedule.queue().orElse("") + "' is paused" + text(seen.pause()),
                        until,
                        "Wait for the end of the pause, or end it with Schedules.resumeQueue");
            case Decision.MAINTENANCE ->
                no(
                        facts,
                        Explanation.MAINTENANCE,
                        "Everything is paused" + text(seen.pause()),
                        until,
                        "Wait for the end of the pause, or end it with Schedules.resumeAll");
            case Decision.RUNNING -> running(facts, pending(seen));
            case Decision.RETRYING ->
                no(
                        facts,
                        Explanation.RETRYING,
                        "Attempt " + pending(seen).starts() + " at its fire of "
                                + pending(seen).fireTime() + " has failed; the next one may come from " + until + " on"
                                + (schedule.catchUp().isAll() ? "" : ", unless its next fire takes its place"),
                        until,
                        "Read the error of the attempt in the ledger; run it now to try again at once");
            case Decision.HELD ->
                no(
                        facts,
                        Explanation.HELD,
                        "A person has set lastRun to " + until + ", which holds it until then",
                        until,
                        "Set lastRun to null, which runs it at the next pulse");
            case Decision.WINDOW ->
                no(
                        facts,
                        Explanation.WINDOW,
                        "It is due and waits for its slot in the window, " + until,
                        until,
                        "Wait for its slot");
            default -> notDue(facts, until);
        };
    }

    private static Explanation running(Facts facts, PendingFire pending) {
        Instant until = pending.until();
        String attempt = "Attempt " + Math.max(1, pending.starts()) + " at its fire of " + pending.fireTime();
        if (pending.state() == PendingFire.State.ACCEPTED) {
            return no(
                    facts,
                    Explanation.RUNNING,
                    attempt + " goes on elsewhere and is to be completed until " + until,
                    until,
                    "Wait for its answer; past its deadline it counts as timed out");
        }
        String what = pending.owner() == null
                ? "A pulse ends its fire of " + pending.fireTime()
                : attempt + " is at work or about to be";
        return no(
                facts,
                Explanation.RUNNING,
                what + "; its claim is renewed, and ends at " + until + " if its process dies",
                until,
                "Wait for its end, or cancel it");
    }

    private static Explanation notDue(Facts facts, @Nullable Instant next) {
        Schedule schedule = facts.seen().schedule();
        if (next == null) {
            Instant end = schedule.notAfter().orElse(null);
            return no(
                    facts,
                    Explanation.OVER,
                    "It has no fire any more" + (end == null ? "" : "; none is allowed from notAfter, " + end + ", on"),
                    null,
                    end == null ? "Give it another timing, or delete it" : "Move notAfter, or delete it");
        }
        Instant begin = schedule.notBefore().orElse(null);
        boolean isClosed = begin != null && begin.isAfter(facts.now());
        return no(
                facts,
                Explanation.NOT_DUE,
                "Its next fire is at " + next + (isClosed ? "; nothing starts before notBefore, " + begin : ""),
                next,
                isClosed ? "Wait for it, or move notBefore" : "Wait for it, or run it now");
    }

    private static Explanation due(Facts facts, Candidate candidate) {
        String what = what(candidate);
        String problem = facts.problem();
        if (problem != null && PulseDecider.needsTask(candidate)) {
            return no(
                    facts,
                    Explanation.NO_EXECUTOR,
                    what + " is due, but " + problem,
                    null,
                    "Register the task in this instance, or pulse one that has it");
        }
        if (!candidate.isStart()) {
            return yes(facts, Explanation.DUE, end(candidate, facts.maxAttempts()), "Nothing is to be done");
        }
        Gate gate = facts.circuitName() == null
                ? Gate.PASS
                : BreakerRule.gate(facts.circuit(), candidate.id(), "", facts.storeNow());
        if (gate == Gate.HOLD) {
            return no(
                    facts,
                    Explanation.CIRCUIT_OPEN,
                    what + " is due, but circuit '" + facts.circuitName() + "' is open after "
                            + facts.circuit().failures() + " failures in a row",
                    facts.circuit().heldUntil(),
                    "Mend what the circuit stands for; after the cool-down one run tries it");
        }
        if (gate == Gate.PROBE) {
            return no(
                    facts,
                    Explanation.CIRCUIT_OPEN,
                    what + " is due; circuit '" + facts.circuitName()
                            + "' was opened, its cool-down has passed, and with the"
                            + " next pulse one of the runs that it holds back tries it",
                    null,
                    "Wait for the next pulse; if the try succeeds, the others go on");
        }
        if (!facts.full().isEmpty()) {
            Limit full = facts.full().get(0);
            return no(
                    facts,
                    Explanation.LIMIT,
                    what + " is due, but " + full.what() + " runs " + full.most()
                            + " at once in this instance, and they are at work",
                    null,
                    "It starts as a place gets free; if none does, look for the condition stuck, or allow more");
        }
        HeartbeatRecord heartbeat = facts.heartbeat();
        if (heartbeat == null || !heartbeat.timestamp().plus(facts.staleAfter()).isAfter(facts.now())) {
            return yes(
                    facts,
                    Explanation.NO_PULSE,
                    what + " is due, and starts with the next pulse; "
                            + (heartbeat == null
                                    ? "none has come yet"
                                    : "the last one came at " + heartbeat.timestamp() + " from " + heartbeat.source()),
                    "See why no pulse comes, or pulse by hand");
        }
        Deferral deferral = facts.deferral();
        if (deferral != null) {
            return yes(
                    facts,
                    Explanation.DEFERRED,
                    what + " is due, and pulses have deferred it since " + deferral.from()
                            + ", for want of room in their budget or of a place within a limit",
                    "Spread what is due at the same time, allow more parallel runs or a longer budget, or give it more"
                            + " priority");
        }
        return yes(
                facts,
                Explanation.DUE,
                what + " is due, and starts with the next pulse",
                "Wait for the next pulse, or pulse by hand");
    }

    private static String what(Candidate candidate) {
        if (candidate.forced()) {
            return "The start that was asked for";
        }
        String fire = (candidate.backfilled() ? "The past fire of " : "Its fire of ") + candidate.fireTime();
        return candidate.starts() == 0 ? fire : fire + ", attempt " + (candidate.starts() + 1) + ",";
    }

    /** A timeout with an attempt left ends the attempt alone. */
    private static String end(Candidate candidate, int maxAttempts) {
        String fire = "its fire of " + candidate.fireTime();
        Candidate.Settle settle = candidate.settle();
        if (settle == null) {
            return "The next pulse ends " + fire;
        }
        boolean isTriedAgain = settle.outcome() == Outcome.TIMED_OUT && candidate.starts() < maxAttempts;
        String why = settle.error() != null
                ? ", " + settle.error()
                : settle.reason() != null ? " (" + settle.reason() + ")" : "";
        return "The next pulse ends " + (isTriedAgain ? "attempt " + candidate.starts() + " at " : "") + fire + ": "
                + settle.outcome().text() + why + (isTriedAgain ? "; the next attempt follows" : "");
    }

    private static PendingFire pending(StoredSchedule seen) {
        PendingFire pending = seen.state().pending();
        if (pending == null) {
            throw new IllegalStateException("schedule " + seen.id() + " has no pending fire");
        }
        return pending;
    }

    private static String text(@Nullable Pause pause) {
        return pause == null ? "" : PauseRule.text(pause);
    }

    private static Explanation yes(Facts facts, String reason, String cause, String nextStep) {
        return new Explanation(facts.seen().id(), true, reason, cause, null, nextStep, notes(facts));
    }

    private static Explanation no(Facts facts, String reason, String cause, @Nullable Instant until, String nextStep) {
        return new Explanation(facts.seen().id(), false, reason, cause, until, nextStep, notes(facts));
    }

    private static List<String> notes(Facts facts) {
        List<String> notes = new ArrayList<>();
        StoredSchedule seen = facts.seen();
        Instant lastRun = seen.lastRun().value();
        Instant wrote = seen.state().wrote();
        if (lastRun != null && wrote != null && lastRun.isBefore(wrote)) {
            notes.add("lastRun is " + lastRun + ", earlier than its last start at " + wrote
                    + ": an older value changes nothing; null asks for a run");
        }
        if (seen.isForced() && facts.decision().candidate() == null) {
            Instant end = seen.schedule().notAfter().orElse(null);
            notes.add(
                    end == null || facts.now().isBefore(end)
                            ? "A start is asked for as well; it comes as soon as it may"
                            : "A start is asked for as well; notAfter forbids it");
        }
        notes.addAll(facts.notes());
        return notes;
    }
}
