package dev.heartbeat.alert;

/**
 * Where alerts go: a chat, a mailbox, a telephone. Called on the thread that looks at the health, by one process at a time for
 * each rule; it should give up by itself after seconds. Thread-safe.
 */
public interface AlertSink {
    /**
     * Returns the name by which the store remembers what this sink has been told: 1 to 100 characters, unique among the sinks
     * of one platform, and the same in all instances.
     */
    String name();

    /**
     * Sends.
     *
     * @throws Exception if it was not sent; it is tried again later, at growing intervals, for as long as it is still true
     */
    void send(Alert alert) throws Exception;
}
