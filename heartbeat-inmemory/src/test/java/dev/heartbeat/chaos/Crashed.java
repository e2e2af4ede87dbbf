package dev.heartbeat.chaos;

/** Ends the threads of a process that has died: every door that its code knocks at throws it. */
final class Crashed extends Error {
    private static final long serialVersionUID = 1L;

    Crashed() {
        super("the process is dead", null, false, false);
    }
}
