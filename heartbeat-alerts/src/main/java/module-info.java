/** Tells people when the platform is unwell: {@code dev.heartbeat.alert.Alerts} is the entry type. */
module dev.heartbeat.alerts {
    requires transitive dev.heartbeat.core;
    requires java.net.http;
    requires com.fasterxml.jackson.databind;
    requires static org.jspecify;

    exports dev.heartbeat.alert;
}
