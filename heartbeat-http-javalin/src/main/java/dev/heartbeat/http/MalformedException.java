package dev.heartbeat.http;

/** What is wrong with a request, in words for whoever sent it. */
final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
        super(message);
    }

    /** Returns what is wrong. */
    String words() {
        return String.valueOf(getMessage());
    }
}
