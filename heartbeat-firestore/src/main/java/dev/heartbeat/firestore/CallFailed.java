package dev.heartbeat.firestore;

import dev.heartbeat.store.StoreException;

/** A call that did not succeed, and what that means for what it wrote. */
final class CallFailed extends StoreException {
    private static final long serialVersionUID = 1L;

    /** What is known after the failure. */
    enum Kind {
        /** Nothing was written: a precondition does not hold. It may be the call's own first try that broke it. */
        LOST,
        /** Nothing was written: the server cannot keep the values. */
        REFUSED,
        /** It is not known whether anything was written. */
        UNCLEAR,
        /** The store does not work for us; nothing is gained by another try. */
        BROKEN
    }

    private final Kind kind;

    CallFailed(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** Tells whether it is in vain to look at what stands there now and to try again. */
    boolean isFinal(Deadline deadline) {
        return kind == Kind.REFUSED
                || kind == Kind.BROKEN
                || deadline.remaining().isZero();
    }
}
