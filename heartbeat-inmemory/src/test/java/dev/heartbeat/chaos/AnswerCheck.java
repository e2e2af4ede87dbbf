package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Journal.Answer;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.task.Completion;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** One answer to each claim counts, and only while the claim is in force; its sender is told the truth. */
final class AnswerCheck {
    static final String TWICE = "two answers to one run counted";
    static final String OLD = "an answer by an old token counted";
    static final String UNTRUE = "an answer was told what was not";

    private final History history;
    private final Consumer<Violation> found;

    AnswerCheck(History history, Consumer<Violation> found) {
        this.history = history;
        this.found = found;
    }

    void check() {
        Map<ClaimWritten, Answer> counted = new HashMap<>();
        for (Answer answer : history.journal.answers) {
            ClaimWritten claim = history.journal.claims.get(answer.token);
            if (claim == null) {
                if (answer.counted() || answer.completion == Completion.ALREADY_DONE) {
                    violation(OLD, answer + ", a token that nobody was given");
                }
            } else if (answer.counted() && answer.kind == Behaviour.Kind.ACCEPT) {
                moved(answer, claim);
            } else if (answer.counted()) {
                Answer other = counted.putIfAbsent(claim, answer);
                // an old copy that is saved takes back what became of a claim
                boolean wiped = history.wiped(history.of(claim.schedule()), claim.at, answer.answeredAt);
                if (other != null && !wiped) {
                    violation(TWICE, answer + " after " + other);
                } else if (!wiped && !isRecorded(answer, claim)) {
                    violation(
                            UNTRUE,
                            answer + " to " + claim + ", recorded at " + claim.recordedAt + " by " + claim.recordedBy
                                    + ": " + claim.recorded);
                }
            }
        }
        history.journal.claims.values().stream()
                .filter(ClaimWritten::isAnswered)
                .forEach(this::inForce);
    }

    private static boolean isRecorded(Answer answer, ClaimWritten claim) {
        return claim.isAnswered()
                && claim.recordedBy.equals(answer.life)
                && !claim.recordedAt.isBefore(answer.sentAt)
                && !claim.recordedAt.isAfter(answer.answeredAt);
    }

    private void moved(Answer answer, ClaimWritten claim) {
        boolean accepted = claim.acceptedAt != null && !claim.acceptedAt.isAfter(answer.answeredAt);
        boolean over = claim.recordedAt != null && claim.recordedAt.isBefore(answer.sentAt);
        boolean wiped = history.wiped(history.of(claim.schedule()), claim.at, answer.answeredAt);
        if ((!accepted || over) && !wiped) {
            violation(
                    UNTRUE,
                    answer + " to " + claim + ", accepted at " + claim.acceptedAt + ", recorded at "
                            + claim.recordedAt);
        }
    }

    /** Nothing else of the schedule was claimed meanwhile, and its deadline had not passed. */
    private void inForce(ClaimWritten claim) {
        boolean taken = history.of(claim.schedule()).claims.stream()
                .anyMatch(other -> other.at.isAfter(claim.at) && other.at.isBefore(claim.recordedAt));
        boolean late = claim.isElsewhere(claim.recordedAt)
                && !claim.leaseUntil(claim.recordedAt).isAfter(claim.recordedAt);
        boolean wiped = history.wiped(history.of(claim.schedule()), claim.at, claim.recordedAt);
        if ((taken || late) && !wiped) {
            violation(OLD, claim + ", recorded at " + claim.recordedAt + " as " + claim.recorded);
        }
    }

    private void violation(String rule, String text) {
        found.accept(new Violation(rule, text));
    }
}
