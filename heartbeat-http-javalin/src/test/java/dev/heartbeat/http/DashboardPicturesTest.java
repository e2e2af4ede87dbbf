package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The pictures of the docs, of a shop after two days and a half. They go to {@code -Dheartbeat.images}, else below target. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DashboardPicturesTest extends DashboardPage {
    private static final Path IMAGES = Path.of(
            System.getProperty("heartbeat.images", Path.of("target", "images").toString()));
    private static final long MOST_BYTES = 200_000;

    private void picture(String name, ColorScheme scheme, int width, int height) throws IOException {
        page.setViewportSize(width, height);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
        assertThat(page.locator("#strip")).isVisible();
        save(name);
    }

    private void save(String name) throws IOException {
        Path file = IMAGES.resolve("dashboard-" + name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        assertThat(Files.size(file)).isBetween(10_000L, MOST_BYTES);
    }

    @Test
    void aHealthyShop() throws IOException {
        host.shop();
        page.setViewportSize(1240, 860);
        dashboard();
        assertThat(status()).hasText("System Healthy");

        picture("light", ColorScheme.LIGHT, 1240, 860);
        picture("dark", ColorScheme.DARK, 1240, 860);
        picture("narrow", ColorScheme.LIGHT, 360, 800);
    }

    @Test
    void aShopWhoseRefundsFail() throws IOException {
        host.shop();
        host.define("refunds", "10 12 * * *", "may-fail");
        host.failure.set(Optional.of("bank.example.com: connection refused"));
        host.pulseAt("2026-02-15T12:10:00Z");
        host.clock.set(Instant.parse("2026-02-15T12:11:20Z"));
        dashboard();
        assertThat(status()).hasText("System Error");
        pulseButtons().first().click();
        assertThat(page.locator(".pulse .detail .error-text").first()).isVisible();

        picture("error", ColorScheme.LIGHT, 1240, 860);
    }

    @Test
    void beforeTheFirstPulse() throws IOException {
        page.setViewportSize(1240, 760);
        page.emulateMedia(new Page.EmulateMediaOptions()
                .setColorScheme(ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.REDUCE));
        dashboard();
        assertThat(status()).hasText("Status Unknown");

        save("unknown");
    }
}
