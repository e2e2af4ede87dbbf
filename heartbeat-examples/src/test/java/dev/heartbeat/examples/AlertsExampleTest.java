package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.alert.Alerts;
import dev.heartbeat.alert.Delivery;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AlertsExampleTest {
    @Test
    void aHealthyPlatformIsSilentAndCallsTheMonitor() throws Exception {
        List<String> called = new CopyOnWriteArrayList<>();
        CountDownLatch call = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            called.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            call.countDown();
        });
        server.start();
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
        try (Heartbeat heartbeat = Heartbeat.builder(store).build();
                Alerts alerts = AlertsExample.alerts(
                        heartbeat,
                        store,
                        Map.of(
                                "SLACK_WEBHOOK", base + "/chat",
                                "SMS_GATEWAY", base + "/sms",
                                "SMS_USER", "user",
                                "SMS_PASSWORD", "secret",
                                "SMTP_HOST", "127.0.0.1",
                                "SMTP_USER", "user",
                                "SMTP_PASSWORD", "secret",
                                "MONITOR", base + "/monitor")::get)) {
            heartbeat.pulse();
            List<Delivery> deliveries = alerts.check();
            assertThat(call.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(deliveries).isEmpty();
            assertThat(called).containsExactly("/monitor");
        } finally {
            server.stop(0);
        }
    }
}
