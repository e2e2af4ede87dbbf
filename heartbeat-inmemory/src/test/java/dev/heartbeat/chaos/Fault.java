package dev.heartbeat.chaos;

import java.time.Duration;

/**
 * What happens to one store call of an instance.
 *
 * @param verb the verb whose next call it strikes; empty for any
 * @param kind what happens
 * @param time how long it takes, for kinds that take time
 */
record Fault(String verb, Kind kind, Duration time) {
    enum Kind {
        /** Nothing is written, and the caller is told so. */
        FAILED("calls that failed"),
        /** It is written, but the answer gets lost. */
        CUT("calls whose answer got lost"),
        /** It takes long before it is written. */
        DELAYED("calls written late"),
        /** It is written at once, but the answer takes long. */
        ANSWERED_LATE("calls answered late"),
        /** The caller is told that it failed, and it is written afterwards, behind calls that came later. */
        REORDERED("calls that arrived behind later ones"),
        /** It is written and answered, and then it arrives once more. */
        DUPLICATED("calls that arrived twice"),
        /** The process dies before it is written. */
        DIES_BEFORE("deaths before a call was written"),
        /** The process dies when it is written. */
        DIES_AFTER("deaths after a call was written");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** Returns what is counted. */
        String label() {
            return label;
        }

        /** Tells whether the caller waits longer for its answer than it is used to. */
        boolean takesTime() {
            return this == DELAYED || this == ANSWERED_LATE;
        }
    }

    boolean strikes(String called) {
        return verb.isEmpty() || verb.equals(called);
    }

    @Override
    public String toString() {
        return (verb.isEmpty() ? "any call" : verb) + " " + kind + (time.isZero() ? "" : " " + time);
    }
}
