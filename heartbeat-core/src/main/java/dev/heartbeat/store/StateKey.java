package dev.heartbeat.store;

import java.util.Objects;

/**
 * The name of a state cell. Both parts may be any text of 1 to {@value #LONGEST} characters; two keys that differ in any
 * way are two cells. A store escapes what its own names cannot hold.
 *
 * @param kind what it is for, such as {@code breaker}
 * @param name which one of its kind
 */
public record StateKey(String kind, String name) {
    /** The most characters of one part. */
    public static final int LONGEST = 300;

    /** Checks the parts. Throws {@code IllegalArgumentException} if one is empty or too long. */
    public StateKey {
        check("kind", kind);
        check("name", name);
    }

    private static void check(String part, String text) {
        if (Objects.requireNonNull(text, part).isEmpty() || text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "state key: " + part + " has " + text.length() + " characters; allowed are 1 to " + LONGEST);
        }
    }
}
