package dev.heartbeat.store;

/**
 * A heartbeat record as a store holds it.
 *
 * @param heartbeat the record
 * @param version changes with every write
 */
public record StoredHeartbeat(HeartbeatRecord heartbeat, Version version) {}
