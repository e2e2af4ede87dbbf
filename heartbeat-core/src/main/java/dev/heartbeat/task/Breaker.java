package dev.heartbeat.task;

import java.time.Duration;

/**
 * When the circuit of a task opens and how long it stays open. After so many failures in a row, over all schedules of the
 * circuit and all instances, none of them is started for the length of the cool-down; then one run tries it, and its
 * success lets the rest go on. What is held back meanwhile stays due and uses no attempt.
 *
 * <p>Failures and timeouts count. An error that must not be tried again ({@link dev.heartbeat.schedule.Retry#neverOn})
 * does not: it tells of the input, not of what the circuit stands for. A skipped run tells nothing either. Immutable and thread-safe.
 *
 * @param failuresInARow how many failures in a row open it, 1 to 1,000
 * @param coolDown how long it stays open before one run tries it; 1 second to 7 days
 */
public record Breaker(int failuresInARow, Duration coolDown) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    /** Checks the numbers. Throws {@code IllegalArgumentException} if one is out of range. */
    public Breaker {
        if (failuresInARow < 1 || failuresInARow > 1_000) {
            throw new IllegalArgumentException(
                    "breaker: failuresInARow " + failuresInARow + " is not allowed; 1 to 1000");
        }
        if (coolDown.compareTo(SHORTEST) < 0 || coolDown.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "breaker: coolDown " + coolDown + " is not allowed; " + SHORTEST + " to " + LONGEST);
        }
    }
}
