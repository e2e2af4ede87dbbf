/**
 * A store in memory, a clock to set and the simulator: {@code dev.heartbeat.inmemory.InMemoryHeartbeatStore} and
 * {@code dev.heartbeat.inmemory.Simulation} are the entry types.
 */
module dev.heartbeat.inmemory {
    requires transitive dev.heartbeat.core;
    requires static org.jspecify;
    requires static org.assertj.core;

    exports dev.heartbeat.inmemory;
    exports dev.heartbeat.inmemory.assertj;
}
