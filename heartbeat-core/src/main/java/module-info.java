/** The rules and the engine of Heartbeat; {@code dev.heartbeat.Heartbeat} is the entry type. Needs the JDK alone. */
module dev.heartbeat.core {
    requires static org.jspecify;

    exports dev.heartbeat;
    exports dev.heartbeat.cron;
    exports dev.heartbeat.schedule;
    exports dev.heartbeat.task;
    exports dev.heartbeat.store;
    exports dev.heartbeat.health;
}
