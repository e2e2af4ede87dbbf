package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The demo page, as the quick server shows it. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DemoPageTest extends SiteTest {
    private void demo(ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
        site.beat(Duration.ofMinutes(2).plusSeconds(5), 0);
        page.navigate(site.url("/heartbeat/demo.html"));
        assertThat(page.locator("#living")).hasAttribute("status", "alive");
        assertThat(page.locator("#corner")).hasAttribute("status", "alive");
        assertThat(page.locator("#sentence")).hasText("System last updated 2 minutes ago");
        assertThat(page.locator("[data-sample=error]").last()).hasAttribute("status", "error");
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void itIsBeyondReproachInEachScheme(ColorScheme scheme) {
        page.setViewportSize(1080, 640);
        demo(scheme);

        assertThat(seriousViolations()).isEmpty();
        page.locator("#corner").getByRole(AriaRole.BUTTON).hover();
        assertThat(page.locator("#corner").getByRole(AriaRole.TOOLTIP)).isVisible();
    }

    @Test
    void allStatesStandSideBySide() {
        demo(ColorScheme.LIGHT);

        assertThat(page.locator(".states heartbeat-indicator").evaluateAll("all => all.map((each) => each.status)"))
                .isEqualTo(List.of("alive", "warning", "error", "unknown", "unreachable"));
    }

    @Test
    void itFitsANarrowWindow() {
        page.setViewportSize(360, 720);
        demo(ColorScheme.LIGHT);

        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    }

    @Test
    void theLivingOneTurnsWithoutAReload() {
        demo(ColorScheme.LIGHT);
        page.evaluate("window.same = true");

        site.beat(Duration.ofMinutes(2), 1);
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

        assertThat(page.locator("#living")).hasAttribute("status", "error");
        assertThat(page.getByText("System Error").first()).isVisible();
        assertThat(page.evaluate("window.same")).isEqualTo(true);
    }
}
