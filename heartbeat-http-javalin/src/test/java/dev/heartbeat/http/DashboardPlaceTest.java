package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What is looked at: how it is found, linked to, and stays in its place while the page lives on. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DashboardPlaceTest extends DashboardPage {
    // --- links

    @Test
    void aLinkLeadsToAPulseAScheduleARangeAndAFilter() {
        host.playbookMorning();
        String id = host.heartbeat().history().pulses(null, 10).items().get(2).id();
        dashboard("#range=7d&filter=enabled&search=pos&pulses=problems&schedule=pos-sync&pulse=" + id);

        assertThat(pulse("11:40").locator(".detail")).containsText("competitor-scrape");
        assertThat(schedule("pos-sync").locator(".detail")).containsText("Next fires");
        assertThat(page.locator("#chart .bar")).hasCount(7);
        assertThat(page.getByLabel("Schedules shown")).hasValue("enabled");
        assertThat(page.getByLabel("Search schedules")).hasValue("pos");
        assertThat(pulseButtons()).hasCount(1);
    }

    @Test
    void goingBackClosesWhatWasOpened() {
        host.playbookMorning();
        dashboard();
        pulse("11:40").locator(".pulse-button").click();
        assertThat(pulse("11:40").locator(".detail")).isVisible();

        pulse("11:40").getByText("competitor-scrape").click();
        assertThat(schedule("competitor-scrape").locator(".detail")).isVisible();
        assertThat(schedule("competitor-scrape").locator(".schedule-button")).isFocused();

        page.goBack();
        assertThat(schedule("competitor-scrape").locator(".detail").first()).isHidden();
        page.goBack();
        assertThat(pulse("11:40").locator(".detail")).isHidden();
    }

    @Test
    void aLinkToWhatIsNotThereSaysSo() {
        requestsMayFail();
        host.playbookMorning();
        dashboard("#pulse=long-ago&schedule=deleted");

        assertThat(card("Recent pulses")).containsText("The pulse of this link is not there");
        assertThat(card("Schedules")).containsText("There is no schedule deleted");
        assertThat(pulseButtons()).hasCount(4);
    }

    // --- rows that stay

    @Test
    void whatIsReadStaysInPlaceWhenNewPulsesCome() {
        host.playbookMorning();
        host.define("hourly", "10 * * * *", "work");
        dashboard();
        pulse("11:50").locator(".pulse-button").click();
        assertThat(pulse("11:50").locator(".detail")).containsText("stock-sync");
        page.evaluate("document.activeElement.mine = true");
        double before = pulse("11:50").boundingBox().y;

        host.pulseAt("2026-02-15T12:10:00Z");
        refresh();

        assertThat(button("Show 1 new pulse")).isVisible();
        assertThat(pulse("11:50").locator(".detail")).containsText("stock-sync");
        assertThat(pulseButtons()).hasCount(4);

        button("Show 1 new pulse").click();

        assertThat(pulseButtons()).hasCount(5);
        assertThat(pulseButtons().first()).isFocused();
        assertThat(pulse("11:50").locator(".detail")).isVisible();
        assertThat(pulse("11:50").boundingBox().y).isGreaterThan(before);
    }

    @Test
    void theFocusStaysWhereItIsWhileAllIsReadAgain() {
        host.playbookMorning();
        holdTheClock();
        dashboard();
        runNow("pos-sync").focus();
        page.evaluate("document.activeElement.mine = true");

        host.define("hourly", "10 * * * *", "work");
        host.pulseAt("2026-02-15T12:10:00Z");
        nextPoll();

        assertThat(schedule("hourly")).isVisible();
        assertThat(page.evaluate("document.activeElement.mine")).isEqualTo(true);
    }

    @Test
    void anOpenPulseStaysWhenMoreThanAPageOfNewOnesHasCome() {
        host.playbookMorning();
        dashboard();
        pulse("11:40").locator(".pulse-button").click();
        assertThat(pulse("11:40").locator(".detail")).containsText("competitor-scrape");
        page.evaluate("document.activeElement.mine = true");

        for (int i = 1; i <= 25; i++) {
            host.pulseAt("2026-02-15T12:%02d:00Z".formatted(10 + i));
        }
        refresh();

        assertThat(button("Show the newest 20 pulses")).isVisible();
        assertThat(pulseButtons()).hasCount(4);
        assertThat(pulse("11:40").locator(".detail")).containsText("competitor-scrape");

        button("Show the newest 20 pulses").click();

        assertThat(pulseButtons()).hasCount(21);
        assertThat(pulseButtons().first()).containsText("12:35");
        assertThat(pulse("11:40").locator(".detail")).containsText("competitor-scrape");
        assertThat(pulse("11:40").locator(".pulse-button").evaluate("(element) => element.mine"))
                .isEqualTo(true);
        button("Older pulses").click();
        assertThat(pulseButtons()).hasCount(29);
    }

    // --- a search

    private void manySchedules(int count) {
        for (int i = 0; i < count; i++) {
            host.store.putDocument(
                    "schedule-%04d".formatted(i), Map.of("enabled", true, "cron", "0 9 * * *", "task", "work"));
        }
    }

    @Test
    void aSearchWithoutAMatchGoesOnOnlyIfTheReaderWants() {
        manySchedules(1_100);
        dashboard();
        asked.clear();

        page.getByLabel("Search schedules").fill("no such thing");

        assertThat(card("Schedules")).containsText("No match in the first 1,000 schedules");
        answered();
        assertThat(asked).containsExactly("GET schedules");

        button("Search on").click();

        assertThat(card("Schedules")).containsText("No schedule matches");
        assertThat(button("Show all")).isFocused();
        assertThat(asked).hasSize(2);
        assertThat(button("Search on")).isHidden();
    }

    @Test
    void whatASearchHasFoundFurtherOnStaysWhenAllIsReadAgain() {
        manySchedules(2_300);
        dashboard("#search=50");
        assertThat(page.locator("#schedules-count")).hasText("20 schedules of the first 1,000");

        button("Search on").click();
        assertThat(page.locator("#schedules-count")).hasText("40 schedules of the first 2,000");
        assertThat(schedule("schedule-1950")).isVisible();

        refresh();
        answered();

        assertThat(page.locator("#schedules-count")).hasText("40 schedules of the first 2,000");
        assertThat(schedule("schedule-1950")).isVisible();
    }
}
