package dev.heartbeat.chaos;

import dev.heartbeat.chaos.History.OfSchedule;
import dev.heartbeat.chaos.Journal.BeatWritten;
import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.chaos.Journal.LifeOf;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The heartbeat is red when it must be, and as long. */
final class BeatCheck {
    static final String SILENT = "a failure did not turn the heartbeat red";
    static final String ERASED = "an error was erased too early";

    private static final Duration TOLD_WITHIN = Duration.ofSeconds(150);

    private final History history;
    private final Duration interval;
    private final Consumer<Violation> found;

    BeatCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.interval = history.outcome.plan().settings().interval();
        this.found = found;
    }

    /** What was written stays for its beat, and for half an interval. */
    void check() {
        Duration half = interval.dividedBy(2);
        BeatWritten before = null;
        Map<LifeOf, Instant> lastOfLife = new HashMap<>();
        for (BeatWritten beat : history.journal.beats) {
            Instant last = lastOfLife.put(beat.life(), beat.at());
            if (before != null) {
                HeartbeatRecord old = before.record();
                // what was kept back may be of a beat that the clock has gone back behind
                boolean stepped = history.journal.hasStepped(beat.life(), last == null ? Instant.MIN : last, beat.at());
                boolean sameBeat = old.beat().equals(beat.record().beat()) && !stepped;
                Set<String> kept = ids(beat.record());
                for (HeartbeatError error : old.errors()) {
                    boolean young = error.at().isAfter(beat.clock().minus(half));
                    if ((sameBeat || young) && !kept.contains(error.id())) {
                        found.accept(new Violation(
                                ERASED,
                                error + " by " + beat.life() + " at " + beat.at() + ", beat "
                                        + beat.record().beat()));
                    }
                }
            }
            before = beat;
        }
    }

    private static Set<String> ids(HeartbeatRecord record) {
        return record.errors().stream().map(HeartbeatError::id).collect(Collectors.toSet());
    }

    /** A fire whose last attempt has failed is told of by the process that ran it, if that is well. */
    void check(OfSchedule schedule) {
        for (ClaimWritten claim : schedule.claims) {
            Call call = history.callByToken.get(claim.request.token());
            if (call == null || !claim.isEnded() || !claim.recorded.outcome().isFailure()) {
                continue;
            }
            boolean last = call.attempt >= schedule.spec.maxAttempts()
                    || (call.behaviour.kind() == Behaviour.Kind.FATAL
                            && !claim.isAnswered()
                            && claim.recorded.outcome() == dev.heartbeat.task.Outcome.FAILED);
            Instant until = claim.recordedAt.plus(TOLD_WITHIN);
            if (last
                    && until.isBefore(history.outcome.end())
                    && !isExcused(claim, until)
                    && history.journal.beats.stream().noneMatch(beat -> tells(beat, schedule, claim, until))) {
                found.accept(new Violation(SILENT, claim.recorded + ", recorded at " + claim.recordedAt));
            }
        }
    }

    /**
     * A process that is gone or stood still tells nothing; one whose store has failed tells when it is back, if its news are
     * not too old by then.
     */
    private boolean isExcused(ClaimWritten claim, Instant until) {
        boolean staysYoung = interval.dividedBy(2).compareTo(TOLD_WITHIN) >= 0;
        return history.journal.troubles.stream()
                .filter(trouble -> trouble.life.equals(claim.recordedBy) && trouble.overlaps(claim.at, until))
                .anyMatch(trouble -> !staysYoung || !trouble.isOfOneCall());
    }

    private static boolean tells(BeatWritten beat, OfSchedule schedule, ClaimWritten claim, Instant until) {
        return !beat.at().isBefore(claim.recordedAt)
                && !beat.at().isAfter(until)
                && ids(beat.record()).contains(schedule.id());
    }
}
