package dev.heartbeat.chaos;

import dev.heartbeat.chaos.History.OfSchedule;
import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.StoredSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What the calls of the tasks must be: for real fires, in their time, once, and never two at once. */
final class StartCheck {
    static final String TWICE = "started twice";
    static final String OVERLAP = "two at once";
    static final String LEASE = "a lease ran out under a healthy process";
    static final String ATTEMPTS = "more starts than attempts";
    static final String CADENCE = "started for what is no fire";
    static final String EARLY = "started before its time";
    static final String HELD_BACK = "claimed while it was held back";
    static final String CALLED_OFF = "started after it was called off";
    static final String TOKEN = "a token was not one start";

    private static final Duration EARLY_BY = Duration.ofSeconds(1);
    private static final DateTimeFormatter KEY =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final History history;
    private final Consumer<Violation> found;

    StartCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.found = found;
    }

    void check(OfSchedule schedule) {
        schedule.claims.forEach(claim -> heldBack(schedule, claim));
        List<Call> claimed = new ArrayList<>();
        for (Call call : schedule.calls) {
            ClaimWritten claim = history.journal.claims.get(call.token);
            if (claim == null || !claim.isStart() || history.callByToken.get(call.token) != call) {
                violation(TOKEN, call + " under " + claim);
            } else {
                cadence(schedule, call, claim);
                claimed.add(call);
            }
        }
        claimed.sort(Comparator.comparing(call -> history.journal.claims.get(call.token).at));
        for (int i = 0; i < claimed.size(); i++) {
            for (int k = 0; k < i; k++) {
                order(schedule, claimed.get(k), claimed.get(i));
            }
        }
        attempts(schedule);
    }

    private void heldBack(OfSchedule schedule, ClaimWritten claim) {
        boolean calledOff = history.isCalledOff(schedule.id(), claim.key(), claim.at);
        if (calledOff && !claim.isStart()) {
            return; // it ends, whatever else is held back
        }
        if (calledOff && schedule.people.stream().noneMatch(History::isWipe)) {
            violation(CALLED_OFF, claim.toString());
        }
        if (!history.troubled(claim.life, claim.at, claim.at)) { // else it may have been sent long ago
            widePauses(schedule, claim);
        }
        StoredSchedule document = history.documentAt(schedule, claim.at);
        if (document == null || !document.schedule().enabled()) {
            violation(HELD_BACK, claim + " of " + document);
        } else if (document.pause() != null && document.pause().holds(claim.at.plus(EARLY_BY))) {
            violation(
                    HELD_BACK, claim + " in the pause until " + document.pause().until());
        }
    }

    /** A pulse reads the wide pauses once, and may still start what it has found. */
    private void widePauses(OfSchedule schedule, ClaimWritten claim) {
        Pauses pauses = history.pausesAt(history.journal.lastRead(claim.life, Pauses.KEY, claim.at));
        Stream.of(
                        pauses.everything(),
                        Optional.ofNullable(schedule.spec.queue()).flatMap(pauses::queue))
                .flatMap(Optional::stream)
                .filter(entry -> entry.pause().holds(claim.at.plus(EARLY_BY)))
                .forEach(entry -> violation(HELD_BACK, claim + " in " + entry));
    }

    private void cadence(OfSchedule schedule, Call call, ClaimWritten claim) {
        boolean named = call.forced
                ? call.fireKey().startsWith("force-")
                : call.fireKey().equals(KEY.format(call.fireTime)) && history.isFire(schedule, call.fireTime);
        if (!named || !call.idempotencyKey.equals(call.schedule + "/" + call.fireKey())) {
            violation(CADENCE, call.toString());
        }
        if (claim.at.plus(EARLY_BY).isBefore(call.fireTime)) {
            violation(EARLY, call + " under " + claim);
        }
    }

    /** What was claimed earlier must be over and recorded; or its claim has run out, and its process could not help it. */
    private void order(OfSchedule schedule, Call earlier, Call later) {
        ClaimWritten claim = history.journal.claims.get(earlier.token);
        Instant at = history.journal.claims.get(later.token).at;
        boolean sameFire = earlier.fireKey().equals(later.fireKey());
        if (claim.recordedAt != null && !claim.recordedAt.isAfter(at)) {
            boolean atWork = earlier.endedAt == null || earlier.endedAt.isAfter(claim.recordedAt);
            if (atWork && !claim.isAnswered()) {
                violation(OVERLAP, earlier + " was recorded at " + claim.recordedAt + " while it was at work");
            } else if (sameFire && claim.isEnded()) {
                violation(TWICE, later + ", but it had ended at " + claim.recordedAt + ": " + earlier);
            } else if (sameFire) {
                retry(schedule, earlier, later, at);
            }
            return;
        }
        if (history.wiped(schedule, claim.at, at)) {
            return;
        }
        if (claim.isElsewhere(at) && history.isCalledOff(schedule.id(), claim.key(), at)) {
            return; // no process had to hear of it
        }
        String rule = sameFire ? TWICE : OVERLAP;
        if (claim.releasedAt != null && !claim.releasedAt.isAfter(at)) {
            violation(rule, later + ", and the claim of " + earlier + " was given back at " + claim.releasedAt);
        } else if (claim.leaseUntil(at).isAfter(at)) {
            violation(
                    rule,
                    later + " was claimed at " + at + " although " + earlier + " had a claim until "
                            + claim.leaseUntil(at));
        } else if (claim.isElsewhere(at)) {
            return; // its deadline has passed, which nobody has to prevent
        } else if (!history.troubled(earlier.life, claim.leaseFrom(at), claim.leaseUntil(at))
                || history.isNeglected(claim, at)) {
            violation(
                    LEASE,
                    later + " was claimed at " + at + "; the lease of " + earlier + ", set at " + claim.leaseFrom(at)
                            + ", ended at " + claim.leaseUntil(at));
        }
    }

    /** A wait that the task asked for is kept, unless a person asks for a start. */
    private void retry(OfSchedule schedule, Call earlier, Call later, Instant at) {
        boolean asked = earlier.behaviour.kind() == Behaviour.Kind.RETRY_AFTER
                && earlier.end == Journal.End.FAILED
                && !history.journal.claims.get(earlier.token).isAnswered()
                && History.took(earlier).compareTo(schedule.spec.timeout()) < 0
                && !history.closing(earlier.life, earlier.endedAt);
        boolean forced = schedule.people.stream()
                .anyMatch(
                        did -> (did.wish() || History.isWipe(did)) && !did.at().isAfter(at));
        if (asked && !forced && at.isBefore(earlier.endedOnItsClock.plus(earlier.behaviour.asks()))) {
            violation(EARLY, later + " was claimed at " + at + ", before the wait that was asked for by " + earlier);
        }
    }

    private void attempts(OfSchedule schedule) {
        Map<String, Integer> starts = new HashMap<>();
        for (Call call : schedule.calls) {
            int count = starts.merge(call.fireKey(), 1, Integer::sum);
            if (count > schedule.spec.maxAttempts() && schedule.people.stream().noneMatch(History::isWipe)) {
                violation(ATTEMPTS, "start " + count + " of " + schedule.spec.maxAttempts() + ": " + call);
            }
        }
    }

    private void violation(String rule, String text) {
        found.accept(new Violation(rule, text));
    }
}
