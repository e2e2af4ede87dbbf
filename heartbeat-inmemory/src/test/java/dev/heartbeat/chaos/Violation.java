package dev.heartbeat.chaos;

/**
 * Something that must not happen, and did.
 *
 * @param rule which rule it breaks
 * @param text what happened
 */
record Violation(String rule, String text) {
    @Override
    public String toString() {
        return rule + ": " + text;
    }
}
