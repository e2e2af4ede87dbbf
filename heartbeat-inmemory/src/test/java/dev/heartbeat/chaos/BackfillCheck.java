package dev.heartbeat.chaos;

import dev.heartbeat.chaos.History.OfSchedule;
import dev.heartbeat.chaos.Journal.BackfillAsked;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.chaos.Journal.PersonDid;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Past fires run because a person asks for them: all of those that had no end, once, and no others. */
final class BackfillCheck {
    static final String LOST = "a past fire that was asked for got lost";
    static final String UNASKED = "a past fire was run that nobody asked for";
    static final String UNTRUE = "a backfill does not do what it says";

    private static final DateTimeFormatter KEY =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final History history;
    private final Consumer<Violation> found;

    BackfillCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.found = found;
    }

    void check() {
        for (BackfillAsked asked : history.journal.backfills) {
            NavigableSet<Instant> fires = history.allowed(
                    asked.rule(),
                    asked.plan().from().minusNanos(1),
                    asked.plan().to().minusNanos(1));
            int all = fires.size();
            fires.removeIf(fire -> asked.settled().contains(KEY.format(fire)));
            said(asked, fires, all);
            if (asked.wrote()) {
                done(asked, history.of(asked.schedule()), fires);
            }
        }
        history.journal.claims.values().stream()
                .filter(claim -> claim.request.fire().backfilled())
                .filter(claim -> history.journal.backfills.stream().noneMatch(asked -> isAskedFor(asked, claim)))
                .forEach(claim -> violation(UNASKED, claim.toString()));
    }

    private static boolean isAskedFor(BackfillAsked asked, ClaimWritten claim) {
        Instant fire = claim.request.fire().fireTime();
        return asked.wrote()
                && asked.schedule().equals(claim.schedule())
                && !asked.at().isAfter(claim.at)
                && !fire.isBefore(asked.plan().from())
                && fire.isBefore(asked.plan().to())
                && !asked.settled().contains(claim.key());
    }

    /** The answer tells which fires it runs, and a dry run writes nothing. */
    private void said(BackfillAsked asked, Set<Instant> fires, int all) {
        boolean writes = !asked.dryRun() && !fires.isEmpty();
        if (asked.plan().count() != fires.size()
                || asked.plan().leftOut() != all - fires.size()
                || !fires.containsAll(asked.plan().fires())
                || asked.wrote() != writes
                || asked.plan().asked() != writes) {
            violation(UNTRUE, asked.plan() + ", asked at " + asked.at() + "; the fires are " + fires);
        }
    }

    /** Each of them has an end of its own, or is under way, or is still to come. */
    private void done(BackfillAsked asked, OfSchedule schedule, Set<Instant> fires) {
        boolean changed = schedule.people.stream()
                .filter(did -> did.at().isAfter(asked.at()))
                .anyMatch(did -> History.isWipe(did) || did.kind() == PersonDid.Kind.STOPPED || isTimed(did));
        if (changed || schedule.document == null) {
            return;
        }
        Set<String> ended = schedule.ledger.stream().map(RunRecord::key).collect(Collectors.toSet());
        PendingFire pending = schedule.document.state().pending();
        Backfill left = schedule.document.state().backfill();
        for (Instant fire : fires) {
            String key = KEY.format(fire);
            boolean underWay = pending != null && pending.key().equals(key);
            boolean toCome = left != null && left.next() != null && !left.next().isAfter(fire);
            if (!ended.contains(key) && !underWay && !toCome) {
                violation(LOST, schedule.id() + " of " + fire + ", asked for at " + asked.at() + ", now " + left);
            }
        }
    }

    private static boolean isTimed(PersonDid did) {
        return did.before() == null
                || did.after() == null
                || !did.before().schedule().rule().equals(did.after().schedule().rule());
    }

    private void violation(String rule, String text) {
        found.accept(new Violation(rule, text));
    }
}
