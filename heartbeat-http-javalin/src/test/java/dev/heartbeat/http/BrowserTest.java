package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * One browser for a class, a fresh context and a page for each test. An error in the console is a failure: that is how a
 * violation of the content security policy shows. Each class also needs {@code
 * @EnabledIf("dev.heartbeat.http.Chromium#isWanted")}, which is not inherited. Public for the tests of the quick server.
 */
public abstract class BrowserTest {
    /** Why tests are skipped. */
    public static final String SKIPPED = "Chromium or Node was not found";

    /** How long a page may take on a machine that has much else to do; what is there is not waited for. */
    private static final double PATIENCE_MS = 20_000;

    private static Chromium chromium;

    /** The page of the test. */
    protected Page page;

    private BrowserContext context;
    private final List<String> console = new ArrayList<>();
    private boolean networkFails;

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.start();
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    }

    @AfterAll
    static void closeBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void openPage() {
        context = chromium.browser()
                .newContext(new Browser.NewContextOptions().setLocale("en-GB").setTimezoneId("UTC"));
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                console.add(message.text());
            }
        });
        page.onPageError(console::add);
    }

    @AfterEach
    void closePage() {
        context.close();
        assertThat(console)
                .filteredOn(text -> !networkFails || !text.startsWith("Failed to load resource"))
                .isEmpty();
    }

    protected Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Chromium itself writes a line for each request that fails. */
    protected void requestsMayFail() {
        networkFails = true;
    }

    /** What axe-core finds that is serious or worse. */
    List<String> seriousViolations() {
        page.evaluate(webJar("axe-core", "axe.min.js"));
        @SuppressWarnings("unchecked")
        List<Map<String, Object>> violations = (List<Map<String, Object>>) page.evaluate("""
                async () => (await axe.run()).violations
                  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                  .map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html + ' ' + node.failureSummary) }))
                """);
        return violations.stream()
                .map(each -> each.get("id") + " " + each.get("nodes"))
                .toList();
    }

    /** Returns the text of a file of a WebJar. */
    static String webJar(String name, String file) {
        Properties properties = new Properties();
        try (InputStream in = resource("/META-INF/maven/org.webjars.npm/" + name + "/pom.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = properties.getProperty("version");
        try (InputStream in = resource("/META-INF/resources/webjars/" + name + "/" + version + "/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = BrowserTest.class.getResourceAsStream(name);
        assertThat(in).as(name).isNotNull();
        return in;
    }
}
