package dev.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSinkTest {
    static final Instant AT = Instant.parse("2026-03-02T09:16:00Z");
    static final Alert ALERT = new Alert(
            "shop",
            "down",
            Alert.Kind.RAISED,
            PulseStatus.ERROR,
            List.of(new Condition(
                    Condition.DEGRADED, "deals: \"no\" & ünïcode\nline two", AT.minusSeconds(60), "Mend the cause")),
            AT,
            AT,
            "shop/down/1/1");

    private static JsonNode json(Receiver receiver) throws Exception {
        return JsonMapper.builder().build().readTree(receiver.take().get(0).body());
    }

    @Test
    void jsonHoldsAllOfIt() throws Exception {
        try (Receiver receiver = new Receiver(204)) {
            WebhookSink.json("hook", receiver.address("/x?y=1")).send(ALERT);
            Receiver.Received received = receiver.take().get(0);
            assertThat(received.target()).isEqualTo("POST /x?y=1");
            assertThat(received.header("Content-type")).isEqualTo("application/json; charset=utf-8");
            assertThat(received.header("Idempotency-key")).isEqualTo("shop%2Fdown%2F1%2F1");
            JsonNode body = JsonMapper.builder().build().readTree(received.body());
            assertThat(body.fieldNames())
                    .toIterable()
                    .containsExactly(
                            "platform", "rule", "kind", "status", "title", "text", "since", "at", "key", "causes");
            assertThat(body.get("text").asText()).isEqualTo(ALERT.text());
            assertThat(body.get("kind").asText()).isEqualTo("raised");
            assertThat(body.get("status").asText()).isEqualTo("error");
            assertThat(body.get("at").asText()).isEqualTo("2026-03-02T09:16:00Z");
            assertThat(body.get("causes").get(0).get("cause").asText()).isEqualTo("deals: \"no\" & ünïcode\nline two");
            assertThat(body.get("causes").get(0).get("nextStep").asText()).isEqualTo("Mend the cause");
        }
    }

    @Test
    void slackGetsText() throws Exception {
        try (Receiver receiver = new Receiver(200)) {
            WebhookSink.slack("chat", receiver.address("/services/secret")).send(ALERT);
            assertThat(json(receiver).get("text").asText())
                    .isEqualTo(ALERT.text().replace("&", "&amp;"));
        }
    }

    @Test
    void slackCallsNobodyBecauseAnExceptionSaysSo() throws Exception {
        Condition cause = new Condition(Condition.DEGRADED, "<!channel> <http://evil|x>", AT, "Look");
        Alert alert = new Alert("shop", "down", Alert.Kind.RAISED, PulseStatus.ERROR, List.of(cause), AT, AT, "k");
        try (Receiver receiver = new Receiver(200)) {
            WebhookSink.slack("chat", receiver.address("/x")).send(alert);
            assertThat(json(receiver).get("text").asText())
                    .contains("&lt;!channel&gt;")
                    .doesNotContain("<");
        }
    }

    @Test
    void anAnswerWithoutAnEndIsAFailure() throws Exception {
        try (Receiver receiver = Receiver.endless()) {
            WebhookSink sink = WebhookSink.json("hook", receiver.address("/x")).within(Duration.ofMillis(200));
            assertThatIOException().isThrownBy(() -> sink.send(ALERT)).withMessageContaining("did not answer within");
        }
    }

    @Test
    void aHeaderThatNoRequestCanHaveIsRefusedWithoutItsValue() {
        WebhookSink sink = WebhookSink.json("hook", URI.create("https://example.com"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sink.header("Authorization", "secret\n"))
                .withMessageContaining("'Authorization'")
                .withMessageNotContaining("secret");
        assertThatIllegalArgumentException().isThrownBy(() -> sink.header("a b", "x"));
    }

    @Test
    void aTextThatLooksLikeAPlaceIsNone() throws Exception {
        Condition cause = new Condition(Condition.DEGRADED, "{text} $1", AT, "Look");
        Alert alert = new Alert("shop", "down", Alert.Kind.RAISED, PulseStatus.ERROR, List.of(cause), AT, AT, "k");
        try (Receiver receiver = new Receiver(200)) {
            WebhookSink.form("sms", receiver.address("/x"), Map.of("Body", "{title}"))
                    .send(alert);
            assertThat(URLDecoder.decode(receiver.take().get(0).body(), StandardCharsets.UTF_8))
                    .isEqualTo("Body=shop error (down): {text} $1");
        }
    }

    @Test
    void aGatewayForTextMessagesGetsAFormWithOneLine() throws Exception {
        try (Receiver receiver = new Receiver(201)) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("To", "+13155550100");
            fields.put("Body", "{title}");
            WebhookSink.form("sms", receiver.address("/messages"), fields)
                    .basicAuth("user", "pass")
                    .send(ALERT);
            Receiver.Received received = receiver.take().get(0);
            assertThat(received.header("Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
            assertThat(received.header("Content-type")).isEqualTo("application/x-www-form-urlencoded");
            assertThat(received.body()).startsWith("To=%2B13155550100&Body=");
            assertThat(URLDecoder.decode(received.body(), StandardCharsets.UTF_8))
                    .endsWith("Body=shop error (down): deals: \"no\" & ünïcode line two");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 500})
    void anyOtherAnswerIsAFailureThatDoesNotTellTheAddress(int status) throws Exception {
        try (Receiver receiver = new Receiver(status)) {
            WebhookSink sink = WebhookSink.slack("chat", receiver.address("/services/secret"));
            assertThatIOException()
                    .isThrownBy(() -> sink.send(ALERT))
                    .withMessage("http://127.0.0.1 answered " + status);
            assertThat(receiver.take()).as("no redirect is followed").hasSize(1);
            assertThat(sink).hasToString("WebhookSink[chat]");
        }
    }

    @Test
    void nobodyThereIsAFailureThatDoesNotTellTheAddress() {
        WebhookSink sink = WebhookSink.json("hook", URI.create("http://127.0.0.1:1/secret"));
        assertThatIOException()
                .isThrownBy(() -> sink.send(ALERT))
                .withMessageStartingWith("http://127.0.0.1 did not answer")
                .withMessageNotContaining("secret");
    }

    @Test
    void whatIsNoWebAddressIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookSink.json("hook", URI.create("mailto:a@example.com")))
                .withMessageContaining("'mailto'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookSink.form("sms", URI.create("https://example.com"), Map.of()))
                .withMessageContaining("needs a field");
    }
}
