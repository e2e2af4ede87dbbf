package dev.heartbeat.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.alert.Alert;
import dev.heartbeat.alert.Alerts;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real mail server in this process. */
class MailSinkTest {
    private static final Instant AT = Instant.parse("2026-03-02T09:16:00Z");
    private static final String LOCALHOST = "127.0.0.1";

    private final GreenMail server =
            new GreenMail(new ServerSetup[] {setup(ServerSetup.PROTOCOL_SMTP), setup(ServerSetup.PROTOCOL_SMTPS)});

    private static ServerSetup setup(String protocol) {
        return new ServerSetup(0, LOCALHOST, protocol);
    }

    private static Alert alert(String cause) {
        return new Alert(
                "Läden",
                "down",
                Alert.Kind.RAISED,
                PulseStatus.ERROR,
                List.of(new Condition(Condition.DEGRADED, cause, AT, "Mend it")),
                AT,
                AT,
                "shop/down/1/1");
    }

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private MailSink.Builder plain() {
        return MailSink.to("mail", LOCALHOST)
                .security(MailSink.Security.NONE)
                .port(server.getSmtp().getPort())
                .from("Heartbeat <heartbeat@example.com>")
                .recipient("owner@example.com")
                .recipient("Night Shift <night@example.com>");
    }

    @Test
    void allRecipientsGetTheTitleAndTheText() throws Exception {
        plain().build().send(alert("deals: ünïcode\r\nBcc: thief@example.com"));
        MimeMessage[] received = server.getReceivedMessages();
        assertThat(received).as("one for each recipient").hasSize(2);
        MimeMessage message = received[0];
        assertThat(message.getSubject()).isEqualTo("Läden error (down): deals: ünïcode Bcc: thief@example.com");
        assertThat(message.getFrom()[0]).hasToString("Heartbeat <heartbeat@example.com>");
        assertThat(message.getRecipients(Message.RecipientType.TO))
                .extracting(Object::toString)
                .containsExactly("owner@example.com", "Night Shift <night@example.com>");
        assertThat(message.getRecipients(Message.RecipientType.BCC)).isNull();
        assertThat(message.getSentDate()).isEqualTo(Date.from(AT));
        assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(message.getHeader("X-Heartbeat")).containsExactly("raised error");
        assertThat(message.getContent().toString()).contains("deals: ünïcode", "next step: Mend it");
    }

    @Test
    void aMessageThatIsSentAgainHasTheSameId() throws Exception {
        MailSink sink = plain().build();
        sink.send(alert("x"));
        sink.send(alert("x"));
        assertThat(List.of(server.getReceivedMessages()))
                .extracting(MimeMessage::getMessageID)
                .hasSize(4)
                .containsOnly(server.getReceivedMessages()[0].getMessageID())
                .first()
                .asString()
                .endsWith("@example.com>");
    }

    @Test
    void aServerThatWantsALoginIsGivenIt() throws Exception {
        server.getManagers().getUserManager().setAuthRequired(true);
        server.setUser("owner@example.com", "someone", "secret");
        plain().login("someone", "secret").build().send(alert("x"));
        assertThat(server.getReceivedMessages()).hasSize(2);
        assertThatExceptionOfType(MessagingException.class)
                .isThrownBy(() -> plain().login("someone", "wrong").build().send(alert("x")));
    }

    @Test
    void nothingIsSentInTheClearUnlessThatIsAskedFor() {
        assertThatExceptionOfType(MessagingException.class)
                .isThrownBy(() ->
                        plain().security(MailSink.Security.STARTTLS).build().send(alert("x")))
                .withMessageContaining("STARTTLS");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void nothingIsSentToAServerWhoseCertificateNobodyTrusts() {
        assertThatExceptionOfType(MessagingException.class)
                .isThrownBy(() -> plain().security(MailSink.Security.TLS)
                        .port(server.getSmtps().getPort())
                        .build()
                        .send(alert("x")))
                .withStackTraceContaining("SSLHandshakeException");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void oneRecipientWhoHasLeftKeepsNoOtherFromBeingTold() throws Exception {
        try (StubbornServer stubborn = new StubbornServer("night@")) {
            plain().port(stubborn.port()).build().send(alert("x")); // it hangs up at the end, too, which is no failure
            assertThat(stubborn.taken()).containsExactly("<owner@example.com>");
        }
    }

    @Test
    void aServerThatKnowsNoRecipientHasNotTakenIt() throws Exception {
        try (StubbornServer stubborn = new StubbornServer("@example.com")) {
            assertThatExceptionOfType(MessagingException.class)
                    .isThrownBy(() -> plain().port(stubborn.port())
                            .from("heartbeat@example.org")
                            .build()
                            .send(alert("x")));
            assertThat(stubborn.taken()).isEmpty();
        }
    }

    @Test
    void aStaleHeartbeatIsInTheMailboxOnceAndAServerThatIsDownIsTriedAgain() throws Exception {
        SettableClock clock = new SettableClock(AT);
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
        try (Heartbeat heartbeat = Heartbeat.builder(store).clock(clock).build()) {
            MailSink sink = plain().build();
            Alerts alerts =
                    Alerts.builder(heartbeat, store).clock(clock).sink(sink).build();
            heartbeat.pulse();
            clock.advance(Duration.ofMinutes(16));
            int port = server.getSmtp().getPort();
            server.stop();
            assertThat(alerts.check()).singleElement().matches(delivery -> !delivery.sent());
            GreenMail back = new GreenMail(new ServerSetup(port, LOCALHOST, ServerSetup.PROTOCOL_SMTP));
            back.start();
            try {
                clock.advance(Duration.ofMinutes(1));
                alerts.check();
                clock.advance(Duration.ofMinutes(1));
                alerts.check();
                assertThat(back.getReceivedMessages()).hasSize(2);
            } finally {
                back.stop();
            }
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain().recipient("nobody"))
                .withMessageContaining("'nobody' is no address");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain().recipient("a@example.com\r\nBcc: b@example.com"))
                .withMessageContaining("is no address");
        assertThatIllegalArgumentException().isThrownBy(() -> plain().port(0)).withMessageContaining("1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MailSink.to("mail", " "))
                .withMessageContaining("host");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        MailSink.to("mail", LOCALHOST).from("a@example.com").build())
                .withMessageContaining("no recipient");
        assertThatIllegalStateException()
                .isThrownBy(() -> MailSink.to("mail", LOCALHOST)
                        .recipient("a@example.com")
                        .build())
                .withMessageContaining("no sender");
    }
}
