package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import dev.heartbeat.Audit;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What the open dashboard asks, when, and how little that costs. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DashboardPollTest extends DashboardPage {
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    @Test
    void aQuietPollIsOneSmallQuestionAndANewPulseIsFound() {
        host.playbookMorning();
        host.define("hourly", "10 * * * *", "work");
        holdTheClock();
        dashboard();
        asked.clear();

        nextPoll();

        assertThat(asked).containsExactly("GET summary");

        host.pulseAt("2026-02-15T12:10:00Z");
        nextPoll();

        assertThat(pulseButtons().first()).containsText("12:10 — 1 task executed");
        assertThat(page.locator("#executed-today")).containsText("11 (today)");
        assertThat(asked).contains("GET pulses", "GET trend", "GET schedules").doesNotContain("GET counts");
    }

    @Test
    void itPollsNothingWhileItIsHiddenAndAtOnceOnReturn() {
        host.playbookMorning();
        holdTheClock();
        dashboard();
        hide(true);
        asked.clear();

        page.clock().runFor(Duration.ofMinutes(10).toMillis());

        assertThat(asked).isEmpty();

        hide(false);

        page.waitForCondition(() -> asked.contains("GET summary"));
    }

    @Test
    void failuresAreWaitedOutUpToFiveMinutes() {
        requestsMayFail();
        host.playbookMorning();
        holdTheClock();
        dashboard();
        host.stop();
        asked.clear();

        for (int i = 0; i < 180; i++) { // 15 minutes
            page.clock().runFor(FIVE_SECONDS.toMillis());
            page.waitForFunction("true");
        }

        assertThat(status()).hasText("Server Unreachable");
        assertThat(count("GET summary"))
                .isBetween(5, 8); // after 30, 30, 60, 120, 240, 300 seconds, a tenth more or less
    }

    @Test
    void timesGoOnBetweenPolls() {
        host.playbookMorning();
        host.clock.set(Instant.parse("2026-02-15T12:09:15Z"));
        holdTheClock();
        dashboard();
        assertThat(page.locator("#next-pulse")).containsText("in 45 seconds");

        page.clock().runFor(FIVE_SECONDS.toMillis());

        assertThat(page.locator("#next-pulse")).containsText("in 40 seconds");
    }

    @Test
    void aPollWhileSomethingMovesReadsThatAloneAndAHandfulOfDocuments() {
        for (int i = 0; i < 120; i++) {
            host.define("schedule-%03d".formatted(i), "0 9 * * *", "work");
        }
        host.pulseAt("2026-02-15T12:00:00Z");
        for (String id : new String[] {"schedule-005", "schedule-017", "schedule-033"}) {
            host.heartbeat().schedules().runNow(id, Audit.by("bob", ""));
        }
        holdTheClock();
        dashboard();
        button("More schedules").click();
        assertThat(page.locator("#schedules-table > tbody")).hasCount(100);
        asked.clear();
        host.counted.forget();

        nextPoll();
        page.waitForCondition(() -> asked.size() >= 3);
        answered();

        assertThat(asked)
                .containsExactlyInAnyOrder("GET summary", "GET schedules/schedule-005", "GET schedules/schedule-017");
        assertThat(host.counted.documents.get())
                .as(host.counted.calls.toString())
                .isLessThanOrEqualTo(9);

        nextPoll();
        page.waitForCondition(() -> asked.contains("GET schedules/schedule-033")); // they take turns
    }

    @Test
    void whatMovesIsShownAsItGoesOnWithoutAPulse() {
        host.playbookMorning();
        host.heartbeat().schedules().runNow("pos-sync", Audit.by("bob", ""));
        holdTheClock();
        dashboard();
        assertThat(schedule("pos-sync").locator(".flag")).containsText("A start is asked for");

        host.heartbeat()
                .schedules()
                .pause("pos-sync", Instant.parse("2026-02-16T00:00:00Z"), Audit.by("bob", "stock count"));
        nextPoll();

        assertThat(schedule("pos-sync").locator(".flag").last()).containsText("stock count");
    }

    @Test
    void whatIsAskedForDuringAPollIsReadAfterIt() {
        host.playbookMorning();
        host.define("hourly", "10 * * * *", "work");
        holdTheClock();
        dashboard();
        AtomicReference<Route> held = new AtomicReference<>();
        page.route("**/api/metrics", route -> {
            if (!held.compareAndSet(null, route)) {
                route.resume();
            }
        });
        button("Refresh").click();
        page.waitForCondition(() -> held.get() != null);
        host.pulseAt("2026-02-15T12:10:00Z");
        button("Refresh").click();
        held.get().resume();

        page.waitForCondition(() -> count("GET summary") == 3);
        assertThat(pulseButtons().first()).containsText("12:10 — 1 task executed");
    }

    // --- zones

    private void readersZone(String name) {
        page.addInitScript("""
                const original = Intl.DateTimeFormat.prototype.resolvedOptions;
                Intl.DateTimeFormat.prototype.resolvedOptions = function () {
                  return { ...original.call(this), timeZone: '%s' };
                };
                """.formatted(name));
    }

    @Test
    void aZoneThatTheServerDoesNotKnowIsToldAndDaysAreThoseOfUtc() {
        requestsMayFail(); // 400
        host.playbookMorning();
        readersZone("Mars/Base");
        dashboard();

        assertThat(status()).hasText("System Healthy");
        assertThat(page.locator("#executed-today")).containsText("Sun 15 Feb, UTC; the server does not know Mars/Base");
        assertThat(page.locator("#chart-zone")).hasText("hours of UTC; the server does not know Mars/Base");
        assertThat(page.locator("#chart .bar")).hasCount(24);
        asked.clear();

        button("Refresh").click();
        page.waitForCondition(() -> asked.contains("GET counts"));

        assertThat(count("GET summary")).as("it is asked in UTC from then on").isEqualTo(1);
    }

    @Test
    void hoursOfAZoneWithAHalfHourBeginAtTheHalf() {
        host.playbookMorning();
        readersZone("Asia/Kolkata");
        dashboard();

        assertThat(page.locator("#chart-zone")).hasText("hours of Asia/Kolkata");
        assertThat(page.locator("#chart .bar title").last()).hasText("17:30: 3 tasks executed, 0 failed, under way");
        assertThat(page.locator("#chart .bar title").nth(22)).hasText("16:30: 7 tasks executed, 0 failed");
        assertThat(card("Tasks per hour")).containsText("Peak: 16:30 (7 tasks)");
        assertThat(page.locator("#executed-today")).containsText("Sun 15 Feb, Asia/Kolkata");
        assertThat(page.locator("#chart text").last()).hasText("17:30");
    }

    private void hide(boolean hidden) {
        page.evaluate("""
                (hidden) => {
                  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
                  document.dispatchEvent(new Event('visibilitychange'));
                }
                """, hidden);
    }
}
