package dev.heartbeat.store;

/**
 * A document among the schedules that does not hold one: a wrong type, a bad cron, a field that is missing.
 *
 * @param id the document's id
 * @param reason what is wrong: field, value, what is allowed
 */
public record Unreadable(String id, String reason) {}
