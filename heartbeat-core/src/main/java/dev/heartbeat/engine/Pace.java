package dev.heartbeat.engine;

import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How time passes for an engine: it measures durations, waits, and calls later. It never steps, so leases, timeouts and
 * budgets are measured by it alone. The JVM's own, unless the clock of a heartbeat brings another, as a simulation's does.
 */
public interface Pace {
    /** The JVM's own. */
    Pace SYSTEM = new SystemPace();

    /** Returns the pace that goes with a clock. */
    static Pace of(InstantSource clock) {
        return clock instanceof Pace pace ? pace : SYSTEM;
    }

    /** Returns nanoseconds since an arbitrary moment; only differences mean anything. */
    long nanos();

    /** Returns a condition of the lock whose waits end by this pace. */
    Condition condition(ReentrantLock lock);

    /** Returns a timer that calls on threads of its own, named with the prefix; it has none before its first use. */
    Timer timer(String prefix, int threads);

    /** Tells whether nothing of this is real, so that nobody is to be told of it in the log. */
    boolean isSimulated();
}
