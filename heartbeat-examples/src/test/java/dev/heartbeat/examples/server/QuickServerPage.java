package dev.heartbeat.examples.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.heartbeat.http.BrowserTest;
import dev.heartbeat.inmemory.SettableClock;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** The front page of a quick server in a real Chromium: what runs is what a user starts, but for its clock. */
abstract class QuickServerPage extends BrowserTest {
    final SettableClock clock = new SettableClock(Instant.parse("2026-02-18T12:00:00Z"));
    QuickServer server;

    void start(String... args) throws UsageException {
        start(clock, Map.of(), args);
    }

    void start(InstantSource time, Map<String, String> environment, String... args) throws UsageException {
        List<String> all = Stream.concat(Stream.of("--port", "0", "--no-ticker"), Stream.of(args))
                .toList();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        server = QuickServer.start(ServerOptions.parse(all), environment, nowhere, time);
    }

    @AfterEach
    void closeServer() {
        page.navigate("about:blank"); // it asks nothing any more when the server goes
        if (server != null) {
            server.close();
        }
    }

    /** Opens the front page and waits until each card has something to show. */
    void open() {
        page.navigate(server.url());
        assertThat(page.locator("#updated")).not().isEmpty();
    }

    Locator status() {
        return page.locator("#status-label");
    }

    Locator dot() {
        return page.locator("#dot");
    }
}
