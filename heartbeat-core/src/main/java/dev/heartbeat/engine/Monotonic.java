package dev.heartbeat.engine;

/** The one clock for durations: it never steps, so leases, timeouts and budgets are measured by it alone. */
@FunctionalInterface
public interface Monotonic {
    /** The JVM's own. */
    Monotonic SYSTEM = System::nanoTime;

    /** Returns nanoseconds since an arbitrary moment; only differences mean anything. */
    long nanos();
}
