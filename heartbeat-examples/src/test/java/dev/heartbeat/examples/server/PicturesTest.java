package dev.heartbeat.examples.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.http.BrowserTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The pictures of the docs: what the quick server shows after a day of its own sample. They go to {@code
 * -Dheartbeat.images}; without it they are taken after an hour, and go below target.
 */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class PicturesTest extends QuickServerPage {
    private static final Optional<String> WANTED = Optional.ofNullable(System.getProperty("heartbeat.images"));
    private static final Path IMAGES = Path.of(WANTED.orElse("target/images"));
    private static final Duration LIFE = WANTED.isPresent() ? Duration.ofHours(26) : Duration.ofHours(1);
    private static final Instant NOW = Instant.parse("2026-02-18T12:02:00Z");
    private static final long MOST_BYTES = 200_000;

    /** Pulses each minute, as the ticker would; the last one is the ticker's own. */
    private void live(String... args) throws UsageException {
        clock.set(NOW.minus(LIFE));
        start(args);
        for (Instant at = NOW.minus(LIFE); at.isBefore(NOW); at = at.plusSeconds(60)) {
            clock.set(at);
            server.heartbeat().pulse(PulseRequest.from("ticker"));
        }
        clock.set(NOW);
        server.heartbeat().start();
        page.waitForCondition(() -> server.heartbeat()
                .history()
                .pulses(null, 1)
                .items()
                .get(0)
                .startedAt()
                .equals(NOW));
        clock.set(NOW.plusSeconds(25));
    }

    private void size(ColorScheme scheme, int width, int height) {
        page.setViewportSize(width, height);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
    }

    private void save(String name) throws IOException {
        Path file = IMAGES.resolve(name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        assertThat(Files.size(file)).isBetween(10_000L, MOST_BYTES);
    }

    @Test
    void alive() throws Exception {
        live();
        size(ColorScheme.LIGHT, 1240, 860);
        open();
        assertThat(status()).hasText("System Healthy");

        save("dashboard-light");
        size(ColorScheme.DARK, 1240, 860);
        save("dashboard-dark");
        size(ColorScheme.LIGHT, 360, 800);
        save("dashboard-narrow");
    }

    @Test
    void withATaskThatFails() throws Exception {
        live("--demo");
        size(ColorScheme.LIGHT, 1240, 860);
        open();
        assertThat(status()).hasText("System Error");
        page.locator(".pulse-button").first().click();
        assertThat(page.locator(".pulse .detail .error-text").first()).isVisible();

        save("dashboard-error");
    }

    @Test
    void beforeTheFirstPulse() throws Exception {
        start();
        size(ColorScheme.LIGHT, 1240, 860);
        open();
        assertThat(status()).hasText("Status Unknown");

        save("dashboard-unknown");
    }

    @Test
    void theIndicator() throws Exception {
        Duration ago = Duration.ofSeconds(125);
        clock.set(InstantSource.system()
                .instant()
                .truncatedTo(ChronoUnit.SECONDS)
                .minus(ago)); // it goes by the Date header
        start();
        server.heartbeat().pulse();
        clock.advance(ago);
        size(ColorScheme.LIGHT, 1080, 640);
        page.navigate(server.url() + "/heartbeat/demo.html");
        assertThat(page.locator("#living")).hasAttribute("status", "alive");
        assertThat(page.locator("#sentence")).hasText("System last updated 2 minutes ago");
        assertThat(page.locator("[data-sample=error]").last()).hasAttribute("status", "error");
        page.locator("#corner").getByRole(AriaRole.BUTTON).hover();
        assertThat(page.locator("#corner").getByRole(AriaRole.TOOLTIP)).isVisible();

        save("indicator-light");
        size(ColorScheme.DARK, 1080, 640);
        save("indicator-dark");
    }
}
