package dev.heartbeat.task;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fence of one claim: whoever holds the token of the claim in force may renew and record; every other token is
 * stale. It is new for each claim, unlike the idempotency key, which stays the same for all attempts at one fire. The
 * text is made of the schedule id, the key of the fire and a random part, so that any process finds the claim by the
 * token alone. It is a secret of the run: {@code toString} hides the random part. Immutable and thread-safe.
 *
 * @param value the whole text, {@code scheduleId/fireKey/random}
 */
public record RunToken(String value) {
    /** Checks the form. Throws {@code IllegalArgumentException} for a text that no claim can have. */
    public RunToken {
        Objects.requireNonNull(value, "value");
        int first = value.indexOf('/');
        int second = value.indexOf('/', first + 1);
        boolean three =
                first > 0 && second > first + 1 && second < value.length() - 1 && value.indexOf('/', second + 1) < 0;
        if (!three) {
            throw new IllegalArgumentException("a run token has the form scheduleId/fireKey/random, this one does not");
        }
    }

    /** Returns the token of a claim. */
    public static RunToken of(String scheduleId, String fireKey, String random) {
        return new RunToken(scheduleId + "/" + fireKey + "/" + random);
    }

    /** Returns the schedule that the claim is for. */
    public String scheduleId() {
        return value.substring(0, value.indexOf('/'));
    }

    /** Returns the key of the fire that the claim is for. */
    public String fireKey() {
        return value.substring(value.indexOf('/') + 1, value.lastIndexOf('/'));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RunToken that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "RunToken[" + scheduleId() + "/" + fireKey() + "/***]";
    }
}
