package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the dashboard looks to whom, and how it bears much. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DashboardLookTest extends DashboardPage {
    private void openAll() {
        pulse("11:40").locator(".pulse-button").click();
        pulse("11:40").getByText("Details").click();
        pulse("11:40").getByText("Show params").click();
        assertThat(pulse("11:40").locator(".params")).isVisible();
        schedule("competitor-scrape").locator(".schedule-button").click();
        assertThat(schedule("competitor-scrape").locator(".run").first()).isVisible();
        page.getByText("The figures as a table").click();
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void axeFindsNothingSeriousInEachScheme(ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
        host.playbookMorning();
        dashboard();
        openAll();

        assertThat(seriousViolations()).isEmpty();

        button("Pause pos-sync").click();

        assertThat(seriousViolations()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void axeFindsNothingSeriousWhenTheServerIsLost(ColorScheme scheme) {
        requestsMayFail();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        host.playbookMorning();
        dashboard();
        host.stop();
        button("Refresh").click();
        assertThat(status()).hasText("Server Unreachable");

        assertThat(seriousViolations()).isEmpty();
    }

    @Test
    void itFitsANarrowWindowWithEverythingOpen() {
        page.setViewportSize(360, 740);
        host.playbookMorning();
        host.define(
                "a-schedule-with-a-name-that-is-longer-than-any-window-is-wide-on-a-telephone", "0 9 * * *", "work");
        dashboard();

        assertNoHorizontalScroll();

        openAll();
        button("Pulse now").click();
        assertThat(page.locator("#pulse-outcome")).not().isEmpty();

        assertNoHorizontalScroll();

        button("Pause pos-sync").click();

        assertNoHorizontalScroll();
    }

    @Test
    void motionIsReducedForWhoeverAsksForIt() {
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        host.playbookMorning();
        dashboard();

        assertThat(page.evaluate("""
                () => document.getAnimations().filter(({ playState }) => playState === 'running').length
                """)).isEqualTo(0);
        page.evaluate("document.querySelector('#pulse-progress').hidden = false");
        assertThat(page.locator("#pulse-progress progress")
                        .evaluate("(element) => getComputedStyle(element).animationName"))
                .isEqualTo("none");
    }

    @Test
    void forcedColoursAreKept() {
        page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));
        host.playbookMorning();
        dashboard();

        String colourOf = "(element) => getComputedStyle(element).color";
        assertThat(page.locator(".pulse .mark").first().evaluate(colourOf))
                .isEqualTo(page.locator("body").evaluate(colourOf));
        assertThat(page.locator("#chart .executed").last().evaluate("(element) => getComputedStyle(element).fill"))
                .isEqualTo(page.locator("body").evaluate(colourOf));
    }

    @Test
    void theFocusIsSeen() {
        host.playbookMorning();
        dashboard();

        page.keyboard().press("Tab");

        assertThat(page.locator(".skip")).isFocused();
        assertThat(page.locator(".skip")).isInViewport();
        for (int i = 0; i < 12; i++) {
            page.keyboard().press("Tab");
            assertThat(page.evaluate("""
                    () => {
                      let element = document.activeElement;
                      element = element.shadowRoot?.activeElement ?? element;
                      const outline = (each) => getComputedStyle(each).outlineStyle !== 'none';
                      return outline(element) || (element.nextElementSibling && outline(element.nextElementSibling));
                    }
                    """)).isEqualTo(true);
        }
    }

    @Test
    void aLongHistoryIsShownInFewRowsByFewRequests() {
        AtomicLong bytes = new AtomicLong();
        page.onResponse(response -> {
            if (response.url().contains("/api/")) {
                bytes.addAndGet(response.body().length);
            }
        });
        host.playbookMorning();
        host.longHistory("pos-sync", 5_000, 10_000);

        dashboard();

        assertThat(pulseButtons()).hasCount(20);
        assertThat(asked).hasSizeLessThanOrEqualTo(10);
        assertThat(bytes).hasValueLessThan(100_000);
        assertThat((Integer) page.evaluate("document.querySelectorAll('*').length"))
                .isLessThan(2_500);

        schedule("pos-sync").locator(".schedule-button").click();
        assertThat(schedule("pos-sync").locator(".run")).hasCount(5);
        for (int shown = 20; shown < 200; shown = Math.min(200, shown + 40)) {
            button("Older pulses").click();
            assertThat(pulseButtons()).hasCount(Math.min(200, shown + 40));
        }

        assertThat(button("Older pulses")).isHidden();
        assertThat(page.locator("#pulses-full")).isVisible();
        assertThat((Integer) page.evaluate("document.querySelectorAll('*').length"))
                .isLessThan(5_500);
        assertThat(bytes).hasValueLessThan(250_000);
    }

    @Test
    void manySchedulesAreShownByThePage() {
        for (int i = 0; i < 300; i++) {
            host.define("schedule-%03d".formatted(i), "0 9 * * *", "work");
        }
        dashboard();

        assertThat(page.locator("#schedules-table > tbody")).hasCount(50);
        for (int shown = 100; shown <= 200; shown += 50) {
            button("More schedules").click();
            assertThat(page.locator("#schedules-table > tbody")).hasCount(shown);
        }
        assertThat(button("More schedules")).isHidden();
        assertThat(page.locator("#schedules-full")).isVisible();

        page.getByLabel("Search schedules").fill("schedule-299");

        assertThat(page.locator("#schedules-table > tbody")).hasCount(1);
        assertThat(schedule("schedule-299")).isVisible();
    }
}
