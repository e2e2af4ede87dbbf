package dev.heartbeat.store;

/**
 * The store could not be reached, did not answer in time, or refused for a reason that is neither contention nor absence
 * (those are values). The message says what was attempted and on what; the cause holds the driver's own words. After a
 * failed write it is not known whether the write happened. Thread-safe; the engine and its callers may catch it on any thread.
 */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public StoreException(String message) {
        super(message);
    }

    /** Creates the exception with what led to it. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
