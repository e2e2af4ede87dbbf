package dev.heartbeat.chaos;

import java.time.Duration;

/**
 * What one call of a task does.
 *
 * @param kind how it ends
 * @param takes how long it works
 * @param retryIn what it asks for before the next attempt
 */
record Behaviour(Kind kind, Duration takes, Duration retryIn) {
    static final Behaviour DONE = of(Kind.DONE, Duration.ZERO);

    enum Kind {
        /** Succeeds. */
        DONE,
        /** Says that there was nothing to do. */
        SKIP,
        /** Answers that it failed. */
        FAIL,
        /** Answers that it failed and when to try again. */
        RETRY_AFTER,
        /** Throws an exception. */
        THROW,
        /** Throws an exception that must not be tried again. */
        FATAL,
        /** Throws an error. */
        ERROR,
        /** Answers null. */
        NULL,
        /** Succeeds in the end and hears no interrupt. */
        DEAF
    }

    static Behaviour of(Kind kind, Duration takes) {
        return new Behaviour(kind, takes, Duration.ZERO);
    }

    /** The exception that ends a fire at once. */
    static final class FatalException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FatalException() {
            super("fatal", null, false, false);
        }
    }

    @Override
    public String toString() {
        return kind + (takes.isZero() ? "" : " in " + takes) + (retryIn.isZero() ? "" : " again in " + retryIn);
    }
}
