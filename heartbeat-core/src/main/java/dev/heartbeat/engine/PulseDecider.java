package dev.heartbeat.engine;

import dev.heartbeat.engine.PauseRule.Under;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a pulse has found and what the rules say of it: reads all that is due before it decides, so that the state documents
 * which the rules want to see are read in one call, and wakes the ticker for what is not due yet.
 */
final class PulseDecider {
    private static final int FIND_PAGE = 1_000;

    private final Engine engine;
    private final PulseTime time;
    private final boolean wake;
    private final PulseBook book;
    private final TaskLookup tasks;

    private @Nullable Instant nextPulse;
    private List<StoredSchedule> upcoming = List.of();
    private Pauses pauses = Pauses.NONE;

    PulseDecider(Engine engine, PulseTime time, boolean wake, PulseBook book, TaskLookup tasks) {
        this.engine = engine;
        this.time = time;
        this.wake = wake;
        this.book = book;
        this.tasks = tasks;
    }

    /** Reads all pages of what is due, what comes next, and the state documents that the rules want to see for them. */
    List<StoredSchedule> find() {
        List<StoredSchedule> due = new ArrayList<>();
        @Nullable DuePosition after = null;
        do {
            boolean first = after == null;
            Found found = engine.store()
                    .findDue(new DueQuery(
                            time.startedAt(),
                            after,
                            FIND_PAGE,
                            first ? Math.max(1, engine.settings().upcoming()) : 0,
                            time.workLimit()));
            if (first) {
                time.heard(found.storeTime());
                engine.storeTime(time.storeNow(), time.storeHeardAt());
                engine.healthCheck().observed(time.storeHeardAt(), time.storeNow(), found.held());
                book.unreadable(found.unreadable());
                for (Unreadable document : found.unreadable()) {
                    engine.log().unreadable(document);
                }
                upcoming = found.upcoming();
            }
            due.addAll(found.due());
            after = found.next().orElse(null);
        } while (after != null && time.left() > 0);
        read(due);
        return due;
    }

    /** Reads, in one call, the state documents that the rules want to see for what was found; none for nothing. */
    private void read(List<StoredSchedule> due) {
        Set<StateKey> cells = PulsePlan.cells(engine, due);
        if (!due.isEmpty() || !upcoming.isEmpty()) {
            cells.add(Pauses.KEY);
        }
        for (StoredSchedule seen : due) {
            StateKey circuit =
                    Breakers.key(seen.schedule(), tasks.find(seen.schedule().task()));
            if (circuit != null) {
                cells.add(circuit);
            }
        }
        boolean zonesMatter = zonesMatter(due) || zonesMatter(upcoming);
        if (zonesMatter) {
            cells.add(ZoneData.KEY);
        }
        if (!wake || !due.isEmpty()) { // a wake that finds nothing leaves nothing
            cells.addAll(engine.figures().keys(time.startedAt()));
        }
        engine.board().read(cells, time.workLimit());
        if (zonesMatter) {
            noteZoneData();
        } else {
            engine.healthCheck().zoneData(Optional.empty());
        }
        if (cells.contains(Pauses.KEY)) {
            pauses = Pauses.read(engine.board().value(Pauses.KEY));
            engine.healthCheck().pauses(pauses);
        }
    }

    private static boolean zonesMatter(List<StoredSchedule> schedules) {
        for (StoredSchedule seen : schedules) {
            if (ZoneData.matters(seen.schedule())) {
                return true;
            }
        }
        return false;
    }

    private void noteZoneData() {
        ZoneData seen = ZoneData.of(engine.board().value(ZoneData.KEY));
        String own = ZoneData.version();
        if (seen.lacks(own, time.storeNow())) {
            engine.board().change(ZoneData.KEY, values -> ZoneData.of(values).with(own, time.storeNow()));
        }
        engine.healthCheck().zoneData(seen.difference(own, time.storeNow()));
    }

    /** Returns what the rules let start, or end, of what is due. */
    List<Candidate> decide(List<StoredSchedule> due) {
        List<Candidate> candidates = new ArrayList<>();
        for (StoredSchedule seen : due) {
            try {
                decide(seen, PauseRule.under(pauses, seen), candidates);
            } catch (InvalidScheduleException e) {
                quarantine(seen, e);
            }
        }
        return candidates;
    }

    /** Looks at what comes next; what is due has gone before. */
    void lookAhead() {
        for (StoredSchedule seen : upcoming) {
            try {
                Under under = PauseRule.under(pauses, seen);
                Decision decision = decide(under);
                wakeFor(seen, under, decision);
                book.upcoming(under.seen(), decision);
            } catch (InvalidScheduleException e) {
                quarantine(seen, e);
            }
        }
    }

    /** A timing is the user's code too: one that throws is shown and harms no other schedule. */
    private void quarantine(StoredSchedule seen, InvalidScheduleException e) {
        Unreadable document = new Unreadable(seen.id(), String.valueOf(e.getMessage()));
        book.unreadable(List.of(document));
        engine.log().unreadable(document);
    }

    private Decision decide(Under under) {
        StoredSchedule seen = under.seen();
        Decision decision = DueRule.decide(
                seen,
                time.dueNow(),
                time.storeNow(),
                tasks.retry(seen.schedule()).maxAttempts(),
                engine.settings().staleAfter(),
                window(seen.schedule()));
        return decision.reason().equals(Decision.PAUSED) ? Decision.no(under.reason(), decision.until()) : decision;
    }

    /**
     * What is not due yet wakes the ticker at its time; what something else holds back waits for the beat. A store knows
     * the document alone: it lists by that time what a wider pause holds for longer, so the one hides nothing behind it.
     */
    private void wakeFor(StoredSchedule seen, Under under, Decision decision) {
        if (decision.reason().equals(Decision.WINDOW) && decision.until() != null) {
            engine.wakeBy(time.startedAt().plus(Duration.between(time.dueNow(), decision.until())));
        }
        Instant judgedAt = decision.isByStoreTime() ? time.storeNow() : time.dueNow();
        Instant known = knownNext(seen, decision);
        Instant wake =
                known != null ? known : WakeRule.after(seen.wakeAt().isAfter(judgedAt) ? seen : under.seen(), judgedAt);
        if (wake.isBefore(Instant.MAX)) {
            engine.wakeBy(time.startedAt().plus(Duration.between(judgedAt, wake)));
        }
    }

    /** Returns the next fire if nothing but its time holds it back, as with most: it need not be looked for again. */
    private static @Nullable Instant knownNext(StoredSchedule seen, Decision decision) {
        boolean onlyNotDue = decision.reason().equals(Decision.NOT_DUE)
                && seen.pause() == null
                && seen.state().backfill() == null
                && !seen.isForced();
        return onlyNotDue ? decision.until() : null;
    }

    private void decide(StoredSchedule seen, Under under, List<Candidate> candidates) {
        Decision decision = decide(under);
        Candidate candidate = decision.candidate();
        if (candidate == null || candidate.backfilled()) {
            wakeFor(seen, under, decision);
        }
        if (candidate == null) {
            if (decision.until() != null
                    && (decision.reason().equals(under.reason())
                            || decision.reason().equals(Decision.WINDOW))) {
                book.heldBack(under.seen(), decision, engine.settings().upcoming());
            }
            return;
        }
        if (tasks.find(seen.schedule().task()) == null && needsTask(candidate)) {
            book.withoutExecutor(candidate, tasks.problem(seen.schedule().task()));
        } else {
            candidates.add(candidate);
        }
    }

    /** How many attempts there are is the task's to say: an instance that lacks it must not end another's fire. */
    static boolean needsTask(Candidate candidate) {
        Candidate.Settle settle = candidate.settle();
        return settle == null
                || (settle.outcome().isFailure()
                        && candidate.seen().schedule().retry().isEmpty());
    }

    /**
     * Decides again on schedules that may have more to do, on their documents as the records of their runs left them. What
     * may not have another turn in this pulse wakes the ticker.
     */
    List<Candidate> decideAgain(List<String> ids, Predicate<Candidate> mayGoOn) {
        List<Candidate> next = new ArrayList<>();
        for (String id : ids) {
            StoredSchedule seen = engine.store().schedule(id).orElse(null);
            if (seen != null) {
                try {
                    decideAgain(seen, mayGoOn, next);
                } catch (InvalidScheduleException e) {
                    quarantine(seen, e);
                }
            }
        }
        return next;
    }

    private void decideAgain(StoredSchedule seen, Predicate<Candidate> mayGoOn, List<Candidate> candidates) {
        List<Candidate> found = new ArrayList<>(1);
        Under under = PauseRule.under(pauses, seen);
        decide(seen, under, found);
        for (Candidate candidate : found) {
            if (mayGoOn.test(candidate)) {
                candidates.add(candidate);
            } else {
                wakeFor(seen, under, Decision.yes(candidate));
            }
        }
    }

    Window window(Schedule schedule) {
        Duration length = tasks.window(schedule);
        return length.isZero() ? Window.NONE : new Window(length, nextPulse());
    }

    /** Returns when the next pulse is expected: whenever one is needed if the ticker is there. */
    private Instant nextPulse() {
        Instant expected = nextPulse;
        if (expected == null) {
            expected = engine.started()
                    ? Instant.MIN
                    : Window.nextPulse(
                            time.startedAt(),
                            engine.store()
                                    .heartbeat(time.workLimit())
                                    .map(stored -> stored.heartbeat().timestamp())
                                    .orElse(null),
                            engine.settings().interval());
            nextPulse = expected;
        }
        return expected;
    }
}
