package dev.heartbeat.mail;

import dev.heartbeat.alert.Alert;
import dev.heartbeat.alert.AlertSink;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sends alerts by e-mail, over SMTP: one plain text for all recipients, with the alert's title for its subject. It gives up
 * after ten seconds without an answer. A message that is sent again has the same {@code Message-ID}, by which mail programs
 * drop doubles. Immutable and thread-safe.
 */
public final class MailSink implements AlertSink {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat");
    private static final String LIMIT_MS = Long.toString(Duration.ofSeconds(10).toMillis());
    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final String name;
    private final Session session;
    private final Security security;
    private final String host;
    private final int port;
    private final @Nullable String user;
    private final @Nullable String password;
    private final InternetAddress from;
    private final List<InternetAddress> to;

    /** How the connection is kept from others' eyes. A server whose certificate is not trusted is sent nothing. */
    public enum Security {
        /** Encrypted from the upgrade on, without which nothing is sent; usually port 587. */
        STARTTLS("smtp", 587),
        /** Encrypted from the first byte on; usually port 465. */
        TLS("smtps", 465),
        /** Not at all: for a relay on the same machine. */
        NONE("smtp", 25);

        private final String protocol;
        private final int port;

        Security(String protocol, int port) {
            this.protocol = protocol;
            this.port = port;
        }
    }

    private MailSink(Builder builder, InternetAddress from) {
        this.name = builder.name;
        this.security = builder.security;
        this.host = builder.host;
        this.port = builder.port > 0 ? builder.port : builder.security.port;
        this.user = builder.user;
        this.password = builder.password;
        this.from = from;
        this.to = List.copyOf(builder.to);
        this.session = Session.getInstance(properties());
    }

    private Properties properties() {
        String prefix = "mail." + security.protocol + ".";
        Properties properties = new Properties();
        properties.setProperty("mail.transport.protocol", security.protocol);
        properties.setProperty(prefix + "connectiontimeout", LIMIT_MS);
        properties.setProperty(prefix + "timeout", LIMIT_MS);
        properties.setProperty(prefix + "writetimeout", LIMIT_MS);
        properties.setProperty(prefix + "auth", Boolean.toString(user != null));
        properties.setProperty(prefix + "sendpartial", "true"); // one who has left keeps no other from being told
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        if (security == Security.STARTTLS) {
            properties.setProperty(prefix + "starttls.enable", "true");
            properties.setProperty(prefix + "starttls.required", "true");
        }
        return properties;
    }

    /**
     * Begins to build.
     *
     * @param name see {@link AlertSink#name()}
     * @param host the name of the mail server
     */
    public static Builder to(String name, String host) {
        return new Builder(name, host);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void send(Alert alert) throws MessagingException {
        String id = "<" + UUID.nameUUIDFromBytes(alert.key().getBytes(StandardCharsets.UTF_8)) + "@"
                + from.getAddress().substring(from.getAddress().indexOf('@') + 1) + ">";
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", id);
            }
        };
        message.setFrom(from);
        message.setRecipients(Message.RecipientType.TO, to.toArray(Address[]::new));
        message.setSubject(alert.title(), UTF_8);
        message.setSentDate(Date.from(alert.at()));
        message.setHeader("Auto-Submitted", "auto-generated"); // no answer from someone's holiday
        message.setHeader(
                "X-Heartbeat", alert.kind().text() + " " + alert.status().text()); // for filters
        message.setText(alert.text(), UTF_8);
        message.saveChanges();
        deliver(message);
    }

    private void deliver(MimeMessage message) throws MessagingException {
        Transport transport = session.getTransport();
        try {
            transport.connect(host, port, user, password);
            transport.sendMessage(message, message.getAllRecipients());
        } catch (SendFailedException e) {
            if (e.getValidSentAddresses() == null || e.getValidSentAddresses().length == 0) {
                throw e;
            }
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "mail sink ''{0}'': the server took the alert for some recipients and not for all: {1}",
                    name,
                    e.getMessage());
        } finally {
            try {
                transport.close();
            } catch (MessagingException e) { // what was taken is taken, however the two part
                LOGGER.log(System.Logger.Level.DEBUG, "mail sink '" + name + "': closing the connection", e);
            }
        }
    }

    @Override
    public String toString() {
        return "MailSink[" + name + "]";
    }

    /** Settings of {@link MailSink}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final String host;
        private final List<InternetAddress> to = new ArrayList<>();
        private Security security = Security.STARTTLS;
        private int port;
        private @Nullable String user;
        private @Nullable String password;
        private @Nullable InternetAddress from;

        private Builder(String name, String host) {
            this.name = Objects.requireNonNull(name, "name");
            if (host.isBlank()) {
                throw new IllegalArgumentException("mail sink '" + name + "': the host of the mail server is empty");
            }
            this.host = host;
        }

        /** Sets how the connection is secured; {@link Security#STARTTLS} unless set. */
        public Builder security(Security security) {
            this.security = Objects.requireNonNull(security, "security");
            return this;
        }

        /** Sets the port; 1 to 65,535, that of the security unless set. */
        public Builder port(int port) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException(
                        "port " + port + " of mail sink '" + name + "' is not allowed; 1 to 65535");
            }
            this.port = port;
            return this;
        }

        /** Sets who sends to the server; without it the server is not told. */
        public Builder login(String user, String password) {
            this.user = Objects.requireNonNull(user, "user");
            this.password = Objects.requireNonNull(password, "password");
            return this;
        }

        /**
         * Sets the sender.
         *
         * @param address such as {@code heartbeat@example.com} or {@code Shop <heartbeat@example.com>}
         * @throws IllegalArgumentException if it is no address
         */
        public Builder from(String address) {
            this.from = parsed(address);
            return this;
        }

        /**
         * Adds a recipient.
         *
         * @throws IllegalArgumentException if it is no address
         */
        public Builder recipient(String address) {
            to.add(parsed(address));
            return this;
        }

        private InternetAddress parsed(String text) {
            try {
                InternetAddress address = new InternetAddress(text, true);
                if (address.getAddress().indexOf('@') > 0) {
                    return address;
                }
            } catch (AddressException e) { // told below, with what is allowed
            }
            throw new IllegalArgumentException("mail sink '" + name + "': '" + text
                    + "' is no address; such as person@example.com or Person <person@example.com>");
        }

        /**
         * Returns the sink.
         *
         * @throws IllegalStateException if there is no sender or no recipient
         */
        public MailSink build() {
            InternetAddress sender = from;
            if (sender == null || to.isEmpty()) {
                throw new IllegalStateException("mail sink '" + name + "' needs a sender and a recipient; it has "
                        + (sender == null ? "no sender" : "no recipient"));
            }
            return new MailSink(this, sender);
        }
    }
}
