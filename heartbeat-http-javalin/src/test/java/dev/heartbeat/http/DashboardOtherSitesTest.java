package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import io.javalin.Javalin;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What other sites, other ports of this machine among them, can make the browser of a super user do: nothing. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class DashboardOtherSitesTest extends DashboardPage {
    private static final List<String> ACTIONS =
            List.of("api/pulse", "api/schedules/pos-sync/run", "api/schedules/pos-sync/pause");

    /** A page of another port asks in all ways it has; the browser sends its cookies along. */
    private void attack(List<String> targets, String cookie) {
        Javalin evil = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.routes.get("/", context -> context.html("<form method=post><button>win</button></form>"));
        });
        evil.start("127.0.0.1", 0);
        Page visitor = page.context().newPage(); // its console is full of refusals
        try {
            for (String target : targets) {
                String url = host.url("/heartbeat/" + target);
                visitor.navigate("http://127.0.0.1:" + evil.port() + "/");
                Object outcome = visitor.evaluate("""
                        async (url) => {
                          const outcomes = [];
                          for (const init of [
                            { method: 'POST', mode: 'no-cors', credentials: 'include' },
                            { method: 'POST', credentials: 'include', headers: { 'X-Heartbeat-Request': '1' } },
                          ]) {
                            outcomes.push(await fetch(url, init).then(({ status }) => status, () => 'refused'));
                          }
                          return outcomes;
                        }
                        """, url);
                assertThat(outcome)
                        .isEqualTo(List.of("refused".equals(((List<?>) outcome).get(0)) ? "refused" : 0, "refused"));
                visitor.evaluate("(url) => { document.querySelector('form').action = url; }", url);
                Response form = visitor.waitForResponse(
                        url, () -> visitor.getByRole(AriaRole.BUTTON).click());
                assertThat(form.status()).as(target).isEqualTo(403);
                assertThat(form.request().allHeaders().getOrDefault("cookie", ""))
                        .contains(cookie);
            }
        } finally {
            visitor.close();
            evil.stop();
        }
        assertThat(host.heartbeat().history().pulses(null, 100).items()).hasSize(4);
        assertThat(host.heartbeat().audit(null, 100).items()).isEmpty();
    }

    @Test
    void anotherPortOfThisMachineCannotMakeTheBrowserDoAnything() {
        host.playbookMorning();

        attack(ACTIONS, "");

        assertThat(page.context().request().get(host.url("/heartbeat/api/me")).headers())
                .doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void norCanItWithTheCookieOfASessionWhichABrowserSendsAlong() {
        host.close();
        host = new DashboardSite(DashboardSettings.adminSecret(DashboardSite.ADMIN_SECRET));
        host.playbookMorning();
        page.navigate(host.url("/heartbeat/"));
        page.getByLabel("Admin secret").fill(DashboardSite.ADMIN_SECRET);
        page.getByRole(AriaRole.BUTTON).click();
        settled();

        attack(ACTIONS, "heartbeat="); // two ports of one machine are one site
        attack(List.of("logout"), "heartbeat=");

        page.reload();
        assertThat(page.locator("#who")).hasText("admin"); // nobody was logged out
        assertThat(page).hasURL(Pattern.compile("/heartbeat/$"));
    }

    @Test
    void noOtherSiteMayFrameIt() {
        assertThat(page.context().request().get(host.url("/heartbeat/")).headers())
                .containsEntry("x-content-type-options", "nosniff")
                .hasEntrySatisfying(
                        "content-security-policy",
                        policy -> assertThat(policy)
                                .contains(
                                        "frame-ancestors", "require-trusted-types-for 'script'", "default-src 'none'"))
                .doesNotContainEntry("access-control-allow-origin", "*");
    }
}
