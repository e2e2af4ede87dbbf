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

    /** After so many tries, an unclear answer is told to the caller. Others may be faster for as long as there is time. */
    static final int MOST_TRIES = 3;

    private final Kind kind;

    CallFailed(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** Tells whether it is in vain to look at what stands there now and to try again, after so many tries. */
    boolean isFinal(Deadline deadline, int tries) {
        return kind == Kind.REFUSED
                || kind == Kind.BROKEN
                || (kind == Kind.UNCLEAR && tries >= MOST_TRIES)
                || deadline.remaining().isZero();
    }
}
