package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.heartbeat.store.AuditEntry;
import io.javalin.Javalin;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What people do on the dashboard, and who may not. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DashboardActionsTest extends DashboardPage {
    private List<String> audit() {
        return host.heartbeat().audit(null, 100).items().stream()
                .map(entry -> entry.who() + " " + entry.verb() + " " + entry.target())
                .toList();
    }

    private int pulses() {
        return host.heartbeat().history().pulses(null, 100).items().size();
    }

    // --- pulse now

    @Test
    void pulseNowShowsItsProgressAndWhatItDid() throws Exception {
        host.playbookMorning();
        host.define("report", "3 12 * * *", "slow");
        host.clock.advance(Duration.ofMinutes(1));
        dashboard();

        button("Pulse now").click();
        host.awaitSlowTask();

        assertThat(page.getByRole(AriaRole.PROGRESSBAR, new Page.GetByRoleOptions().setName("A pulse is under way")))
                .isVisible();
        assertThat(button("Pulse now")).hasAttribute("aria-disabled", "true");

        host.endSlowTask();

        assertThat(page.locator("#pulse-outcome")).containsText("1 task executed");
        assertThat(page.locator("#pulse-outcome .mark.ok")).hasCount(1);
        assertThat(page.locator("#pulse-progress")).isHidden();
        assertThat(button("Pulse now")).isFocused();
        assertThat(pulseButtons().first()).containsText("12:03 — 1 task executed");
        assertThat(pulseButtons().first()).containsText("dashboard");
        assertThat(audit()).containsExactly("ann pulse shop");
        assertThat(card("What operators did")).containsText("ann");

        page.getByText("Its runs").click();

        assertThat(pulse("12:03").locator(".detail")).containsText("report");
    }

    @Test
    void pulseNowWhileOneIsUnderWaySaysSoAndStartsNone() throws Exception {
        requestsMayFail(); // 409
        host.playbookMorning();
        host.define("report", "3 12 * * *", "slow");
        host.clock.advance(Duration.ofMinutes(1));
        dashboard();
        ExecutorService elsewhere = Executors.newSingleThreadExecutor();
        try {
            elsewhere.execute(() -> host.pulse());
            host.awaitSlowTask();

            button("Pulse now").click();

            assertThat(page.locator("#pulse-outcome"))
                    .containsText("A pulse is already under way, so none was started.");
            assertThat(page.locator("#next-pulse")).containsText("under way");
            host.endSlowTask();
        } finally {
            elsewhere.shutdown();
            assertThat(elsewhere.awaitTermination(20, java.util.concurrent.TimeUnit.SECONDS))
                    .isTrue();
        }
        refresh();

        assertThat(pulseButtons().first()).containsText("github-actions");
        assertThat(pulses()).isEqualTo(5);
        assertThat(audit()).isEmpty();
    }

    // --- run now

    @Test
    void runNowAsksFirstAndShowsWhatBecameOfThatRun() {
        host.playbookMorning();
        dashboard();

        runNow("pos-sync").click();
        assertThat(dialog()).containsText("Run pos-sync now?");
        dialog().getByLabel("Why").fill("stock was wrong");
        confirm("Run now").click();

        Locator note = schedule("pos-sync").locator(".note");
        assertThat(note).containsText("next pulse");
        assertThat(card("What operators did")).containsText("ann asked for a run of pos-sync – stock was wrong");
        note.getByText("Pulse now").click();

        assertThat(note).containsText("Executed");
        assertThat(note.locator(".mark.ok")).hasCount(1);
        assertThat(pulseButtons().first()).containsText("12:02 — 1 task executed");
        assertThat(audit()).contains("ann run-now pos-sync");
        assertThat(host.heartbeat().audit(null, 10).items().stream()
                        .map(AuditEntry::why)
                        .toList())
                .contains("stock was wrong");

        note.getByText("Close").click();
        assertThat(note).isHidden();
    }

    @Test
    void aRunThatFailsShowsItsError() {
        host.playbookMorning();
        host.define("refunds", "0 3 * * *", "may-fail");
        host.failure.set(Optional.of("bank.example.com said no"));
        dashboard();

        runNow("refunds").click();
        confirm("Run now").click();
        Locator note = schedule("refunds").locator(".note");
        note.getByText("Pulse now").click();

        assertThat(note.locator(".error-text")).hasText("bank.example.com said no");
        assertThat(note.locator(".mark.error")).hasCount(1);
        assertThat(schedule("refunds").locator("[data-name='Last result']")).containsText("bank.example.com said no");
    }

    @Test
    void aRunThatIsHeldBackSaysByWhat() {
        host.playbookMorning();
        dashboard();
        button("Pause pos-sync").click();
        confirm("Pause").click();
        assertThat(button("Resume pos-sync")).isVisible();

        runNow("pos-sync").click();
        confirm("Run now").click();

        assertThat(schedule("pos-sync").locator(".note")).containsText("Paused");
    }

    @Test
    void cancellingDoesNothingAndGivesTheFocusBack() {
        host.playbookMorning();
        dashboard();

        runNow("pos-sync").click();
        page.keyboard().press("Escape");

        assertThat(dialog()).isHidden();
        assertThat(runNow("pos-sync")).isFocused();
        assertThat(asked).noneMatch(question -> question.startsWith("POST"));
        assertThat(audit()).isEmpty();
    }

    @Test
    void anOddIdIsRunAndPausedLikeAnyOther() {
        String id = "100% K\u00e4se; ..\\ <b> & \"more\"";
        host.playbookMorning();
        host.define(id, "0 3 * * *", "work");
        dashboard();

        runNow(id).click();
        confirm("Run now").click();
        Locator note = schedule(id).locator(".note");
        note.getByText("Pulse now").click();
        assertThat(note).containsText("Executed");
        button("Pause " + id).click();
        confirm("Pause").click();
        assertThat(schedule(id).locator(".flag")).containsText("Paused by ann");
        schedule(id).locator(".schedule-button").click();
        assertThat(schedule(id).locator(".detail .run")).containsText("Executed");
        page.reload();
        assertThat(schedule(id).locator(".detail")).containsText("Next fires");
    }

    // --- pause and resume

    private Locator until() {
        return dialog().getByRole(
                        AriaRole.COMBOBOX,
                        new Locator.GetByRoleOptions().setName("Until").setExact(true));
    }

    @Test
    void aScheduleIsPausedWithTimeAndReasonAndResumed() {
        host.playbookMorning();
        dashboard();
        schedule("pos-sync").locator(".schedule-button").click();
        assertThat(schedule("pos-sync").locator(".why")).containsText("Its next fire is at 2026-02-16T12:00:00Z.");

        button("Pause pos-sync").click();
        until().selectOption("an hour has passed");
        dialog().getByLabel("Why").fill("stock count");
        confirm("Pause").click();

        assertThat(schedule("pos-sync").locator(".why")).containsText("by ann (stock count).");

        assertThat(schedule("pos-sync").locator(".flag")).containsText("ann");
        assertThat(schedule("pos-sync").locator(".flag")).containsText("stock count");
        assertThat(button("Resume pos-sync")).isFocused();
        assertThat(card("What operators did")).containsText("ann paused pos-sync");
        assertThat(page.locator("#said")).hasText("pos-sync is paused");
        assertThat(host.heartbeat()
                        .schedules()
                        .findStored("pos-sync")
                        .orElseThrow()
                        .schedule()
                        .id())
                .isEqualTo("pos-sync");

        button("Resume pos-sync").click();

        assertThat(schedule("pos-sync").locator(".flag")).hasCount(0);
        assertThat(button("Pause pos-sync")).isFocused();
        assertThat(audit()).containsExactlyInAnyOrder("ann pause pos-sync", "ann resume pos-sync");
    }

    @Test
    void aPauseEndsAtATimeOfTheReadersZone() {
        host.playbookMorning();
        dashboard();

        button("Pause pos-sync").click();
        until().selectOption("a time…");
        dialog().getByLabel("Until when").fill("2026-02-20T09:30");
        confirm("Pause").click();
        schedule("pos-sync").locator(".schedule-button").click();

        assertThat(schedule("pos-sync").locator(".detail")).containsText("until Fri 20 Feb, 09:30");
    }

    // --- roles

    /** What a role must not get, asked from a page of the same origin with the header that ours sends. */
    private Object tryEverything() {
        return page.evaluate("""
                async () => {
                  const post = { method: 'POST', headers: { 'X-Heartbeat-Request': '1' } };
                  const answers = await Promise.all([
                    fetch('/heartbeat/api/summary'), fetch('/heartbeat/api/pulses'), fetch('/heartbeat/api/runs'),
                    fetch('/heartbeat/api/trend'), fetch('/heartbeat/api/schedules'), fetch('/heartbeat/api/metrics'),
                    fetch('/heartbeat/api/counts'), fetch('/heartbeat/api/audit'), fetch('/heartbeat/api/history.csv'),
                    fetch('/heartbeat/api/pulse', post), fetch('/heartbeat/api/schedules/pos-sync/run', post),
                    fetch('/heartbeat/api/schedules/pos-sync/pause', post),
                    fetch('/heartbeat/api/schedules/pos-sync/resume', post),
                  ]);
                  return answers.map(({ status }) => status);
                }
                """);
    }

    @ParameterizedTest
    @EnumSource(names = {"TENANT", "CUSTOMER", "NONE"})
    void whoeverIsNoSuperUserGetsNothingAndChangesNothing(ViewerRole role) {
        requestsMayFail();
        host.playbookMorning();
        host.viewer.set(role == ViewerRole.NONE ? Viewer.NONE : new Viewer(role, "thrive"));
        page.navigate(host.url("/heartbeat/"));

        assertThat(tryEverything())
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(13)
                .containsOnly(403);
        assertThat(pulses()).isEqualTo(4);
        assertThat(audit()).isEmpty();
        assertThat(page.locator("body")).not().containsText("pos-sync");
        assertThat(page.locator("#dashboard")).isHidden();
        assertThat(page.locator("#gate")).isVisible();
    }

    @Test
    void aTenantSeesDotAndTooltip() {
        requestsMayFail(); // the page itself is a 403
        host.playbookMorning();
        host.viewer.set(new Viewer(ViewerRole.TENANT, "thrive"));
        page.navigate(host.url("/heartbeat/"));

        assertThat(dot()).hasAttribute("status", "alive");
        dot().getByRole(AriaRole.BUTTON).hover();
        assertThat(dot().getByRole(AriaRole.TOOLTIP)).containsText("System Healthy");
        assertThat(page.locator("#gate")).containsText("You see how the system stands");
    }

    @Test
    void aTenantsDotFindsHealthWhereverTheHostHasPutIt() {
        requestsMayFail();
        host.playbookMorning();
        HttpSettings settings = HttpSettings.withSecrets(Given.SECRET)
                .paths("/cron/tick", "/status/health")
                .uiPath("/ops/pulse")
                .dashboard(DashboardSettings.viewers(request -> new Viewer(ViewerRole.TENANT, "thrive")));
        Javalin shop = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.router.contextPath = "/shop";
            config.registerPlugin(new HeartbeatPlugin(new HeartbeatHttp(host.heartbeat(), settings, host.clock)));
        });
        shop.start("127.0.0.1", 0);
        try {
            page.navigate("http://127.0.0.1:" + shop.port() + "/shop/ops/pulse/");

            assertThat(dot()).hasAttribute("status", "alive");
            assertThat(page.locator("#gate")).containsText("You see how the system stands");
            page.navigate("about:blank");
        } finally {
            shop.stop();
        }
    }

    @Test
    void aCustomerSeesNoDot() {
        requestsMayFail();
        host.playbookMorning();
        host.viewer.set(new Viewer(ViewerRole.CUSTOMER, "jo"));
        page.navigate(host.url("/heartbeat/"));

        assertThat(page.locator("#gate")).containsText("There is nothing here for you");
        assertThat(dot()).isHidden();
    }

    @Test
    void aRoleThatIsTakenAwayEndsWhatIsShownAsCurrent() {
        requestsMayFail();
        host.playbookMorning();
        dashboard();

        host.viewer.set(new Viewer(ViewerRole.TENANT, "thrive"));
        button("Refresh").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("You may not see this any more.");
        assertThat(status()).hasText("Status Unknown");
        assertThat(page.locator("heartbeat-indicator[status=unknown]")).hasCount(2);
    }

    // --- login

    @Test
    void theLoginPageLetsWhoeverKnowsTheSecretInAndASessionThatEndsLeadsBackToIt() {
        requestsMayFail();
        host.close();
        host = new DashboardSite(
                DashboardSettings.adminSecret(DashboardSite.ADMIN_SECRET).sessionLife(Duration.ofHours(1)));
        host.playbookMorning();
        page.navigate(host.url("/heartbeat/"));
        assertThat(page).hasURL(Pattern.compile("/heartbeat/login$"));

        page.getByLabel("Admin secret").fill("wrong-wrong-wrong-wrong");
        page.getByRole(AriaRole.BUTTON).click();
        assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
        page.getByLabel("Admin secret").fill(DashboardSite.ADMIN_SECRET);
        page.getByRole(AriaRole.BUTTON).click();

        settled();
        assertThat(status()).hasText("System Healthy");
        assertThat(page.locator("#who")).hasText("admin");
        schedule("pos-sync").locator(".schedule-button").click();

        host.clock.advance(Duration.ofHours(2));
        button("Refresh").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Your session has ended.");
        assertThat(status()).hasText("Status Unknown");
        assertThat(dot()).hasAttribute("status", "unknown");

        page.getByText("Log in", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("Admin secret").fill(DashboardSite.ADMIN_SECRET);
        page.getByRole(AriaRole.BUTTON).click();

        settled();
        assertThat(page).hasURL(Pattern.compile("#schedule=pos-sync$"));
        assertThat(schedule("pos-sync").locator(".detail")).containsText("Next fires");

        button("Log out").click();

        assertThat(page).hasURL(Pattern.compile("/heartbeat/login"));
        page.navigate(host.url("/heartbeat/"));
        assertThat(page).hasURL(Pattern.compile("/heartbeat/login$"));
    }
}
