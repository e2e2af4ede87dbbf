package dev.heartbeat.http;

import java.util.Objects;

/**
 * Somebody who looks at the dashboard.
 *
 * @param role what they may see
 * @param name who they are, for the page and the audit history; cut to {@value #LONGEST_NAME} characters
 */
public record Viewer(ViewerRole role, String name) {
    /** How many characters of a name are kept. */
    public static final int LONGEST_NAME = 200;
    /** Nobody that is known. */
    public static final Viewer NONE = new Viewer(ViewerRole.NONE, "");

    /** Cuts the name. Throws {@code IllegalArgumentException} if it is blank, unless the role is NONE. */
    public Viewer {
        Objects.requireNonNull(role, "role");
        name = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
        if (name.isBlank() && role != ViewerRole.NONE) {
            throw new IllegalArgumentException("a viewer of role " + role + " has a name, for the audit history");
        }
    }

    boolean isSuperUser() {
        return role == ViewerRole.SUPER_USER;
    }
}
