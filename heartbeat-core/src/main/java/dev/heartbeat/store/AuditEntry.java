package dev.heartbeat.store;

import java.time.Instant;

/**
 * What a person did.
 *
 * @param at when
 * @param who who
 * @param verb what, such as {@code run-now} or {@code pause}
 * @param target on which schedule or queue
 * @param why the reason given, perhaps empty
 */
public record AuditEntry(Instant at, String who, String verb, String target, String why) {}
