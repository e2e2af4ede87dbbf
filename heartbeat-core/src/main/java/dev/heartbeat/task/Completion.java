package dev.heartbeat.task;

import java.util.Locale;

/** What became of an answer that was given by token. */
public enum Completion {
    /** The token is the claim in force: the answer is recorded, or the progress noted. */
    ACCEPTED,
    /**
     * This attempt has its answer already: an earlier call gave it, or the task itself, or it was cancelled at work. Nothing
     * was changed. Whoever sends an answer again, because the response to the first one got lost, gets this.
     */
    ALREADY_DONE,
    /**
     * The fire is known, but the token is not in force any more: the deadline of the accepted run has passed, its lease ran
     * out and somebody took it over, it was cancelled, or the next fire took its place. Nothing was changed. A made-up token
     * gets this too where an earlier attempt at its fire may have had it.
     */
    EXPIRED,
    /**
     * No such claim is known: the token is made up, its schedule was deleted during the run, or its fire is not among the
     * last 1,000 ledger entries of its schedule any more.
     */
    UNKNOWN;

    /** Returns the lower-case word used in JSON, such as {@code already-done}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
