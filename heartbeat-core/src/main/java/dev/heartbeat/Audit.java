package dev.heartbeat;

import java.util.Objects;

/**
 * Who does something, and why. It is kept in the audit history. Immutable and thread-safe.
 *
 * @param who 1 to 200 characters
 * @param why perhaps empty; at most 500 characters
 */
public record Audit(String who, String why) {
    /** Checks the texts. Throws {@code IllegalArgumentException} if one is out of range. */
    public Audit {
        Objects.requireNonNull(who, "who");
        Objects.requireNonNull(why, "why");
        if (who.isBlank() || who.length() > 200 || why.length() > 500) {
            throw new IllegalArgumentException("audit: who has 1 to 200 characters, why at most 500; got who '" + who
                    + "' and " + why.length() + " characters of why");
        }
    }

    /** Returns an audit. */
    public static Audit by(String who, String why) {
        return new Audit(who, why);
    }
}
