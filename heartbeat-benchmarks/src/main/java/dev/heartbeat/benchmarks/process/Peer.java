package dev.heartbeat.benchmarks.process;

import java.time.Instant;

/** A scheduler under measurement, with ten threads and everything in memory. One object serves one measurement. */
interface Peer extends AutoCloseable {
    /** How many threads each peer has. */
    int THREADS = 10;

    /**
     * Lets one job run, so that the process is one that lives, then registers daily jobs that do nothing: so many due at
     * one instant, so many not due for hours.
     */
    void register(int due, int later) throws Exception;

    /**
     * Lets those that are due run.
     *
     * @return nanoseconds until the last one was done and recorded: from the start of the scheduler, or for one that
     *     cannot catch up from the instant at which they were due
     */
    long runDue() throws Exception;

    /** Registers a job that runs once. */
    void once(Instant at, Runnable work) throws Exception;

    /** Starts it for good. */
    void start() throws Exception;

    @Override
    void close();
}
