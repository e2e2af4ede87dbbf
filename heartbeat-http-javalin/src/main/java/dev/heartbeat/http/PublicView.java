package dev.heartbeat.http;

import java.util.List;

/** What anybody may be shown beside the indicator. Each is off until {@link HttpSettings#showing} names it. */
public enum PublicView {
    /** {@code public.json}: when the system was updated last, in a sentence. */
    TEXT,
    /** {@code badge.svg}, and {@code badge.json} for shields.io. */
    BADGE,
    /** {@code demo.html}: the living indicator on top, and all of its states side by side. */
    DEMO;

    /** Returns the names of what belongs to it, below the UI's path. */
    List<String> files() {
        return switch (this) {
            case TEXT -> List.of("public.json");
            case BADGE -> List.of("badge.svg", "badge.json");
            case DEMO -> List.of("demo.html", "demo.js", "demo.css");
        };
    }
}
