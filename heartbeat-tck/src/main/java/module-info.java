/** The conformance kit of Heartbeat's store contract; {@code dev.heartbeat.tck.HeartbeatStoreKit} is the entry type. */
module dev.heartbeat.tck {
    requires transitive dev.heartbeat.core;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires static org.jspecify;

    exports dev.heartbeat.tck;
    // JUnit finds the tests of the kit by reflection.
    opens dev.heartbeat.tck;
}
