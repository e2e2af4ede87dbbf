package dev.heartbeat.chaos;

import java.time.Duration;

/**
 * What one call of a task does.
 *
 * @param kind how it ends
 * @param takes how long it works
 * @param asks what it asks for: before the next attempt, or for the work that goes on elsewhere
 * @param elsewhere what becomes of work that goes on elsewhere, or null
 */
record Behaviour(Kind kind, Duration takes, Duration asks, Elsewhere elsewhere) {
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
        DEAF,
        /** Answers that the work goes on elsewhere. */
        ACCEPT
    }

    /**
     * Who answers by token for a run.
     *
     * @param after how long after its task was called
     * @param kind the answer
     * @param times how often it is sent, to any instances that are there
     */
    record Elsewhere(Duration after, Kind kind, int times) {
        @Override
        public String toString() {
            return kind + " by token after " + after + (times == 1 ? "" : ", " + times + " times");
        }
    }

    static Behaviour of(Kind kind, Duration takes) {
        return new Behaviour(kind, takes, Duration.ZERO, null);
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
        return kind
                + (takes.isZero() ? "" : " in " + takes)
                + (asks.isZero() ? "" : " asks for " + asks)
                + (elsewhere == null ? "" : ", " + elsewhere);
    }
}
