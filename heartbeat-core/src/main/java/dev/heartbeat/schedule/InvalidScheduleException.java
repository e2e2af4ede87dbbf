package dev.heartbeat.schedule;

/**
 * A schedule definition, or a document that should hold one, breaks a rule. The message names the schedule, the field,
 * the bad value and what is allowed. It is an argument error: nothing was written.
 */
public final class InvalidScheduleException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a message as described above. */
    public InvalidScheduleException(String message) {
        super(message);
    }

    /** Creates the exception with a message as described above and the error that led to it. */
    public InvalidScheduleException(String message, Throwable cause) {
        super(message, cause);
    }
}
