package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code <heartbeat-indicator>} on a host's page with a strict content security policy, in a real Chromium. */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class IndicatorTest extends SiteTest {
    private static final String PLAIN = "<heartbeat-indicator></heartbeat-indicator>";
    private static final Duration TWO_MINUTES = Duration.ofMinutes(2).plusSeconds(5);

    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failedPolls = new AtomicInteger();

    private Locator indicator() {
        return page.locator("heartbeat-indicator");
    }

    private Locator button() {
        return page.getByRole(AriaRole.BUTTON);
    }

    private Locator tooltip() {
        return page.getByRole(AriaRole.TOOLTIP);
    }

    private Locator announcement() {
        return page.locator("heartbeat-indicator [role=status]");
    }

    private void assertStatus(String status) {
        assertThat(indicator()).hasAttribute("status", status);
    }

    private Object style(String part, String property) {
        return page.locator("heartbeat-indicator button " + part)
                .evaluate("(element, property) => getComputedStyle(element)[property]", property);
    }

    private void emulate(Page.EmulateMediaOptions options) {
        page.emulateMedia(options);
    }

    /** Stops the page's clock a little ahead of the real time: it goes on until then, and cannot be stopped in its past. */
    private void holdTheClock() {
        long now = InstantSource.system().millis();
        page.clock().install(new Clock.InstallOptions().setTime(now));
        page.clock().pauseAt(now + 5_000);
        countPolls();
    }

    private void countPolls() {
        page.onRequest(request -> {
            if (request.url().endsWith("/api/system/health")) {
                polls.incrementAndGet();
            }
            asked.incrementAndGet();
        });
        page.onRequestFinished(request -> answered.incrementAndGet());
        page.onRequestFailed(request -> {
            failedPolls.incrementAndGet();
            answered.incrementAndGet();
        });
    }

    /** Moves the page's clock in steps that are shorter than the patience of a poll, whose answer is waited for. */
    private void advance(int seconds) {
        for (int done = 0; done < seconds; done += 2) {
            page.clock().runFor(Math.min(2, seconds - done) * 1000L);
            page.waitForCondition(() -> answered.get() == asked.get());
        }
    }

    private void waitForPolls(int count) {
        page.waitForCondition(() -> polls.get() >= count);
        assertThat(polls).hasValue(count);
    }

    private void hide(boolean hidden) {
        page.evaluate("""
                (hidden) => {
                  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
                  document.dispatchEvent(new Event('visibilitychange'));
                }
                """, hidden);
    }

    @ParameterizedTest
    @CsvSource({
        "alive, System Healthy, 'rgb(21, 128, 61)'",
        "warning, Heartbeat Delayed, 'rgb(251, 191, 36)'",
        "error, System Error, 'rgb(185, 28, 28)'",
        "unknown, Status Unknown, 'rgb(107, 114, 128)'"
    })
    void eachStatusHasItsLabelAndColourAndPulsesInTwoSeconds(String status, String label, String colour) {
        switch (status) {
            case "alive" -> site.beat(TWO_MINUTES, 0);
            case "warning" -> site.beat(Duration.ofMinutes(20), 0);
            case "error" -> site.beat(TWO_MINUTES, 1);
            default -> {} // no pulse yet
        }
        countPolls();
        show("<heartbeat-indicator label></heartbeat-indicator>");
        waitForPolls(1);

        assertStatus(status);
        assertThat(button()).hasAccessibleName(label);
        assertThat(page.locator("heartbeat-indicator .label")).isVisible();
        assertThat(style(".core", "fill")).isEqualTo(colour);
        assertThat(style(".core", "animationName")).isEqualTo("breathe");
        assertThat(style(".core", "animationDuration")).isEqualTo("2s");
        assertThat(style(".halo", "animationName")).isEqualTo("halo");
    }

    @Test
    void aServerThatIsNotReachedIsAStateOfItsOwnAndNeverStaysGreen() {
        requestsMayFail();
        holdTheClock();
        site.beat(TWO_MINUTES, 0);
        show(PLAIN);
        assertStatus("alive");

        site.stop();
        advance(40);

        assertStatus("unreachable");
        assertThat(button()).hasAccessibleName("Server Unreachable");
        assertThat(style(".core", "animationName")).as("no sign of life").isEqualTo("none");
        assertThat(button()).hasAccessibleDescription(Pattern.compile("Last known pulse\\s*2 minutes ago"));

        site.startAgain();
        advance(40);
        assertStatus("alive");
    }

    @Test
    void offlineIsUnreachableTooAndBackOnlineIsSeenAtOnce() {
        requestsMayFail();
        holdTheClock();
        site.beat(TWO_MINUTES, 0);
        show(PLAIN);
        assertStatus("alive");

        page.context().setOffline(true);
        advance(40);
        assertStatus("unreachable");

        page.context().setOffline(false);
        assertStatus("alive");
    }

    @Test
    void whatTheServerSaysOfALostStoreIsShown() {
        requestsMayFail();
        show("<heartbeat-indicator src=\"/lost/api/system/health\"></heartbeat-indicator>");

        assertStatus("error");
        assertThat(button()).hasAccessibleDescription(Pattern.compile("Tasks executed this pulse\\s*not known"));
    }

    @Test
    void anAnswerThatIsNoHealthIsUnreachable() {
        show("<heartbeat-indicator src=\"/heartbeat/icon.svg\"></heartbeat-indicator>");

        assertStatus("unreachable");
    }

    @Test
    void everyShapeIsItsOwn() {
        show("<heartbeat-indicator interval=\"0\"></heartbeat-indicator>");
        Set<Object> shapes = new HashSet<>();
        for (String status : List.of("alive", "warning", "error", "unknown")) {
            indicator().evaluate("(element, pulse) => element.show({ pulse })", status);
            assertStatus(status);
            shapes.add(page.locator("heartbeat-indicator button .core").getAttribute("d"));
        }
        indicator().evaluate("(element) => element.show(null)");
        assertStatus("unreachable");
        shapes.add(page.locator("heartbeat-indicator button .core").getAttribute("d"));

        assertThat(shapes).hasSize(5);
    }

    @Test
    void itPollsEveryThirtySecondsAndTellsOfChangesOnly() {
        holdTheClock();
        site.beat(TWO_MINUTES, 0);
        show(PLAIN);
        waitForPolls(1);
        assertStatus("alive");
        indicator().evaluate("""
                        (element) => {
                          window.told = [];
                          window.written = 0;
                          document.addEventListener('heartbeat-change', ({ detail }) => window.told.push(detail));
                          new MutationObserver(() => { window.written += 1; }).observe(
                            element.shadowRoot.querySelector('[role=status]'),
                            { childList: true, characterData: true, subtree: true });
                        }
                        """);
        assertThat(announcement()).hasText(""); // what a page finds when it opens is no news

        advance(26);
        assertThat(polls).hasValue(1);
        advance(8);
        waitForPolls(2);
        assertThat(page.evaluate("window.told.length + window.written")).isEqualTo(0);

        site.beat(TWO_MINUTES, 1);
        advance(40);
        waitForPolls(3);
        assertStatus("error");
        assertThat(announcement()).hasText("System Error");
        assertThat(page.evaluate("window.written")).isEqualTo(1);
        @SuppressWarnings("unchecked")
        Map<String, Object> told = (Map<String, Object>) page.evaluate("window.told[0]");
        assertThat(told)
                .containsEntry("status", "error")
                .containsEntry("previous", "alive")
                .containsEntry("label", "System Error")
                .hasEntrySatisfying(
                        "health", health -> assertThat(health.toString()).contains("errors=1"));
    }

    @Test
    void nothingIsPolledWhileThePageIsHiddenAndAtOnceOnReturn() {
        holdTheClock();
        show(PLAIN);
        waitForPolls(1);
        assertStatus("unknown");

        site.beat(TWO_MINUTES, 0);
        hide(true);
        page.clock().runFor(600_000);
        assertThat(polls).hasValue(1);

        hide(false);
        waitForPolls(2);
        assertStatus("alive");
    }

    @Test
    void anElementThatIsTakenOutAndPutBackPollsOnce() {
        holdTheClock();
        show(PLAIN);
        waitForPolls(1);
        indicator().evaluate("(element) => { window.kept = element; element.remove(); }");
        advance(120);
        assertThat(polls).hasValue(1);

        page.evaluate("document.body.append(window.kept)");
        waitForPolls(2);
        advance(40);
        waitForPolls(3);
    }

    @Test
    void failuresAreWaitedOutUpToFiveMinutes() {
        requestsMayFail();
        holdTheClock();
        show(PLAIN);
        waitForPolls(1);
        assertStatus("unknown");
        site.stop();
        secondsUntilAPollFails();
        assertStatus("unreachable");

        for (int seconds : List.of(30, 60, 120, 240, 300, 300)) {
            int waited = secondsUntilAPollFails();
            // its clock goes on, two seconds at a time, until the failure has come through to this test
            assertThat(waited).as("wait of %d s", seconds).isBetween(seconds * 9 / 10 - 4, seconds * 11 / 10 + 40);
            assertStatus("unreachable");
        }
    }

    /** Lets the page's clock go on until a poll has failed. */
    private int secondsUntilAPollFails() {
        int failed = failedPolls.get();
        int waited = 0;
        while (failedPolls.get() == failed && waited < 400) {
            advance(2);
            waited += 2;
        }
        return waited;
    }

    @Test
    void theTooltipOpensByMouseStaysWhileItIsHoveredAndClosesByEscape() {
        site.beat(TWO_MINUTES, 0);
        show(PLAIN);
        assertStatus("alive");
        assertThat(tooltip()).isHidden();

        button().hover();
        assertThat(tooltip()).isVisible();
        for (String text : List.of(
                "System Healthy",
                "Last pulse",
                "2 minutes ago",
                "Tasks executed this pulse",
                "Next expected",
                "in 7 minutes")) {
            assertThat(tooltip()).containsText(text);
        }
        assertThat(tooltip().locator(".row").nth(1)).hasText(Pattern.compile("Tasks executed this pulse\\s*3"));

        tooltip().hover();
        assertThat(tooltip()).isVisible();
        page.keyboard().press("Escape");
        assertThat(tooltip()).isHidden();

        page.mouse().move(600, 600);
        button().hover();
        assertThat(tooltip()).isVisible();
        page.mouse().move(600, 600);
        assertThat(tooltip()).isHidden();
    }

    @Test
    void theTooltipOpensByKeyboardAndIsReadWithTheButton() {
        site.beat(TWO_MINUTES, 0);
        show(PLAIN + "<button type=\"button\">Other</button>");
        assertStatus("alive");

        page.keyboard().press("Tab");
        assertThat(tooltip()).isVisible();
        Locator button = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("System Healthy"));
        assertThat(button).isFocused();
        assertThat(button)
                .hasAccessibleDescription(
                        Pattern.compile("Last pulse\\s*2 minutes ago.*Next expected\\s*in 7 minutes"));
        BoundingBox box = button.boundingBox();
        assertThat(Math.min(box.width, box.height)).isGreaterThanOrEqualTo(24);

        page.keyboard().press("Escape");
        assertThat(tooltip()).isHidden();
        page.keyboard().press("Tab");
        page.keyboard().press("Shift+Tab");
        assertThat(tooltip()).isVisible();
        page.keyboard().press("Tab");
        assertThat(tooltip()).isHidden();
    }

    @Test
    void anOverduePulseIsSaidToHaveBeenDue() {
        site.beat(Duration.ofMinutes(20), 0);
        show(PLAIN);
        assertStatus("warning");

        assertThat(button()).hasAccessibleDescription(Pattern.compile("Next expected\\s*was due 10 minutes ago"));
    }

    /** The page's clock is an hour ahead, the server's is right. */
    @Test
    void timesAreToldByTheClockOfTheServer() {
        page.clock()
                .install(new Clock.InstallOptions()
                        .setTime(InstantSource.system()
                                .instant()
                                .plusSeconds(3600)
                                .toEpochMilli()));
        site.beat(TWO_MINUTES, 0);
        show(PLAIN);
        assertStatus("alive");
        assertThat(button()).hasAccessibleDescription(Pattern.compile("Last pulse\\s*2 minutes ago"));

        hide(true);
        hide(false);
        advance(20);
        assertThat(button()).hasAccessibleDescription(Pattern.compile("Last pulse\\s*2 minutes ago"));
    }

    @Test
    void wordsGoOnBetweenPolls() {
        holdTheClock();
        site.beat(Duration.ofMinutes(2).plusSeconds(30), 0);
        show("<heartbeat-indicator interval=\"3600\"></heartbeat-indicator>");
        assertStatus("alive");

        advance(120);

        assertThat(button()).hasAccessibleDescription(Pattern.compile("Last pulse\\s*4 minutes ago"));
        assertThat(polls).hasValue(1);
    }

    @Test
    void motionIsReducedForWhoeverAsksForIt() {
        emulate(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        site.beat(TWO_MINUTES, 0);
        show(PLAIN);
        assertStatus("alive");

        assertThat(style(".core", "animationName")).isEqualTo("none");
        assertThat(style(".halo", "animationName")).isEqualTo("none");
        assertThat(style(".core", "opacity")).isEqualTo("1");
        assertThat(style(".halo", "opacity")).isEqualTo("0");
    }

    @Test
    void colourFollowsThePageOrTheTheme() {
        emulate(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        site.beat(TWO_MINUTES, 0);
        show(PLAIN);
        assertStatus("alive");
        assertThat(style(".core", "fill")).isEqualTo("rgb(74, 222, 128)");

        indicator().evaluate("(element) => element.setAttribute('theme', 'light')");
        assertThat(style(".core", "fill")).isEqualTo("rgb(21, 128, 61)");

        emulate(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        indicator().evaluate("(element) => element.setAttribute('theme', 'dark')");
        assertThat(style(".core", "fill")).isEqualTo("rgb(74, 222, 128)");

        indicator().evaluate("(element) => element.style.setProperty('--heartbeat-alive', 'rgb(1, 2, 3)')");
        assertThat(style(".core", "fill")).isEqualTo("rgb(1, 2, 3)");
    }

    @Test
    void forcedColoursAreKept() {
        emulate(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));
        site.beat(TWO_MINUTES, 0);
        show(PLAIN);
        assertStatus("alive");

        Object text = page.evaluate("""
                () => {
                  document.body.style.color = 'CanvasText';
                  return getComputedStyle(document.body).color;
                }
                """);
        assertThat(style(".core", "fill")).isEqualTo(text);
    }

    @Test
    void labelsAndWordsSpeakOtherLanguages() {
        site.beat(TWO_MINUTES, 0);
        show("<heartbeat-indicator lang=\"de\" label-alive=\"Alles in Ordnung\"></heartbeat-indicator>");
        assertStatus("alive");
        indicator().evaluate("(element) => { element.texts = { lastPulse: 'Letzter Puls' }; }");

        assertThat(button()).hasAccessibleName("Alles in Ordnung");
        assertThat(button()).hasAccessibleDescription(Pattern.compile("Letzter Puls\\s*vor 2 Minuten"));
    }

    @Test
    void aPageThatKnowsTheHealthItselfPollsNothing() {
        holdTheClock();
        show("<heartbeat-indicator interval=\"0\"></heartbeat-indicator>");
        advance(120);

        indicator().evaluate("(element) => element.show({ pulse: 'warning', timestamp: null })");
        assertStatus("warning");
        indicator().evaluate("(element) => element.show(null)");
        assertStatus("unreachable");
        assertThat(polls).hasValue(0);
    }

    @Test
    void theTooltipStaysInsideANarrowWindow() {
        site.beat(TWO_MINUTES, 0);
        page.setViewportSize(360, 640);
        show("<p align=\"right\">" + PLAIN + "</p>");
        assertStatus("alive");
        button().hover();
        assertThat(tooltip()).isVisible();

        BoundingBox box = tooltip().boundingBox();
        assertThat(box.x).isGreaterThanOrEqualTo(0);
        assertThat(box.x + box.width).isLessThanOrEqualTo(360);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    }

    @Test
    void axeFindsNothingSeriousInAnOpenTooltip() {
        site.beat(TWO_MINUTES, 1);
        show("<main><h1>Dashboard</h1>" + PLAIN + "</main>");
        assertStatus("error");
        page.keyboard().press("Tab");
        assertThat(tooltip()).isVisible();

        assertThat(seriousViolations()).isEmpty();
    }

    /** The page has an origin of its own, which is none of the server's. */
    @Test
    void otherSitesMayTakeIndicatorAndBadge() {
        site.beat(Duration.ofHours(1), 0);
        page.setContent("<html lang=en><script type=module src=" + site.url("/heartbeat/heartbeat-indicator.js")
                + "></script>" + PLAIN + "<img src=" + site.url("/heartbeat/badge.svg") + ">");

        assertStatus("warning");
        assertThat(button()).hasAccessibleDescription(Pattern.compile("Last pulse\\s*1 hour ago"));
        page.waitForCondition(() ->
                page.locator("img").evaluate("(image) => image.naturalWidth").equals(123));
    }

    @Test
    void theExampleOfTheDocsWorks() throws Exception {
        String docs = Files.readString(Path.of("..", "docs", "indicator.md"));
        Matcher example = Pattern.compile("```html\n(.*?)```", Pattern.DOTALL).matcher(docs);
        assertThat(example.find()).as("an example in docs/indicator.md").isTrue();
        site.beat(TWO_MINUTES, 0);
        show(example.group(1));

        assertStatus("alive");
        assertThat(button()).hasAccessibleName("System Healthy");
    }
}
