package dev.heartbeat.store;

import java.util.List;
import java.util.Optional;

/**
 * One page of a longer list.
 *
 * @param items the items of this page, unmodifiable
 * @param next where the next page starts, to be handed back as it is; empty at the end
 */
public record Page<T>(List<T> items, Optional<String> next) {
    /** Copies the items. */
    public Page {
        items = List.copyOf(items);
    }
}
