/** The rules and the engine of Heartbeat; {@code dev.heartbeat.Heartbeat} is the entry type. Needs the JDK alone. */
@SuppressWarnings("module") // the module named below is not known when this one is compiled
module dev.heartbeat.core {
    requires static org.jspecify;

    exports dev.heartbeat;
    exports dev.heartbeat.cron;
    exports dev.heartbeat.schedule;
    exports dev.heartbeat.task;
    exports dev.heartbeat.store;
    exports dev.heartbeat.health;
    exports dev.heartbeat.insight;
    exports dev.heartbeat.engine to
            dev.heartbeat.inmemory; // its simulator lets time pass
}
