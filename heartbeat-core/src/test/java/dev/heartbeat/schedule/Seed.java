package dev.heartbeat.schedule;

import java.util.Random;

/** The seed of a random test: a new one in each run, or the one given by {@code -Dheartbeat.seed=N} to replay it. */
public final class Seed {
    private final long value = Long.getLong("heartbeat.seed", System.nanoTime());

    /** Returns the random numbers of this seed, from the first one on. */
    public Random random() {
        return new Random(value);
    }

    /** Goes into the description of every assertion, so that a failure says how to see it again. */
    @Override
    public String toString() {
        return "-Dheartbeat.seed=" + value;
    }
}
