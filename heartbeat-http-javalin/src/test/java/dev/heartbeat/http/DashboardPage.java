package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** The dashboard in a real Chromium, on a host whose viewer, clock and tasks the test sets. */
@Tag("page")
abstract class DashboardPage extends BrowserTest {
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    DashboardSite host;
    /** What the page has asked of the API, such as {@code GET summary}, without queries. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    private final AtomicInteger open = new AtomicInteger();

    @BeforeEach
    void openHost() {
        host = new DashboardSite();
        page.onRequestFinished(request -> open.decrementAndGet());
        page.onRequestFailed(request -> open.decrementAndGet());
        page.onRequest(request -> {
            open.incrementAndGet();
            int api = request.url().indexOf("/api/");
            if (api >= 0) {
                asked.add(request.method() + " "
                        + request.url().substring(api + 5).replaceFirst("\\?.*", ""));
            }
        });
    }

    @AfterEach
    void closeHost() {
        page.navigate("about:blank"); // it asks nothing any more when the server goes
        host.close();
    }

    /** Waits until each question of the page has its answer. */
    void answered() {
        page.waitForCondition(() -> open.get() == 0);
    }

    /** Opens the page and waits until each card has something to show. */
    void dashboard() {
        dashboard("");
    }

    void dashboard(String hash) {
        page.navigate(host.url("/heartbeat/" + hash));
        settled();
    }

    /** Waits until everything has been read once. */
    void settled() {
        assertThat(page.locator("#updated")).not().isEmpty();
    }

    void refresh() {
        asked.clear();
        button("Refresh").click();
        page.waitForCondition(() -> asked.contains("GET counts"));
        page.waitForFunction("document.querySelector('#updated').textContent !== ''");
    }

    /** Stops the page's clock; the server's stands still anyway. */
    void holdTheClock() {
        long now = InstantSource.system().millis();
        page.clock().install(new Clock.InstallOptions().setTime(now));
        page.clock().pauseAt(now + FIVE_SECONDS.toMillis()); // it goes on until then
    }

    /** The page waits for its next poll, which is at most 33 seconds away. */
    void nextPoll() {
        int before = count("GET summary");
        for (int i = 0; i < 12 && count("GET summary") == before; i++) {
            answered(); // else the page would lose its patience with them
            page.clock().runFor(FIVE_SECONDS.toMillis());
        }
        page.waitForCondition(() -> count("GET summary") > before);
    }

    int count(String question) {
        return (int) asked.stream().filter(question::equals).count();
    }

    Locator status() {
        return page.locator("#status-label");
    }

    Locator dot() {
        return page.locator("#dot");
    }

    Locator card(String title) {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName(title).setExact(true));
    }

    Locator pulse(String text) {
        return page.locator(".pulse", new Page.LocatorOptions().setHasText(text));
    }

    Locator pulseButtons() {
        return page.locator(".pulse-button");
    }

    /** The rows of a schedule. */
    Locator schedule(String id) {
        return page.locator("#schedules-table > tbody")
                .filter(new Locator.FilterOptions()
                        .setHas(page.locator(".schedule-button", new Page.LocatorOptions().setHasText(id))));
    }

    Locator runNow(String id) {
        return button("Run " + id + " now");
    }

    Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    Locator confirm(String action) {
        return dialog().getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(action).setExact(true));
    }

    void assertNoHorizontalScroll() {
        assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo(0);
    }
}
