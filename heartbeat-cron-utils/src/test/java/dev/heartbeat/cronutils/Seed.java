package dev.heartbeat.cronutils;

import java.util.Random;

/** The seed of a random test: a new one in each run, or the one given by {@code -Dheartbeat.seed=N} to replay it. */
final class Seed {
    private final long value = Long.getLong("heartbeat.seed", System.nanoTime());

    Random random() {
        return new Random(value);
    }

    /** Goes into the description of every assertion, so that a failure says how to see it again. */
    @Override
    public String toString() {
        return "-Dheartbeat.seed=" + value;
    }
}
