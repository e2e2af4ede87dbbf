package dev.heartbeat.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    // Written out: those of a record are linked when first called, which takes longer than a whole pulse.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StateKey that && kind.equals(that.kind) && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + name.hashCode();
    }

    private static void check(String part, String text) {
        if (Objects.requireNonNull(text, part).isEmpty() || text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "state key: " + part + " has " + text.length() + " characters; allowed are 1 to " + LONGEST);
        }
    }
}
