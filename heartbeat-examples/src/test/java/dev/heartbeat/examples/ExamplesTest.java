package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.PulseListener;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.task.TaskResult;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExamplesTest {
    @Test
    void theDialectsFireAndAreSaidInWords() throws Exception {
        assertThat(Printed.by(DialectsExample::main))
                .contains("report at 09:00 last Friday of every month")
                .contains("report executed for 2026-02-27T14:00:00Z")
                .contains("cleanup executed for 2026-02-27T14:00:00Z");
    }

    @Test
    void whoAsksWhyIsTold() throws Exception {
        assertThat(Printed.by(WhyExample::main))
                .contains("eager: It may fire every 1 min, and pulses are expected every 10 min")
                .contains("leap: It has no fire after ")
                .contains("misspelt: No executor is registered for task 'reprot'; ")
                .contains("nightly: paused. It is paused without an end by ann (moving house).")
                .contains("eager: not-due. Its next fire is at ")
                .contains("leap: over. It has no fire any more.")
                .contains("misspelt: no-executor. The start that was asked for is due, but no executor is registered"
                        + " for task 'reprot'.");
    }

    @Test
    void whatGrowsIsToldBeforeItIsTooSlow() throws Exception {
        assertThat(Printed.by(InsightExample::main))
                .contains(
                        "slower: birthdays (task birthday-emails) is slower by 11 % a week: from 10 s to 16 s in 27 days."
                                + " Look at what grows with it, such as its data, before its timeout ends it.")
                .contains("birthday-emails: 28 runs, median 12800 ms");
    }

    @Test
    void theTourRunsAndIsAliveAtItsEnd() throws Exception {
        assertThat(Printed.by(FiveMinuteTour::main))
                .contains("outcome=EXECUTED")
                .contains("ALIVE");
    }

    @Test
    void theEmbeddedBackendSendsItsMailOnceWithAStableKey() throws Exception {
        assertThat(Printed.by(EmbeddingExample::main))
                .contains("birthdays executed")
                .contains("[birthday-campaign-template as birthdays/force-");

        EmbeddingExample.Mailer mailer = new EmbeddingExample.Mailer();
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
        for (int boot = 0; boot < 3; boot++) {
            try (Heartbeat heartbeat =
                    EmbeddingExample.wire(store, mailer, new PulseListener() {}, InstantSource.system())) {
                heartbeat.pulse();
            }
        }
        assertThat(mailer.sent())
                .as("three boots, one wish to run at the first pulse")
                .hasSize(1);
    }

    @Test
    void tickAndHealthStandBesideTheRoutesOfTheHost() throws Exception {
        String secret = "0123456789abcdef";
        HttpClient client = HttpClient.newHttpClient();
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task("x", context -> TaskResult.done())
                .build()) {
            Javalin app = MountOnJavalinExample.app(heartbeat, secret);
            app.start("127.0.0.1", 0);
            try {
                String base = "http://127.0.0.1:" + app.port();
                assertThat(get(client, base + "/", secret)).isEqualTo("the shop");
                assertThat(get(client, base + "/api/cron/tick", secret)).startsWith("{\"success\":true");
                assertThat(get(client, base + "/api/system/health", secret)).contains("alive");
                assertThat(get(client, base + "/heartbeat/public.json", secret)).contains("System last updated");
                assertThat(get(client, base + "/heartbeat/badge.svg", secret)).contains("heartbeat: healthy");
            } finally {
                app.stop();
            }
        }
    }

    @Test
    void theMountedExampleAnswersATick() throws Exception {
        assertThat(Printed.by(MountOnJavalinExample::main, "0"))
                .contains("{\"id\":\"sweep\",\"task\":\"sweep\",\"status\":\"executed\"}");
    }

    @Test
    @Timeout(60)
    void theResidentTickerRunsByItselfUntilItIsClosed() throws Exception {
        assertThat(Printed.by(ResidentTickerExample::main).lines())
                .contains("started: true")
                .endsWith("closed: true, started: false")
                .filteredOn("thermometer executed"::equals)
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void theStoreOfOnesOwnServesTwoProcesses() throws Exception {
        assertThat(Printed.by(CustomStoreExample::main).lines())
                .containsExactly(
                        "process one: weekly-deals executed",
                        "process two: weekly-deals skipped, not-due",
                        "last result: {made-by=one}, owner: marketing",
                        "ledger: weekly-deals executed");
    }

    private static String get(HttpClient client, String url, String secret) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Authorization", "Bearer " + secret)
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
