package dev.heartbeat.firestore;

/** How a pulse finds what is due. */
public enum FindMode {
    /**
     * Reads all enabled schedules at each find and decides by their own fields: people's edits are seen at the next pulse,
     * and no index is needed. For up to about a thousand schedules.
     */
    SCAN,
    /**
     * Reads what is due, by the index of {@code firestore.indexes.json}, and all documents only when it starts and at an
     * interval: people's edits of cron, pause and the like are seen then.
     */
    INDEXED
}
