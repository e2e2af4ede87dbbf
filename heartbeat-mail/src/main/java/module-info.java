/** Sends alerts by e-mail: {@code dev.heartbeat.mail.MailSink} is the entry type. */
module dev.heartbeat.mail {
    requires transitive dev.heartbeat.alerts;
    requires jakarta.mail;
    requires static org.jspecify;

    exports dev.heartbeat.mail;
}
