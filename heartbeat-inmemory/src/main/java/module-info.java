/** A store in memory and a clock to set: {@code dev.heartbeat.inmemory.InMemoryHeartbeatStore} is the entry type. */
module dev.heartbeat.inmemory {
    requires transitive dev.heartbeat.core;
    requires static org.jspecify;
    requires static org.assertj.core;

    exports dev.heartbeat.inmemory;
    exports dev.heartbeat.inmemory.assertj;
}
