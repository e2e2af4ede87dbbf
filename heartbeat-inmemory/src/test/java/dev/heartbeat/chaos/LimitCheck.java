package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Plan.ScheduleSpec;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** No process has more runs at work than it may, of a task and of a queue. */
final class LimitCheck {
    static final String EXCEEDED = "more runs at work than allowed";

    private final History history;
    private final Consumer<Violation> found;

    LimitCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.found = found;
    }

    void check() {
        Plan.Limits limits = history.outcome.plan().settings().limits();
        check("task", limits.task(), spec -> spec.task().equals(Plan.Limits.LIMITED));
        check("queue", limits.queue(), spec -> Plan.QUEUE.equals(spec.queue()));
    }

    private void check(String what, int most, Predicate<ScheduleSpec> counts) {
        List<Call> calls = history.journal.calls.stream()
                .filter(call -> counts.test(history.of(call.schedule).spec))
                .toList();
        for (Call call : calls) {
            long atWork = calls.stream()
                    .filter(other -> other.life.equals(call.life) && isAtWork(other, call))
                    .count();
            if (atWork > most) {
                found.accept(new Violation(EXCEEDED, what + " by " + call + ", the " + atWork + "th of " + most));
            }
        }
    }

    /** Tells whether the one was at work when the other was called, and its process still held it. */
    private boolean isAtWork(Call one, Call other) {
        return one == other || (!one.startedAt.isAfter(other.startedAt) && !history.isOver(one, other.startedAt));
    }
}
