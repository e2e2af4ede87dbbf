package dev.heartbeat.chaos;

import dev.heartbeat.chaos.History.OfSchedule;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.chaos.Journal.PulseMade;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Late fires get what the schedule says: the latest one, or every one, so many in a pulse, none that is too old. */
final class CatchUpCheck {
    static final String NOT_LATEST = "a fire was run that was not the latest";
    static final String PASSED_OVER = "a fire was passed over where every one runs";
    static final String TOO_OLD = "a fire was too old, or was not";
    static final String TOO_MANY = "too many fires of a schedule in one pulse";

    /** How far a clock may be ahead of the store's for what is due. */
    private static final Duration AHEAD = Duration.ofSeconds(1);

    private final History history;
    private final Consumer<Violation> found;

    CatchUpCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.found = found;
    }

    void check(OfSchedule schedule) {
        CatchUp catchUp = schedule.spec.catchUp();
        Map<String, Set<String>> inPulse = new HashMap<>();
        for (ClaimWritten claim : schedule.claims) {
            boolean first = claim.request.seen().state().pending() == null
                    && !claim.request.fire().forced()
                    && !claim.request.fire().backfilled();
            if (!first || !claim.isStart()) {
                continue;
            }
            Set<String> keys = inPulse.computeIfAbsent(claim.request.fire().pulseId(), pulse -> new HashSet<>());
            keys.add(claim.key());
            if (keys.size() > catchUp.runsPerPulse()) {
                violation(TOO_MANY, claim + ", after " + keys);
            }
            history.journal.pulses.stream()
                    .filter(pulse -> pulse.life().equals(claim.life) && isHealthy(pulse))
                    .filter(pulse ->
                            !pulse.from().isAfter(claim.at) && !pulse.to().isBefore(claim.at))
                    .forEach(pulse -> chosen(catchUp, claim, pulse.from()));
        }
        schedule.ledger.forEach(entry -> entry(catchUp, entry));
    }

    /** The clock of the one that cleans up is right; a pulse that answers busy decides nothing. */
    private static boolean isHealthy(PulseMade pulse) {
        return pulse.life().instance().equals(Plan.JANITOR) && !pulse.busy();
    }

    private void chosen(CatchUp catchUp, ClaimWritten claim, Instant now) {
        Schedule rule = claim.request.seen().schedule();
        Instant fire = claim.request.fire().fireTime();
        Duration age = age(catchUp);
        if (age != null && fire.isBefore(now.minus(age))) {
            violation(TOO_OLD, claim + " in a pulse of " + now);
        }
        if (!catchUp.isAll() && !history.allowed(rule, fire, now).isEmpty()) {
            violation(NOT_LATEST, claim + " in a pulse of " + now);
        }
    }

    private void entry(CatchUp catchUp, RunRecord entry) {
        String reason = entry.reason();
        boolean passedOver = FireSeries.COALESCED.equals(reason)
                || FireSeries.OVERLOAD.equals(reason)
                || "superseded".equals(reason);
        if (catchUp.isAll() && passedOver) {
            violation(PASSED_OVER, entry.toString());
        }
        ClaimWritten claim = entry.token() == null ? null : history.journal.claims.get(entry.token());
        if ("too-old".equals(reason) && claim != null) {
            Duration age = age(catchUp);
            if (age == null || !entry.fireTime().isBefore(claim.at.plus(AHEAD).minus(age))) {
                violation(TOO_OLD, entry + " of " + entry.fireTime() + " by " + claim);
            }
        }
    }

    private Duration age(CatchUp catchUp) {
        return catchUp.greatestAge(history.outcome.plan().settings().staleAfter())
                .orElse(null);
    }

    private void violation(String rule, String text) {
        found.accept(new Violation(rule, text));
    }
}
