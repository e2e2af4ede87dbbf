package dev.heartbeat.engine;

import dev.heartbeat.task.RunToken;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that records carry: the task's own answer has the claim's, each answer by token one of its own that begins with
 * it. So a store tells two answers to one claim from one answer that is sent twice, and people may see whose answer counted.
 */
final class AnswerToken {
    private static final char BY_TOKEN = '.';

    private AnswerToken() {}

    /** Returns the token of an answer that is given by the claim's token. */
    static RunToken of(RunToken claim, String random) {
        return new RunToken(claim.value() + BY_TOKEN + random);
    }

    /** Tells whether a record with the one token answers the claim with the other. */
    static boolean answers(@Nullable RunToken answer, RunToken claim) {
        return answer != null && (answer.equals(claim) || answer.value().startsWith(claim.value() + BY_TOKEN));
    }
}
