package dev.heartbeat.chaos;

import dev.heartbeat.chaos.History.OfSchedule;
import java.util.ArrayList;
import java.util.List;

/** Looks for what must not have happened in a world. */
final class Checker {
    static final String DEFECT = "the engine threw";

    private Checker() {}

    static List<Violation> check(World.Outcome outcome) {
        List<Violation> found = new ArrayList<>();
        History history = new History(outcome);
        outcome.journal().defects.forEach(defect -> found.add(new Violation(DEFECT, defect)));
        BeatCheck beats = new BeatCheck(history, found::add);
        beats.check();
        new AnswerCheck(history, found::add).check();
        new CircuitCheck(history, found::add).check();
        new LimitCheck(history, found::add).check();
        new BackfillCheck(history, found::add).check();
        for (OfSchedule schedule : history.schedules()) {
            new StartCheck(history, found::add).check(schedule);
            new CatchUpCheck(history, found::add).check(schedule);
            new ForceCheck(history, found::add).check(schedule);
            new LedgerCheck(history, found::add).check(schedule);
            beats.check(schedule);
        }
        return found;
    }
}
