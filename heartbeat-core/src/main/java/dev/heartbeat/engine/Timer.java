package dev.heartbeat.engine;

import org.jspecify.annotations.Nullable;

/** Calls work later; what the work throws is logged. After close nothing is called any more. Thread-safe. */
public interface Timer {
    /** A call to come. */
    @FunctionalInterface
    interface Call {
        /** Takes the call back, unless it has begun. */
        void cancel();
    }

    /** Calls the work once after so many nanoseconds. Returns what takes it back; null once the timer is closed. */
    @Nullable
    Call after(long nanos, Runnable work);

    /** Calls the work now, on a thread that nothing else waits for. */
    void aside(Runnable work);

    /** Ends it; work that has begun is interrupted. */
    void close();
}
