package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.heartbeat.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What the dashboard shows, and how it stays true while it is open. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DashboardTest extends DashboardPage {
    // --- the playbook's widgets, line by line

    @Test
    void theStatusCardHasEachLineOfThePlaybook() {
        host.playbookMorning();
        holdTheClock();
        dashboard();

        Locator card = card("System Heartbeat");
        assertThat(card).containsText("Status: System Healthy");
        assertThat(card).containsText("Pulses come in time, and nothing failed.");
        assertThat(card).containsText("Last pulse2 minutes ago");
        assertThat(card).containsText("Next pulsein 8 minutes");
        assertThat(card).containsText("Tasks executed10 (today)");
        assertThat(card).containsText("Sun 15 Feb, UTC");
        assertThat(card).containsText("Success rate100%");
        assertThat(dot()).hasAttribute("status", "alive");
        assertThat(page).hasTitle("System Healthy · Heartbeat");
    }

    @Test
    void theTimelineHasEachLineOfThePlaybook() {
        host.playbookMorning();
        dashboard();

        assertThat(card("Recent pulses").locator(".pulse-button")).containsText(new String[] {
            "12:00 — 3 tasks executed",
            "11:50 — 2 tasks executed",
            "11:40 — 1 task failed, retry scheduled",
            "11:30 — 5 tasks executed"
        });
        assertThat(page.locator(".pulse .mark.ok")).hasCount(3);
        assertThat(pulse("11:40").locator(".mark.warning")).hasCount(1);
        assertThat(page.locator("#strip span")).hasCount(4);
    }

    @Test
    void theChartHasEachLineOfThePlaybookAndABarForEachHour() {
        host.playbookMorning();
        dashboard();

        Locator card = card("Tasks per hour");
        assertThat(card).containsText("Peak: 11:00 (7 tasks)");
        assertThat(card).containsText(Pattern.compile("Average: 0\\.4 tasks/hour"));
        assertThat(card).containsText("10 tasks today");
        assertThat(page.locator("#chart .bar")).hasCount(24);
        assertThat(page.locator("#chart .bar title").last()).hasText("12:00: 3 tasks executed, 0 failed, under way");
        assertThat(page.locator("#chart .bar title").nth(22)).hasText("11:00: 7 tasks executed, 0 failed");
        assertThat(page.getByRole(AriaRole.IMG, new Page.GetByRoleOptions().setName(Pattern.compile("Peak: 11:00"))))
                .isVisible();
    }

    @Test
    void theMetricsCardHasEachMetricWithDefinitionTargetAndState() {
        host.playbookMorning();
        dashboard();

        Locator rows = card("Success metrics").locator("tbody tr");
        assertThat(rows).containsText(new String[] {
            "Pulse success rate",
            "Average execution time",
            "Error rate",
            "Tasks executed per pulse",
            "Time between pulses",
            "Delay of pulses",
            "Stale heartbeats",
            "Error incidents",
            "Critical errors"
        });
        assertThat(rows.first()).containsText("99 %");
        assertThat(rows.first()).containsText(Pattern.compile("Met|Not met|Not enough data"));
        assertThat(rows.nth(1)).containsText("30 s");
        assertThat(rows.nth(2)).containsText("1 %");
        for (Locator row : rows.all()) {
            assertThat(row.locator(".sub")).not().isEmpty(); // the definition
        }
    }

    @Test
    void theTaskFiguresOfThePlaybookHaveAColumnEach() {
        host.playbookMorning();
        dashboard();

        for (String name : List.of("Playbooks", "Browser tasks", "emails", "revenue")) {
            assertThat(card("What was done")
                            .locator("#count-heads")
                            .getByRole(
                                    AriaRole.COLUMNHEADER,
                                    new Locator.GetByRoleOptions().setName(name).setExact(true)))
                    .isVisible();
        }
    }

    @Test
    void whatTasksCountIsAddedUpByDayAndMonth() {
        host.playbookMorning();
        dashboard();

        Locator card = card("What was done");
        assertThat(card.locator("#count-heads")).hasText("DayTasks executedPlaybooksBrowser tasksemailsrevenue");
        assertThat(card.locator("#count-rows tr").first()).hasText("Sun 15 Feb10111204,200");
        assertThat(card.locator("#count-rows tr")).hasCount(7);
        assertThat(card.locator("#month-rows tr").first()).containsText("February 2026");
        assertThat(card.locator("#month-rows tr").first()).containsText("4,200");

        card.getByText("Show 30 days").click();

        assertThat(card.locator("#count-rows tr")).hasCount(30);
    }

    // --- all states

    @Test
    void beforeTheFirstPulseItIsUnknownAndSaysWhatToDo() {
        dashboard();

        assertThat(status()).hasText("Status Unknown");
        assertThat(dot()).hasAttribute("status", "unknown");
        assertThat(page.locator("#causes .next-step")).not().isEmpty();
        assertThat(card("Recent pulses")).containsText("No pulse yet");
        assertThat(card("Schedules")).containsText("No schedule yet");
        assertThat(card("Tasks per hour")).containsText("No task ran in this time");
        assertThat(card("What was done")).containsText("No task counts anything of its own yet");
        assertThat(card("What operators did")).containsText("Nothing yet");
        assertThat(page.locator("#metric-rows")).containsText("Not enough data");
    }

    @Test
    void withoutPulsesTheOpenPageTurnsYellowWithCauseAndNextStep() {
        host.playbookMorning();
        holdTheClock();
        dashboard();
        assertThat(dot()).hasAttribute("status", "alive");
        page.evaluate("window.same = true");

        host.clock.advance(Duration.ofMinutes(14));
        nextPoll();

        assertThat(status()).hasText("Heartbeat Delayed");
        assertThat(dot()).hasAttribute("status", "warning");
        assertThat(page.locator("#causes .cause")).not().isEmpty();
        assertThat(page.locator("#causes .next-step")).not().isEmpty();
        assertThat(page.locator("#last-pulse")).containsText("16 minutes ago");
        assertThat(page.locator("#next-pulse")).containsText("was due 6 minutes ago");
        assertThat(page.evaluate("window.same")).isEqualTo(true);
    }

    @Test
    void aFailingTaskTurnsTheOpenPageRedWithItsErrorAndTheNextStep() {
        host.playbookMorning();
        host.define("refunds", "10 12 * * *", "may-fail");
        holdTheClock();
        dashboard();
        assertThat(dot()).hasAttribute("status", "alive");

        host.failure.set(Optional.of("bank.example.com <img src=x onerror=alert(1)> said no"));
        host.pulseAt("2026-02-15T12:10:00Z");
        nextPoll();

        assertThat(status()).hasText("System Error");
        assertThat(dot()).hasAttribute("status", "error");
        assertThat(page.locator("#causes")).containsText("refunds");
        assertThat(page.locator("#causes .next-step").first()).not().isEmpty();
        assertThat(pulse("12:10")).containsText("1 task failed");
        assertThat(pulse("12:10").locator(".mark.error")).hasCount(1);
        page.getByText("1 error of the last pulses").click();
        assertThat(page.locator("#errors")).containsText("bank.example.com <img src=x onerror=alert(1)> said no");
        assertThat(page.locator("main img")).hasCount(0);
        assertThat(schedule("refunds")).containsText("bank.example.com");
    }

    @Test
    void aServerThatIsNotReachedIsNeverShownGreen() {
        requestsMayFail();
        host.playbookMorning();
        dashboard();
        assertThat(dot()).hasAttribute("status", "alive");

        host.stop();
        button("Refresh").click();

        assertThat(status()).hasText("Server Unreachable");
        assertThat(page.locator("heartbeat-indicator[status=unreachable]")).hasCount(2);
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("The server does not answer.");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("What is shown below is from 12:02.");
        assertThat(page.locator("#causes .next-step")).containsText("Check the network");

        host.startAgain();
        button("Try again").click();

        assertThat(status()).hasText("System Healthy");
        assertThat(page.locator("#banner")).isEmpty();
    }

    @Test
    void aLostStoreIsToldAndNeverShownGreen() {
        requestsMayFail();
        host.playbookMorning();
        dashboard();

        host.storeIsLost.set(true);
        button("Refresh").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("The store does not answer.");
        assertThat(dot()).hasAttribute("status", "error");
        assertThat(status()).hasText("System Error");
        assertThat(page.locator("#causes .next-step").first()).not().isEmpty();
        assertThat(page.locator("#last-pulse")).containsText("2 minutes ago"); // as last known

        host.storeIsLost.set(false);
        button("Try again").click();

        assertThat(status()).hasText("System Healthy");
    }

    @Test
    void pausesOfEverythingAndOfQueuesAreShown() {
        host.playbookMorning();
        host.heartbeat()
                .schedules()
                .pauseQueue("browser", Instant.parse("2026-02-15T14:00:00Z"), Audit.by("ann", "shop is down"));
        dashboard();

        assertThat(page.locator("#pauses")).hasText("Queue browser is paused until 14:00 by ann: shop is down");
        assertThat(schedule("competitor-scrape").locator(".flag")).not().isEmpty();
    }

    // --- drill-down

    @Test
    void aPulseOpensToItsRunsWithReasonsErrorsAndParamsOnRequest() {
        host.playbookMorning();
        dashboard();

        pulse("11:40").locator(".pulse-button").click();
        Locator detail = pulse("11:40").locator(".detail");
        assertThat(detail).containsText("competitor-scrape");
        assertThat(detail).containsText("Attempt 1 failed; the next one is planned");
        assertThat(detail.locator(".error-text")).hasText("menus.example.com: connection refused");
        assertThat(page).hasURL(Pattern.compile("#pulse="));

        detail.getByText("Details").click();
        assertThat(detail.locator(".run-detail")).containsText("Attempt");
        assertThat(detail).not().containsText("competitors");

        detail.getByText("Show params").click();
        assertThat(detail.locator(".params")).containsText("\"playbookId\": \"competitors\"");
        assertThat(detail.locator(".params")).containsText("\"apiKey\": \"[redacted]\"");
        assertThat(page.locator("body")).not().containsText("hunter2");
    }

    @Test
    void problemsAloneCanBeShown() {
        host.playbookMorning();
        dashboard();

        page.getByLabel("Problems").check();

        assertThat(pulseButtons()).hasCount(1);
        assertThat(pulseButtons()).containsText("11:40");
        assertThat(page).hasURL(Pattern.compile("#pulses=problems$"));
    }

    // --- the chart

    @Test
    void sevenAndThirtyDaysCanBeChosen() {
        host.playbookMorning();
        dashboard();

        page.getByLabel("7 days").check();

        assertThat(card("Tasks per day")).containsText("Peak:");
        assertThat(page.locator("#chart .bar")).hasCount(7);
        assertThat(page.locator("#chart .bar title").last())
                .hasText("Sun 15 Feb: 10 tasks executed, 0 failed, under way");
        assertThat(page).hasURL(Pattern.compile("#range=7d$"));

        page.getByLabel("30 days").check();

        assertThat(page.locator("#chart .bar")).hasCount(30);
        page.getByText("The figures as a table").click();
        assertThat(page.locator("#chart-rows tr")).hasCount(30);
        assertThat(page.locator("#chart-rows tr").first()).hasText("Sun 15 Feb100");
    }

    // --- schedules

    @Test
    void aScheduleTellsItsTimesItsLastResultAndWhatHoldsItBack() {
        host.playbookMorning();
        host.heartbeat()
                .schedules()
                .pause("pos-sync", Instant.parse("2026-02-16T00:00:00Z"), Audit.by("bob", "stock count"));
        dashboard();

        Locator row = schedule("pos-sync");
        assertThat(row).containsText("at times of pos-sync · UTC");
        assertThat(row.locator("[data-name=Next]")).containsText("in 23 hours");
        assertThat(row.locator("[data-name='Last result']")).containsText("Executed");
        assertThat(row.locator(".flag")).containsText("bob");
        assertThat(row.locator(".flag")).containsText("stock count");

        row.locator(".schedule-button").click();

        assertThat(row.locator(".detail .why"))
                .containsText("It is paused until 2026-02-16T00:00:00Z by bob (stock count).");
        assertThat(row.locator(".detail .why")).containsText("Wait for the end of the pause, or resume it.");
        assertThat(row.locator(".detail ol li")).hasCount(3);
        assertThat(row.locator(".detail")).containsText("0 12 * * *");
        assertThat(row.locator(".detail .run")).containsText("Executed");
        assertThat(row.locator(".detail a[href='api/history.csv?schedule=pos-sync']"))
                .isVisible();
    }

    @Test
    void schedulesAreSearchedAndFiltered() {
        host.playbookMorning();
        host.heartbeat().schedules().pause("seo-check", Instant.parse("2026-02-16T00:00:00Z"), Audit.by("bob", ""));
        dashboard();
        assertThat(page.locator("#schedules-table > tbody")).hasCount(10);

        page.getByLabel("Search schedules").fill("menu");

        assertThat(page.locator("#schedules-table > tbody")).hasCount(2);
        assertThat(page).hasURL(Pattern.compile("#search=menu$"));

        page.getByLabel("Search schedules").fill("no such thing");
        assertThat(card("Schedules")).containsText("No schedule matches");
        button("Show all").click();
        assertThat(page.locator("#schedules-table > tbody")).hasCount(10);

        page.getByLabel("Schedules shown").selectOption("paused");
        assertThat(page.locator("#schedules-table > tbody")).hasCount(1);
        assertThat(schedule("seo-check")).isVisible();
    }

    @Test
    void documentsThatHoldNoScheduleAreToldWithTheirReason() {
        host.store.putDocument("typo", Map.of("enabled", true, "cron", "x * * * *", "task", "work"));
        host.playbookMorning();
        dashboard();

        assertThat(page.locator("#unreadable")).containsText("typo");
        assertThat(page.locator("#unreadable")).containsText("Mend the document");
    }

    // --- exports

    @Test
    void theHistoryIsDownloadedAsCsvAndJson() throws IOException {
        host.playbookMorning();
        dashboard();

        assertThat(downloaded("CSV")).startsWith("endedAt,schedule,task").contains("weekly-deals", "pos-sync");
        assertThat(downloaded("JSON")).startsWith("[").contains("\"schedule\":\"weekly-deals\"");
    }

    private String downloaded(String format) throws IOException {
        Locator link = card("Recent pulses").getByText(format, new Locator.GetByTextOptions().setExact(true));
        Download download = page.waitForDownload(link::click);
        assertThat(download.suggestedFilename()).endsWith("." + format.toLowerCase(Locale.ROOT));
        return Files.readString(download.path());
    }

    // --- by keyboard

    @Test
    void rowsAreReachedByArrowsOpenedByEnterAndClosedByEscape() {
        host.playbookMorning();
        dashboard();
        pulseButtons().first().focus();

        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");

        assertThat(pulse("11:50").locator(".detail")).isVisible();
        assertThat(pulse("11:50").locator(".pulse-button")).isFocused();
        assertThat(pulse("11:50").locator(".pulse-button")).hasAttribute("aria-expanded", "true");

        page.keyboard().press("End");
        assertThat(pulseButtons().last()).isFocused();
        page.keyboard().press("Escape");

        assertThat(pulse("11:50").locator(".detail")).isHidden();
        assertThat(pulse("11:50").locator(".pulse-button")).isFocused();
    }
}
