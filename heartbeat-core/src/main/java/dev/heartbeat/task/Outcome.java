package dev.heartbeat.task;

import java.util.Locale;

/** How a fire stands after a pulse. The first group are ends: the fire is in the ledger and does not come back. */
public enum Outcome {
    /** The task returned a result. An end. */
    EXECUTED(true),
    /** The last attempt failed, or its error must not be tried again. An end. */
    FAILED(true),
    /** The last attempt ran past its timeout. An end. */
    TIMED_OUT(true),
    /** A person called the fire off. An end that says nothing about the task: no retry, no error. */
    CANCELLED(true),
    /** The task chose not to work, or a rule said so; the reason says which. An end unless the reason is not one. */
    SKIPPED(true),
    /** The fire passed without a run; the reason says why. An end. */
    MISSED(true),
    /** The task is at work, here or, if it was accepted, elsewhere; it is recorded when it ends. */
    RUNNING(false),
    /** An attempt failed and another one is planned. */
    RETRYING(false),
    /** Due, but the pulse had no time or place for it, or its circuit is open; it stays due. */
    DEFERRED(false);

    private final boolean end;

    Outcome(boolean end) {
        this.end = end;
    }

    /** Tells whether a ledger entry with this outcome ends its fire. */
    public boolean isEnd() {
        return end;
    }

    /** Tells whether the attempt went wrong. */
    public boolean isFailure() {
        return this == FAILED || this == TIMED_OUT;
    }

    /** Returns the lower-case word used in documents and JSON, such as {@code "timed-out"}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
