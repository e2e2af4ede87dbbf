package dev.heartbeat.examples.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Clock;
import dev.heartbeat.http.BrowserTest;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The front page stays open, and tells by itself how it stands. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class LivingPageTest extends QuickServerPage {
    /** The page polls every 30 seconds, give or take a tenth, and waits ten for an answer. */
    private static final Duration TO_THE_NEXT_POLL = Duration.ofSeconds(34);

    private void nextPoll() {
        clock.advance(Duration.ofSeconds(6)); // health is kept for five
        page.waitForResponse(
                response -> response.url().contains("/api/summary"),
                () -> page.clock().runFor(TO_THE_NEXT_POLL.toMillis()));
    }

    @Test
    void withoutPulsesItTurnsYellowWithOneGreenAndWhenATaskFailsRed() throws UsageException {
        start();
        server.heartbeat().pulse();
        long now = InstantSource.system().millis();
        page.clock().install(new Clock.InstallOptions().setTime(now));
        page.clock().pauseAt(now + 5_000); // it goes on until then
        open();
        assertThat(status()).hasText("System Healthy");
        assertThat(dot()).hasAttribute("status", "alive");
        page.evaluate("window.same = true");

        clock.advance(Duration.ofMinutes(16)); // nobody pulses
        nextPoll();
        assertThat(status()).hasText("Heartbeat Delayed");
        assertThat(dot()).hasAttribute("status", "warning");

        server.heartbeat().pulse();
        nextPoll();
        assertThat(status()).hasText("System Healthy");
        assertThat(dot()).hasAttribute("status", "alive");

        server.heartbeat()
                .schedules()
                .define(Schedule.builder("refunds", "0 3 * * *", QuickServer.FAILING_TASK)
                        .retry(Retry.none())
                        .runAtFirstPulse()
                        .build());
        server.heartbeat().pulse();
        nextPoll();
        assertThat(status()).hasText("System Error");
        assertThat(dot()).hasAttribute("status", "error");
        assertThat(page.locator("#causes")).containsText("refunds: this task fails on purpose");
        assertThat(page.evaluate("window.same")).isEqualTo(true);
    }
}
