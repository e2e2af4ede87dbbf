package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import dev.heartbeat.store.CallLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The card that tells what stands out, and when it is read. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DashboardInsightTest extends DashboardPage {
    /** Four weeks of a daily schedule that becomes slower from day to day. */
    private void becomesSlower(String schedule) {
        for (int i = 0; i <= 27; i++) {
            Instant day = host.clock.instant().minus(Duration.ofDays(27 - i));
            host.store.appendRuns(
                    List.of(Given.run(schedule, "k" + i, day, 10_000 + 200L * i)), CallLimit.of(Duration.ofSeconds(5)));
        }
    }

    private Locator findings() {
        return card("Insight").locator("#insight-rows > li");
    }

    @Test
    void whenNothingStandsOutItSaysSo() {
        host.playbookMorning();
        dashboard();

        assertThat(card("Insight")).containsText("Nothing stands out");
        assertThat(card("Insight")).containsText("last 28 days");
        assertThat(card("Insight")).containsText("Runs are known since Sun 15 Feb, pulses since Sun 15 Feb.");
        assertThat(findings()).hasCount(0);
    }

    @Test
    void whatStandsOutIsToldWithWhatToDoAndLeadsToItsSchedule() {
        host.playbookMorning();
        becomesSlower("stock-sync");
        dashboard();

        assertThat(findings()).hasCount(1);
        assertThat(findings().locator(".cause"))
                .hasText("stock-sync (task work) is slower by 11 % a week: from 10 s to 15 s in 27 days");
        assertThat(findings().locator(".next-step")).containsText("Look at what grows with it");
        assertThat(card("Insight")).not().containsText("Nothing stands out");
        assertThat(seriousViolations()).isEmpty();

        findings().getByText("Look at stock-sync").click();

        assertThat(schedule("stock-sync").locator(".detail").first()).isVisible();
        assertThat(page.evaluate("location.hash")).isEqualTo("#schedule=stock-sync");
    }

    @Test
    void noNameBecomesMarkup() {
        host.playbookMorning();
        becomesSlower("<img src=x onerror=alert(1)>");
        dashboard();

        assertThat(findings()).containsText("<img src=x onerror=alert(1)> (task work) is slower");
        assertThat(page.locator("main img")).hasCount(0);
    }

    @Test
    void itIsReadWhenThePageIsOpenedAndOnRefreshAndNotAtEachPoll() {
        host.playbookMorning();
        host.define("hourly", "10 * * * *", "work");
        holdTheClock();
        dashboard();
        assertThat(count("GET insight")).isEqualTo(1);

        host.pulseAt("2026-02-15T12:10:00Z");
        asked.clear();
        nextPoll();
        page.waitForCondition(() -> asked.contains("GET schedules")); // the last card that a pulse is news to
        answered();

        assertThat(asked).contains("GET pulses", "GET trend").doesNotContain("GET insight");

        refresh();
        page.waitForCondition(() -> count("GET insight") == 1);
    }

    @Test
    void anOpenPageAsksAgainAfterAnHour() {
        host.playbookMorning();
        holdTheClock();
        dashboard();
        assertThat(count("GET insight")).isEqualTo(1);

        page.clock().runFor(Duration.ofMinutes(61).toMillis());

        page.waitForCondition(() -> count("GET insight") == 2);
    }

    @Test
    void whatCouldNotBeReadIsToldInItsCardAlone() {
        requestsMayFail();
        host.playbookMorning();
        page.route("**/api/insight", Route::abort);
        dashboard();

        assertThat(card("Insight")).containsText("The insight could not be read");
        assertThat(status()).hasText("System Healthy");
        assertThat(page.locator("#banner")).isEmpty();

        page.unroute("**/api/insight");
        card("Insight").getByText("Try again").click();

        assertThat(card("Insight")).containsText("Nothing stands out");
    }

    @Test
    void itFitsANarrowWindow() {
        page.setViewportSize(360, 740);
        host.playbookMorning();
        becomesSlower("a-schedule-with-a-name-that-is-longer-than-any-window-is-wide-on-a-telephone");
        dashboard();
        assertThat(findings()).hasCount(1);

        assertNoHorizontalScroll();
    }
}
