package dev.heartbeat.chaos;

import dev.heartbeat.chaos.History.OfSchedule;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.chaos.Journal.PersonDid;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Each wish for a start gets one start after it, and nobody's wish gets none. */
final class ForceCheck {
    static final String LOST = "a wish got no start";
    static final String UNASKED = "a forced run that nobody asked for";

    private final History history;
    private final Consumer<Violation> found;

    ForceCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.found = found;
    }

    void check(OfSchedule schedule) {
        unasked(schedule);
        for (int i = 0; i < schedule.people.size(); i++) {
            if (schedule.people.get(i).wish()) {
                granted(schedule, i);
            }
        }
    }

    /** A new forced fire is claimed only while a wish stands, which each claim for a start fulfils. */
    private void unasked(OfSchedule schedule) {
        List<Object> events = new ArrayList<>(schedule.people);
        events.addAll(schedule.claims);
        events.sort((a, b) -> time(a).compareTo(time(b)));
        Set<String> known = new HashSet<>();
        boolean wish = false;
        for (Object event : events) {
            if (event instanceof PersonDid did) {
                wish = did.wish();
            } else if (event instanceof ClaimWritten claim && claim.isStart()) {
                if (claim.request.fire().forced() && known.add(claim.key()) && !wish) {
                    found.accept(new Violation(UNASKED, claim.toString()));
                }
                wish = false;
            }
        }
    }

    private static Instant time(Object event) {
        return event instanceof PersonDid did ? did.at() : ((ClaimWritten) event).at;
    }

    private void granted(OfSchedule schedule, int index) {
        PersonDid wished = schedule.people.get(index);
        ClaimWritten claim = schedule.claims.stream()
                .filter(each -> each.isStart() && each.at.isAfter(wished.at()))
                .findFirst()
                .orElse(null);
        PersonDid next = index + 1 < schedule.people.size() ? schedule.people.get(index + 1) : null;
        if (next != null && (claim == null || next.at().isBefore(claim.at))) {
            if (!next.wish() && isStillWished(next)) {
                found.accept(new Violation(LOST, "of " + wished.at() + ": wiped before " + next.at()));
            }
            return; // the next deed of a person carries it on, or takes it back
        }
        if (claim == null) {
            waits(schedule, wished);
        } else if (schedule.calls.stream().noneMatch(call -> !call.startedAt.isBefore(claim.at))) {
            unstarted(schedule, wished, claim);
        }
    }

    /** Tells whether a deed is of a kind that leaves a wish standing. */
    private static boolean isStillWished(PersonDid did) {
        return did.after() != null
                && did.before() != null
                && (did.kind() == PersonDid.Kind.PLAIN || did.kind() == PersonDid.Kind.FORCED)
                && !did.after().schedule().isOneOff();
    }

    /** Nobody has claimed it by the end: something must hold it back. */
    private void waits(OfSchedule schedule, PersonDid wished) {
        StoredSchedule document = schedule.document;
        Instant by = history.settledBy();
        if (document == null || wished.at().isAfter(by)) {
            return;
        }
        if (document.lastRun().kind() == LastRun.Kind.AT) {
            found.accept(new Violation(LOST, "of " + wished.at() + ": lastRun is " + document.lastRun()));
        } else if (history.isFree(document, by) && LedgerCheck.isOpen(document.schedule(), by)) {
            found.accept(new Violation(LOST, "of " + wished.at() + ": still waits at the end in " + document));
        }
    }

    /** It was claimed, but its task was not called. */
    private void unstarted(OfSchedule schedule, PersonDid wished, ClaimWritten claim) {
        boolean waits = schedule.document == null || schedule.document.state().pending() != null;
        boolean wiped = history.wiped(schedule, wished.at(), history.outcome.end());
        boolean lost = schedule.claims.stream()
                .filter(each -> each.isStart() && !each.at.isBefore(claim.at) && each.releasedAt == null)
                .allMatch(history::isLost);
        boolean heldBack = schedule.document != null && !history.isFree(schedule.document, history.settledBy());
        boolean calledOff = history.isCalledOff(schedule.id(), claim.key(), history.outcome.end());
        if (!waits && !wiped && !heldBack && !lost && !calledOff) {
            found.accept(new Violation(LOST, "of " + wished.at() + ": " + claim + " led to no start"));
        }
    }
}
