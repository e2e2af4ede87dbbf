package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.alert.AlertRule;
import dev.heartbeat.alert.Alerts;
import dev.heartbeat.alert.QuietHours;
import dev.heartbeat.alert.WebhookSink;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.insight.Finding.Kind;
import dev.heartbeat.mail.MailSink;
import dev.heartbeat.store.HeartbeatStore;
import java.net.URI;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.Function;

/** Who is told when the platform is unwell: docs/alerts.md. */
public final class AlertsExample {
    private AlertsExample() {}

    // tag::alerts[]
    static Alerts alerts(Heartbeat heartbeat, HeartbeatStore store, Function<String, String> env) {
        return Alerts.builder(heartbeat, store)
                .rule(AlertRule.on("down", PulseStatus.WARNING, PulseStatus.ERROR)
                        .after(Duration.ofMinutes(5))
                        .repeating(Duration.ofHours(4)))
                .rule(AlertRule.onCondition("held up", Condition.STUCK, Condition.CIRCUIT_OPEN)
                        .quiet(new QuietHours(LocalTime.of(22, 0), LocalTime.of(7, 0), ZoneId.of("America/New_York"))))
                .rule(AlertRule.onInsight("coming", Kind.FAILING_MORE, Kind.CAPACITY, Kind.SLOWER)
                        .after(Duration.ofHours(6)))
                .sink(WebhookSink.slack("chat", URI.create(env.apply("SLACK_WEBHOOK"))))
                .sink(WebhookSink.form(
                                "sms",
                                URI.create(env.apply("SMS_GATEWAY")),
                                Map.of("From", "+13155550100", "To", "+13155550123", "Body", "{title}"))
                        .basicAuth(env.apply("SMS_USER"), env.apply("SMS_PASSWORD")))
                .sink(MailSink.to("mail", env.apply("SMTP_HOST"))
                        .login(env.apply("SMTP_USER"), env.apply("SMTP_PASSWORD"))
                        .from("Heartbeat <heartbeat@example.com>")
                        .recipient("owner@example.com")
                        .build())
                .ping(URI.create(env.apply("MONITOR")))
                .build();
    }
    // end::alerts[]
}
