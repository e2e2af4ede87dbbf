/** A store in memory and a clock to set: {@code dev.heartbeat.inmemory.InMemoryHeartbeatStore} is the entry type. */
module dev.heartbeat.inmemory {
    requires transitive dev.heartbeat.core;
    requires static org.jspecify;

    exports dev.heartbeat.inmemory;
}
