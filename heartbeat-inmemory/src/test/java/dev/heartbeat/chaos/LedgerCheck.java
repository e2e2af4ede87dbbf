package dev.heartbeat.chaos;

import dev.heartbeat.chaos.History.OfSchedule;
import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Journal.CalledOff;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.chaos.Journal.End;
import dev.heartbeat.chaos.Journal.PersonDid;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** The ledger against the calls of the tasks and the oracle: every fire in it once, and every word of it true. */
final class LedgerCheck {
    static final String LOST = "a fire was lost";
    static final String TWICE = "a fire is accounted for twice";
    static final String UNTRUE = "the ledger says what was not";
    static final String UNRECORDED = "the end of a call was not recorded";
    static final String UNENDED = "what was called off did not end";
    static final String INVENTED = "the ledger has what is no fire";

    /** The longest work of a task that hears no interrupt, and a lease. */
    private static final Duration HEARD_WITHIN = Duration.ofMinutes(2);

    private final History history;
    private final Consumer<Violation> found;

    LedgerCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.found = found;
    }

    void check(OfSchedule schedule) {
        Set<String> keys = new HashSet<>();
        for (RunRecord entry : schedule.ledger) {
            if (!keys.add(entry.key())) {
                violation(TWICE, entry.toString());
            }
            if (!isNote(entry)) {
                truth(schedule, entry);
            }
        }
        schedule.calls.forEach(call -> recorded(schedule, call));
        history.journal.calledOff.stream()
                .filter(wish -> wish.schedule().equals(schedule.id()) && !keys.contains(wish.key()))
                .forEach(wish -> notEnded(schedule, wish));
        account(schedule);
    }

    static boolean isNote(RunRecord entry) {
        return RunRecord.FENCED.equals(entry.reason());
    }

    // what an entry says

    private void truth(OfSchedule schedule, RunRecord entry) {
        boolean series = !entry.key().startsWith("force-")
                && !Character.isDigit(entry.key().charAt(0));
        if (series) {
            series(schedule, entry);
            return;
        }
        boolean called = schedule.calls.stream().anyMatch(call -> call.fireKey().equals(entry.key()));
        boolean rewound = schedule.people.stream().anyMatch(History::isWipe); // then it says what the old copy said
        Call call = entry.token() == null ? null : history.callByToken.get(entry.token());
        if (entry.outcome() == Outcome.CANCELLED) {
            cancelled(schedule, entry, call, rewound);
        } else if (isAnswer(entry)) {
            answered(entry);
        } else if (entry.startedAt() != null && isPlain(entry) || entry.outcome() == Outcome.EXECUTED) {
            if (call == null || call.endedAt == null || entry.outcome() != outcome(schedule, call)) {
                violation(UNTRUE, entry + " of " + call);
            }
        } else if (entry.outcome() == Outcome.MISSED || "paused".equals(entry.reason())) {
            if (called && !rewound) {
                violation(UNTRUE, entry + ", but its task was called");
            }
        } else if (!called && !rewound && !isLostWithoutAStart(schedule, entry.key())) {
            violation(UNTRUE, entry + ", but its task was never called");
        }
    }

    private static boolean isPlain(RunRecord entry) {
        return entry.reason() == null || entry.reason().equals(RunRecord.BACKFILL);
    }

    private static boolean isAnswer(RunRecord entry) {
        return entry.token() != null && !History.claimOf(entry.token()).equals(entry.token());
    }

    /** Somebody has called it off, and its task has not finished its work all the same. */
    private void cancelled(OfSchedule schedule, RunRecord entry, Call call, boolean rewound) {
        if (!rewound && !history.isCalledOff(schedule.id(), entry.key(), history.outcome.end())) {
            violation(UNTRUE, entry + ", but nobody called it off");
        }
        Outcome went = call == null || call.endedAt == null ? Outcome.CANCELLED : outcome(schedule, call);
        if (went == Outcome.EXECUTED || went == Outcome.SKIPPED) {
            violation(UNTRUE, entry + " of " + call);
        }
    }

    /** Somebody has given that answer by token. */
    private void answered(RunRecord entry) {
        RunToken claim = History.claimOf(entry.token());
        boolean given = history.journal.answers.stream()
                .anyMatch(answer -> answer.token.equals(claim) && outcome(answer.kind) == entry.outcome());
        if (!given) {
            violation(UNTRUE, entry + ", but nobody answered so");
        }
    }

    private static Outcome outcome(Behaviour.Kind kind) {
        return switch (kind) {
            case DONE -> Outcome.EXECUTED;
            case SKIP -> Outcome.SKIPPED;
            case FAIL, RETRY_AFTER -> Outcome.FAILED;
            default -> Outcome.RUNNING;
        };
    }

    private Outcome outcome(OfSchedule schedule, Call call) {
        if (History.took(call).compareTo(schedule.spec.timeout()) >= 0) {
            return Outcome.TIMED_OUT;
        }
        return switch (call.end) {
            case DONE -> Outcome.EXECUTED;
            case SKIPPED -> Outcome.SKIPPED;
            case FAILED, INTERRUPTED -> Outcome.FAILED;
            case NONE, ACCEPTED -> Outcome.RUNNING;
        };
    }

    /** Each of its starts was claimed by a process that then could not call the task. */
    private boolean isLostWithoutAStart(OfSchedule schedule, String key) {
        List<ClaimWritten> starts = schedule.claims.stream()
                .filter(claim -> claim.isStart() && claim.key().equals(key) && claim.releasedAt == null)
                .toList();
        return !starts.isEmpty() && starts.stream().allMatch(history::isLost);
    }

    private void series(OfSchedule schedule, RunRecord entry) {
        boolean counted = schedule.rules.values().stream().anyMatch(rule -> {
            NavigableSet<Instant> fires =
                    history.allowed(rule, entry.firstFire().minusNanos(1), entry.fireTime());
            return fires.contains(entry.firstFire())
                    && fires.contains(entry.fireTime())
                    && entry.exact()
                    && fires.size() == entry.count();
        });
        if (!counted) {
            violation(INVENTED, entry + " from " + entry.firstFire() + " to " + entry.fireTime());
        }
    }

    // what the calls say

    private void recorded(OfSchedule schedule, Call call) {
        ClaimWritten claim = history.journal.claims.get(call.token);
        boolean over = call.endedAt != null && call.endedAt.isBefore(history.settledBy());
        boolean noted = schedule.ledger.stream().anyMatch(entry -> call.token.equals(entry.token()));
        boolean gone = history.troubled(call.life, history.outcome.end(), history.outcome.end());
        // that work goes on elsewhere is no news any more once the fire has gone on without it
        boolean late =
                call.end == End.ACCEPTED && (claim == null || claim.acceptedAt != null || isFollowed(schedule, claim));
        if (over && claim != null && claim.recordedAt == null && !noted && !gone && !late) {
            violation(UNRECORDED, call.toString());
        }
        if (claim != null && claim.recordedAt != null && !claim.isAnswered() && call.end == End.NONE) {
            violation(UNTRUE, "recorded, but not over: " + call);
        }
    }

    /** What was called off has to end, when whoever works on it has heard of it, or is gone. */
    private void notEnded(OfSchedule schedule, CalledOff wish) {
        Instant by = history.settledBy();
        boolean isLate = wish.at().plus(HEARD_WITHIN).isBefore(by);
        boolean excused = schedule.document == null
                || history.isHeld(schedule.document, by)
                || history.wiped(schedule, Instant.MIN, history.outcome.end());
        if (isLate && !excused) {
            violation(UNENDED, wish + ", now " + schedule.document);
        }
    }

    private boolean isFollowed(OfSchedule schedule, ClaimWritten claim) {
        return schedule.document == null
                || history.wiped(schedule, claim.at, history.outcome.end())
                || schedule.claims.stream().anyMatch(other -> other.at.isAfter(claim.at));
    }

    // what the oracle says

    private void account(OfSchedule schedule) {
        Map<Instant, Integer> covered = new HashMap<>();
        for (RunRecord entry : schedule.ledger) {
            if (isNote(entry) || entry.isBackfilled() || entry.key().startsWith("force-")) {
                continue;
            }
            if (entry.count() == 1 && !history.isFire(schedule, entry.fireTime())) {
                violation(INVENTED, entry.toString());
            }
            cover(schedule, covered, entry.firstFire(), entry.fireTime());
        }
        PendingFire pending =
                schedule.document == null ? null : schedule.document.state().pending();
        if (pending != null) {
            boolean isSeries = !Character.isDigit(pending.key().charAt(0)); // which stands among those it has missed
            if (!isSeries && !pending.backfilled()) {
                cover(schedule, covered, pending.fireTime(), pending.fireTime());
            }
            for (FireSeries series : pending.missed()) {
                cover(schedule, covered, series.first(), series.last());
            }
        }
        List<PersonDid> breaks = breaks(schedule);
        for (int i = 0; i < breaks.size(); i++) {
            span(schedule, breaks, i, covered);
        }
        if (breaks.size() == 1) {
            covered.forEach((fire, times) -> {
                if (times > 1) {
                    violation(TWICE, schedule.id() + " of " + fire);
                }
            });
        }
    }

    private void cover(OfSchedule schedule, Map<Instant, Integer> covered, Instant first, Instant last) {
        if (first.equals(last)) {
            covered.merge(first, 1, Integer::sum);
            return;
        }
        Set<Instant> fires = new HashSet<>();
        schedule.rules.values().forEach(rule -> fires.addAll(history.fires(rule, first.minusNanos(1), last)));
        fires.forEach(fire -> covered.merge(fire, 1, Integer::sum));
    }

    /** What people did that changes which fires are asked for. */
    private static List<PersonDid> breaks(OfSchedule schedule) {
        List<PersonDid> breaks = new ArrayList<>();
        String rule = null;
        for (PersonDid did : schedule.people) {
            boolean timed =
                    did.after() != null && !did.after().schedule().rule().equals(rule);
            rule = did.after() == null ? rule : did.after().schedule().rule();
            if (timed
                    || History.isWipe(did)
                    || did.kind() == PersonDid.Kind.MOVED
                    || did.kind() == PersonDid.Kind.CREATED) {
                breaks.add(did);
            }
        }
        return breaks;
    }

    /** The fires between two such deeds, as far as they were asked for beyond doubt, are all accounted for. */
    private void span(OfSchedule schedule, List<PersonDid> breaks, int index, Map<Instant, Integer> covered) {
        PersonDid begin = breaks.get(index);
        boolean last = index + 1 == breaks.size();
        Instant end = last ? history.outcome.end() : breaks.get(index + 1).at();
        StoredSchedule document = schedule.people.stream()
                .skip(schedule.people.indexOf(begin))
                .filter(did -> did.equals(begin) || did.at().isBefore(end))
                .map(PersonDid::after)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (document == null) {
            return;
        }
        List<ClaimWritten> claims = schedule.claims.stream()
                .filter(claim -> claim.at.isAfter(begin.at()) && claim.at.isBefore(end))
                .toList();
        Instant from = from(schedule, begin, document, claims, end);
        Instant to = to(schedule, breaks, index, claims);
        if (last && schedule.document != null && isSettled(schedule)) {
            to = later(to, due(schedule.document));
        }
        for (Instant fire : history.allowed(document.schedule(), from, to)) {
            if (!covered.containsKey(fire)) {
                violation(LOST, schedule.id() + " of " + fire + ", asked for from " + from + ", claimed up to " + to);
            }
        }
    }

    /** Tells whether what was due must have been claimed by the end. Where every fire runs, some may have to wait for more pulses. */
    private boolean isSettled(OfSchedule schedule) {
        Instant by = history.settledBy();
        boolean goesOn = schedule.claims.stream()
                .anyMatch(claim -> (schedule.spec.catchUp().isAll() && claim.at.isAfter(by))
                        || (claim.recordedAt != null && claim.recordedAt.isAfter(by)));
        return !goesOn && history.isFree(schedule.document, by);
    }

    /** Returns the latest fire that must have been claimed by the end: one after the last pause, or the very last one. */
    private Instant due(StoredSchedule document) {
        Schedule rule = document.schedule();
        NavigableSet<Instant> fires = history.allowed(rule, Instant.MIN, history.settledBy());
        boolean swallowed = !fires.isEmpty()
                && history.pauseEnds(document, history.outcome.end()).stream()
                        .anyMatch(end -> !fires.last().isAfter(end));
        return fires.isEmpty() || (swallowed && !rule.isOneOff()) ? Instant.MIN : fires.last();
    }

    private Instant from(
            OfSchedule schedule, PersonDid begin, StoredSchedule document, List<ClaimWritten> claims, Instant end) {
        if (begin.kind() == PersonDid.Kind.CREATED && document.state().rule() != null) {
            return document.schedule().isOneOff() ? Instant.EPOCH : begin.at();
        }
        // it counts from the last write before the first claim that writes down what it counts from
        Instant until = claims.stream()
                .filter(claim -> claim.request.state().rule() != null)
                .map(claim -> claim.at)
                .findFirst()
                .orElse(end);
        Instant from = begin.at();
        for (Instant write : schedule.writes) {
            from = write.isBefore(until) ? later(from, write) : from;
        }
        for (PersonDid did : schedule.people) {
            from = did.at().isBefore(until) ? later(from, did.at()) : from;
        }
        Instant moved = document.lastRun().value();
        return moved == null ? from : later(from, moved);
    }

    private Instant to(OfSchedule schedule, List<PersonDid> breaks, int index, List<ClaimWritten> claims) {
        Instant wipe = breaks.subList(index + 1, breaks.size()).stream()
                .filter(History::isWipe)
                .map(PersonDid::at)
                .findFirst()
                .orElse(schedule.document == null ? history.outcome.end() : Instant.MAX); // who knows what it holds
        Instant to = Instant.MIN;
        for (ClaimWritten claim : claims) {
            boolean ended = schedule.claims.stream()
                    .anyMatch(
                            each -> each.key().equals(claim.key()) && each.isEnded() && each.recordedAt.isBefore(wipe));
            Instant cursor = claim.request.state().cursor();
            if (cursor != null && (wipe.equals(Instant.MAX) || ended)) {
                to = later(to, cursor);
            }
        }
        return to;
    }

    // what holds a schedule back at the end

    static boolean isOpen(Schedule schedule, Instant at) {
        return schedule.notBefore().filter(at::isBefore).isEmpty()
                && schedule.notAfter().filter(end -> !at.isBefore(end)).isEmpty();
    }

    private static Instant later(Instant a, Instant b) {
        return b.isAfter(a) ? b : a;
    }

    private void violation(String rule, String text) {
        found.accept(new Violation(rule, text));
    }
}
