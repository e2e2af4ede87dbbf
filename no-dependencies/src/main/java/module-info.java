/** A user's module: needs the core and the in-memory store, and through them the JDK alone. */
module example.one {
    requires dev.heartbeat.core;
    requires dev.heartbeat.inmemory;
}
